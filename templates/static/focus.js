/**
 * Keeps the focus: whoever works by keyboard or listens to the page stays where he was when a part of it is swapped,
 * hidden or removed.
 *
 * Promises: the focus goes to the same control in the new part; where it is gone, to what the markup names
 * (`data-next`, a selector), to the opener of a menu that closed, or to the nearest control that is left. It is never
 * lost to the page itself. Leaves alone what somebody does on purpose: pressing on nothing leaves a control.
 */
import { all, byId, find } from './dom.js';

const controls =
  'a[href], button:not(:disabled), input:not([type="hidden"], :disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]';

/** What had the focus last: the element, and what tells it and its place from others. */
let last;

const isThere = (element) => element.isConnected && element.checkVisibility();

/** An address alone would not do: two controls of a row may lead to one page. */
function describe(element) {
  const attributes = ['name', 'value', 'href', 'data-key', 'aria-label', 'for'];
  return [element.tagName, ...attributes.map((name) => element.getAttribute(name) ?? '')].join(
    '\n',
  );
}

function remember(element) {
  const places = [];
  for (let each = element.parentElement; each !== null; each = each.parentElement)
    if (each.id !== '') places.push({ id: each.id, at: all(controls, each).indexOf(element) });
  last = {
    element,
    id: element.id,
    description: describe(element),
    next: element.dataset.next,
    menu: element.closest('details'),
    places,
  };
}

function successor({ element, id, description, next, menu, places }) {
  if (next !== undefined) return find(next);
  if (id !== '' && byId(id) !== null && isThere(byId(id))) return byId(id);
  if (menu !== null && menu !== element.parentElement && isThere(menu))
    return find('summary', menu);
  for (const place of places) {
    const within = byId(place.id);
    if (within === null) continue;
    const left = all(controls, within).filter(isThere);
    const twin = left.find((each) => describe(each) === description);
    if (twin !== undefined) return twin;
    if (left.length > 0) return left[Math.min(Math.max(place.at, 0), left.length - 1)];
    const after = all(controls).find(
      (each) =>
        within.compareDocumentPosition(each) === Node.DOCUMENT_POSITION_FOLLOWING && isThere(each),
    );
    if (after !== undefined) return after;
  }
  return undefined;
}

function keep() {
  const now = document.activeElement;
  const isSomewhere = now !== null && now !== document.body && isThere(now);
  if (last === undefined || isSomewhere || !document.hasFocus()) return;
  // Taken out and put back: it is there, and has lost the focus all the same.
  const next = isThere(last.element) ? last.element : (successor(last) ?? byId('main'));
  next?.focus({ preventScroll: true });
}

addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement) remember(target);
});
// Pressed on nothing: left on purpose.
addEventListener('pointerdown', ({ target }) => {
  if (target.closest(controls) === null) last = undefined;
});

new MutationObserver(keep).observe(document.body, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ['hidden', 'open', 'disabled'],
});
