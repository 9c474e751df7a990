/**
 * Single keys and sequences of two: whatever the list behind `?` binds, in the agent's own choice.
 *
 * A key presses the button or link that carries it in `data-key`, follows the link of its line, or does one of `acts`, which other
 * scripts fill. Promises: nothing happens in fields, menus and dialogs, nor while a letter is being composed; letters are found on
 * keyboards of any script; a sequence that is begun shows what may follow, says it politely, and ends by itself.
 */
import { all, byId, find } from './dom.js';

/** What keys do that press nothing; false where there is nothing to do. */
export const acts = {
  help() {
    const list = byId('keys');
    list.togglePopover();
    if (list.matches(':popover-open')) list.focus();
  },
  fold() {
    const parts = all('details.quoted');
    const isOpen = parts.every((part) => part.open);
    for (const part of parts) part.open = !isOpen;
  },
  'tick-all': () => find('[data-tick-all]')?.click(),
  'tick-none': () => find('#bulk [type="reset"]')?.click(),
};

const hintMs = 700;
const patienceMs = 5000;

/* ---------- which key it is ---------- */

export const isTyping = (element) =>
  element.matches(
    'input:not([type="hidden"], [type="checkbox"], [type="radio"], [type="range"]), textarea, select',
  ) || element.isContentEditable;

/** The characters of an American keyboard where another one has letters of a script that is not Latin. */
const american = {
  Digit1: '1!',
  Digit2: '2@',
  Digit3: '3#',
  Digit8: '8*',
  Slash: '/?',
  Period: '.>',
  Semicolon: ';:',
  BracketLeft: '[{',
  BracketRight: ']}',
};
/** By the last letter that was pressed; § and é of a Latin keyboard are no keys of ours. */
const script = { isLatin: sessionStorage.getItem('latin') !== 'no' };

function readScript(key) {
  if (!/^\p{L}/u.test(key)) return;
  script.isLatin = /^\p{Script=Latin}/u.test(key);
  sessionStorage.setItem('latin', script.isLatin ? 'yes' : 'no');
}

/** What the key says, then what stands in its place on a Latin keyboard where this one is another. */
function strokesOf({ key, code, shiftKey }) {
  readScript(key);
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const there = script.isLatin ? undefined : (letter ?? american[code]?.[shiftKey ? 1 : 0]);
  // Turkish keyboards have two letters where the list says I.
  const own = key.replace(/[ıİ]/, 'i').toLowerCase();
  return [own, there?.toLowerCase()].flatMap((each) => {
    if (each === undefined) return [];
    const upper = each.toUpperCase();
    return shiftKey && upper !== each ? [upper] : [each];
  });
}

/** Not a character that somebody wants to type or the browser to have. */
function isMeant(event) {
  const { key, ctrlKey, metaKey, altKey, isComposing, target, defaultPrevented } = event;
  if (defaultPrevented || isComposing || [...key].length !== 1 || key === ' ') return false;
  // What the right Alt key gives is a sign of its own on many keyboards, and never a letter of the list.
  const isSign = event.getModifierState('AltGraph') && !/[\p{L}\p{N}]/u.test(key);
  if (metaKey || ((ctrlKey || altKey) && !isSign)) return false;
  if (event.getModifierState('AltGraph') && !isSign) return false;
  if (isTyping(target) || find('dialog[open]') !== null) return false;
  return target.closest('details.pick[open] .menu, #me, #news') === null;
}

/* ---------- what it does ---------- */

const bound = (keys) => find(`#keys [data-bound="${CSS.escape(keys)}"]`);
const begun = (keys) => all(`#keys [data-bound^="${CSS.escape(keys)} "]`);
const isThere = (element) =>
  (element.closest('details:not([open])') ?? element).checkVisibility() && !element.disabled;

function press(keys) {
  const own = bound(keys);
  const act = acts[own?.dataset.act];
  if (act !== undefined && act() !== false) return true;
  const there = all(`[data-key="${CSS.escape(keys)}"]`).find(isThere);
  const wanted = there ?? own?.closest('div').querySelector('dd a');
  if (wanted === null || wanted === undefined) return false;
  if (isTyping(wanted)) wanted.select();
  else {
    wanted.click();
    wanted.dispatchEvent(new Event('desk-pressed', { bubbles: true }));
  }
  return true;
}

let before = '';
let timers = [];
const hint = document.createElement('div');
hint.className = 'then';
hint.setAttribute('role', 'status');
if (byId('keys') !== null) document.body.append(hint);

function end() {
  before = '';
  for (const timer of timers) clearTimeout(timer);
  hint.replaceChildren();
}

function begin(keys) {
  end();
  before = keys;
  timers = [setTimeout(showHint, hintMs), setTimeout(end, patienceMs)];
}

function showHint() {
  const list = document.createElement('dl');
  for (const row of new Set(begun(before).map((each) => each.closest('div')))) {
    const line = document.createElement('div');
    const sign = document.createElement('dt');
    sign.append(find('kbd:last-child', row).cloneNode(true));
    const text = document.createElement('dd');
    text.textContent = find('dd', row).textContent;
    line.append(sign, text);
    list.append(line);
  }
  const first = find('kbd', begun(before)[0]).cloneNode(true);
  hint.replaceChildren(first, list);
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return end();
  if (!isMeant(event)) return;
  const wasBegun = before !== '';
  const strokes = strokesOf(event).map((stroke) => (wasBegun ? `${before} ${stroke}` : stroke));
  end();
  for (const keys of strokes) {
    if (begun(keys).length > 0) {
      event.preventDefault();
      return begin(keys);
    }
    if (press(keys)) return event.preventDefault();
  }
});
