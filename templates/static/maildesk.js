/**
 * What makes the pages live: keys, the event stream, small comforts. Every page works without it.
 *
 * Promises: a refresh swaps the smallest element that differs and touches none that has the focus, an open menu
 * or typed text; nothing that somebody reads moves. No words of its own: all texts come with the page.
 */
import { all, byId, find, inNumbers, live, number, root } from './dom.js';
import { acts } from './keys.js';
import './mention.js';
import { followPresence, streamAddress } from './presence.js';
import { load, swap } from './swap.js';
import './reading.js';
import './fields.js';
import { keepTick, keepTicks, refreshUndo } from './tidy.js';
import { withoutOpenDraft } from './write.js';
import './compose.js';
import { refreshOffers } from './offers.js';
import './palette.js';
import './shortcuts.js';
import './menus.js';
import './notifications.js';
import './escalations.js';
import './appointment.js';
import './answers.js';
import './places.js';

root.classList.add('js');

/* ---------- the list ---------- */

const isNew = new Set();
let shownLast;

function refreshList(page) {
  const present = new Set(all('.row').map((row) => row.id));
  const rows = all('.row', page);
  for (const row of rows) if (present.has(row.id)) swapRow(byId(row.id), row);
  const arrived = rows.filter((row) => !present.has(row.id));
  const bar = byId('fresh');
  if (bar === null) return;
  bar.hidden = arrived.length === 0;
  if (arrived.length === 0) return;
  shownLast = page;
  const texts = JSON.parse(bar.dataset.texts);
  const isAllNew = arrived.every((row) => isNew.has(row.dataset.number));
  find('span', bar).textContent = inNumbers(isAllNew ? texts.new : texts.changed, arrived.length);
}

function swapRow(row, other) {
  if (row.hasAttribute('aria-current')) other.setAttribute('aria-current', 'true');
  const link = find('.sub a', row);
  const hadFocus = document.activeElement === link;
  if (row.outerHTML === other.outerHTML) return;
  const copy = document.importNode(other, true);
  keepTick(row, copy);
  row.replaceWith(copy);
  if (hadFocus) find('.sub a', copy).focus({ preventScroll: true });
}

/** A row that left the list is shown as it is now, and stays until the list is loaded anew. */
async function refreshGone(page, changed) {
  for (const one of changed) {
    const row = byId(`t-${one}`);
    if (row === null || find(`#t-${one}`, page) !== null) continue;
    const other = await load(`/tickets?q=number:${one}+&show=`);
    const found = other === undefined ? null : find(`#t-${one}`, other);
    if (found !== null) swapRow(row, found);
  }
}

function refreshPreview(page, changed) {
  const chosen = find('.row[aria-current]')?.dataset.number;
  if (chosen === undefined || !changed.has(chosen)) return;
  const before = find('#preview .scroll')?.scrollTop;
  swap(byId('preview'), find('#preview', page));
  if (before !== undefined) find('#preview .scroll').scrollTop = before;
}

function showFresh(event) {
  if (shownLast === undefined) return;
  event.preventDefault();
  const chosen = find('.row[aria-current]')?.id;
  const rows = find('#rows', shownLast);
  keepTicks(() => byId('rows').replaceWith(document.importNode(rows, true)));
  if (chosen !== undefined) byId(chosen)?.setAttribute('aria-current', 'true');
  byId('fresh').hidden = true;
  byId('rows').scrollTop = 0;
  isNew.clear();
  shownLast = undefined;
}

/* ---------- the ticket ---------- */

let unseen = [];

function refreshTicket(page) {
  const flow = byId('flow');
  const wanted = find('#flow', page);
  if (flow === null || wanted === null) return;
  const added = [];
  for (const item of [...wanted.children]) {
    const known = byId(item.id);
    if (known === null) {
      const copy = document.importNode(item, true);
      flow.append(copy);
      if (find('.card', copy) !== null) added.push(copy);
    } else if (known.matches('.day')) swap(known, item);
    else {
      swap(find('.foot', known), find('.foot', item));
      swap(find('.meeting', known), find('.meeting', item));
      if (known.matches('.line')) refreshUndo(known, item);
    }
  }
  withoutOpenDraft(page);
  refreshOffers(page);
  for (const id of ['way', 'facts', 'side', 'drafts', 'team', 'put-in'])
    swap(byId(id), find(`#${id}`, page));
  if (added.length > 0) announce(added);
}

function announce(added) {
  unseen = [...unseen.filter((item) => item.isConnected), ...added];
  const button = byId('arrived');
  find('span', button).textContent = inNumbers(JSON.parse(button.dataset.texts), unseen.length);
  button.hidden = isVisible(unseen[0]);
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    unseen = [];
    button.hidden = true;
  });
  watcher.observe(unseen[0]);
}

