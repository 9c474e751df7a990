/** Logging in and out: by password, and by a one-time link. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import type { AccountRefusal, Agent } from '../../../services/accounts/accounts.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import type { GuestVisit } from '../visit.ts';

export interface LoginDeps extends Pick<ViewerDeps, 'accounts' | 'config' | 'clock' | 'log'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addLoginRoutes(
  router: Router,
  { accounts, config, clock, log, visitor, pages }: LoginDeps,
): void {
  router.get(
    '/login',
    visitor.guest(async (ctx, visit, agent) => {
      const back = safeBack(textOf(ctx.query.back));
      if (agent !== undefined) return goTo(ctx, back);
      showLogin(ctx, visit, { back, login: '', refused: undefined });
    }),
  );

  router.post(
    '/login',
    visitor.guestForm(async (ctx, visit, form) => {
      const login = form.get('login').trim();
      const back = safeBack(form.get('back'));
      const outcome = await accounts.logIn(login, form.get('password'), ctx.ip);
      if (!outcome.ok) return refuseLogin(ctx, visit, { back, login, refusal: outcome.refusal });
      enter(ctx, outcome.value, back);
    }),
  );

  // Only the button redeems the link: programs that look at links in mails must not use it up.
  router.get(
    '/login/:token',
    visitor.guest(async (ctx, visit) => {
      showLink(ctx, visit, undefined);
    }),
  );

  router.post(
    '/login/:token',
    visitor.guestForm(async (ctx, visit) => {
      const outcome: Result<Agent, AccountRefusal> = await accounts.redeemLoginToken(
        ctx.params.token ?? '',
      );
      if (outcome.ok) return enter(ctx, outcome.value, '/account');
      ctx.status = httpAnswers[outcome.refusal.code].status;
      showLink(ctx, visit, refusalText(outcome.refusal, visit.locale));
    }),
  );

  router.post(
    '/logout',
    visitor.memberForm(async (ctx) => {
      visitor.endSession(ctx);
      goTo(ctx, '/login');
    }),
  );

  function enter(ctx: PageContext, agent: Agent, back: string): void {
    visitor.openSession(ctx, agent);
    log.info('http.logged-in', { agent: agent.login });
    goTo(ctx, back);
  }

  function refuseLogin(
    ctx: PageContext,
    visit: GuestVisit,
    refused: { back: string; login: string; refusal: AccountRefusal },
  ): void {
    const { back, login, refusal } = refused;
    ctx.status = httpAnswers[refusal.code].status;
    if (refusal.code === 'too-many-attempts')
      ctx.set('Retry-After', String(Math.ceil(refusal.retryAfterMs / 1000)));
    showLogin(ctx, visit, { back, login, refused: refusalText(refusal, visit.locale) });
  }

  function showLogin(
    ctx: PageContext,
    visit: GuestVisit,
    view: { back: string; login: string; refused: string | undefined },
  ): void {
    const hour = visit.locale.dates(config.current().desk.timeZone).hourOf(clock.now());
    const greeting = visit.locale.text(
      hour < 12 ? 'login.morning' : hour < 18 ? 'login.afternoon' : 'login.evening',
    );
    pages.showGate(ctx, visit, {
      template: 'login',
      title: visit.locale.text('login.title'),
      view: { ...view, greeting },
    });
  }

  function showLink(ctx: PageContext, visit: GuestVisit, refused: string | undefined): void {
    pages.showGate(ctx, visit, {
      template: 'link',
      title: visit.locale.text('login.title'),
      view: { refused },
    });
  }
}

export function goTo(ctx: PageContext, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}

/** The one value of a query field, the first of several. */
export function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
