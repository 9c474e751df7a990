/**
 * Saved views: searches with a name, of one person or of the team.
 *
 * Promises: pure. A view only asks; what comes out of it is within the rights of whoever asks.
 */
import { adminRole, type QueueRights, rightsIn } from '../ticket/rights.ts';

export interface SavedView {
  /** Name of the file without its ending; with the scope it is the view's address. */
  readonly id: string;
  readonly scope: ViewScope;
  readonly name: string;
  readonly query: string;
  /** `-updated` and the like; undefined for the usual order of such a list. */
  readonly sort: string | undefined;
  readonly icon: ViewIcon | undefined;
  /** Smaller ones come first; those without come behind them, by name. */
  readonly order: number | undefined;
  /** Who is shown a shared view: one of these roles, and who sees one of these queues; empty for everybody. */
  readonly roles: readonly string[];
  readonly queues: readonly string[];
}

export type ViewScope = 'own' | 'shared';

export const viewIcons = [
  'search',
  'inbox',
  'clock',
  'eye',
  'tri',
  'flag',
  'tag',
  'user',
  'phone',
  'fax',
  'clip',
  'rec',
  'lock',
  'bell',
  'at',
  'text',
  'book',
  'chart',
  'date',
  'hand',
  'spam',
] as const;

export type ViewIcon = (typeof viewIcons)[number];

export const mostViewName = 100;

/** `own:vip`, `shared:late`. */
export function viewKey({ scope, id }: Pick<SavedView, 'scope' | 'id'>): string {
  return `${scope}:${id}`;
}

export interface ViewReader {
  readonly roles: readonly string[];
  readonly queues: readonly QueueRights[];
}

export function isViewFor(view: SavedView, { roles, queues }: ViewReader): boolean {
  if (view.scope === 'own' || roles.includes(adminRole)) return true;
  const hasRole = view.roles.length === 0 || view.roles.some((role) => roles.includes(role));
  const sees = (queue: string) => rightsIn(queue, roles, queues).has('see');
  return hasRole && (view.queues.length === 0 || view.queues.some(sees));
}

/** A shared view is changed by whoever administers each of its queues; one for all queues by the admins. */
export function mayChangeView(
  view: Pick<SavedView, 'scope' | 'queues'>,
  { roles, queues }: ViewReader,
): boolean {
  if (view.scope === 'own' || roles.includes(adminRole)) return true;
  return (
    view.queues.length > 0 &&
    view.queues.every((queue) => rightsIn(queue, roles, queues).has('administer'))
  );
}

/** For which queues somebody may share a view, `[]` for all of them; undefined when for none. */
export function sharedFor({ roles, queues }: ViewReader): readonly string[] | undefined {
  if (roles.includes(adminRole)) return [];
  const own = queues.filter(({ name }) => rightsIn(name, roles, queues).has('administer'));
  return own.length === 0 ? undefined : own.map(({ name }) => name);
}

export function compareViews(one: SavedView, other: SavedView): number {
  const [first, second] = [one, other].map(({ order }) => order ?? Number.MAX_SAFE_INTEGER);
  if (first !== second) return (first ?? 0) - (second ?? 0);
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** By name without regard to case, else by the name of its file; the first of several. */
export function findView(views: readonly SavedView[], wanted: string): SavedView | undefined {
  const text = wanted.trim().toLowerCase();
  return (
    views.find((view) => viewKey(view) === text) ??
    views.find(({ name }) => name.toLowerCase() === text) ??
    views.find(({ id }) => id === text)
  );
}

/** A file name out of a view's name: what every file system takes. */
export function viewIdOf(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const begin = plain === '' ? 'view' : plain;
  if (!taken.has(begin)) return begin;
  for (let count = 2; ; count += 1) if (!taken.has(`${begin}-${count}`)) return `${begin}-${count}`;
}
