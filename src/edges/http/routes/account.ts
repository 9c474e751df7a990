/** What an agent sets for himself: password, language, colours. */
import type Router from '@koa/router';
import { day } from '../../../base/clock.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Cookies } from '../middleware/cookies.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentPreferences } from '../presenters/notifications.ts';
import { densities, themes, type Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { visibleQueues } from './notifications.ts';

export interface AccountDeps extends Pick<ViewerDeps, 'accounts' | 'renderer' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly cookies: Cookies;
}

const keptFor = 365 * day;

export function addAccountRoutes(
  router: Router,
  { accounts, renderer, config, visitor, pages, cookies }: AccountDeps,
): void {
  router.get(
    '/account',
    visitor.member(async (ctx, visit) => showAccount(ctx, visit, undefined)),
  );

  router.post(
    '/account',
    visitor.memberForm(async (ctx, visit, form) => {
      const { locale, agent } = visit;
      const password = form.get('password');
      if (password !== form.get('again')) {
        ctx.status = 422;
        return showAccount(ctx, visit, locale.text('account.not-the-same'));
      }
      const outcome = await accounts.setPassword(agent.login, password);
      if (!outcome.ok) {
        ctx.status = httpAnswers[outcome.refusal.code].status;
        return showAccount(ctx, visit, refusalText(outcome.refusal, locale));
      }
      // Sessions made before are void now, so this one is opened again.
      visitor.openSession(ctx, outcome.value);
      visitor.say(ctx, 'toast.password-set');
      goTo(ctx, '/');
    }),
  );

  router.post(
    '/language',
    visitor.guestForm(async (ctx, _visit, form, agent) => {
      const locale = renderer.locales.find(form.get('language'));
      if (locale !== undefined) {
        cookies.write(ctx, 'language', locale.code, keptFor);
        if (agent !== undefined) await accounts.setLanguage(agent.login, locale.code);
      }
      goTo(ctx, safeBack(form.get('back')));
    }),
  );

  router.post(
    '/look',
    visitor.guestForm(async (ctx, visit, form) => {
      const theme = themes.find((known) => known === form.get('theme')) ?? visit.look.theme;
      const density =
        densities.find((known) => known === form.get('density')) ?? visit.look.density;
      cookies.write(ctx, 'look', `${theme}.${density}`, keptFor);
      goTo(ctx, safeBack(form.get('back')));
    }),
  );

  async function showAccount(
    ctx: PageContext,
    visit: Visit,
    refused: string | undefined,
  ): Promise<void> {
    const { locale, agent } = visit;
    await pages.show(ctx, visit, {
      template: 'account',
      title: locale.text('account.title'),
      view: {
        refused,
        hasPassword: agent.hasPassword,
        notify: presentPreferences(
          agent.notify,
          visibleQueues(config.current().queues, visit.may),
          locale,
        ),
      },
    });
  }
}
