/** What an agent sets for himself: password, language, colours; his sessions, tokens and log-ins. */
import type Router from '@koa/router';
import { day, toInstant } from '../../../base/clock.ts';
import { isTokenScope } from '../../../config/agent-tokens.ts';
import type { AccountRefusal } from '../../../services/accounts/accounts.ts';
import { timeZoneNames } from '../../../services/render/locale.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Cookies } from '../middleware/cookies.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import {
  presentOwnLog,
  presentScopes,
  presentSessions,
  presentTokens,
  tokenLives,
} from '../presenters/account.ts';
import { presentPreferences } from '../presenters/notifications.ts';
import { presentPauses } from '../presenters/notify-pauses.ts';
import { presentReport } from '../presenters/report.ts';
import { densities, themes, type Visit } from '../visit.ts';
import { presentFeeds } from './feeds.ts';
import { goTo } from './login.ts';
import { visibleQueues } from './notifications.ts';

export interface AccountDeps
  extends Pick<
    ViewerDeps,
    | 'accounts'
    | 'access'
    | 'audit'
    | 'config'
    | 'clock'
    | 'renderer'
    | 'feeds'
    | 'news'
    | 'imageSenders'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly cookies: Cookies;
}

const keptFor = 365 * day;
const mostOwnLog = 12;

