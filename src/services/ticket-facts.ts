/** What the rules of a ticket must know of the desk's own declarations and of the time. Promises: pure. */
import { hour, type Instant } from '../base/clock.ts';
import { calendarOf } from '../config/calendars.ts';
import type { Config } from '../config/config.ts';
import { pendingSpanOf, waitKinds } from '../config/queue-waiting.ts';
import { ticketRulesOf } from '../config/ticket-rules.ts';
import { addOpenTime, nextMorning } from '../core/escalation/calendar.ts';
import { addSpan } from '../core/escalation/span.ts';
import type { Address } from '../core/message/address.ts';
import { faxNumberOf } from '../core/phone/fax-gateway.ts';
import type { DeskFacts } from '../core/ticket/decide.ts';

export interface FactsDirectory {
  config(): Config;
  agents(): readonly string[];
  agentAddress(login: string): Address | undefined;
}

/** Everything that the rules must know, for a ticket of the queue. */
export function factsOf(desk: FactsDirectory, queue: string, now: Instant): DeskFacts {
  const config = desk.config();
  const { queues, desk: settings } = config;
  const agents = desk.agents();
  return {
    queues: queues.map(({ name }) => name),
    agents,
    people: agents.map((login) => ({ login, name: desk.agentAddress(login)?.name ?? '' })),
    secondLevels: new Map(
      queues.flatMap(({ name, secondLevel }) =>
        secondLevel === undefined ? [] : [[name.toLowerCase(), secondLevel] as const],
      ),
    ),
    // Base 64 makes four bytes of three.
    mostFileBytes: Math.floor((settings.maxMessageBytes / 4) * 3),
    junkQueue: settings.junkQueue,
    defaultQueue: settings.defaultQueue,
    slas: (config.slas ?? []).map(({ name }) => name),
    ...faxFacts(config),
    ...timedFacts(config, queue, now),
  };
}

export function faxFacts({
  desk: { faxGateway, country },
}: Pick<Config, 'desk'>): Pick<DeskFacts, 'faxNumberOf'> {
  if (faxGateway === undefined) return {};
  return { faxNumberOf: (address) => faxNumberOf(faxGateway, address, country) };
}

type TimedFacts = Pick<DeskFacts, 'rules' | 'lockUntil' | 'morning' | 'waits'>;

function timedFacts(config: Config, queue: string, now: Instant): TimedFacts {
  const calendar = calendarOf(config, queue);
  const { lockHours } = config.desk;
  const morning = nextMorning(calendar, now);
  return {
    rules: ticketRulesOf(config),
    ...(lockHours === 0 ? {} : { lockUntil: addOpenTime(calendar, now, lockHours * hour) }),
    ...(morning === undefined ? {} : { morning }),
    waits: Object.fromEntries(
      waitKinds.flatMap((kind) => {
        const span = pendingSpanOf(config, queue, kind);
        return span === undefined ? [] : [[kind, addSpan(calendar, now, span)]];
      }),
    ),
  };
}
