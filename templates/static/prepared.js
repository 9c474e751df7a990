/** Text modules and earlier answers as the desk fills them in: asked for once, put into the answer that is open. */
import { number } from './dom.js';
import { putIn } from './write.js';

const known = new Map();

/** With all placeholders filled; undefined when the desk is away or there is no such text any more. */
export async function readPrepared(key) {
  if (!known.has(key))
    known.set(
      key,
      fetch(`/tickets/${number}/prepared?key=${encodeURIComponent(key)}`, {
        credentials: 'same-origin',
        headers: { Accept: 'application/json' },
      }).then((answer) => (answer.ok ? answer.json() : undefined)),
    );
  try {
    const prepared = await known.get(key);
    if (prepared === undefined) known.delete(key);
    return prepared;
  } catch {
    known.delete(key);
    return undefined;
  }
}

/** False when there is nothing to put in, or no answer to put it into. */
export async function putInPrepared(key, place) {
  const prepared = await readPrepared(key);
  return prepared !== undefined && putIn(prepared, place);
}

let shown = 0;

/** Fills the element with the text as it would be put in; what is asked for later wins. */
export async function showPreview(key, element, why = '') {
  const turn = ++shown;
  element.dataset.key = key;
  const prepared = await readPrepared(key);
  if (turn !== shown || element.dataset.key !== key) return;
  element.hidden = prepared === undefined;
  if (prepared === undefined) return;
  const text = document.createElement('div');
  text.className = 'text';
  text.dir = 'auto';
  text.lang = prepared.language;
  text.append(...markOpen(prepared.text));
  const more = [prepared.unfilled, prepared.takes, why].filter((words) => words !== '');
  element.replaceChildren(text, ...more.map(toLine));
}

/** Placeholders that were not filled stand out. */
function markOpen(text) {
  return text.split(/(\{\{[^{}\n]{1,200}\}\})/).map((part, at) => {
    if (at % 2 === 0) return part;
    const mark = document.createElement('mark');
    mark.textContent = part;
    return mark;
  });
}

function toLine(words) {
  const line = document.createElement('p');
  line.className = 'quiet';
  line.textContent = words;
  return line;
}
