/**
 * Ends the waits whose time has come: a reminder opens its ticket, one for the customer too, a ticket that closes by itself
 * is closed.
 *
 * Promises: each time is acted on once, by however many processes, for the event's name follows from the event that
 * set it; what fell due while no desk ran is caught up by `catchUp`. Owns: the timer for the earliest time.
 * Leaves to others: what the end of a wait changes (core/ticket/decide-fields.ts).
 */
import { type Clock, type Instant, minute, second } from '../base/clock.ts';
import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createLimit } from '../base/serial.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from './index/index.ts';
import type { Tickets } from './tickets.ts';

export interface ClockworkDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  readonly reader: TicketReader;
  readonly index: Pick<TicketIndex, 'records' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Clockwork {
  /** Listens to changes from here on. */
  start(): void;
  /** Looks at every waiting ticket, and ends what is over. */
  catchUp(): Promise<void>;
  /** Resolves when no wait is being ended. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const atATime = 4;
/** A timer is never longer, so that a clock that was set, or a machine that slept, costs no whole minute. */
const longestRest = 30 * second;
const timedStates = ['pending-reminder', 'pending-close', 'pending-customer'] as const;
/** After a failure of the disk. */
const restAfterFailure = minute;

export function createClockwork({ tickets, reader, index, clock, log }: ClockworkDeps): Clockwork {
  const waits = new Map<TicketNumber, Instant>();
  const running = new Map<TicketNumber, Promise<void>>();
  const limit = createLimit(atATime);
  const retries = new Map<TicketNumber, () => void>();
  let cancelTimer = () => {};
  let stopListening = () => {};
  let isStopped = false;

  function note({ number, state, pendingUntil }: TicketRecord): void {
    if (timedStates.some((timed) => timed === state) && pendingUntil !== undefined)
      waits.set(number, pendingUntil);
    else waits.delete(number);
  }

  function schedule(): void {
    cancelTimer();
    if (isStopped) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [number, until] of waits)
      if (!running.has(number)) earliest = Math.min(earliest, until);
    if (earliest === Number.POSITIVE_INFINITY) return;
    const rest = Math.max(0, Math.min(earliest - clock.now(), longestRest));
    cancelTimer = clock.after(rest, endDue);
  }

  function endDue(): void {
    const now = clock.now();
    for (const [number, until] of waits) if (until <= now && !running.has(number)) start(number);
    schedule();
  }

  function start(number: TicketNumber): void {
    const work = limit
      .run(() => end(number))
      .then(
        () => {
          running.delete(number);
          schedule();
        },
        (error: unknown) => {
          log.error('clockwork.failed', { ticket: number, cause: errorText(error) });
          running.delete(number);
          if (!isStopped)
            retries.set(
              number,
              clock.after(restAfterFailure, () => retry(number)),
            );
        },
      );
    running.set(number, work);
  }

  function retry(number: TicketNumber): void {
    retries.delete(number);
    if (!running.has(number)) start(number);
  }

  async function end(number: TicketNumber): Promise<void> {
    waits.delete(number);
    const folder = await reader.read(number);
    const until = folder?.ticket.pendingUntil;
    const once = folder === undefined ? undefined : settingOf(folder);
    if (until === undefined || once === undefined || until > clock.now()) {
      if (until !== undefined) waits.set(number, until);
      return;
    }
    const done = await tickets.run(
      number,
      { kind: 'fall-due', until, once },
      { kind: 'system', part: 'clockwork' },
    );
    if (done.ok) log.info('clockwork.ended', { ticket: number });
    else log.info('clockwork.nothing', { ticket: number, code: done.refusal.code });
  }

  return {
    start() {
      stopListening = index.onChange(({ number, record }) => {
        const before = waits.get(number);
        if (record === undefined) waits.delete(number);
        else note(record);
        if (waits.get(number) !== before) schedule();
      });
    },
    async catchUp() {
      for await (const slice of index.records()) for (const record of slice) note(record);
      endDue();
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      for (const cancel of retries.values()) cancel();
      stopListening();
      await Promise.all(running.values());
    },
  };
}

/** The event that set the time that holds. */
function settingOf({ messages }: TicketFolder): string | undefined {
  return messages.findLast(({ event }) =>
    event.changes.some((change) => change.kind === 'set' && change.field === 'pending-until'),
  )?.event.name;
}
