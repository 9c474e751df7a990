/** Ticking rows of a list, and what can be taken back in a conversation that changes; a batch under way is looked at again. */
import { all, byId, find, inNumbers } from './dom.js';
import { acts } from './keys.js';
import { load, swap } from './swap.js';

/* ---------- ticked rows ---------- */

const boxes = () => all('.row input[name="ticket"]');

function countTicks() {
  const form = byId('bulk');
  if (form === null) return;
  const ticked = boxes().filter((box) => box.checked).length;
  const label = find('[data-chosen]', form);
  label.textContent = inNumbers(JSON.parse(label.dataset.chosen), ticked);
  const whole = find('[data-tick-all]', form);
  whole.checked = ticked > 0 && ticked === boxes().length;
  whole.indeterminate = ticked > 0 && !whole.checked;
}

/** A row that is swapped for a newer one stays ticked. */
export function keepTick(row, copy) {
  const before = find('input[name="ticket"]', row);
  const after = find('input[name="ticket"]', copy);
  if (before !== null && after !== null) after.checked = before.checked;
}

/** Rows that were loaded anew are ticked as those before. */
export function keepTicks(work) {
  const ticked = new Set(boxes().flatMap((box) => (box.checked ? [box.value] : [])));
  work();
  for (const box of boxes()) box.checked = ticked.has(box.value);
  countTicks();
}

addEventListener('change', ({ target }) => {
  if (target.matches('[data-tick-all]')) for (const box of boxes()) box.checked = target.checked;
  if (target.matches('[data-tick-all], .row input[name="ticket"]')) countTicks();
});
addEventListener('reset', () => setTimeout(countTicks));

let last;
addEventListener('click', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches('.row input[name="ticket"]')) return;
  const list = boxes();
  const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((one, other) => one - other);
  if (event.shiftKey && from >= 0)
    for (const each of list.slice(from, to + 1)) each.checked = box.checked;
  last = box;
  countTicks();
});

acts.tick = () => {
  const row = document.activeElement?.closest('.row') ?? find('.row[aria-current]');
  return row !== null && find('input[name="ticket"]', row).click();
};

addEventListener('pageshow', countTicks);

/* ---------- what can be taken back ---------- */

/** A line of the conversation offers to be taken back for as long as nothing later speaks against it. */
export function refreshUndo(line, other) {
  const [before, after] = [find('form.back', line), find('form.back', other)];
  if (before === null && after !== null) line.append(document.importNode(after, true));
  else if (before !== null && after === null && !before.contains(document.activeElement))
    before.remove();
}

/* ---------- a batch under way ---------- */

const restMs = 700;

async function lookAgain() {
  const batch = byId('batch');
  if (batch?.dataset.batch !== 'running') return;
  try {
    const page = await load(location.href);
    if (page !== undefined) swap(batch, find('#batch', page));
  } catch {
    // The desk is away; the link on the page is there for later.
  }
  setTimeout(lookAgain, restMs);
}

if (byId('batch')?.dataset.batch === 'running') setTimeout(lookAgain, restMs);
