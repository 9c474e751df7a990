/**
 * All actions in one place (Ctrl K): what the page offers, standard answers, tickets, queues and views.
 *
 * Owns no actions: those of the page are its own buttons and links, and choosing one presses it; the rest is what the page
 * `/palette` finds. Promises: the first hit is chosen; arrow keys move, Enter does it, Escape closes, and the focus goes back.
 */
import { all, byId, find, inNumbers } from './dom.js';
import { acts } from './keys.js';
import { putInPrepared, showPreview } from './prepared.js';

const box = byId('palette');
const restMs = 150;
const previewMs = 120;
const mostActions = 9;
const mostPlaces = 6;
const mostRecent = 12;
const pressed = 'a[href], button, summary, input[data-key], [type="reset"]';
/** Rows and the tree are found as tickets and places; what only moves or belongs to the palette is none of its actions. */
const leftOut =
  '#palette, #keys, #tree, .begin > a:not(.btn), #news, .tabs, .offers, .row, .sub, .turnpage, .skip, .brand, [hidden], [aria-hidden="true"], [data-palette], [popovertarget="nav"], .text, .vh[tabindex]';

const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const wordsOf = (text) =>
  fold(text)
    .split(/\s+/)
    .filter((word) => word !== '');

/** What the element is called, without the sign of its key. */
function nameOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of all('kbd, svg, [aria-hidden="true"], .n', copy)) extra.remove();
  const text = copy.textContent.replace(/\s+/g, ' ').trim();
  return text || element.getAttribute('aria-label') || element.title;
}

function toHit(element, sign) {
  return {
    name: nameOf(element),
    more: aboutOf(element),
    sign: find('svg', element) ?? sign,
    key: element.dataset.key ?? '',
    element,
    press: () => pressElement(element),
  };
}

/** What the action belongs to, where its own name does not say: a menu, a set of choices, a message, a part of the page. */
function aboutOf(element) {
  const heads = [
    ['details:has(> .menu)', 'summary'],
    ['fieldset', 'legend'],
    ['.card', 'h3'],
    ['#side section, .board section', 'h2'],
  ];
  const head = heads.map(([part, its]) => element.closest(part)?.querySelector(its)).find(Boolean);
  if (head !== undefined && head !== element && !head.contains(element)) return nameOf(head);
  return element.closest('.langs')?.getAttribute('aria-label') ?? '';
}

/** What lies in a folded part is unfolded where there is something to fill in first. */
function pressElement(element) {
  const folded = element.closest('details:not([open])');
  const field = find(
    'input:not([type="hidden"]), select, textarea',
    element.closest('form') ?? box,
  );
  if (
    folded !== null &&
    element.matches('button') &&
    element.closest('form')?.checkValidity() === false
  ) {
    folded.open = true;
    return field.focus();
  }
  if (element.matches('input')) return element.select();
  if (element instanceof HTMLAnchorElement) {
    if (element.download) return element.click();
    return follow(element);
  }
  element.click();
  element.dispatchEvent(new Event('desk-pressed', { bubbles: true }));
}

function follow(link) {
  if (link.origin === location.origin || link.protocol === 'mailto:') location.assign(link.href);
}

/** Seen now, or once its menu is open. */
const isThere = (element) =>
  !element.disabled &&
  (element.closest('#me, #nav') !== null ||
    (element.closest('details:not([open])') ?? element).checkVisibility());

/** The page's own buttons and links, each name once. */
function readActions() {
  const seen = new Set();
  return all(pressed).flatMap((element) => {
    if (element.closest(leftOut) !== null || !isThere(element)) return [];
    const hit = toHit(element, null);
    const name = fold(`${hit.more} ${hit.name}`);
    if (hit.name === '' || seen.has(name)) return [];
    seen.add(name);
    return [hit];
  });
}

/** What one can do with the ticket comes first, with a key of its own before without; what lies in a menu, and the way back, last. */
function rankOf({ key, more, element }) {
  if (element.closest('.langs, #me, .top') !== null) return 5;
  if (more !== '' || element.parentElement?.matches('.hd, .way')) return 4;
  if (element.closest('.th .way, .begin, .bulk') === null) return 3;
  return key === '' ? 1 : 0;
}

const readPlaces = () => all('#tree a').map((link) => toHit(link, null));

