/** Logging in and out: by password, and by a one-time link. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import { adminRole } from '../../../core/ticket/rights.ts';
import type { AccountRefusal, Agent } from '../../../services/accounts/accounts.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { Entrance } from '../entrance.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import type { GuestVisit } from '../visit.ts';

export interface LoginDeps
  extends Pick<ViewerDeps, 'accounts' | 'access' | 'audit' | 'config' | 'clock' | 'firstSteps'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly entrance: Entrance;
}

export interface LoginPage {
  /** Says why somebody was not let in. */
  refuse(
    ctx: PageContext,
    visit: GuestVisit,
    refused: { back: string; login: string; refusal: AccountRefusal },
  ): void;
}

export function addLoginRoutes(router: Router, deps: LoginDeps): LoginPage {
  const { accounts, access, audit, config, clock, visitor, pages, entrance } = deps;
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
      const outcome = await passwordLogIn(login, form.get('password'), ctx.ip);
      if (outcome.ok) return entrance.enter(ctx, outcome.value, { way: 'password', back });
      const { refusal } = outcome;
      entrance.noteRefused(ctx, { agent: knownLogin(login), way: 'password', code: refusal.code });
      refuseLogin(ctx, visit, { back, login, refusal });
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
      if (outcome.ok)
        return entrance.enter(ctx, outcome.value, { way: 'link', back: startOf(outcome.value) });
      entrance.noteRefused(ctx, { agent: undefined, way: 'link', code: outcome.refusal.code });
      ctx.status = httpAnswers[outcome.refusal.code].status;
      showLink(ctx, visit, refusalText(outcome.refusal, visit.locale));
    }),
  );

  /** A new desk leads its admin through the first steps; everybody else sets a password first. */
  function startOf({ roles }: Agent): string {
    return deps.firstSteps.isOffered() && roles.includes(adminRole) ? '/begin' : '/account';
  }

  router.post(
    '/logout',
    visitor.memberForm(async (ctx, { agent }) => {
      await visitor.endSession(ctx);
      audit.note({ event: 'log-out', agent: agent.login, ...visitor.originOf(ctx) });
      goTo(ctx, '/login');
    }),
  );

  async function passwordLogIn(
    login: string,
    password: string,
    client: string,
  ): Promise<Result<Agent, AccountRefusal>> {
    if (!config.current().desk.passwordLogin)
      return { ok: false, refusal: { code: 'password-login-off' } };
    return accounts.logIn(login, password, client);
  }

  /** What was typed may be a password in the wrong field; only a name that somebody has is noted. */
  function knownLogin(typed: string): string | undefined {
    const wanted = typed.toLowerCase();
    return accounts
      .list()
      .find(({ login, email }) => login === wanted || email.toLowerCase() === wanted)?.login;
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
    const { desk } = config.current();
    const hour = visit.locale.dates(visit.timeZone).hourOf(clock.now());
    const greeting = visit.locale.text(
      hour < 12 ? 'login.morning' : hour < 18 ? 'login.afternoon' : 'login.evening',
    );
    const openid = access.openid.isOn()
      ? { name: desk.openidName, href: `/openid?back=${encodeURIComponent(view.back)}` }
      : undefined;
    pages.showGate(ctx, visit, {
      template: 'login',
      title: visit.locale.text('login.title'),
      view: { ...view, greeting, openid, hasPasswords: desk.passwordLogin },
    });
  }

  function showLink(ctx: PageContext, visit: GuestVisit, refused: string | undefined): void {
    pages.showGate(ctx, visit, {
      template: 'link',
      title: visit.locale.text('login.title'),
      view: { refused },
    });
  }

  return { refuse: refuseLogin };
}

export function goTo(ctx: PageContext, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}

/** The one value of a query field, the first of several. */
export function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
