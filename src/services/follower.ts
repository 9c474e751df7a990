/**
 * Follows every event that is filed, for whoever wants to know of each.
 *
 * Promises: every event from the mark on is shown, one after another and at least once, also after a crash: a file says up to
 * when all were, and a start looks at what came since, a little overlap included. What was there before a desk was followed
 * for the first time, or is older than a day, is never shown: neither imported nor copied tickets are news.
 * Leaves to others: knowing again what was shown before a crash, and what follows from an event.
 */
import { dirname } from 'node:path';
import {
  type Clock,
  day,
  formatInstant,
  type Instant,
  minute,
  parseInstant,
  toInstant,
} from '../base/clock.ts';
import { errorText, isFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Random } from '../base/random.ts';
import { createRecent } from '../base/recent.ts';
import { createKeyedSerial } from '../base/serial.ts';
import { readIfThere, replaceFile } from '../config/desk-files.ts';
import { newestEventOf } from '../core/escalation/steps-done.ts';
import type { TicketEvent } from '../core/ticket/event.ts';
import { compareEvents, continueFold, foldTicket, type Ticket } from '../core/ticket/fold.ts';
import { isImported } from '../core/ticket/imported.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';
import type { TicketReader } from '../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from './index/index.ts';

export interface Follower {
  /** From now on what changes is followed; to be called before anything can be filed. */
  start(): Promise<void>;
  /** Looks at what came while nobody followed, once every ticket on disk was seen. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface FiledEvent {
  readonly number: TicketNumber;
  readonly event: TicketEvent;
  /** Undefined for the event that opened the ticket. */
  readonly before: Ticket | undefined;
  readonly after: Ticket;
}

export interface FollowerDeps {
  readonly index: Pick<TicketIndex, 'onChange' | 'records'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface FollowerOptions {
  /** For the log. */
  readonly name: string;
  /** The file of the mark; its directory is made when it is missing. */
  readonly path: string;
  /** While it says no, no ticket is read, and what is filed is not shown later. */
  readonly isWanted?: () => boolean;
  /** Fails when the event has to be shown again. */
  readonly look: (filed: FiledEvent) => Promise<void>;
}

/** A mail that was being filed at the mark has an earlier time than when it could be seen. */
const overlap = 10 * minute;
const longestWay = day;
/** Nothing that was filed longer ago is shown by a start. */
export const longestFollowed = longestWay + overlap;
const markEvery = minute;
const keptEvents = 20_000;

export function createFollower(
  deps: FollowerDeps,
  { name: follower, path, isWanted = () => true, look }: FollowerOptions,
): Follower {
  const { index, reader, files, clock, log } = deps;
  const serial = createKeyedSerial();
  const waiting = new Set<TicketNumber>();
  const failed = new Set<TicketNumber>();
  /** Shown before; what is forgotten is shown again. */
  const known = createRecent<string, true>(keptEvents);
  let from = toInstant(0);
  let isCaughtUp = false;
  let isStopped = false;
  let end = () => {};
  let cancelMark = () => {};

  async function start(): Promise<void> {
    await ensureDirectory(files, dirname(path), dirname(path));
    const now = clock.now();
    const upTo = parseInstant((await readIfThere(files, path)) ?? '');
    from = upTo === undefined ? now : toInstant(Math.max(upTo - overlap, now - longestWay));
    if (upTo === undefined) await mark(now);
    end = index.onChange(({ number, record }) => {
      if (record !== undefined && newestEventOf(record) >= from) lookAt(number);
    });
    markRegularly();
  }

  function lookAt(number: TicketNumber): void {
    if (waiting.has(number) || !isWanted()) return;
    waiting.add(number);
    serial
      .run('look', async () => {
        waiting.delete(number);
        await lookAtFresh(number);
        failed.delete(number);
      })
      .catch((error: unknown) => {
        failed.add(number);
        log.error('follower.failed', { follower, ticket: number, cause: errorText(error) });
      });
  }

  async function lookAtFresh(number: TicketNumber): Promise<void> {
    const folder = await reader.read(number);
    if (folder === undefined) return;
    const events = folder.messages.map(({ event }) => event).toSorted(compareEvents);
    const first = events.findIndex((event) => isFresh(number, event));
    if (first < 0) return;
    let ticket: Ticket | undefined =
      first === 0 ? undefined : foldTicket(number, events.slice(0, first));
    for (const event of events.slice(first)) {
      const before = ticket;
      const after: Ticket =
        before === undefined ? foldTicket(number, [event]) : continueFold(before, [event]);
      ticket = after;
      if (!isFresh(number, event)) continue;
      await look({ number, event, before, after });
      known.set(`${number} ${event.name}`, true);
    }
  }

  function isFresh(number: TicketNumber, event: TicketEvent): boolean {
    const isKnown = known.get(`${number} ${event.name}`) !== undefined;
    return event.time >= from && !isKnown && !isImported(event);
  }

  async function mark(upTo: Instant): Promise<void> {
    try {
      await replaceFile(deps, { path, text: `${formatInstant(upTo)}\n`, mode: 0o600 });
    } catch (error) {
      if (!isFault(error)) throw error;
      // The next start looks at more, no more than that.
      log.warn('follower.mark-failed', { follower, cause: errorText(error) });
    }
  }

  function markRegularly(): void {
    if (isStopped) return;
    cancelMark = clock.after(markEvery, () => {
      for (const number of [...failed]) lookAt(number);
      void markIfDone().finally(markRegularly);
    });
  }

  /** In its turn, so that nothing is being looked at; what is filed meanwhile falls into the overlap. */
  function markIfDone(): Promise<void> {
    return serial.run('look', async () => {
      const now = clock.now();
      if (isCaughtUp && waiting.size === 0 && failed.size === 0) await mark(now);
    });
  }

  async function lookAtAllSince(): Promise<void> {
    const fresh: TicketRecord[] = [];
    for await (const slice of index.records())
      fresh.push(...slice.filter((record) => newestEventOf(record) >= from));
    fresh.sort((one, other) => newestEventOf(other) - newestEventOf(one));
    for (const { number } of fresh) lookAt(number);
  }

  return {
    start,
    async catchUp() {
      await lookAtAllSince();
      await serial.idle();
      isCaughtUp = true;
    },
    settled: () => serial.idle(),
    async stop() {
      isStopped = true;
      end();
      cancelMark();
      await serial.idle();
      await markIfDone();
    },
  };
}
