/**
 * The agents of the desk, for admins: who there is, adding one, roles, letting in and keeping out, sessions.
 *
 * Promises: nobody but an admin sees or does any of it; what was done is noted in the log of log-ins.
 */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import { adminRole } from '../../../core/ticket/rights.ts';
import type { AccountRefusal, Agent } from '../../../services/accounts/accounts.ts';
import type { AuditEntry, AuditEvent } from '../../../services/audit/entry.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import {
  type PageWords,
  presentOwnLog,
  presentSessions,
  presentTokens,
} from '../presenters/account.ts';
import { presentAgentRow, presentRights, rolesOfDesk } from '../presenters/agents.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface AgentsDeps
  extends Pick<ViewerDeps, 'accounts' | 'access' | 'audit' | 'config' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

/** What the page says beside the facts. */
interface Said {
  readonly refused?: string;
  /** A one-time link, shown once. */
  readonly link?: string;
}

type Typed = Readonly<Record<'login' | 'name' | 'email' | 'roles', string>>;

const nothingTyped: Typed = { login: '', name: '', email: '', roles: 'agent' };
const mostLogLines = 20;
const mostLookedThrough = 10_000;

export function addAgentRoutes(router: Router, deps: AgentsDeps): void {
  const { accounts, access, audit, config, clock, visitor, pages } = deps;

  router.get(
    '/agents',
    visitor.member(async (ctx, visit) => showAgents(ctx, visit, {}, nothingTyped)),
  );

  router.post(
    '/agents',
    visitor.memberForm(async (ctx, visit, form) => {
      requireAdmin(visit);
      const typed: Typed = {
        login: form.get('login').trim().toLowerCase(),
        name: form.get('name').trim(),
        email: form.get('email').trim(),
        roles: form.get('roles'),
      };
      const added = await accounts.add({ ...typed, roles: wordsOf(typed.roles) });
      if (!added.ok) {
        ctx.status = httpAnswers[added.refusal.code].status;
        const refused = refusalText(added.refusal, visit.locale);
        return showAgents(ctx, visit, { refused }, typed);
      }
      note(ctx, visit, 'agent-added', added.value.login, added.value.roles.join(', '));
      await showAgent(ctx, visit, added.value, { link: await makeLink(ctx, added.value.login) });
    }),
  );

  router.get(
    '/agents/:login',
    visitor.member(async (ctx, visit) => {
      requireAdmin(visit);
      await showAgent(ctx, visit, agentOf(ctx), {});
    }),
  );

  adminForm('/agents/:login/roles', async (ctx, visit, form) => {
    const { login, roles } = agentOf(ctx);
    const wanted = wordsOf(form.get('roles'));
    const changes = [
      ...wanted.filter((role) => !roles.includes(role)).map((role) => `+${role}`),
      ...roles.filter((role) => !wanted.includes(role)).map((role) => `-${role}`),
    ];
    if (changes.length === 0) return changed(ctx, login);
    const outcome = await access.staff.changeRoles(login, changes);
    await conclude(ctx, visit, outcome, { event: 'roles-changed', detail: changes.join(' ') });
  });

  adminForm('/agents/:login/disable', async (ctx, visit) => {
    await conclude(ctx, visit, await access.staff.disable(agentOf(ctx).login), {
      event: 'disabled',
    });
  });

  adminForm('/agents/:login/enable', async (ctx, visit) => {
    await conclude(ctx, visit, await access.staff.enable(agentOf(ctx).login), { event: 'enabled' });
  });

  adminForm('/agents/:login/totp-off', async (ctx, visit) => {
    const outcome = await access.secondStep.reset(agentOf(ctx).login);
    await conclude(ctx, visit, outcome, { event: 'totp-off' });
  });

  adminForm('/agents/:login/link', async (ctx, visit) => {
    const agent = agentOf(ctx);
    note(ctx, visit, 'link-made', agent.login);
    await showAgent(ctx, visit, agent, { link: await makeLink(ctx, agent.login) });
  });

  adminForm('/agents/:login/sessions', async (ctx, visit, form) => {
    const { login } = agentOf(ctx);
    if (form.has('all')) await access.sessions.endAll(login);
    else await access.sessions.end(login, form.get('id'));
    note(ctx, visit, 'session-ended', login);
    changed(ctx, login);
  });

  router.get(
    '/rights',
    visitor.member(async (ctx, visit) => {
      requireAdmin(visit);
      const { locale } = visit;
      const { queues } = config.current();
      const view = presentRights(rolesOfDesk(accounts.list(), queues), queues, locale);
      const title = locale.text('rights.title');
      await pages.show(ctx, visit, { template: 'rights', title, view: { rights: view } });
    }),
  );

  function adminForm(
    path: string,
    act: (ctx: PageContext, visit: Visit, form: Form) => Promise<void> | void,
  ): void {
    const handle = visitor.memberForm(async (ctx, visit, form) => {
      requireAdmin(visit);
      await act(ctx, visit, form);
    });
    router.post(path, handle);
  }

  function agentOf(ctx: PageContext): Agent {
    const agent = accounts.find(ctx.params.login ?? '');
    if (agent === undefined) throw new PageRefusal('no-page');
    return agent;
  }

  function note(
    ctx: PageContext,
    visit: Visit,
    event: AuditEvent,
    login: string,
    detail = '',
  ): void {
    const by = visit.agent.login;
    audit.note({ event, agent: login, by, detail, ...visitor.originOf(ctx) });
  }

  async function conclude(
    ctx: PageContext,
    visit: Visit,
    outcome: Result<Agent, AccountRefusal>,
    { event, detail = '' }: { event: AuditEvent; detail?: string },
  ): Promise<void> {
    const agent = agentOf(ctx);
    if (outcome.ok) {
      note(ctx, visit, event, agent.login, detail);
      return changed(ctx, agent.login);
    }
    ctx.status = httpAnswers[outcome.refusal.code].status;
    await showAgent(ctx, visit, agent, { refused: refusalText(outcome.refusal, visit.locale) });
  }

  function changed(ctx: PageContext, login: string): void {
    visitor.say(ctx, 'toast.agent-changed');
    goTo(ctx, `/agents/${login}`);
  }

  async function makeLink(ctx: PageContext, login: string): Promise<string> {
    const base = config.current().desk.publicUrl ?? `${ctx.protocol}://${ctx.host}`;
    return `${base}/login/${await accounts.createLoginToken(login)}`;
  }

  function wordsFor({ locale, timeZone }: Visit): PageWords {
    return { locale, dates: locale.dates(timeZone), now: clock.now() };
  }

  /** The newest log-in of each agent, as far back as one look goes. */
  async function lastLogIns(): Promise<ReadonlyMap<string, AuditEntry>> {
    const { entries } = await audit.list({ kind: 'logins', most: mostLookedThrough });
    const logIns = entries.filter(({ event }) => event === 'log-in');
    return new Map(logIns.toReversed().map((entry) => [entry.agent ?? '', entry]));
  }

  async function showAgents(
    ctx: PageContext,
    visit: Visit,
    { refused }: Said,
    typed: Typed,
  ): Promise<void> {
    requireAdmin(visit);
    const words = wordsFor(visit);
    const logIns = await lastLogIns();
    const rows = [];
    for (const agent of accounts.list()) {
      const sessions = (await access.sessions.list(agent.login)).length;
      rows.push(presentAgentRow({ agent, sessions, lastLogIn: logIns.get(agent.login) }, words));
    }
    const title = visit.locale.text('agents.title');
    await pages.show(ctx, visit, {
      template: 'agents',
      title,
      view: { agents: rows, refused, typed },
    });
  }

  async function showAgent(
    ctx: PageContext,
    visit: Visit,
    agent: Agent,
    { refused, link }: Said,
  ): Promise<void> {
    requireAdmin(visit);
    const words = wordsFor(visit);
    const { login } = agent;
    const [sessions, tokens, log] = await Promise.all([
      access.sessions.list(login),
      access.apiTokens.list(login),
      audit.list({ kind: 'logins', agent: login, most: mostLogLines }),
    ]);
    const lastLogIn = log.entries.find((entry) => entry.event === 'log-in');
    const row = presentAgentRow({ agent, sessions: sessions.length, lastLogIn }, words);
    await pages.show(ctx, visit, {
      template: 'agent',
      title: agent.name,
      view: {
        agent: { ...row, rolesTyped: agent.roles.join(' ') },
        knownRoles: rolesOfDesk(accounts.list(), config.current().queues).join(', '),
        isSelf: login === visit.agent.login,
        sessions: presentSessions(sessions, visitor.sessionOf(ctx)?.id, words),
        tokens: presentTokens(tokens, words),
        log: presentOwnLog(log.entries, words),
        refused,
        link,
      },
    });
  }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

export function requireAdmin({ agent }: Visit): void {
  if (!agent.roles.includes(adminRole)) throw new PageRefusal('admin-only');
}
