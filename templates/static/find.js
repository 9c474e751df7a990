/** The search field offers fields, values and the first hits while somebody types. Without this it is a plain form. */
import { all, byId, find } from './dom.js';
import { load, swap } from './swap.js';

const field = find('.find input');
const list = byId('find-hits');
const restMs = 120;
let timer;
let asking;
let at = -1;

function close() {
  clearTimeout(timer);
  asking?.abort();
  at = -1;
  list.hidden = true;
  field.ariaExpanded = 'false';
  field.removeAttribute('aria-activedescendant');
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const words = new URLSearchParams({ q: field.value, at: field.selectionStart });
  try {
    const answer = await fetch(`/search?${words}`, { signal: asking.signal });
    if (!answer.ok || answer.redirected) return close();
    list.innerHTML = await answer.text();
  } catch {
    // Typed on, or the desk is away: the form works without.
    return;
  }
  at = -1;
  field.removeAttribute('aria-activedescendant');
  list.hidden = list.childElementCount === 0 || document.activeElement !== field;
  field.ariaExpanded = String(!list.hidden);
}

function choose(step) {
  const options = all('li', list);
  options[at]?.removeAttribute('aria-selected');
  at = at + step < -1 ? options.length - 1 : at + step >= options.length ? -1 : at + step;
  options[at]?.setAttribute('aria-selected', 'true');
  options[at]?.scrollIntoView({ block: 'nearest' });
  field.setAttribute('aria-activedescendant', options[at]?.id ?? '');
}

function take({ dataset: { query, href, open } }) {
  if (href !== undefined) return location.assign(href);
  field.value = query;
  field.focus();
  if (open === undefined) return close();
  void ask();
}

if (list !== null) {
  field.role = 'combobox';
  field.ariaAutoComplete = 'list';
  field.autocomplete = 'off';
  field.setAttribute('aria-controls', list.id);
  field.ariaExpanded = 'false';
  field.addEventListener('input', () => {
    clearTimeout(timer);
    if (field.value.trim() === '') return close();
    timer = setTimeout(ask, restMs);
  });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    const { key } = event;
    if (list.hidden) return;
    if (key === 'Escape') close();
    else if (key === 'ArrowDown') choose(1);
    else if (key === 'ArrowUp') choose(-1);
    else if (key === 'Enter' && at >= 0) take(list.children[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The field keeps the focus while the list is clicked.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', ({ target }) => {
    const option = target.closest('li');
    if (option !== null) take(option);
  });
}

/** While the archive is searched the list grows, and says how far the search has come. */
async function searchOn() {
  if (byId('archive')?.hidden !== false) return;
  const page = await load(location.href).catch(() => undefined);
  if (page !== undefined)
    for (const id of ['total', 'rows', 'archive']) swap(byId(id), find(`#${id}`, page));
  setTimeout(searchOn, 1000);
}
setTimeout(searchOn, 500);
