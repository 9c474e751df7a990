/**
 * Says of each appointment, some time before it begins, that it does.
 *
 * Promises: once, by however many processes, for the event's name follows from appointment and time; what began while no desk ran is not
 * told any more. Owns: the timer for the earliest one.
 * Leaves to others: whom it is news to (core/notify), telling them (../notifications).
 */
import {
  type Clock,
  type Duration,
  formatInstant,
  type Instant,
  minute,
} from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createRecent } from '../../base/recent.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';

export interface AppointmentReminders {
  /** Listens to changes from here on. */
  start(): void;
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface RemindersDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  readonly index: Pick<TicketIndex, 'findDated' | 'onChange'>;
  /** How long before; 0 for never. */
  readonly before: () => Duration;
  readonly clock: Clock;
  readonly log: Log;
}

interface Due {
  readonly number: TicketNumber;
  readonly uid: string;
  readonly start: Instant;
}

/** A timer is never longer, so that a clock that was set is noticed. */
const longestRest = 10 * minute;
const keptTold = 5000;

export function createAppointmentReminders(deps: RemindersDeps): AppointmentReminders {
  const { tickets, index, before, clock, log } = deps;
  const waiting = new Map<TicketNumber, readonly Due[]>();
  /** The reminder itself changes its ticket; whatever is forgotten finds its event there. */
  const told = createRecent<string, true>(keptTold);
  const running = new Set<Promise<void>>();
  let cancelTimer = () => {};
  let stopListening = () => {};
  let isStopped = false;

  function note({ number, state, appointments = [] }: TicketRecord): void {
    const due = appointments
      .flatMap(({ uid, isCancelled, time }) =>
        isCancelled || time.kind === 'days' || time.start <= clock.now()
          ? []
          : [{ number, uid, start: time.start }],
      )
      .filter((each) => told.get(keyOf(each)) === undefined);
    if (due.length === 0 || state === 'removed') waiting.delete(number);
    else waiting.set(number, due);
  }

  function schedule(): void {
    cancelTimer();
    if (isStopped || waiting.size === 0 || before() === 0) return;
    const starts = [...waiting.values()].flatMap((all) => all.map(({ start }) => start));
    const earliest = starts.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
    const rest = Math.max(0, Math.min(earliest - before() - clock.now(), longestRest));
    cancelTimer = clock.after(rest, tellDue);
  }

  function tellDue(): void {
    const now = clock.now();
    for (const [number, all] of waiting) {
      const due = all.filter(({ start }) => start - before() <= now);
      const left = all.filter(({ start }) => start - before() > now);
      if (left.length === 0) waiting.delete(number);
      else waiting.set(number, left);
      for (const each of due) if (each.start > now && before() > 0) begin(each);
    }
    schedule();
  }

  function begin(due: Due): void {
    told.set(keyOf(due), true);
    const work = remind(due).catch((error: unknown) => {
      // The next sweep looks at it again.
      told.delete(keyOf(due));
      log.error('appointments.remind-failed', { ticket: due.number, cause: errorText(error) });
    });
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  }

  async function remind({ number, uid, start }: Due): Promise<void> {
    const done = await tickets.run(
      number,
      { kind: 'remind-appointment', uid, start, once: keyOf({ number, uid, start }) },
      { kind: 'system', part: 'clockwork' },
    );
    if (!done.ok) log.info('appointments.no-reminder', { ticket: number, code: done.refusal.code });
  }

  return {
    start() {
      stopListening = index.onChange(({ number, record }) => {
        const isKnown = waiting.has(number);
        if (record?.appointments === undefined) waiting.delete(number);
        else note(record);
        if (isKnown || waiting.has(number)) schedule();
      });
    },
    async catchUp() {
      for (const record of await index.findDated()) note(record);
      tellDue();
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      stopListening();
      await Promise.all(running);
    },
  };
}

function keyOf({ uid, start }: Due): string {
  return `${uid} ${formatInstant(start)}`;
}
