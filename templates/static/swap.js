/** Fetching pages again and putting what differs in place, without moving what somebody reads or writes. */
import { all, find } from './dom.js';

const isBusy = (element) =>
  element.contains(document.activeElement) ||
  find('details[open]:is(.pick, .edit)', element) !== null;

/** Puts the other element in place when it differs; open foldings stay open. */
export function swap(element, other) {
  if (element === null || other === null || isBusy(element)) return;
  const copy = document.importNode(other, true);
  const before = all('details', element);
  all('details', copy).forEach((details, at) => {
    details.open = before[at]?.open ?? details.open;
  });
  if (element.outerHTML !== copy.outerHTML) element.replaceWith(copy);
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

export async function load(address) {
  const answer = await fetch(address, {
    credentials: 'same-origin',
    // The desk is told whether anybody can see what is fetched.
    headers: { Accept: 'text/html', 'X-Refresh': document.visibilityState },
  });
  if (!answer.ok || answer.redirected) return undefined;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
