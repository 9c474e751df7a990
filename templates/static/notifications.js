/**
 * The bell: its number stays true, also in the title of the page; its list opens in place; and the system tells too, with
 * a sound, where the agent asked for it.
 *
 * Promises: of several pages of one agent one rings, and none while quiet is wanted.
 */
import { byId, find, live } from './dom.js';
import { line } from './line.js';
import { ring, wishes } from './ring.js';
import { load, whileBusy } from './swap.js';

const bell = byId('bell');
const panel = byId('news');
const icon = find('link[rel="icon"]');
const title = document.title.replace(/^\(\d+\+?\) /, '');
const others = new BroadcastChannel('bell');
let shown = 0;
let fresh = [];

/* ---------- the number ---------- */

/** Notifications, and new tickets of the list that no notification is about. */
function count() {
  const told = bell.dataset.tickets.split(' ');
  const all = Number(bell.dataset.unread) + fresh.filter((one) => !told.includes(one)).length;
  document.title = all === 0 ? title : `(${all}) ${title}`;
  const href = all === 0 ? icon.dataset.plain : icon.dataset.dot;
  if (icon.getAttribute('href') !== href) icon.href = href;
}

/** Numbers of tickets that wait to be shown in the list. */
export function countFresh(numbers) {
  fresh = numbers;
  if (bell !== null) count();
}

const stateOf = ({ dataset: { unread, tickets }, ariaLabel, innerHTML }) => ({
  unread,
  tickets,
  ariaLabel,
  innerHTML,
});

function apply({ unread, tickets, ariaLabel, innerHTML }) {
  Object.assign(bell.dataset, { unread, tickets });
  Object.assign(bell, { ariaLabel, innerHTML });
  count();
}

function put(page) {
  const other = find('#bell', page);
  if (other === null) return;
  apply(stateOf(other));
  others.postMessage(stateOf(bell));
  const list = find('#notices', page);
  const place = find('#notices');
  if (list !== null && place !== null && !place.contains(document.activeElement))
    place.replaceWith(document.importNode(list, true));
}

/** Bell and list as they are now; undefined when the desk is away. */
async function fetchNews() {
  try {
    return await load('/notifications');
  } catch {
    return undefined;
  }
}

/* ---------- telling ---------- */

const isLookedAt = () => !document.hidden && document.hasFocus();
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Of all open pages one tells; first the one that is looked at, so that the others keep still. */
async function isOurs(id) {
  if (!isLookedAt()) await rest(400);
  if (navigator.locks !== undefined)
    return new Promise((resolve) => {
      navigator.locks.request(`tells ${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : rest(20_000);
      });
    });
  const isNew = localStorage.getItem('told') !== id;
  localStorage.setItem('told', id);
  return isNew;
}

/** In quiet hours the number counts on, and nothing pops up. */
async function tell({ data }) {
  const { id, quiet } = JSON.parse(data);
  const turn = ++shown;
  const [isFirst, page] = await Promise.all([isOurs(id), fetchNews()]);
  if (page === undefined) return;
  if (turn === shown) put(page);
  const first = find('.notices .unread a', page);
  if (first === null || quiet || !isFirst) return;
  const { isDesktop, sound, volume } = wishes();
  if (sound === 'always' || (sound === 'away' && !isLookedAt())) ring(volume);
  if (isDesktop && !isLookedAt()) await pop(first);
}

async function pop(link) {
  const data = link.getAttribute('href');
  const what = find('.what', link).textContent.trim();
  const wish = {
    body: find('.about', link).textContent,
    tag: data,
    icon: icon.dataset.plain,
    data,
  };
  try {
    const notification = new Notification(what, wish);
    notification.addEventListener('click', () => {
      focus();
      notification.close();
      location.assign(data);
    });
  } catch {
    // Phones let the service worker alone show one.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(what, wish);
  }
}

/* ---------- the list ---------- */

async function open() {
  panel.showPopover();
  const inside = find('.in', panel);
  const page = await whileBusy(inside, fetchNews);
  // Gone, and the page says so.
  if (page === undefined) return panel.hidePopover();
  put(page);
  const list = find('#notices', page);
  if (list !== null) inside.replaceChildren(...document.importNode(list, true).children);
}

if (bell !== null && panel !== null) {
  bell.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || find('#notices') !== null) return;
    event.preventDefault();
    if (panel.matches(':popover-open')) panel.hidePopover();
    else void open();
  });
  line.addEventListener('news', tell);
  // Pages that show something live are loaded again anyway; what was told meanwhile is in there.
  addEventListener('desk-page', ({ detail }) => put(detail));
  let wasOpen = false;
  line.addEventListener('open', async () => {
    const page = wasOpen && live === undefined ? await fetchNews() : undefined;
    if (page !== undefined) put(page);
    wasOpen = true;
  });
  others.addEventListener('message', ({ data }) => apply(data));
  others.postMessage(stateOf(bell));
}
