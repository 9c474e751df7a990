/** Who asks, as queries need it: the login, today, for whom the agent stands in, and what is hidden from him. */
import { formatDay, type Instant } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Asker } from '../core/search/personal.ts';
import { type Absentee, standsInFor, toDayText } from '../core/team/absence.ts';
import { rightsIn } from '../core/ticket/rights.ts';

export interface AskingDesk {
  readonly agents: readonly (Absentee & { readonly roles: readonly string[] })[];
  readonly config: Config;
  readonly now: Instant;
}

/** Without a login it is whoever runs the desk, who may see everything and has nothing of his own. */
export function askerOf(login: string | undefined, { agents, config, now }: AskingDesk): Asker {
  const { desk, queues } = config;
  const today = toDayText(formatDay(now, desk.timeZone));
  const roles = agents.find((agent) => agent.login === login)?.roles ?? [];
  return {
    login,
    now,
    standsInFor: (other) => standsInFor(other, agents, today),
    hidden:
      login === undefined
        ? []
        : queues
            .filter(({ name }) => !rightsIn(name, roles, queues).has('see'))
            .map(({ name }) => name.toLowerCase()),
  };
}