export function addAccountRoutes(router: Router, deps: AccountDeps): void {
  const { accounts, access, audit, config, clock, renderer, visitor, pages, cookies } = deps;

  router.get(
    '/account',
    visitor.member(async (ctx, visit) => showAccount(ctx, visit)),
  );

  router.post(
    '/account',
    visitor.memberForm(async (ctx, visit, form) => {
      const { locale, agent } = visit;
      const password = form.get('password');
      if (password !== form.get('again')) {
        ctx.status = 422;
        return showAccount(ctx, visit, { password: locale.text('account.not-the-same') });
      }
      const outcome = await accounts.setPassword(agent.login, password);
      if (!outcome.ok) {
        ctx.status = httpAnswers[outcome.refusal.code].status;
        return showAccount(ctx, visit, { password: refusalText(outcome.refusal, locale) });
      }
      const way = visitor.sessionOf(ctx)?.way ?? 'password';
      await access.sessions.endAll(agent.login);
      audit.note({ event: 'password-set', agent: agent.login, ...visitor.originOf(ctx) });
      // Sessions made before are void now, so this one is opened again.
      await visitor.openSession(ctx, outcome.value, way);
      visitor.say(ctx, 'toast.password-set');
      goTo(ctx, '/');
    }),
  );

  router.post(
    '/account/sessions/end',
    visitor.memberForm(async (ctx, { agent }, form) => {
      if (form.get('id') === visitor.sessionOf(ctx)?.id) {
        await visitor.endSession(ctx);
        return goTo(ctx, '/login');
      }
      if (await access.sessions.end(agent.login, form.get('id')))
        audit.note({ event: 'session-ended', agent: agent.login, ...visitor.originOf(ctx) });
      visitor.say(ctx, 'toast.session-ended');
      goTo(ctx, '/account');
    }),
  );

  router.post(
    '/account/sessions/end-others',
    visitor.memberForm(async (ctx, { agent }) => {
      await access.sessions.endAll(agent.login, visitor.sessionOf(ctx)?.id);
      audit.note({ event: 'session-ended', agent: agent.login, ...visitor.originOf(ctx) });
      visitor.say(ctx, 'toast.sessions-ended');
      goTo(ctx, '/account');
    }),
  );

  router.post(
    '/account/tokens',
    visitor.memberForm(async (ctx, visit, form) => {
      const { agent, locale } = visit;
      const made = await makeToken(agent.login, form);
      if (!made.ok) {
        ctx.status = httpAnswers[made.refusal.code].status;
        return showAccount(ctx, visit, { token: refusalText(made.refusal, locale) });
      }
      const detail = form.get('name').trim();
      audit.note({ event: 'token-made', agent: agent.login, detail, ...visitor.originOf(ctx) });
      await showAccount(ctx, visit, {}, made.value);
    }),
  );

  router.post(
    '/account/tokens/revoke',
    visitor.memberForm(async (ctx, visit, form) => {
      const { agent, locale } = visit;
      const outcome = await access.apiTokens.revoke(agent.login, form.get('id'));
      if (!outcome.ok) {
        ctx.status = httpAnswers[outcome.refusal.code].status;
        return showAccount(ctx, visit, { token: refusalText(outcome.refusal, locale) });
      }
      const detail = outcome.value.name;
      audit.note({ event: 'token-revoked', agent: agent.login, detail, ...visitor.originOf(ctx) });
      visitor.say(ctx, 'toast.token-revoked');
      goTo(ctx, '/account');
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
    '/account/time-zone',
    visitor.memberForm(async (ctx, { agent }, form) => {
      const zone = form.get('time-zone');
      if (zone === '' || timeZoneNames().includes(zone))
        await accounts.setTimeZone(agent.login, zone === '' ? undefined : zone);
      visitor.say(ctx, 'toast.zone-saved');
      goTo(ctx, '/account');
    }),
  );

  router.post(
    '/look',
    visitor.guestForm(async (ctx, visit, form, agent) => {
      const order = form.get('order');
      if (agent !== undefined && (order === 'newest-first' || order === 'newest-last'))
        await accounts.setNewestFirst(agent.login, order === 'newest-first');
      const theme = themes.find((known) => known === form.get('theme')) ?? visit.look.theme;
      const density =
        densities.find((known) => known === form.get('density')) ?? visit.look.density;
      cookies.write(ctx, 'look', `${theme}.${density}`, keptFor);
      goTo(ctx, safeBack(form.get('back')));
    }),
  );

  /** Nothing ticked would be a token for nothing; it is refused rather than taken for everything. */
  async function makeToken(login: string, form: Form) {
    const scopes = form.all('scope').filter(isTokenScope);
    const lives = tokenLives.find(({ value }) => value === form.get('lives'))?.days;
    if (scopes.length === 0) {
      const refusal: AccountRefusal = {
        code: 'bad-value',
        field: 'scope',
        value: '',
        expected: 'at least one scope',
      };
      return { ok: false as const, refusal };
    }
    return accounts.createApiToken(login, {
      name: form.get('name').trim(),
      scopes,
      ...(lives === undefined ? {} : { expires: toInstant(clock.now() + lives * day) }),
    });
  }

  async function showAccount(
    ctx: PageContext,
    visit: Visit,
    refused: { readonly password?: string; readonly token?: string } = {},
    newToken?: string,
  ): Promise<void> {
    const { locale, agent } = visit;
    const { login } = agent;
    const { desk } = config.current();
    const words = { locale, dates: locale.dates(visit.timeZone), now: clock.now() };
    const [sessions, tokens, log] = await Promise.all([
      access.sessions.list(login),
      access.apiTokens.list(login),
      audit.list({ kind: 'logins', agent: login, most: mostOwnLog }),
    ]);
    const left = access.secondStep.left(login);
    await pages.show(ctx, visit, {
      template: 'account',
      title: locale.text('account.title'),
      view: {
        refused,
        newToken,
        hasPassword: agent.hasPassword,
        hasPasswords: desk.passwordLogin,
        roles: locale.list(agent.roles),
        totp: left === undefined ? undefined : locale.text('totp.left', { count: left }),
        sessions: presentSessions(sessions, visitor.sessionOf(ctx)?.id, words),
        tokens: presentTokens(tokens, words),
        scopes: presentScopes(locale),
        lives: tokenLives.map(({ value, key }) => ({ value, text: locale.text(key) })),
        log: presentOwnLog(log.entries, words),
        report: presentReport(agent.report, visibleQueues(config.current().queues, visit.may)),
        imageSenders: (await deps.imageSenders.list(login)).toReversed(),
        feeds: await presentFeeds(deps, ctx, visit),
        pauses: presentPauses(agent.notify, { timeZone: visit.timeZone, locale }),
        zone: presentZones(agent.timeZone, desk.timeZone),
        notify: presentPreferences(
          agent.notify,
          visibleQueues(config.current().queues, visit.may),
          locale,
        ),
      },
    });
  }
}

/** A name that an editor wrote may be an older or newer one than those of the list. */
function presentZones(own: string | undefined, desk: string) {
  const names = timeZoneNames();
  const isListed = own === undefined || names.includes(own);
  return { own: own ?? '', desk, names: isListed ? names : [own, ...names] };
}