/**
 * How well the words fit: 0 where each begins a word, more where one stands within, or only its letters do, in their order.
 * Undefined where one is not found.
 */
function fitOf({ name, more }, words) {
  const text = fold(` ${name} ${more}`);
  let sum = 0;
  for (const word of words) {
    const isScattered = () =>
      word.length > 1 &&
      new RegExp(`[^\\p{L}\\p{N}]${[...word].map(quote).join('.{0,12}?')}`, 'u').test(text);
    const own = text.includes(` ${word}`)
      ? 0
      : text.includes(word)
        ? 1
        : isScattered()
          ? 2
          : undefined;
    if (own === undefined) return undefined;
    sum += own;
  }
  return sum;
}

const quote = (letter) => letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

/* ---------- what was used lately ---------- */

const recentKey = 'palette-recent';
const readRecent = () => JSON.parse(localStorage.getItem(recentKey) ?? '[]');

function rememberUse({ name, more }) {
  const used = `${more} ${name}`;
  const others = readRecent().filter((other) => other !== used);
  localStorage.setItem(recentKey, JSON.stringify([used, ...others].slice(0, mostRecent)));
}

/** What the page `/palette` found, by group; its forms stay in the page so that they can be sent. */
function readFound(found) {
  return all('section', found).map((section) => ({
    title: find('h2', section).textContent,
    hits: all('a, button', section).map((element) => ({
      ...toHit(element, null),
      name: find('bdi', element)?.textContent ?? '',
      more: find('small', element)?.textContent ?? '',
      offer: element.dataset.offer,
    })),
  }));
}

