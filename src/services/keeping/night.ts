/**
 * The night's work: what a crash left is ended, aged tickets go to the archive, and what a rule removes goes for good.
 *
 * Promises: once an hour after the start, and every night at three; so much and no more at a time, the rest the next night;
 * one line in the log says what was done. A night of two processes does the work once.
 * Leaves to others: what is due and how it goes (retention.ts).
 */
import { type Clock, hour, type Instant, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { localDay, wallInstant } from '../../core/escalation/calendar.ts';
import type { TicketWriter } from '../../storage/ticket-store.ts';
import { createAlarm } from '../alarm.ts';
import type { TicketIndex } from '../index/index.ts';
import type { Retention } from './retention.ts';

export interface Night {
  start(): void;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface NightDeps {
  readonly store: Pick<TicketWriter, 'cleanUp'>;
  readonly index: Pick<TicketIndex, 'isReady'>;
  readonly retention: Retention;
  /** Of the desk. */
  readonly timeZone: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

const minuteOfNight = 3 * 60;
const mostANight = 5000;

export function createNight(deps: NightDeps): Night {
  const { store, index, retention, timeZone, clock, log } = deps;
  const alarm = createAlarm<'night'>({ clock, log, name: 'keeping', ring });

  async function ring(): Promise<void> {
    // What is due is known when every ticket was seen.
    if (!index.isReady()) return alarm.set('night', toInstant(clock.now() + hour));
    await store.cleanUp();
    const due = await retention.due();
    if (due.length > 0)
      log.info('keeping.night', { ...(await retention.carryOut(due, mostANight)) });
    alarm.set('night', nextNight(clock.now(), timeZone()));
  }

  return {
    start: () => alarm.set('night', toInstant(clock.now() + hour)),
    settled: alarm.settled,
    stop: alarm.stop,
  };
}

export function nextNight(now: Instant, timeZone: string): Instant {
  const today = wallInstant(localDay(now, timeZone), minuteOfNight, timeZone);
  return today > now ? today : wallInstant(localDay(now, timeZone) + 1, minuteOfNight, timeZone);
}
