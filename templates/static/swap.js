/** Fetching pages again and putting what differs in place, without moving what somebody reads or writes. */
import { all, find } from './dom.js';

const fields = 'input:not([type="checkbox"], [type="radio"]), select, textarea';

const isBusy = (element) => element.contains(document.activeElement) || hasOpenMenu(element);

const menus = 'details[open]:is(.pick, .edit)';
const hasOpenMenu = (element) => element.matches(menus) || find(menus, element) !== null;

/** A menu in it is open, or a field in it is filled in. */
const isWorkedIn = (element) =>
  hasOpenMenu(element) ||
  (element.contains(document.activeElement) && document.activeElement.matches(fields));

/**
 * Puts the other element in place when it differs; open foldings stay open. Where somebody is in it, what lies around
 * him is swapped; where that cannot be told apart, all of it is, and the focus follows (focus.js).
 */
export function swap(element, other) {
  if (element === null || other === null || element.matches(menus)) return;
  const copy = document.importNode(other, true);
  const before = all('details', element);
  all('details', copy).forEach((details, at) => {
    details.open = before[at]?.open ?? details.open;
  });
  if (element.outerHTML === copy.outerHTML) return;
  if (!isBusy(element)) return replace(element, copy);
  if (isAlike(element, copy))
    for (const [at, child] of [...element.children].entries()) swap(child, copy.children[at]);
  else if (!isWorkedIn(element)) replace(element, copy);
}

const isAlike = ({ children: mine }, { children: others }) =>
  mine.length > 0 &&
  mine.length === others.length &&
  [...mine].every(({ tagName, id }, at) => tagName === others[at].tagName && id === others[at].id);

function replace(element, copy) {
  const { scrollTop } = element;
  element.replaceWith(copy);
  if (scrollTop > 0) copy.scrollTop = scrollTop;
}

/** After this time, the place that waits shows that it does. */
const patienceMs = 300;

/** Shapes stand in the place until the work is over. */
export async function whileBusy(place, work) {
  const timer = setTimeout(() => place.setAttribute('aria-busy', 'true'), patienceMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    place.removeAttribute('aria-busy');
  }
}

/** Texts by address, with their tags: what has not changed is not sent again. */
const known = new Map();
const mostKnown = 4;

export async function load(address) {
  const before = known.get(address);
  const answer = await fetch(address, {
    credentials: 'same-origin',
    headers: {
      Accept: 'text/html',
      // The desk is told whether anybody can see what is fetched.
      'X-Refresh': document.visibilityState,
      ...(before === undefined ? {} : { 'If-None-Match': before.tag }),
    },
  });
  if ((!answer.ok && answer.status !== 304) || answer.redirected) return undefined;
  const text = answer.status === 304 ? before.text : await answer.text();
  known.delete(address);
  known.set(address, { tag: answer.headers.get('ETag') ?? '', text });
  if (known.size > mostKnown) known.delete(known.keys().next().value);
  return new DOMParser().parseFromString(text, 'text/html');
}
