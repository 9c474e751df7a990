/**
 * Does the steps of escalation chains when their time has come.
 *
 * Promises: each step happens once, by however many processes, for its event's name follows from what it is; what fell
 * due while no desk ran is made up for in order by `catchUp`. Owns: the timer for the earliest step of all tickets.
 * Leaves to others: which steps lie ahead (step-book.ts), what a step does (core/escalation/step.ts). A step is decided
 * from the folder of that moment, so an index that is behind costs a question and no mistake.
 */
import { type Clock, type Instant, minute, toInstant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createLimit } from '../../base/serial.ts';
import type { LiveConfig } from '../../config/config.ts';
import { parseQuery } from '../../core/search/query.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { Tickets } from '../tickets.ts';
import type { StepBook } from './step-book.ts';

export interface EscalatorDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  readonly index: Pick<TicketIndex, 'list' | 'find' | 'apply' | 'onChange'>;
  readonly steps: Pick<StepBook, 'ahead'>;
  readonly config: Pick<LiveConfig, 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Escalator {
  /** Listens to changes of tickets and of the configuration from here on. */
  start(): void;
  /** Looks at every open ticket, and does what is due. */
  catchUp(): Promise<void>;
  /** Resolves when no step is being done. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const atATime = 4;
const pageSize = 500;
/** A timer is never longer, so that a clock that was set is noticed. */
const longestRest = 10 * minute;
/** After a failure of the disk, and where the rules refuse what seems to be due. */
const restAfterFailure = minute;
/** Of one ticket at once; the rest comes a moment later. */
const mostAtOnce = 200;

export function createEscalator(deps: EscalatorDeps): Escalator {
  const { tickets, index, steps, config, clock, log } = deps;
  /** When the next step of a ticket falls due. */
  const next = new Map<TicketNumber, Instant>();
  const running = new Map<TicketNumber, Promise<void>>();
  const limit = createLimit(atATime);
  let recount: Promise<void> = Promise.resolve();
  let armed = Number.POSITIVE_INFINITY;
  let cancelTimer = () => {};
  let stopListening = () => {};
  let isStopped = false;

  function note(number: TicketNumber, record: TicketRecord | undefined): void {
    const at = record === undefined ? undefined : steps.ahead(record)[0]?.at;
    if (at === undefined) next.delete(number);
    else next.set(number, at);
  }

  /** Looks through all of them; what only came earlier is armed by `expect`. */
  function schedule(): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const [number, at] of next) if (!running.has(number)) earliest = Math.min(earliest, at);
    armed = Number.POSITIVE_INFINITY;
    cancelTimer();
    expect(earliest);
  }

  /** A timer that fires too early finds nothing and looks again. */
  function expect(at: number): void {
    if (isStopped || at >= armed) return;
    cancelTimer();
    armed = at;
    const rest = Math.max(0, Math.min(at - clock.now(), longestRest));
    cancelTimer = clock.after(rest, doDue);
  }

  function doDue(): void {
    const now = clock.now();
    for (const [number, at] of next) if (at <= now && !running.has(number)) begin(number);
    schedule();
  }

  function begin(number: TicketNumber): void {
    const work = limit
      .run(() => climb(number))
      .catch((error: unknown) => {
        log.error('escalator.failed', { ticket: number, cause: errorText(error) });
        next.set(number, later());
      })
      .then(() => {
        running.delete(number);
        const at = next.get(number);
        if (at !== undefined) expect(at);
      });
    running.set(number, work);
  }

  function later(): Instant {
    return toInstant(clock.now() + restAfterFailure);
  }

  /** One step after the other, each decided on the ticket as the one before has left it. */
  async function climb(number: TicketNumber): Promise<void> {
    for (let done = 0; done < mostAtOnce && !isStopped; done += 1) {
      const record = await index.find(number);
      note(number, record);
      const step = record === undefined ? undefined : steps.ahead(record)[0];
      if (step === undefined || step.at > clock.now()) return;
      const { clock: kind, started, percent } = step;
      const result = await tickets.run(
        number,
        { kind: 'escalate-step', clock: kind, started, percent },
        { kind: 'system', part: 'escalator' },
      );
      if (result.ok) {
        log.info('escalator.step', { ticket: number, clock: kind, percent });
        continue;
      }
      log.info('escalator.nothing', { ticket: number, code: result.refusal.code });
      // The index may be behind: another process did it, or the customer was answered.
      await index.apply(number);
      const now = await index.find(number);
      note(number, now);
      const first = now === undefined ? undefined : steps.ahead(now)[0];
      const isSame =
        first?.clock === kind && first.started === started && first.percent === percent;
      if (isSame) {
        next.set(number, later());
        return;
      }
    }
  }

  async function collect(): Promise<void> {
    const query = parseQuery('is:open');
    if (!query.ok) return;
    const seen = new Set<TicketNumber>();
    let after: string | undefined;
    do {
      const page = await index.list({
        query: query.value,
        sort: 'number',
        descending: false,
        limit: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      if (!page.ok) return;
      for (const record of page.value.records) {
        seen.add(record.number);
        note(record.number, record);
      }
      after = page.value.next;
    } while (after !== undefined && !isStopped);
    for (const number of [...next.keys()])
      if (!seen.has(number)) note(number, await index.find(number));
  }

  async function lookAtAll(): Promise<void> {
    await collect();
    if (!isStopped) doDue();
  }

  return {
    start() {
      const stopChanges = index.onChange(({ number, record }) => {
        note(number, record);
        const at = next.get(number);
        if (at !== undefined) expect(at);
      });
      const stopConfig = config.onChange(() => {
        recount = recount.then(lookAtAll).catch((error: unknown) => {
          // The next sweep looks again.
          log.error('escalator.failed', { cause: errorText(error) });
        });
      });
      stopListening = () => {
        stopChanges();
        stopConfig();
      };
    },
    catchUp: lookAtAll,
    async settled() {
      await recount;
      while (running.size > 0) await Promise.all(running.values());
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      stopListening();
      await recount;
      await Promise.all(running.values());
    },
  };
}
