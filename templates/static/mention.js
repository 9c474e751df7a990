/**
 * Whom a note may mean: a list of colleagues that opens behind `@` while somebody types one.
 *
 * Works on every textarea of a slip (a note, and the reasons that colleagues give each other).
 */
import { openAtCaret } from './caret-list.js';

const mostShown = 6;
let known;

async function readPeople() {
  const answer = await fetch('/people', { credentials: 'same-origin' });
  if (!answer.ok) throw new Error('No people');
  return answer.json();
}

/** The letters behind an `@` that stands at the caret, where a mention may begin. */
function wantedAt(before) {
  const [whole, word] = /(?:^|[^\p{L}\p{N}._%+\-@/])@([\p{L}\p{N}._-]{0,30})$/u.exec(before) ?? [];
  return whole === undefined
    ? undefined
    : { word: word.toLowerCase(), begin: before.length - word.length };
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

async function read(word) {
  known ??= readPeople();
  try {
    const { people, ...texts } = await known;
    return { ...texts, hits: people.filter((person) => fits(person, word)).slice(0, mostShown) };
  } catch (error) {
    known = undefined;
    throw error;
  }
}

function toOption({ login, name, initials, away }) {
  const option = document.createElement('li');
  option.dataset.login = login;
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

openAtCaret({
  name: 'mentions',
  isFor: (area) => area.closest('form.slip') !== null,
  wantedAt,
  read,
  toOption,
  take({ login }, { begin, end }, area) {
    area.setRangeText(`${login} `, begin, end, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  },
});

addEventListener('keydown', ({ ctrlKey, metaKey, key, target }) => {
  // The answer box listens itself.
  if ((ctrlKey || metaKey) && key === 'Enter') target.closest('.team-form')?.requestSubmit();
});
