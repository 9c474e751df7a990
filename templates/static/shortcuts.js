/** Text modules behind `::` while an answer is written, each with what it would say beside it. */
import { openAtCaret } from './caret-list.js';
import { number } from './dom.js';
import { putInPrepared, showPreview } from './prepared.js';

const restMs = 120;
const known = new Map();
let timer = null;

/** `::` and letters at the caret, not within a word. */
function wantedAt(before) {
  const [, typed, word] = /(?:^|[^\p{L}\p{N}:])(::([\p{L}\p{N}_-]{1,40}))$/u.exec(before) ?? [];
  return typed === undefined
    ? undefined
    : { word: word.toLowerCase(), begin: before.length - typed.length };
}

async function ask(word) {
  const answer = await fetch(`/tickets/${number}/modules?begins=${encodeURIComponent(word)}`, {
    credentials: 'same-origin',
    headers: { Accept: 'application/json' },
  });
  if (!answer.ok) throw new Error('No modules');
  return answer.json();
}

async function read(word) {
  if (!known.has(word)) known.set(word, ask(word));
  try {
    return await known.get(word);
  } catch (error) {
    known.delete(word);
    throw error;
  }
}

function toOption({ title, shortcut, language, name, words }) {
  const option = document.createElement('li');
  const what = document.createElement('span');
  what.className = 'what';
  const head = document.createElement('bdi');
  head.textContent = title;
  const first = document.createElement('small');
  first.dir = 'auto';
  first.lang = language;
  first.textContent = words;
  what.append(head, first);
  const more = document.createElement('span');
  more.className = 'quiet';
  more.textContent = `::${shortcut} · ${name}`;
  option.append(what, more);
  return option;
}

openAtCaret({
  name: 'shortcuts',
  isFor: (area) => area.matches('.write:not(.slip) textarea'),
  wantedAt,
  read,
  toOption,
  take: ({ key }, place) => void putInPrepared(key, place),
  beside({ key }, element) {
    clearTimeout(timer);
    timer = setTimeout(() => void showPreview(key, element), restMs);
  },
});
