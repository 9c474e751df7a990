/** The agents of the desk, and which role may do what where. Promises: pure. */
import type { AgentRole } from '../../../config/agents.ts';
import type { QueueConfig } from '../../../config/config.ts';
import { adminRole, rights, rightsIn } from '../../../core/ticket/rights.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { AuditEntry } from '../../../services/audit/entry.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { type PageWords, timeText } from './account.ts';
import { rightKeys } from './account-keys.ts';
import { initialsOf } from './people.ts';

export interface AgentFacts {
  readonly agent: Agent;
  readonly sessions: number;
  readonly lastLogIn: AuditEntry | undefined;
}

export function presentAgentRow({ agent, sessions, lastLogIn }: AgentFacts, words: PageWords) {
  const { locale } = words;
  const { login, name, email, language, roles } = agent;
  return {
    login,
    name,
    email,
    href: `/agents/${login}`,
    initials: initialsOf(name),
    roles: roles.length === 0 ? locale.text('agents.no-role') : locale.list(roles),
    language:
      language === undefined ? locale.text('agents.any-language') : locale.languageName(language),
    hasTotp: agent.hasTotp === true,
    hasPassword: agent.hasPassword,
    isDisabled: agent.isDisabled === true,
    sessions,
    lastLogIn: lastLogIn === undefined ? undefined : timeText(lastLogIn.time, words),
  };
}

/** Every role that an agent has or a queue speaks of; the two that every desk knows first. */
export function rolesOfDesk(
  agents: readonly Agent[],
  queues: readonly QueueConfig[],
): readonly AgentRole[] {
  const named = [
    ...agents.flatMap((agent) => agent.roles),
    ...queues.flatMap((queue) => [...(queue.rights?.keys() ?? [])]),
  ];
  const others = [...new Set(named)].filter((role) => role !== adminRole && role !== 'agent');
  return [adminRole, 'agent', ...others.toSorted()];
}

export function presentRights(
  roles: readonly AgentRole[],
  queues: readonly QueueConfig[],
  locale: Locale,
) {
  return {
    roles,
    legend: rights.map((right) => ({
      name: locale.text(rightKeys[right].name),
      text: locale.text(rightKeys[right].means),
    })),
    queues: queues.map(({ name }) => ({
      name,
      cells: roles.map((role) => presentCell(rightsIn(name, [role], queues), locale)),
    })),
  };
}

function presentCell(given: ReadonlySet<string>, locale: Locale) {
  if (given.size === rights.length) return { text: locale.text('rights.all'), isNone: false };
  const names = rights
    .filter((right) => given.has(right))
    .map((right) => locale.text(rightKeys[right].name));
  const isNone = names.length === 0;
  return { text: isNone ? locale.text('rights.none') : locale.list(names), isNone };
}
