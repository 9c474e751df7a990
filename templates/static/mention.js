/**
 * Whom a note may mean: a list of colleagues that opens behind `@` while somebody types one.
 *
 * Works on every textarea of a slip (a note, and the reasons that colleagues give each other). The textarea keeps the
 * focus; arrow keys choose, Enter or Tab takes the name, Escape closes the list.
 */
import { find, inNumbers } from './dom.js';

const mostShown = 6;
let known;
let list = null;
let status = null;
let area = null;
let begin = 0;
let chosen = 0;

async function readPeople() {
  const answer = await fetch('/people', { credentials: 'same-origin' });
  if (!answer.ok) throw new Error('No people');
  return answer.json();
}

/** The letters behind an `@` that stands at the caret, where a mention may begin. */
function wantedAt(field) {
  const before = field.value.slice(0, field.selectionStart);
  const [whole, word] = /(?:^|[^\p{L}\p{N}._%+\-@/])@([\p{L}\p{N}._-]{0,30})$/u.exec(before) ?? [];
  return whole === undefined
    ? undefined
    : { word: word.toLowerCase(), at: before.length - word.length };
}

function fits({ login, name }, word) {
  return (
    login.startsWith(word) ||
    name
      .toLowerCase()
      .split(/[\s-]+/)
      .some((part) => part.startsWith(word))
  );
}

async function offer(field) {
  const wanted = wantedAt(field);
  if (wanted === undefined) return close();
  known ??= readPeople();
  let texts;
  try {
    texts = await known;
  } catch {
    // The desk is away; the name can be typed as well, and the next letter asks again.
    known = undefined;
    return close();
  }
  // Somebody may have typed on meanwhile.
  const now = wantedAt(field);
  if (now === undefined || document.activeElement !== field) return close();
  const people = texts.people.filter((person) => fits(person, now.word)).slice(0, mostShown);
  if (people.length === 0) return close();
  begin = now.at;
  show(field, people, texts);
}

function show(field, people, { label, found }) {
  if (area !== field) close();
  if (list === null) build(field, label);
  list.replaceChildren(...people.map(toOption));
  status.textContent = inNumbers(found, people.length);
  choose(0);
}

function build(field, label) {
  area = field;
  list = document.createElement('ul');
  list.className = 'mentions';
  list.id = 'mentions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', label);
  // A press must not take the focus away from the text.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', ({ target }) => {
    const option = target.closest('[role="option"]');
    if (option !== null) take(option);
  });
  status = document.createElement('span');
  status.className = 'vh';
  status.setAttribute('role', 'status');
  field.closest('form').append(list, status);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', 'mentions');
}

function toOption({ login, name, initials, away }, at) {
  const option = document.createElement('li');
  option.id = `mention-${at}`;
  option.dataset.login = login;
  option.setAttribute('role', 'option');
  const circle = document.createElement('span');
  circle.className = 'av';
  circle.setAttribute('aria-hidden', 'true');
  circle.textContent = initials;
  const who = document.createElement('bdi');
  who.textContent = name;
  const more = document.createElement('span');
  more.className = 'quiet';
  more.textContent = away === '' ? `@${login}` : `@${login}, ${away}`;
  option.append(circle, who, more);
  return option;
}

function choose(at) {
  const options = [...list.children];
  chosen = (at + options.length) % options.length;
  options.forEach((option, place) => {
    option.setAttribute('aria-selected', String(place === chosen));
  });
  area.setAttribute('aria-activedescendant', options[chosen].id);
}

function take(option) {
  const { login } = option.dataset;
  const field = area;
  const end = field.selectionStart;
  close();
  field.focus();
  field.setRangeText(`${login} `, begin, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function close() {
  if (list === null) return;
  for (const name of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant'])
    area.removeAttribute(name);
  list.remove();
  status.remove();
  list = null;
  area = null;
}

const isNote = (target) =>
  target instanceof HTMLTextAreaElement && target.closest('form.slip') !== null;

addEventListener('input', ({ target }) => {
  if (isNote(target)) void offer(target);
});

addEventListener(
  'keydown',
  (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      // The answer box listens itself.
      event.target.closest('.team-form')?.requestSubmit();
      return;
    }
    if (list === null || event.target !== area || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) choose(chosen + steps[event.key]);
    else if (event.key === 'Enter' || event.key === 'Tab') take(find(`#mention-${chosen}`));
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  // Before the keys of the page.
  { capture: true },
);

addEventListener('focusout', ({ target }) => {
  if (target === area) close();
});
