/** Pages about the desk: what waits to be sent, what is wrong with the configuration. */
import type Router from '@koa/router';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentOutbox, presentProblems } from '../presenters/desk.ts';

export interface DeskDeps extends Pick<ViewerDeps, 'outbox' | 'config' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addDeskRoutes(
  router: Router,
  { outbox, config, clock, visitor, pages }: DeskDeps,
): void {
  router.get(
    '/outbox',
    visitor.member(async (ctx, visit) => {
      const { locale } = visit;
      const { desk } = config.current();
      const [waiting, count] = await Promise.all([outbox.waiting(), outbox.count()]);
      const words = { locale, dates: locale.dates(desk.timeZone), now: clock.now() };
      const view = presentOutbox(
        { waiting, count, hasSmarthost: desk.smarthost !== undefined },
        words,
      );
      await pages.show(ctx, visit, {
        template: 'outbox',
        title: locale.text('outbox.title'),
        view: { outbox: view },
      });
    }),
  );

  router.get(
    '/problems',
    visitor.member(async (ctx, visit) => {
      const problems = presentProblems(config.problems(), visit.locale);
      await pages.show(ctx, visit, {
        template: 'problems',
        title: visit.locale.text('problems.title'),
        view: { problems },
      });
    }),
  );
}
