/** Who asks, as queries need it: the login, today, the zone, for whom the agent stands in, and what was seen. */
import { formatDay, type Instant } from '../base/clock.ts';
import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { ticketRulesOf } from '../config/ticket-rules.ts';
import { type Asker, askedBy } from '../core/search/personal.ts';
import { parseQuery, type Query, type QueryProblem, type SeenMarks } from '../core/search/query.ts';
import { type Absentee, standsInFor, toDayText } from '../core/team/absence.ts';
import { parseTicketNumber } from '../core/ticket/number.ts';
import { searchedStates } from '../core/ticket/ticket-rules.ts';
import type { ReadMarks } from './read-marks.ts';
import type { SnoozeBook } from './waiting/snoozes.ts';

export interface AskingDesk {
  readonly agents: readonly (Absentee & { readonly timeZone?: string })[];
  readonly config: Config;
  readonly now: Instant;
  /** What each agent has put aside; absent where nobody can. */
  readonly snoozes?: Pick<SnoozeBook, 'numbersOf'> | undefined;
  /** What each agent has seen, once it is loaded; absent where nobody looks. */
  readonly readMarks?: Pick<ReadMarks, 'lastSeen' | 'revision'> | undefined;
}

/** Reads what somebody asks for, with the words of this desk. */
export function readQuery(
  text: string,
  login: string | undefined,
  desk: AskingDesk,
): Result<Query, QueryProblem> {
  const query = parseQuery(text, searchedStates(ticketRulesOf(desk.config)));
  return query.ok ? ok(askedBy(query.value, askerOf(login, desk))) : query;
}

/** Without a login it is whoever runs the desk, who has nothing of his own. */
export function askerOf(
  login: string | undefined,
  { agents, config, now, snoozes, readMarks }: AskingDesk,
): Asker {
  const { desk } = config;
  const today = toDayText(formatDay(now, desk.timeZone));
  return {
    login,
    now,
    timeZone: agents.find((agent) => agent.login === login)?.timeZone ?? desk.timeZone,
    standsInFor: (other) => standsInFor(other, agents, today),
    aside: login === undefined ? [] : (snoozes?.numbersOf(login) ?? []),
    seen: login === undefined || readMarks === undefined ? undefined : seenBy(login, readMarks),
  };
}

function seenBy(login: string, marks: Pick<ReadMarks, 'lastSeen' | 'revision'>): SeenMarks {
  return {
    revision: marks.revision(login),
    lastSeen(digits) {
      const number = parseTicketNumber(digits);
      return number === undefined ? undefined : marks.lastSeen(login, number);
    },
  };
}
