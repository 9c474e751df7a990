/**
 * All actions in one place (Ctrl K): what the page offers, standard answers, tickets, queues and views.
 *
 * Owns no actions: those of the page are its own buttons and links, and choosing one presses it; the rest is what the page
 * `/palette` finds. Promises: the first hit is chosen; arrow keys move, Enter does it, Escape closes, and the focus goes back.
 */
import { all, byId, find, inNumbers } from './dom.js';
import { putInPrepared, showPreview } from './prepared.js';

const box = byId('palette');
const restMs = 150;
const previewMs = 120;
const mostActions = 9;
const mostPlaces = 6;
const pressed = '#way a, #way button, #way summary, .begin a, .desk .begin a, [data-key]';

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
  const menu = element.closest('.menu')?.closest('details');
  const about = menu === null || menu === undefined ? '' : nameOf(find('summary', menu));
  return {
    name: nameOf(element),
    more: about,
    sign: find('svg', element) ?? sign,
    key: element.dataset.key ?? '',
    element,
    press: () => (element instanceof HTMLAnchorElement ? follow(element) : element.click()),
  };
}

function follow(link) {
  if (link.origin === location.origin || link.protocol === 'mailto:') location.assign(link.href);
}

/** The page's own buttons and links, each name once. */
function readActions() {
  const seen = new Set();
  return all(pressed).flatMap((element) => {
    const isLeftOut =
      element.closest('#palette, .offers, #keys, [hidden]') !== null ||
      element.matches('input, textarea, :disabled, [popovertarget]');
    const hit = isLeftOut ? undefined : toHit(element, null);
    const name = hit === undefined ? '' : fold(`${hit.more} ${hit.name}`);
    if (hit === undefined || hit.name === '' || seen.has(name)) return [];
    seen.add(name);
    return [hit];
  });
}

/** What one can do with the ticket comes first, with a key of its own before without; what lies in a menu, and the way back, last. */
function rankOf({ key, more, element }) {
  if (more !== '' || key === 'u') return 3;
  if (element.closest('#way, .begin') === null) return 2;
  return key === '' ? 1 : 0;
}

const readPlaces = () => all('#tree a').map((link) => toHit(link, null));

const fits = ({ name }, words) => {
  const text = fold(name);
  return words.every((word) => text.includes(word));
};

/** 0 where the letters begin a word. */
const placeOf = ({ name }, [first = '']) =>
  first === '' || ` ${fold(name)}`.includes(` ${first}`) ? 0 : 1;

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

  async function open() {
    if (box.open) return;
    box.showModal();
    input.select();
    show();
    await ask();
  }

  /** What the desk finds; what the page has itself is there at once. */
  async function ask() {
    const turn = ++asked;
    const address = new URL(box.dataset.href, location.href);
    address.searchParams.set('do', input.value);
    address.searchParams.set('bare', '1');
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
    const some = (hits, most) => hits.filter((hit) => fits(hit, words)).slice(0, most);
    const ours = readActions().toSorted(
      (one, other) => placeOf(one, words) - placeOf(other, words) || rankOf(one) - rankOf(other),
    );
    return [
      { title: actions, hits: some(ours, mostActions) },
      ...readFound(store),
      { title: places, hits: some(readPlaces(), mostPlaces) },
    ].filter(({ hits }) => hits.length > 0);
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
      key.textContent = hit.key.toUpperCase();
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
      if (!isIt || event.key.toLowerCase() !== 'k') return;
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
