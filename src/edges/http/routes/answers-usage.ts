/** How text modules are used, and what is written by hand again and again. */
import type Router from '@koa/router';
import { day, toInstant } from '../../../base/clock.ts';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentUsage, usagePeriods } from '../presenters/answers-usage.ts';
import { textOf } from './login.ts';

export interface AnswersUsageDeps extends Pick<ViewerDeps, 'answers' | 'suggestions' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addAnswersUsageRoutes(
  router: Router,
  { answers, suggestions, clock, visitor, pages }: AnswersUsageDeps,
): void {
  router.get(
    '/answers/usage',
    visitor.member(async (ctx, visit) => {
      const { locale } = visit;
      const asked = Number(textOf(ctx.query.days));
      const days = usagePeriods.find((each) => each === asked) ?? usagePeriods[0];
      const now = clock.now();
      const period = { from: toInstant(now - days * day), to: toInstant(now + 1) };
      const sees = (queue: string) => visit.may('see', queue);
      const [usage, topics] = await Promise.all([
        suggestions.usage(period, sees),
        suggestions.topics(period, sees),
      ]);
      const dates = locale.dates(visit.timeZone);
      await pages.show(ctx, visit, {
        template: 'answers-usage',
        title: locale.text('usage.title'),
        view: presentUsage({
          usage,
          topics,
          modules: answers.modules(),
          days,
          words: { locale, dates, now },
        }),
      });
    }),
  );
}
