/**
 * The service worker: where the desk does not answer, a page of ours says so instead of the browser's.
 *
 * Promises: it keeps that one page and nothing else, and meets no request but those for pages.
 */
const away = '/away';

async function keep() {
  const page = await fetch(away, { cache: 'no-store' });
  if (!page.ok) throw new Error('No page to keep');
  const files = (await page.clone().text()).match(/\/static\/[^"]+/g);
  // What it loads stays in the browser's own store.
  await Promise.all([...new Set(files)].map((file) => fetch(file)));
  await (await caches.open('away')).put(away, page);
}

/** A proxy's word that nobody stands behind it; our own pages have a policy. */
const isProxys = ({ status, headers }) =>
  status >= 502 && status <= 504 && !headers.has('Content-Security-Policy');

async function answer({ request, preloadResponse }) {
  const kept = () => caches.match(away);
  try {
    const page = (await preloadResponse) ?? (await fetch(request));
    return (isProxys(page) && (await kept())) || page;
  } catch {
    return (await kept()) ?? Response.error();
  }
}

let isRacing = false;

/** Where browsers can be told so, the desk is asked without waiting for this script, and nothing but pages comes by here. */
async function letPass(event) {
  const isPage = { requestMode: 'navigate', requestMethod: 'GET' };
  try {
    await event.addRoutes([
      { condition: isPage, source: 'race-network-and-fetch-handler' },
      { condition: { not: isPage }, source: 'network' },
    ]);
    isRacing = true;
  } catch {
    // Then everything comes by, and the desk is asked for a page while this script starts.
  }
}

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(Promise.all([letPass(event), keep()]));
});
addEventListener('activate', (event) => {
  const preload = isRacing ? undefined : registration.navigationPreload?.enable();
  event.waitUntil(Promise.all([preload, clients.claim()]));
});
addEventListener('fetch', (event) => {
  const { mode, destination, method } = event.request;
  if (mode === 'navigate' && destination === 'document' && method === 'GET')
    event.respondWith(answer(event));
});
/* Where a page may not show a notification itself (phones), it is shown here, and opens its ticket. */
addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(clients.openWindow(notification.data));
});
