/** First steps: where one stands, putting a step off, putting all of it away. Each step is a file of its own beside this one. */
import type Router from '@koa/router';
import { isStepName, nextStep } from '../../../core/first-steps/steps.ts';
import { type BeginDeps, createBeginPage } from '../begin-page.ts';
import { PageRefusal } from '../errors.ts';
import { stepHref } from '../presenters/first-steps.ts';
import { addBeginColleagueRoutes } from './begin-colleague.ts';
import { addBeginDeskRoutes } from './begin-desk.ts';
import { addBeginQueueRoutes } from './begin-queue.ts';
import { addBeginReceivingRoutes } from './begin-receiving.ts';
import { addBeginSendingRoutes } from './begin-sending.ts';
import { goTo } from './login.ts';

export function addFirstStepsRoutes(router: Router, deps: BeginDeps): void {
  const { firstSteps, config } = deps;
  const page = createBeginPage(deps);

  router.get(
    '/begin',
    page.admin(async (ctx, visit) => {
      goTo(ctx, stepHref(nextStep(await page.steps(visit)) ?? 'ready'));
    }),
  );

  router.get(
    '/begin/ready',
    page.admin(async (ctx, visit) => {
      const { desk } = config.current();
      await page.show(ctx, visit, 'ready', {
        address: desk.addresses[0] ?? '',
        hasPublicUrl: desk.publicUrl !== undefined,
      });
    }),
  );

  addBeginDeskRoutes(router, page, deps);
  addBeginSendingRoutes(router, page, deps);
  addBeginReceivingRoutes(router, page, deps);
  addBeginQueueRoutes(router, page, deps);
  addBeginColleagueRoutes(router, page, deps);

  router.post(
    '/begin/:step/later',
    page.adminForm(async (ctx, visit) => {
      const name = ctx.params.step ?? '';
      if (!isStepName(name)) throw new PageRefusal('no-page');
      await page.goOn(ctx, visit, name, 'later');
    }),
  );

  router.post(
    '/begin/put-away',
    page.adminForm(async (ctx) => {
      await firstSteps.putAway();
      goTo(ctx, '/');
    }),
  );

  router.post(
    '/begin/take-out',
    page.adminForm(async (ctx) => {
      await firstSteps.takeOut();
      goTo(ctx, '/begin');
    }),
  );
}
