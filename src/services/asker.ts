/** Who asks, as queries need it: the login, today, and for whom the agent stands in. */
import { formatDay, type Instant } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Asker } from '../core/search/personal.ts';
import { type Absentee, standsInFor, toDayText } from '../core/team/absence.ts';
import type { SnoozeBook } from './waiting/snoozes.ts';

export interface AskingDesk {
  readonly agents: readonly Absentee[];
  readonly config: Config;
  readonly now: Instant;
  /** What each agent has put aside; absent where nobody can. */
  readonly snoozes?: Pick<SnoozeBook, 'numbersOf'> | undefined;
}

/** Without a login it is whoever runs the desk, who has nothing of his own. */
export function askerOf(
  login: string | undefined,
  { agents, config, now, snoozes }: AskingDesk,
): Asker {
  const { desk } = config;
  const today = toDayText(formatDay(now, desk.timeZone));
  return {
    login,
    now,
    standsInFor: (other) => standsInFor(other, agents, today),
    aside: login === undefined ? [] : (snoozes?.numbersOf(login) ?? []),
  };
}
