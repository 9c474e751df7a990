/**
 * The line to the desk: one stream of what happens, opened again whenever it breaks; and what the page says meanwhile.
 *
 * Promises: a desk that went away is told within seconds and looked for ever more rarely; a session that ended leads to
 * the log-in and back. `line` tells `ticket`, `presence`, `news`, and `open` each time the stream is there.
 */
import { agent, all, byId, find } from './dom.js';
import { streamAddress } from './presence.js';
import { restMs, takePulse } from './pulse.js';

export const line = new EventTarget();

const place = byId('line');
/** The desk is heard every 25 seconds. */
const longestSilence = 70_000;
const restAfterMs = 15_000;
let stream;
let tries = 0;
let timer;
let isResting = false;
let isKeeper = false;
let openedAt = 0;
let heardAt = 0;
/** A form on its way may end the session by a new password, and its answer begins the next one. */
const leavingMs = 8000;
let leftAt = -leavingMs;

const isSilent = () => performance.now() - heardAt > longestSilence;
export const isOpen = () => stream?.readyState === EventSource.OPEN && !isSilent();

/** Says one of the texts that came with the page; without one, nothing. */
export function say(what) {
  const alert = find('.alert', place);
  const text = JSON.parse(place.dataset.texts)[what] ?? '';
  const said = find('p', alert);
  if (said.textContent !== text) said.textContent = text;
  alert.hidden = text === '';
  alert.dataset.what = what;
  alert.classList.toggle('bad', what === 'unsent');
}

/** What happened between the making of the page and its first stream is told when that opens. */
function withAge(address) {
  const [page] = performance.getEntriesByType('navigation');
  const age = Math.ceil(performance.now() - (page?.requestStart ?? 0));
  return `${address}${address.includes('?') ? '&' : '?'}age=${age}`;
}

function open() {
  isResting = false;
  stream?.close();
  stream = new EventSource(openedAt > 0 ? streamAddress : withAge(streamAddress));
  stream.onopen = () => {
    openedAt = heardAt = performance.now();
    line.dispatchEvent(new Event('open'));
  };
  stream.onerror = () => {
    stream.close();
    if (performance.now() - openedAt < 10_000) return again();
    tries = 0;
    again();
  };
  for (const kind of ['ticket', 'presence', 'news', 'beat'])
    stream.addEventListener(kind, ({ data }) => {
      heardAt = performance.now();
      line.dispatchEvent(new MessageEvent(kind, { data }));
    });
  stream.addEventListener('ended', () =>
    performance.now() - leftAt < leavingMs ? setTimeout(look, leavingMs) : logIn(),
  );
}

/** Browsers have few lines to one desk; a page that nobody sees gives up its own, and hears by the bell's channel. */
function rest() {
  if (!document.hidden || isKeeper || navigator.locks === undefined) return;
  isResting = true;
  clearTimeout(timer);
  stream.close();
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(look, restMs(tries++));
}

const logIn = () =>
  location.assign(`/login?back=${encodeURIComponent(location.pathname + location.search)}`);

/** Asks the desk whether it is there; false when it is not, undefined when it does not know us any more. */
export async function look() {
  clearTimeout(timer);
  const pulse = await takePulse();
  if (pulse === undefined) {
    if (find('.alert', place).dataset.what !== 'unsent') say('away');
    again();
    return false;
  }
  if (pulse.agent !== agent) return logIn();
  // Whoever logged in again has a new one.
  for (const field of all('input[name="csrf"]')) field.value = pulse.csrf;
  const isOld = pulse.files.some(
    (file) => find(`head :is([src="${file}"], [href="${file}"])`) === null,
  );
  byId('version').hidden = !isOld;
  const { what } = find('.alert', place).dataset;
  say(what === 'unsent' || what === 'back' ? 'back' : undefined);
  if (!isOpen() && stream.readyState !== EventSource.CONNECTING) open();
  return true;
}

/** Without a worker that stands in, a link would lead to the browser's own error. */
async function follow(event) {
  const link = event.target.closest('a[href]');
  const isAway = ['away', 'unsent'].includes(find('.alert', place).dataset.what);
  if (!isAway || link === null || navigator.serviceWorker?.controller) return;
  if (link.origin !== location.origin || link.getAttribute('href').startsWith('#')) return;
  event.preventDefault();
  if (await look()) location.assign(link.href);
}

if (place !== null) {
  addEventListener('click', follow);
  addEventListener('submit', () => {
    leftAt = performance.now();
  });
  open();
  heardAt = performance.now();
  setInterval(() => isResting || !isSilent() || look(), 20_000);
  for (const change of ['online', 'offline']) addEventListener(change, () => isResting || look());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) setTimeout(rest, restAfterMs);
    else if (!isOpen()) void look();
  });
  // One page keeps the line for all that nobody sees; the next one takes over from it.
  navigator.locks?.request('line', () => {
    isKeeper = true;
    if (isResting) open();
    return new Promise(() => {});
  });
  addEventListener('pagehide', () => stream.close());
  addEventListener('pageshow', ({ persisted }) => persisted && look());
  place.addEventListener('click', ({ target }) => {
    if (target.closest('[data-again]')) void look();
    if (target.closest('[data-later]')) byId('version').hidden = true;
  });
  navigator.serviceWorker?.register(place.dataset.worker, { scope: '/' }).catch(() => {});
}
