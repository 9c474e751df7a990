/** Saved views as links, with what they find. Promises: pure. */
import type { SavedView } from '../../../core/views/view.ts';

/** A view and how many tickets it finds; undefined when that cannot be told. */
export interface CountedView {
  readonly view: SavedView;
  readonly count: number | undefined;
  /** False while not all texts are searched. */
  readonly isComplete: boolean;
}

export function viewHref({ query, sort }: Pick<SavedView, 'query' | 'sort'>): string {
  const order = sort === undefined ? '' : `&sort=${sort}`;
  return `/tickets?q=${encodeURIComponent(query)}${order}`;
}

export function presentViewLinks(views: readonly CountedView[], query: string | undefined) {
  return views.map(({ view, count }) => ({
    href: viewHref(view),
    name: view.name,
    sign: view.icon ?? 'search',
    count,
    isCurrent: query === view.query,
  }));
}
