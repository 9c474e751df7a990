/**
 * The text index as the index uses it: told of changes, asked for tickets.
 *
 * Promises: a change is searchable about a second later; a search is always answered, with
 * `isComplete` false while changes are not yet searchable. A crashed service is started again and
 * told everything anew; a ticket that crashes it each time is left out and named in the log.
 * Leaves to others: the service itself (text-service.ts, text-port.ts).
 */
import { type Clock, type Duration, minute, second } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketRecord } from '../index.ts';
import { slowOf, type TextHealth } from '../text-health.ts';
import type { StartTextService, TextAnswer, TextChange, TextPort } from './text-protocol.ts';

export interface TextSearch {
  /** Tells the service of every ticket, after what is changing meanwhile. */
  refill(): void;
  /** Every ticket is known from now on: when all are told, the service tidies what it keeps on disk. */
  whole(): void;
  /** Without a ticket it is gone. */
  change(number: TicketNumber, ticket: Omit<TextChange, 'number'> | undefined): void;
  /** In a month of the archive, or in all that is not archived. */
  search(terms: readonly TextTerm[], month?: string): Promise<FoundText>;
  /** Resolves when every change so far is searchable. */
  settled(): Promise<void>;
  health(): Omit<TextHealth, 'tickets'>;
  close(): Promise<void>;
}

export interface FoundText {
  /** With the score of each: the higher, the better it fits. */
  readonly numbers: ReadonlyMap<TicketNumber, number>;
  readonly isComplete: boolean;
}

export interface TextSearchDeps {
  readonly start: StartTextService;
  readonly clock: Clock;
  readonly log: Log;
  /** Every ticket with its subject, newest first: what a service that was started again is told. */
  readonly all: () => readonly TextChange[];
}

const mostInBatch = 200;
const mostTimes = 200;
const batchAfter: Duration = 250;
const firstRestartAfter: Duration = second;
const lastRestartAfter: Duration = minute;

interface Batch {
  readonly id: number;
  readonly changes: readonly TextChange[];
  readonly isLast?: boolean;
}

