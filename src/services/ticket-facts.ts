/** What the rules of a ticket must know of the desk's own declarations and of the time. Promises: pure. */
import { hour, type Instant } from '../base/clock.ts';
import { calendarOf } from '../config/calendars.ts';
import type { Config } from '../config/config.ts';
import { ticketRulesOf } from '../config/ticket-rules.ts';
import { addOpenTime, nextMorning } from '../core/escalation/calendar.ts';
import type { DeskFacts } from '../core/ticket/decide.ts';

type TimedFacts = Pick<DeskFacts, 'rules' | 'lockUntil' | 'morning'>;

export function factsFor(config: Config, queue: string, now: Instant): TimedFacts {
  const calendar = calendarOf(config, queue);
  const { lockHours } = config.desk;
  const morning = nextMorning(calendar, now);
  return {
    rules: ticketRulesOf(config),
    ...(lockHours === 0 ? {} : { lockUntil: addOpenTime(calendar, now, lockHours * hour) }),
    ...(morning === undefined ? {} : { morning }),
  };
}
