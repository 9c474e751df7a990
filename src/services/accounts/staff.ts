/**
 * What admins change about agents: names and addresses, roles, and whether somebody is let in at all.
 *
 * Promises: a desk keeps at least one admin who can get in.
 */
import type { Log } from '../../base/log.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { isRole } from '../../config/agents.ts';
import { isAddress } from '../../core/message/address.ts';
import { adminRole } from '../../core/ticket/rights.ts';
import type { AccountRefusal, Agent, Sessions } from './accounts.ts';
import type { AgentFiles } from './agent-files.ts';
import { toAgent } from './to-agent.ts';

export interface Staff {
  /** `+billing` gives a role, `-agent` takes one. */
  changeRoles(login: string, changes: readonly string[]): Promise<Result<Agent, AccountRefusal>>;
  /** Out at once, with all sessions and tokens; his name and his past stay. */
  disable(login: string): Promise<Result<Agent, AccountRefusal>>;
  enable(login: string): Promise<Result<Agent, AccountRefusal>>;
  /** How the agent is called, and where mail reaches him. */
  introduce(
    login: string,
    person: { readonly name: string; readonly email: string },
  ): Promise<Result<Agent, AccountRefusal>>;
}

export interface StaffDeps {
  readonly agents: AgentFiles;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly log: Log;
}

const mostRoles = 50;

export function createStaff({ agents, sessions, log }: StaffDeps): Staff {
  const unknown = (login: string) =>
    refuse({
      code: 'unknown-agent' as const,
      value: login.slice(0, 100),
      known: agents.list().map((each) => each.login),
    });

  /** Whether anybody else could still run the desk. */
  function isOnlyAdmin(login: string): boolean {
    return !agents
      .list()
      .some((each) => each.login !== login && !each.disabled && each.roles.includes(adminRole));
  }

  function refusePerson(
    login: string,
    { name, email }: { readonly name: string; readonly email: string },
  ): AccountRefusal | undefined {
    const bad = (field: string, value: string, expected: string): AccountRefusal => ({
      code: 'bad-value',
      field,
      value: value.slice(0, 100),
      expected,
    });
    if (name.trim() === '' || name.length > 200 || /\p{Cc}/u.test(name))
      return bad('name', name, 'text in one line');
    if (!isAddress(email)) return bad('email', email, 'an address such as anna@example.org');
    const other = agents.findByEmail(email);
    return other === undefined || other.login === login
      ? undefined
      : bad('email', email, 'an address that no other agent has');
  }

  async function setDisabled(
    login: string,
    disabled: boolean,
  ): Promise<Result<Agent, AccountRefusal>> {
    const agent = await agents.edit(login, { kind: 'disabled', disabled });
    if (agent === undefined) return unknown(login);
    log.info(disabled ? 'accounts.disabled' : 'accounts.enabled', { login });
    return ok(toAgent(agent));
  }

  return {
    async changeRoles(login, changes) {
      const agent = await agents.refresh(login);
      if (agent === undefined) return unknown(login);
      const wrong = changes.find((change) => !/^[+-]/.test(change) || !isRole(change.slice(1)));
      if (wrong !== undefined || changes.length === 0 || changes.length > mostRoles) {
        const expected = 'words such as +billing or -agent';
        return refuse({ code: 'bad-value', field: 'roles', value: wrong ?? '', expected });
      }
      const roles = new Set(agent.roles);
      for (const change of changes) {
        if (change.startsWith('+')) roles.add(change.slice(1));
        else roles.delete(change.slice(1));
      }
      const losesAdmin = agent.roles.includes(adminRole) && !roles.has(adminRole);
      if (losesAdmin && isOnlyAdmin(login)) return refuse({ code: 'last-admin' });
      const changed = await agents.edit(login, { kind: 'roles', roles: [...roles] });
      if (changed === undefined) return unknown(login);
      log.info('accounts.roles-changed', { login, roles: changed.roles });
      return ok(toAgent(changed));
    },

    async disable(login) {
      const agent = await agents.refresh(login);
      if (agent === undefined) return unknown(login);
      if (agent.roles.includes(adminRole) && isOnlyAdmin(login))
        return refuse({ code: 'last-admin' });
      const outcome = await setDisabled(login, true);
      if (outcome.ok) await sessions.endAll(login);
      return outcome;
    },

    enable: (login) => setDisabled(login, false),

    async introduce(login, { name, email }) {
      const expected = refusePerson(login, { name, email });
      if (expected !== undefined) return refuse(expected);
      const agent = await agents.edit(login, { kind: 'identity', name: name.trim(), email });
      if (agent === undefined) return unknown(login);
      log.info('accounts.introduced', { login });
      return ok(toAgent(agent));
    },
  };
}
