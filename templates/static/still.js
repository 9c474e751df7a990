/**
 * What changes while somebody looks at it, without anything moving.
 *
 * Promises: whatever is visible stays where it is, to the pixel; what would move it waits for a click.
 */
import { all, byId, find } from './dom.js';
import { swap } from './swap.js';

export const isNewestFirst = () => find('#flow[data-newest-first]') !== null;

const topOf = (element) => element.getBoundingClientRect().top;

/** Does the work, and scrolls by as much as it moved what stood at the top of the view. */
export function keepPlace(flow, work) {
  const pane = find('.scroll');
  const scroller =
    getComputedStyle(pane).overflowY === 'visible' ? document.scrollingElement : pane;
  const facts = byId('facts');
  const room = facts.offsetHeight;
  const edge = facts.getBoundingClientRect().bottom;
  const anchor = [...flow.children].find((item) => item.getBoundingClientRect().bottom > edge);
  const before = anchor && topOf(anchor);
  work();
  // A line of facts that became shorter would pull everything up.
  byId('facts').style.minBlockSize = `${room}px`;
  if (anchor?.isConnected) scroller.scrollTop += topOf(anchor) - before;
}

/** Brings a conversation up to date; gives what is new in it. At the top it stays hidden until it is revealed. */
export function grow(flow, wanted, renew = () => {}) {
  const added = [];
  const isUpward = flow.matches('[data-newest-first]');
  let last = null;
  for (const item of wanted.children) {
    if (item.id === '') continue;
    let known = byId(item.id);
    if (known === null) {
      known = document.importNode(item, true);
      known.hidden = isUpward;
      if (!isUpward) flow.append(known);
      else if (last === null) flow.prepend(known);
      else last.after(known);
      added.push(known);
    } else if (known.matches('.day')) swap(find('h2', known), find('h2', item));
    else {
      swap(find('.foot', known), find('.foot', item));
      swap(find('.meeting', known), find('.meeting', item));
      if (known.matches('.line')) renew(known, item);
    }
    last = known;
  }
  return added;
}

export function reveal(items) {
  for (const item of items) {
    item.hidden = false;
    item.classList.add('slides');
  }
}

/** Counts change where they stand; a view that comes or goes waits for the next page. */
export function swapTree(page) {
  for (const link of all('#tree a[href]'))
    swap(link, find(`#tree a[href="${CSS.escape(link.getAttribute('href'))}"]`, page));
}

let waiting;

/** The side bar, unless that would move what is seen of it: then its button says so, and brings it. */
export function swapSide(page) {
  const side = byId('side');
  const other = page === undefined ? waiting : find('#side', page);
  if (side === null || other === null || other === undefined) return;
  const { scrollTop } = side;
  // The button that was pressed goes with what it stands in.
  if (page === undefined) byId('main').focus({ preventScroll: true });
  const before = headings(side);
  swap(side, other);
  const now = byId('side');
  now.scrollTop = scrollTop;
  const after = headings(now);
  const end = Math.min(innerHeight, now.getBoundingClientRect().bottom);
  const moves = [...before].some(
    ([name, top]) => top < end && Math.abs((after.get(name) ?? Infinity) - top) > 0.5,
  );
  // While something is filled in there, it waits on.
  if (page === undefined && now === side) return;
  waiting = moves && page !== undefined ? other : undefined;
  if (waiting === undefined) return;
  now.replaceWith(side);
  side.scrollTop = scrollTop;
  byId('side-news').hidden = false;
}

const headings = (side) => new Map(all('h2[id]', side).map((head) => [head.id, topOf(head)]));
