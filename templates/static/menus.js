/** Menus by keyboard: arrows, Home and End move among what can be chosen, letters find it, Escape closes and leads back. */
import { all, find } from './dom.js';
import { isTyping } from './keys.js';

const menuOf = (target) => target.closest?.('details.pick, .menu:popover-open:not(#keys)') ?? null;
const itemsOf = (menu) =>
  all('a, button, select, input:not([type="hidden"])', menu).filter(
    (item) => item.tabIndex >= 0 && !item.disabled && item.checkVisibility(),
  );

const restMs = 700;
let typed = '';
let timer;

/** What begins with the letters that were typed without a rest. */
function itemNamed(key, items, at) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    typed = '';
  }, restMs);
  typed += key.toLowerCase();
  const from = typed.length > 1 ? at : at + 1;
  const inTurn = [...items.slice(from), ...items.slice(0, from)];
  return inTurn.find((item) => item.textContent.trim().toLowerCase().startsWith(typed));
}

addEventListener('keydown', (event) => {
  const { target, key, ctrlKey, metaKey, altKey, isComposing } = event;
  const menu = menuOf(target);
  if (key === 'Escape') {
    for (const open of all('details.pick[open]')) {
      if (open.contains(target)) find('summary', open).focus();
      open.open = false;
    }
    return;
  }
  if (menu === null || ctrlKey || metaKey || altKey || isComposing || isTyping(target)) return;
  const isOpen = menu.open !== false;
  if (!isOpen && key !== 'ArrowDown') return;
  menu.open = true;
  const items = itemsOf(menu);
  const at = items.indexOf(target);
  const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 };
  const isLetter = at >= 0 && [...key].length === 1 && key !== ' ';
  const wanted =
    key in steps
      ? items.at(steps[key] % items.length)
      : isLetter
        ? itemNamed(key, items, at)
        : undefined;
  if (wanted === undefined) return;
  event.preventDefault();
  wanted.focus();
});

/* Opened by a key that stands in a list of its own, a menu is gone into at once. */
addEventListener('desk-pressed', ({ target }) => {
  const menu = target.closest?.('details.pick');
  if (menu?.open && target.matches('summary')) itemsOf(menu)[0]?.focus();
});