export function createTextSearch({ start, clock, log, all }: TextSearchDeps): TextSearch {
  /** What was being read when the service crashed: read again first, a few at a time. */
  let suspects = new Map<TicketNumber, TextChange>();
  let suspectsInBatch = 1;
  const pending = new Map<TicketNumber, TextChange>();
  const backlog = new Map<TicketNumber, TextChange>();
  /** Tickets whose text cannot be had until they change. */
  const left = new Set<TicketNumber>();
  const searches = new Map<number, (found: FoundText | undefined) => void>();
  let port: TextPort | undefined;
  let batch: Batch | undefined;
  let restartAfter = firstRestartAfter;
  let cancelTimer: (() => void) | undefined;
  const waiters: (() => void)[] = [];
  let isClosed = false;
  /** The service is being told of every ticket, and was not told the last one yet. */
  let isFilling = false;
  let isWhole = false;
  let memory = 0;
  let fillMs = 0;
  let fillsSince = clock.now();
  /** Of the last searches in memory. */
  const times: Duration[] = [];
  let lastId = 0;

  function open(): void {
    port = start({ onAnswer: takeAnswer, onCrash: restart });
    send();
  }

  /** Sends what is pending now when there is much or somebody waits, else a moment later. */
  function send(): void {
    if (port === undefined || batch !== undefined || isClosed) return;
    const waiting = countWaiting();
    if (waiting === 0 && isFilling && isWhole) {
      sendBatch(port);
      return;
    }
    if (waiting === 0) {
      for (const resolve of waiters.splice(0)) resolve();
      return;
    }
    if (waiting >= mostInBatch || suspects.size > 0 || waiters.length > 0) {
      sendBatch(port);
      return;
    }
    cancelTimer ??= clock.after(batchAfter, () => {
      cancelTimer = undefined;
      if (port !== undefined && batch === undefined) sendBatch(port);
    });
  }

  function sendBatch(to: TextPort): void {
    cancelTimer?.();
    cancelTimer = undefined;
    lastId += 1;
    const changes = takeBatch();
    const isLast = isFilling && isWhole && countWaiting() === 0;
    if (isLast) isFilling = false;
    batch = { id: lastId, changes, ...(isLast ? { isLast } : {}) };
    to.post({ kind: 'feed', ...batch });
  }

  function takeBatch(): readonly TextChange[] {
    if (suspects.size > 0) return [...takeFirst(suspects, suspectsInBatch)];
    const changes = [...takeFirst(pending, mostInBatch)];
    return [...changes, ...takeFirst(backlog, mostInBatch - changes.length)];
  }

  function countWaiting(): number {
    return suspects.size + pending.size + backlog.size;
  }

  function takeAnswer(answer: TextAnswer): void {
    if (answer.kind === 'found') {
      searches.get(answer.id)?.(toFound(answer));
      return;
    }
    memory = answer.memory ?? memory;
    if (batch?.isLast === true) fillMs = clock.now() - fillsSince;
    for (const { number, reason } of answer.unreadable) {
      left.add(number);
      log.warn('index.text-unreadable', { ticket: number, reason });
    }
    batch = undefined;
    restartAfter = firstRestartAfter;
    send();
  }

  function restart(cause: unknown): void {
    log.error('index.text-crashed', {
      cause: errorText(cause),
      tickets: batch?.changes.length ?? 0,
    });
    port = undefined;
    for (const answer of [...searches.values()]) answer(undefined);
    if (batch !== undefined) suspect(batch.changes);
    fillBacklog();
    batch = undefined;
    if (isClosed) return;
    clock.after(restartAfter, () => {
      if (!isClosed) open();
    });
    restartAfter = Math.min(lastRestartAfter, restartAfter * 2);
  }

  function fillBacklog(): void {
    isFilling = true;
    fillsSince = clock.now();
    for (const change of all()) {
      const { number } = change;
      if (!suspects.has(number) && !pending.has(number) && !left.has(number))
        backlog.set(number, change);
    }
  }

  /** Smaller batches lead to the ticket that crashes the service, if there is one. */
  function suspect(changes: readonly TextChange[]): void {
    const [only, ...others] = changes;
    if (only !== undefined && others.length === 0) {
      left.add(only.number);
      log.warn('index.text-skipped', { ticket: only.number });
      return;
    }
    suspectsInBatch = Math.max(1, Math.floor(changes.length / 8));
    const fresh = changes.filter(({ number }) => !pending.has(number));
    suspects = new Map([...fresh.map((change) => [change.number, change] as const), ...suspects]);
  }

  open();

  return {
    refill() {
      fillBacklog();
      send();
    },
    whole() {
      isWhole = true;
      send();
    },
    change(number, ticket) {
      if (isClosed) return;
      left.delete(number);
      suspects.delete(number);
      backlog.delete(number);
      pending.delete(number);
      pending.set(number, { number, subject: undefined, ...ticket });
      send();
    },
    async search(terms, month) {
      const isCurrent = batch === undefined && countWaiting() + left.size === 0;
      const began = clock.now();
      const found = await ask(terms, month);
      if (month === undefined && found !== undefined) times.push(clock.now() - began);
      if (times.length > mostTimes) times.shift();
      return {
        numbers: found?.numbers ?? new Map(),
        isComplete: isCurrent && found?.isComplete === true,
      };
    },
    health: () => ({ memory, fillMs, slowSearchMs: slowOf(times) }),
    settled() {
      if (isClosed) return Promise.resolve();
      return new Promise((resolve) => {
        waiters.push(resolve);
        send();
      });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelTimer?.();
      for (const answer of [...searches.values()]) answer(undefined);
      for (const resolve of waiters.splice(0)) resolve();
      await port?.close();
    },
  };

  async function ask(
    terms: readonly TextTerm[],
    month: string | undefined,
  ): Promise<FoundText | undefined> {
    if (port === undefined || isClosed) return undefined;
    lastId += 1;
    const id = lastId;
    const to = port;
    return new Promise((resolve) => {
      searches.set(id, (found) => {
        searches.delete(id);
        resolve(found);
      });
      to.post({ kind: 'search', id, terms, ...(month === undefined ? {} : { month }) });
    });
  }
}

function* takeFirst(waiting: Map<TicketNumber, TextChange>, most: number): Iterable<TextChange> {
  let count = 0;
  for (const [number, change] of waiting) {
    if (count >= most) return;
    count += 1;
    waiting.delete(number);
    yield change;
  }
}

function toFound({
  numbers,
  scores,
  isPartial = false,
}: Extract<TextAnswer, { kind: 'found' }>): FoundText {
  return {
    numbers: new Map(numbers.map((number, at) => [number, scores[at] ?? 0])),
    isComplete: !isPartial,
  };
}

/** What the text index is told; of an archived ticket also what says whether its text may be another than before. */
export function toText(record: TicketRecord) {
  const { subject, language, archived, updated, messages, redactions = 0 } = record;
  const token = `${updated} ${messages.length} ${messages.at(-1)?.name ?? ''} ${language ?? ''} ${redactions}`;
  return { subject, language, ...(archived === true ? { archived: token } : {}) };
}
