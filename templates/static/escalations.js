/** The page of escalations: brought up to date with each change, and with each minute that passes. */
import { byId, find } from './dom.js';
import { load, swap } from './swap.js';

const parts = ['esc-moment', 'esc-figures', 'esc-horizon', 'esc-table'];
const minuteMs = 60_000;

function show(page) {
  const board = byId('escalations');
  const other = find('#escalations', page);
  if (board === null || other === null) return;
  const isSameShape = parts.every((id) => (byId(id) === null) === (find(`#${id}`, other) === null));
  if (!isSameShape) return swap(board, other);
  for (const id of parts) if (id !== 'esc-table') swap(byId(id), find(`#${id}`, other));
  showRows(find('#esc-table', other));
}

/** A row that has the focus stays what it is; the others are not kept waiting for it. */
function showRows(section) {
  const table = byId('esc-table');
  if (table === null || section === null) return;
  const row = document.activeElement?.closest('#esc-table tr');
  const twin = row === null || row === undefined ? null : find(`#${row.id}`, section);
  if (twin === null) return swap(table, section);
  const at = [...section.querySelectorAll('tbody tr')].indexOf(twin);
  const body = find('tbody', table);
  const others = [...section.querySelectorAll('tbody tr')].map((one) =>
    one === twin ? row : document.importNode(one, true),
  );
  for (const one of [...body.children]) if (one !== row) one.remove();
  row.before(...others.slice(0, at));
  row.after(...others.slice(at + 1));
}

if (byId('escalations') !== null) {
  addEventListener('desk-page', ({ detail }) => show(detail));
  setInterval(async () => {
    if (document.visibilityState !== 'visible') return;
    const page = await load(location.href).catch(() => undefined);
    if (page !== undefined) show(page);
  }, minuteMs);
}
