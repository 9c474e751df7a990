/**
 * Saved views: made from the search that is shown, renamed, ordered, shared, removed.
 *
 * Leaves to others: the files, and who may (services/views), what a view finds (the list).
 */
import type Router from '@koa/router';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { parseQuery } from '../../../core/search/query.ts';
import { searchedStates } from '../../../core/ticket/ticket-rules.ts';
import { parseSort } from '../../../services/present/list-request.ts';
import type { ViewRefusal } from '../../../services/views/saved-views.ts';
import type { ViewerDeps } from '../deps.ts';
import { type HttpCode, PageRefusal } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentViews } from '../presenters/saved-views.ts';
import { viewHref } from '../presenters/view-links.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface ViewsDeps extends Pick<ViewerDeps, 'savedViews' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

const page = '/views';

export function addViewsRoutes(
  router: Router,
  { savedViews, config, visitor, pages }: ViewsDeps,
): void {
  router.get(
    page,
    visitor.member(async (ctx, visit) => {
      const { agent, locale } = visit;
      const view = presentViews(
        {
          views: await savedViews.list(agent),
          problems: await savedViews.problemsOf(agent),
          mayChange: (each) => savedViews.mayChange(each, agent),
          mayShare: savedViews.mayShare(agent),
        },
        locale,
      );
      await pages.show(ctx, visit, {
        template: 'views',
        title: locale.text('views.title'),
        view: { saved: view },
      });
    }),
  );

  /** One click on what is shown: the search is its name until it gets another. */
  router.post(
    page,
    visitor.memberForm(async (ctx, { agent }, form) => {
      const query = checked(form.get('q').trim());
      const name = form.get('name').trim();
      const made = await savedViews.create(agent, {
        name: name === '' ? query : name,
        query,
        sort: sortOf(form),
      });
      if (!made.ok) throw refused(made.refusal);
      visitor.say(ctx, 'toast.view-saved');
      goTo(ctx, viewHref(made.value));
    }),
  );

  router.post(
    `${page}/change`,
    visitor.memberForm(async (ctx, visit, form) => {
      await act(visit, form);
      visitor.say(ctx, form.get('do') === 'remove' ? 'toast.view-removed' : 'toast.view-saved');
      goTo(ctx, page);
    }),
  );

  async function act({ agent }: Visit, form: Form): Promise<void> {
    const key = form.get('view');
    const outcome = await {
      up: () => savedViews.move(agent, key, -1),
      down: () => savedViews.move(agent, key, 1),
      share: () => savedViews.share(agent, key),
      remove: () => savedViews.remove(agent, key),
      save: () =>
        savedViews.change(agent, key, {
          name: form.get('name'),
          query: checked(form.get('q').trim()),
          sort: sortOf(form) ?? '',
        }),
    }[wishOf(form)]();
    if (!outcome.ok) throw refused(outcome.refusal);
  }

  /** A view that cannot be searched for would be a file that cannot be read. */
  function checked(query: string): string {
    const states = searchedStates(ticketRulesOf(config.current()));
    if (query === '' || !parseQuery(query, states).ok) throw new PageRefusal('bad-value');
    return query;
  }
}

type Wish = 'up' | 'down' | 'share' | 'remove' | 'save';

function wishOf(form: Form): Wish {
  const wish = form.get('do');
  return wish === 'up' || wish === 'down' || wish === 'share' || wish === 'remove' ? wish : 'save';
}

function sortOf(form: Form): string | undefined {
  const sort = form.get('sort');
  return parseSort(sort) === undefined ? undefined : sort;
}

const codes: Readonly<Record<ViewRefusal['code'], HttpCode>> = {
  'unknown-view': 'no-page',
  'not-yours': 'admin-only',
  'bad-name': 'bad-value',
};

function refused({ code }: ViewRefusal): PageRefusal {
  return new PageRefusal(codes[code]);
}