if (box !== null) {
  const input = find('input[name="do"]', box);
  const hitList = byId('palette-hits');
  const aside = find('.beside', box);
  const status = find('[role="status"]', box);
  const store = find('.found', box);
  let options = [];
  let chosen = 0;
  let timer = null;
  let previewTimer = null;
  let asked = 0;
  /** What is shown was found for other words than those that stand there. */
  let isStale = false;
  let hasMoved = false;
  let isForPlaces = false;

  async function open(places = false) {
    if (box.open) return;
    isForPlaces = places;
    if (places) input.value = '';
    box.showModal();
    input.select();
    show();
    await ask();
  }
  acts['go-queue'] = () => void open(true);

  /** What the desk finds; what the page has itself is there at once. */
  async function ask() {
    const turn = ++asked;
    const address = new URL(box.dataset.href, location.href);
    address.searchParams.set('do', input.value);
    address.searchParams.set('bare', '1');
    const row = find('.row[aria-current]')?.dataset.number;
    if (row !== undefined) address.searchParams.set('ticket', row);
    try {
      const answer = await fetch(address, { credentials: 'same-origin' });
      if (!answer.ok || answer.redirected || turn !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (turn !== asked) return;
      store.replaceChildren(...all('section', page).map((each) => document.importNode(each, true)));
    } catch {
      // The desk is away: what the page has itself can be pressed all the same.
      store.replaceChildren();
    }
    isStale = false;
    show();
  }

  function groups() {
    const words = wordsOf(input.value);
    const { actions, places } = box.dataset;
    const recent = readRecent();
    const lately = ({ name, more }) => (recent.indexOf(`${more} ${name}`) + 99) % 99;
    const some = (hits, most) =>
      hits
        .map((hit) => ({ hit, fit: fitOf(hit, words), lately: lately(hit), rank: rankOf(hit) }))
        .filter(({ fit }) => fit !== undefined)
        .toSorted(
          (one, other) => one.fit - other.fit || one.lately - other.lately || one.rank - other.rank,
        )
        .map(({ hit }) => hit)
        .slice(0, most);
    const ours = { title: places, hits: some(readPlaces(), isForPlaces ? 99 : mostPlaces) };
    const all = isForPlaces
      ? [ours]
      : [{ title: actions, hits: some(readActions(), mostActions) }, ...readFound(store), ours];
    return all.filter(({ hits }) => hits.length > 0);
  }

  function show() {
    const before = hasMoved ? options[chosen]?.hit.name : undefined;
    options = [];
    hitList.replaceChildren(...groups().map(toGroup));
    status.textContent = inNumbers(JSON.parse(box.dataset.found), options.length);
    input.setAttribute('aria-expanded', String(options.length > 0));
    choose(
      Math.max(0, before === undefined ? 0 : options.findIndex(({ hit }) => hit.name === before)),
    );
  }

  function toGroup({ title, hits }) {
    const group = document.createElement('div');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', title);
    const head = document.createElement('p');
    head.setAttribute('aria-hidden', 'true');
    head.textContent = title;
    group.append(head, ...hits.map(toOption));
    return group;
  }

  function toOption(hit) {
    const option = document.createElement('div');
    option.id = `palette-${options.length}`;
    option.setAttribute('role', 'option');
    const name = document.createElement('bdi');
    name.append(...withMarks(hit.name, wordsOf(input.value)));
    const text = document.createElement('span');
    text.append(name);
    if (hit.more !== '') {
      const more = document.createElement('small');
      more.textContent = hit.more;
      text.append(more);
    }
    option.append(hit.sign?.cloneNode(true) ?? document.createElement('i'), text);
    if (hit.key !== '') {
      const key = document.createElement('kbd');
      key.textContent = hit.key
        .split(' ')
        .map((stroke) => (stroke === stroke.toLowerCase() ? stroke.toUpperCase() : `⇧ ${stroke}`))
        .join(' ');
      key.setAttribute('aria-hidden', 'true');
      option.append(key);
    }
    options.push({ option, hit });
    return option;
  }

  function choose(at) {
    if (options.length === 0) {
      input.removeAttribute('aria-activedescendant');
      aside.hidden = true;
      return;
    }
    chosen = (at + options.length) % options.length;
    options.forEach(({ option }, place) => {
      option.setAttribute('aria-selected', String(place === chosen));
    });
    const { option, hit } = options[chosen];
    option.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', option.id);
    clearTimeout(previewTimer);
    if (hit.offer === undefined) {
      aside.hidden = true;
      aside.dataset.key = '';
    } else previewTimer = setTimeout(() => void showPreview(hit.offer, aside), previewMs);
  }

  async function press({ hit }) {
    box.close();
    if (hit.element !== undefined && hit.offer === undefined) rememberUse(hit);
    if (hit.offer !== undefined && (await putInPrepared(hit.offer))) return;
    hit.press();
  }

  /** Whoever types and presses Enter at once means what these words find. */
  async function pressChosen() {
    clearTimeout(timer);
    if (isStale && !hasMoved) await ask();
    if (options.length > 0) await press(options[chosen]);
  }

  box.addEventListener('input', () => {
    isStale = true;
    hasMoved = false;
    show();
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), restMs);
  });
  box.addEventListener('submit', (event) => {
    if (event.target.closest('.found') !== null) return;
    event.preventDefault();
    void pressChosen();
  });
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    event.stopPropagation();
    const last = options.length - 1;
    const steps = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageUp: 0, PageDown: last };
    if (!(event.key in steps)) return;
    event.preventDefault();
    hasMoved = true;
    choose(steps[event.key]);
  });
  box.addEventListener('click', ({ target }) => {
    // Beside the box lies what it covers.
    if (target === box) return box.close();
    const found = options.find(({ option }) => option.contains(target));
    if (found !== undefined) void press(found);
  });
  box.addEventListener('pointermove', ({ target }) => {
    const at = options.findIndex(({ option }) => option.contains(target));
    if (at >= 0 && at !== chosen) choose(at);
  });

  addEventListener(
    'keydown',
    (event) => {
      const isIt = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      // A keyboard of another script says another letter.
      const isK = event.key.toLowerCase() === 'k' || (event.code === 'KeyK' && event.key > '~');
      if (!isIt || !isK) return;
      event.preventDefault();
      event.stopPropagation();
      void open();
    },
    { capture: true },
  );
  addEventListener('click', (event) => {
    const way = event.target.closest?.('[data-palette]') ?? null;
    if (way === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open();
  });
}

/** The letters that were typed stand out. */
function withMarks(text, words) {
  const at = words.map((word) => fold(text).indexOf(word)).filter((place) => place >= 0);
  // Folding may change how many letters there are; then nothing is marked rather than the wrong ones.
  if (at.length === 0 || fold(text).length !== text.length) return [text];
  const begin = Math.min(...at);
  const word = words.find((each) => fold(text).startsWith(each, begin)) ?? '';
  const mark = document.createElement('b');
  mark.textContent = text.slice(begin, begin + word.length);
  return [text.slice(0, begin), mark, text.slice(begin + word.length)];
}
