/**
 * Where one is: the tickets of the list that was left, so that one leads to the next; and the focus after something was done,
 * which comes back to where it was done.
 */
import { all, byId, find, live, number } from './dom.js';
import { acts } from './keys.js';

/* ---------- the list that was left ---------- */

const remember = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const recall = (name) => JSON.parse(sessionStorage.getItem(name));

if (live === 'list')
  addEventListener('pagehide', () =>
    remember(
      'list',
      all('.row').map((row) => row.dataset.number),
    ),
  );

function toOther(step) {
  if (live === 'list') return step > 0 ? acts.next() : acts.previous();
  const numbers = recall('list') ?? [];
  const at = numbers.indexOf(number);
  const other = at < 0 ? undefined : numbers[at + step];
  if (other === undefined) return false;
  location.assign(`/tickets/${other}`);
}
acts['next-ticket'] = () => toOther(1);
acts['previous-ticket'] = () => toOther(-1);

/* ---------- the focus after an action ---------- */

let isByKey = false;
addEventListener(
  'keydown',
  () => {
    isByKey = true;
  },
  true,
);
addEventListener(
  'pointerdown',
  () => {
    isByKey = false;
  },
  true,
);

addEventListener('submit', ({ target, submitter }) => {
  if (!isByKey) return;
  const spots = [];
  for (let spot = submitter ?? target; spot !== null; spot = spot.parentElement)
    if (spot.id !== '') spots.push(spot.id);
  const { name, value } = submitter ?? {};
  remember('focus', { path: location.pathname, spots, name, value });
});

function comeBack({ path, spots, name, value }) {
  const chosen = find('.row[aria-current] .sub a');
  if (chosen !== null) return chosen;
  if (path !== location.pathname) return all('#flow .card').at(-1);
  const place = spots.map(byId).find((spot) => spot !== null);
  const items = all('button, a[href], summary, input:not([type="hidden"])', place ?? byId('main'));
  const shown = items.filter((item) => item.checkVisibility() && item.tabIndex >= 0);
  return shown.find((item) => item.name === name && item.value === value) ?? shown[0];
}

const was = recall('focus');
sessionStorage.removeItem('focus');
if (was !== null && document.activeElement === document.body)
  comeBack(was)?.focus({ preventScroll: true });
