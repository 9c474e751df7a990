/**
 * Saved views as the tree and their own page show them.
 *
 * Promises: pure; what the agent may not change is shown without buttons.
 */
import type { ConfigProblem } from '../../../config/config.ts';
import { type SavedView, viewKey } from '../../../core/views/view.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { sortTexts } from './list.ts';
import { viewHref } from './view-links.ts';

export interface ViewsRequest {
  readonly views: readonly SavedView[];
  readonly problems: readonly ConfigProblem[];
  readonly mayChange: (view: SavedView) => boolean;
  readonly mayShare: boolean;
}

export function presentViews(
  { views, problems, mayChange, mayShare }: ViewsRequest,
  locale: Locale,
) {
  const groupOf = (scope: SavedView['scope'], title: string) => {
    const own = views.filter((view) => view.scope === scope);
    const rows = own.map((view, at) => ({
      key: viewKey(view),
      id: `${view.scope}-${view.id}`,
      href: viewHref(view),
      name: view.name,
      query: view.query,
      sign: view.icon ?? 'search',
      sorts: sortTexts(view.sort, locale),
      restriction:
        view.roles.length + view.queues.length === 0
          ? undefined
          : locale.text('views.for', { names: locale.list([...view.roles, ...view.queues]) }),
      mayChange: mayChange(view),
      mayShare: scope === 'own' && mayShare,
      isFirst: at === 0,
      isLast: at === own.length - 1,
    }));
    return { title, rows };
  };
  const groups = [
    groupOf('own', locale.text('views.mine')),
    groupOf('shared', locale.text('views.shared')),
  ];
  return { groups: groups.filter(({ rows }) => rows.length > 0), problems };
}