function isVisible(item) {
  const { top, bottom } = item.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

function showArrived() {
  const [first] = unseen;
  byId('arrived').hidden = true;
  unseen = [];
  if (first === undefined) return;
  first.scrollIntoView({ block: 'start' });
  find('.card', first).focus({ preventScroll: true });
}

/* ---------- the stream ---------- */

let changed = new Set();
let timer = null;

/** However many changes come, the page is fetched at most once in this time. */
const restMs = 700;

function schedule(wait) {
  if (timer === null) timer = setTimeout(refresh, wait);
}

async function refresh() {
  const known = changed;
  changed = new Set();
  try {
    const page = await load(
      live === 'ticket'
        ? `/tickets/${number}${location.search.includes('whole') ? '?whole=1' : ''}`
        : location.href,
    );
    if (page !== undefined) {
      swap(byId('tree'), find('#tree', page));
      dispatchEvent(new CustomEvent('desk-page', { detail: page }));
      if (live === 'ticket') refreshTicket(page);
      else {
        swap(byId('total'), find('#total', page));
        refreshList(page);
        await refreshGone(page, known);
        refreshPreview(page, known);
      }
    }
  } catch {
    // The desk is away: the stream opens again when it is back, and refreshes then.
  }
  timer = null;
  if (changed.size > 0) schedule(restMs);
}

function listen() {
  const stream = new EventSource(streamAddress);
  followPresence(stream);
  let wasOpen = false;
  stream.addEventListener('open', () => {
    // What happened while the stream was away was missed.
    if (wasOpen) schedule(0);
    wasOpen = true;
  });
  stream.addEventListener('ticket', ({ data }) => {
    const change = JSON.parse(data);
    if (live === 'ticket' && change.number === number) schedule(0);
    if (change.isNew) isNew.add(change.number);
    changed.add(change.number);
    schedule(live === 'ticket' ? restMs : 150);
  });
  stream.addEventListener('news', ({ data }) =>
    dispatchEvent(new CustomEvent('desk-news', { detail: data })),
  );
  // The session was ended elsewhere; the page asks to log in now.
  stream.addEventListener('ended', () => location.reload());
  addEventListener('pagehide', () => stream.close());
}

if (live !== undefined) listen();

/* ---------- moving and keys ---------- */

let asked = 0;

async function choose(row) {
  if (row === undefined) return;
  for (const other of all('.row[aria-current]')) other.removeAttribute('aria-current');
  row.setAttribute('aria-current', 'true');
  row.scrollIntoView({ block: 'nearest' });
  find('.sub a', row).focus({ preventScroll: true });
  const turn = ++asked;
  const page =
    getComputedStyle(byId('preview')).display === 'none' ? undefined : await load(row.dataset.show);
  const preview = page === undefined ? null : find('#preview', page);
  if (preview === null || turn !== asked) return;
  byId('preview').replaceWith(document.importNode(preview, true));
  row.classList.remove('unread');
  history.replaceState(null, '', row.dataset.show);
}

function move(step) {
  const rows = all('.row');
  if (rows.length > 0) {
    const at = rows.findIndex((row) => row.hasAttribute('aria-current'));
    return choose(rows[Math.max(0, Math.min(rows.length - 1, at + step))]);
  }
  const cards = all('.flow .card');
  const at = cards.indexOf(document.activeElement?.closest('.card'));
  const next =
    cards[at < 0 ? cards.length - 1 : Math.max(0, Math.min(cards.length - 1, at + step))];
  next?.scrollIntoView({ block: 'nearest' });
  next?.focus({ preventScroll: true });
}

function moveTo(place) {
  const row = all('.row').at(place);
  if (row !== undefined) return choose(row);
  const card = all('.flow .card').at(place);
  card?.scrollIntoView({ block: 'nearest' });
  card?.focus({ preventScroll: true });
}

Object.assign(acts, {
  next: () => move(1),
  previous: () => move(-1),
  first: () => moveTo(0),
  last: () => moveTo(-1),
  /** A preview has a link for it. */
  open() {
    const link = find('.row[aria-current] .sub a');
    if (link === null) return false;
    link.click();
  },
});

addEventListener('keydown', (event) => {
  const { target, key } = event;
  if ((event.ctrlKey || event.metaKey) && key === 'Enter')
    target.closest('.write')?.requestSubmit();
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step === undefined || !target.matches('.row .sub a')) return;
  event.preventDefault();
  void move(step);
});

function closeMenus(except) {
  for (const menu of all('details.pick[open]')) if (menu !== except) menu.open = false;
}

addEventListener('click', (event) => {
  closeMenus(event.target.closest('details.pick'));
  if (event.target.closest('#fresh')) showFresh(event);
  if (event.target.closest('#arrived')) showArrived();
});

/* A conversation opens at its newest message. */
if (live === 'ticket' && location.hash === '' && byId('since') === null) {
  const cards = all('#flow > li:has(.card)');
  if (cards.length > 1) cards.at(-1).scrollIntoView({ block: 'start' });
}
