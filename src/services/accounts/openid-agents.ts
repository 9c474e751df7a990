/**
 * Which agent somebody is whom the OpenID provider vouches for.
 *
 * Promises: the provider's subject decides once it is known; an address connects only when the provider has
 * verified it and the agent is not connected with somebody else; nobody who is kept out gets in.
 */
import type { Log } from '../../base/log.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { AccessConfig } from '../../config/access.ts';
import { type AgentFile, isLogin, isRole } from '../../config/agents.ts';
import { isAddress } from '../../core/message/address.ts';
import type { Accounts, Agent, OpenidRefusalCode } from './accounts.ts';
import type { AgentFiles } from './agent-files.ts';
import type { OpenidPerson } from './openid.ts';
import { toAgent } from './to-agent.ts';

export interface OpenidAgents {
  find(person: OpenidPerson): Promise<Result<Agent, { readonly code: OpenidRefusalCode }>>;
}

export interface OpenidAgentsDeps {
  readonly agents: AgentFiles;
  readonly accounts: Pick<Accounts, 'add'>;
  readonly settings: () => Pick<AccessConfig, 'openidCreate' | 'openidRolesClaim'>;
  readonly log: Log;
}

type Found = Result<AgentFile, { readonly code: OpenidRefusalCode }>;

export function createOpenidAgents(deps: OpenidAgentsDeps): OpenidAgents {
  const { agents, accounts, settings, log } = deps;

  async function match(person: OpenidPerson): Promise<Found> {
    const { issuer, subject, email } = person;
    const bySubject = agents
      .list()
      .find(({ openid }) => openid?.issuer === issuer && openid.subject === subject);
    if (bySubject !== undefined) return ok(bySubject);
    if (email === undefined || !isAddress(email)) return refuse({ code: 'openid-no-email' });
    const byEmail = agents.findByEmail(email);
    if (byEmail === undefined) return create(person, email);
    const isTaken = byEmail.openid !== undefined && byEmail.openid.issuer === issuer;
    return isTaken ? refuse({ code: 'openid-no-agent' }) : connect(byEmail.login, person);
  }

  async function connect(login: string, { issuer, subject }: OpenidPerson): Promise<Found> {
    const agent = await agents.edit(login, { kind: 'openid', openid: { issuer, subject } });
    if (agent === undefined) return refuse({ code: 'openid-no-agent' });
    log.info('openid.agent-connected', { login });
    return ok(agent);
  }

  async function create(person: OpenidPerson, email: string): Promise<Found> {
    if (!settings().openidCreate) return refuse({ code: 'openid-no-agent' });
    const roles = wantedRoles(person) ?? ['agent'];
    if (roles.length === 0) return refuse({ code: 'openid-no-role' });
    const login = freeLogin(person, email);
    const name = (person.name ?? login).replace(/\p{Cc}/gu, ' ').slice(0, 200);
    const added = await accounts.add({ login, name, email, roles });
    return added.ok ? connect(login, person) : refuse({ code: 'openid-no-agent' });
  }

  /** Undefined where the desk gives roles itself. */
  function wantedRoles({ roles }: OpenidPerson): readonly string[] | undefined {
    const isAsked = settings().openidRolesClaim !== undefined;
    return isAsked ? [...new Set((roles ?? []).filter(isRole))] : undefined;
  }

  function freeLogin({ wantedLogin }: OpenidPerson, email: string): string {
    const wishes = [wantedLogin ?? '', email.slice(0, email.lastIndexOf('@'))];
    const base = wishes.map(toLogin).find(isLogin) ?? 'agent';
    let login = base;
    for (let count = 2; agents.find(login) !== undefined && count < 1000; count += 1)
      login = `${base}${count}`;
    return login;
  }

  async function takeRoles(agent: AgentFile, person: OpenidPerson): Promise<Found> {
    const roles = wantedRoles(person);
    if (roles === undefined || roles.join(' ') === agent.roles.join(' ')) return ok(agent);
    // Also when it leaves him none: what the provider takes away must not stay with us.
    const changed = await agents.edit(agent.login, { kind: 'roles', roles });
    log.info('openid.roles-taken', { login: agent.login, roles });
    return changed === undefined ? refuse({ code: 'openid-no-agent' }) : ok(changed);
  }

  return {
    async find(person) {
      const matched = await match(person);
      if (!matched.ok) return matched;
      const taken = await takeRoles(matched.value, person);
      if (!taken.ok) return taken;
      if (taken.value.disabled) return refuse({ code: 'openid-no-agent' });
      if (taken.value.roles.length === 0) return refuse({ code: 'openid-no-role' });
      return ok(toAgent(taken.value));
    },
  };
}

function toLogin(text: string): string {
  return text
    .toLowerCase()
    .replace(/@.*$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 60)
    .replace(/[^a-z0-9]+$/, '');
}
