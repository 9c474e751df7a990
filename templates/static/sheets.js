/** Pages of a fax: zoom and rotation without losing the place; the links do the same with a new page. Also the strip of contacts. */
import { all, byId, find } from './dom.js';
import { load, swap } from './swap.js';

addEventListener('click', async (event) => {
  const link = event.target.closest('a[data-sheet]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = link;
  const page = await load(href);
  const sheets = page && find('#sheets', page);
  if (!sheets) return;
  const edge = byId('sheet-tools').getBoundingClientRect().bottom;
  const there = all('.faxpage').find((sheet) => sheet.getBoundingClientRect().bottom > edge);
  const box = there.getBoundingClientRect();
  const share = (edge - box.top) / box.height;
  const wasClicked = document.activeElement === link;
  byId('sheets').replaceWith(document.importNode(sheets, true));
  const links = all('a[data-sheet]', page);
  for (const [at, old] of all('a[data-sheet]').entries()) {
    const copy = document.importNode(links[at], true);
    old.replaceWith(copy);
    if (old === link && wasClicked) copy.focus({ preventScroll: true });
  }
  history.replaceState(null, '', href);
  const now = byId(there.id);
  if (!wasClicked) now.focus({ preventScroll: true });
  const pane = byId('talk');
  const scroller =
    getComputedStyle(pane).overflowY === 'visible' ? document.scrollingElement : pane;
  const { top, height } = now.getBoundingClientRect();
  scroller.scrollTop += top + share * height - edge;
});

/* Next and previous go on from the page that is seen. */
(find('.faxpage:target') ?? find('.faxpage'))?.focus({ preventScroll: true });

const trail = () => find('.trail ol');
const toEnd = () => trail()?.scrollTo({ left: trail().matches(':dir(rtl)') ? -1e6 : 1e6 });
toEnd();
addEventListener('desk-page', ({ detail }) => {
  swap(byId('trail'), find('#trail', detail));
  toEnd();
});
