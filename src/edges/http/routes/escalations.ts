/** The page of what is late and what falls due next. */
import type Router from '@koa/router';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentEscalations } from '../presenters/escalations.ts';
import { openViews } from '../presenters/frame.ts';
import { namesOf } from '../presenters/people.ts';

export interface EscalationsDeps
  extends Pick<ViewerDeps, 'board' | 'sight' | 'accounts' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addEscalationsRoutes(
  router: Router,
  { board, sight, accounts, config, visitor, pages }: EscalationsDeps,
): void {
  router.get(
    '/escalations',
    visitor.member(async (ctx, visit) => {
      const { locale, agent } = visit;
      const { desk } = config.current();
      const view = presentEscalations({
        board: await board.read(sight.readerOf(agent)),
        visit,
        words: {
          locale,
          dates: locale.dates(visit.timeZone),
          nameOf: namesOf(accounts.list()),
          login: agent.login,
        },
        views: openViews(desk),
        zone: visit.timeZone,
      });
      await pages.show(ctx, visit, {
        template: 'escalations',
        title: view.title,
        live: { kind: 'list' },
        view: { board: view },
      });
    }),
  );
}
