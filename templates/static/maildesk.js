/**
 * What makes the pages live: keys, the event stream, small comforts. Every page works without it.
 *
 * Promises: a refresh swaps the smallest element that differs and touches none that has the focus, an open menu
 * or typed text; nothing that somebody reads moves. No words of its own: all texts come with the page.
 */
import { all, byId, find, inNumbers, live, number, root } from './dom.js';
import { acts } from './keys.js';
import './mention.js';
import { line, look } from './line.js';
import { followPresence } from './presence.js';
import { grow, isNewestFirst, keepPlace, reveal, swapSide, swapTree } from './still.js';
import { load, swap, whileBusy } from './swap.js';
import './reading.js';
import './fields.js';
import { keepTick, keepTicks, refreshUndo } from './tidy.js';
import { withoutOpenDraft } from './write.js';
import './compose.js';
import { refreshOffers } from './offers.js';
import './palette.js';
import './shortcuts.js';
import './menus.js';
import { countFresh } from './notifications.js';
import './escalations.js';
import './appointment.js';
import './answers.js';
import './first-steps.js';
import './typed.js';
import './focus.js';
import './places.js';
import './find.js';
import './sound.js';
import './sheets.js';

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
  countFresh(arrived.map((row) => row.dataset.number).filter((one) => isNew.has(one)));
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
  const [flow, wanted] = [find('#preview .flow'), find('#preview .flow', page)];
  if (flow === null || wanted === null) return;
  keepPlace(flow, () => {
    reveal(grow(flow, wanted));
    for (const part of ['.way', '.facts'])
      swap(find(`#preview ${part}`), find(`#preview ${part}`, page));
  });
}

function showFresh(event) {
  if (shownLast === undefined) return;
  event.preventDefault();
  const chosen = find('.row[aria-current]')?.id;
  const known = new Set(all('.row').map((row) => row.id));
  const rows = find('#rows', shownLast);
  keepTicks(() => byId('rows').replaceWith(document.importNode(rows, true)));
  if (chosen !== undefined) byId(chosen)?.setAttribute('aria-current', 'true');
  for (const row of all('.row')) row.classList.toggle('slides', !known.has(row.id));
  byId('fresh').hidden = true;
  countFresh([]);
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
  withoutOpenDraft(page);
  keepPlace(flow, () => {
    const added = grow(flow, wanted, refreshUndo);
    refreshOffers(page);
    for (const id of ['way', 'facts', 'drafts', 'team', 'put-in', 'came'])
      swap(byId(id), find(`#${id}`, page));
    if (added.length > 0) announce(added);
  });
  swapSide(page);
}

function announce(added) {
  const cards = added.filter((item) => find('.card', item) !== null);
  unseen = [...unseen.filter((item) => item.isConnected), ...cards];
  const button = byId('arrived');
  const { texts, changed: other } = button.dataset;
  find('span', button).textContent =
    unseen.length === 0 ? other : inNumbers(JSON.parse(texts), unseen.length);
  if (isNewestFirst()) button.hidden = false;
  if (isNewestFirst() || unseen.length === 0) return;
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
  reveal(all('#flow > [hidden]'));
  if (first === undefined)
    return byId('flow').firstElementChild?.scrollIntoView({ block: 'nearest' });
  first.scrollIntoView({ block: 'start' });
  find('.card', first).focus({ preventScroll: true });
}

/** What is read now is nothing that sending would have to stop for. */
function readCame(link) {
  const alert = link.closest('.alert');
  find('.write [name="seen"]').value = alert.dataset.seen;
  showArrived();
  // The link still leads there.
  setTimeout(() => alert.remove());
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
        ? `/tickets/${number}?${new URLSearchParams({
            find: new URLSearchParams(location.search).get('find') ?? '',
            ...(location.search.includes('whole') ? { whole: 1 } : {}),
            seen: find('.write [name="seen"]')?.value ?? '',
          })}`
        : location.href,
    );
    if (page !== undefined) {
      swapTree(page);
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
    // The stream opens again when it is back, and refreshes then.
    void look();
  }
  timer = null;
  if (changed.size > 0) schedule(restMs);
  else lookAgain(known.size > 0);
}

/** What has come is searchable a moment later: then the counts of searches are others. */
let looks = 0;
function lookAgain(isNews) {
  looks = isNews ? 0 : looks + 1;
  if (looks < 8 && find('[data-partial]') !== null) schedule(1000 + looks * 1000);
}

function listen() {
  followPresence(line);
  let wasOpen = false;
  line.addEventListener('open', () => {
    // What happened while the stream was away was missed.
    if (wasOpen) schedule(0);
    wasOpen = true;
  });
  line.addEventListener('ticket', ({ data }) => {
    const change = JSON.parse(data);
    if (live === 'ticket' && change.number === number) schedule(0);
    if (change.isNew) isNew.add(change.number);
    changed.add(change.number);
    schedule(live === 'ticket' ? restMs : 150);
  });
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
  byId('preview').setAttribute('aria-busy', 'true');
  const place = byId('preview');
  const isShown = getComputedStyle(place).display !== 'none';
  const page = isShown ? await whileBusy(place, () => load(row.dataset.show)) : undefined;
  if (turn === asked) byId('preview').removeAttribute('aria-busy');
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
    cards[
      at < 0
        ? isNewestFirst()
          ? 0
          : cards.length - 1
        : Math.max(0, Math.min(cards.length - 1, at + step))
    ];
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
  if (event.target.closest('#side-news')) swapSide();
  const read = event.target.closest('#came a');
  if (read !== null) readCame(read);
});

/* A conversation opens at its newest message; where the page scrolls as one, at what is written. */
if (live === 'ticket' && location.hash === '' && byId('since') === null && !isNewestFirst()) {
  const cards = all('#flow > li:has(.card)');
  if (cards.length > 1) cards.at(-1).scrollIntoView({ block: 'start' });
  const desk = find('.desk:has(form.write, .compose, .team-form)');
  if (desk !== null && getComputedStyle(desk).position === 'static') desk.scrollIntoView();
}
