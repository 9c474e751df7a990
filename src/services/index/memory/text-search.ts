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
import type { StartTextService, TextAnswer, TextChange, TextPort } from './text-protocol.ts';

export interface TextSearch {
  /** Tells the service of every ticket, after what is changing meanwhile. */
  refill(): void;
  /** `subject` is undefined when the ticket is gone. */
  change(number: TicketNumber, subject: string | undefined): void;
  search(terms: readonly TextTerm[]): Promise<FoundText>;
  /** Resolves when every change so far is searchable. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface FoundText {
  readonly numbers: ReadonlySet<TicketNumber>;
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
const batchAfter: Duration = 250;
const firstRestartAfter: Duration = second;
const lastRestartAfter: Duration = minute;

interface Batch {
  readonly id: number;
  readonly changes: readonly TextChange[];
}

export function createTextSearch({ start, clock, log, all }: TextSearchDeps): TextSearch {
  const pending = new Map<TicketNumber, string | undefined>();
  const backlog = new Map<TicketNumber, string | undefined>();
  /** Tickets whose text cannot be had until they change. */
  const left = new Set<TicketNumber>();
  const searches = new Map<number, (numbers: readonly TicketNumber[] | undefined) => void>();
  let port: TextPort | undefined;
  let batch: Batch | undefined;
  let batchSize = mostInBatch;
  let restartAfter = firstRestartAfter;
  let cancelTimer: (() => void) | undefined;
  const waiters: (() => void)[] = [];
  let isClosed = false;
  let lastId = 0;

  function open(): void {
    port = start({ onAnswer: takeAnswer, onCrash: restart });
    send();
  }

  /** Sends what is pending now when there is much or somebody waits, else a moment later. */
  function send(): void {
    if (port === undefined || batch !== undefined || isClosed) return;
    const waiting = pending.size + backlog.size;
    if (waiting === 0) {
      for (const resolve of waiters.splice(0)) resolve();
      return;
    }
    if (waiting >= batchSize || waiters.length > 0) {
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
    const changes = [...takeFirst(pending, batchSize)];
    changes.push(...takeFirst(backlog, batchSize - changes.length));
    lastId += 1;
    batch = { id: lastId, changes };
    to.post({ kind: 'feed', ...batch });
  }

  function takeAnswer(answer: TextAnswer): void {
    if (answer.kind === 'found') {
      searches.get(answer.id)?.(answer.numbers);
      return;
    }
    for (const { number, reason } of answer.unreadable) {
      left.add(number);
      log.warn('index.text-unreadable', { ticket: number, reason });
    }
    batch = undefined;
    batchSize = Math.min(mostInBatch, batchSize * 2);
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
    blame();
    fillBacklog(batch?.changes ?? []);
    fillBacklog(all());
    batch = undefined;
    if (isClosed) return;
    clock.after(restartAfter, () => {
      if (!isClosed) open();
    });
    restartAfter = Math.min(lastRestartAfter, restartAfter * 2);
  }

  function fillBacklog(changes: readonly TextChange[]): void {
    for (const { number, subject } of changes) {
      if (!pending.has(number) && !left.has(number)) backlog.set(number, subject);
    }
  }

  /** Smaller batches lead to the ticket that crashes the service, if there is one. */
  function blame(): void {
    const culprit = batch?.changes.length === 1 ? batch.changes[0] : undefined;
    if (culprit !== undefined) {
      backlog.delete(culprit.number);
      left.add(culprit.number);
      log.warn('index.text-skipped', { ticket: culprit.number });
    }
    if (batch !== undefined) batchSize = Math.max(1, Math.floor(batch.changes.length / 8));
  }

  open();

  return {
    refill() {
      fillBacklog(all());
      send();
    },
    change(number, subject) {
      if (isClosed) return;
      left.delete(number);
      backlog.delete(number);
      pending.delete(number);
      pending.set(number, subject);
      send();
    },
    async search(terms) {
      const isCurrent = batch === undefined && pending.size + backlog.size + left.size === 0;
      const numbers = await ask(terms);
      return { numbers: new Set(numbers), isComplete: isCurrent && numbers !== undefined };
    },
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

  async function ask(terms: readonly TextTerm[]): Promise<readonly TicketNumber[] | undefined> {
    if (port === undefined || isClosed) return undefined;
    lastId += 1;
    const id = lastId;
    const to = port;
    return new Promise((resolve) => {
      searches.set(id, (numbers) => {
        searches.delete(id);
        resolve(numbers);
      });
      to.post({ kind: 'search', id, terms });
    });
  }
}

function* takeFirst(
  waiting: Map<TicketNumber, string | undefined>,
  most: number,
): Iterable<TextChange> {
  let count = 0;
  for (const [number, subject] of waiting) {
    if (count >= most) return;
    count += 1;
    waiting.delete(number);
    yield { number, subject };
  }
}
