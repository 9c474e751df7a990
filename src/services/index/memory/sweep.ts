/**
 * The sweep: every ticket folder is looked at, those that changed are applied.
 *
 * Promises: what other programs did to the folders shows after the sweep that begins next. A ticket
 * that cannot be read is left for the next sweep and hinders no other.
 * Leaves to others: what applying means (memory-index.ts).
 */
import { join } from 'node:path';
import { type Clock, type Instant, second } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { dayOf, folderOf, type TicketNumber } from '../../../core/ticket/number.ts';
import type { FileOps } from '../../../storage/files.ts';
import { archiveBeside } from '../../../storage/ticket-places.ts';
import type { FolderStamp, TicketReader } from '../../../storage/ticket-store.ts';
import type { SweepReport, TicketRecord } from '../index.ts';
import { type ArchiveDays, createArchiveDays } from './archive-days.ts';

export interface SweepDeps {
  readonly reader: Pick<TicketReader, 'numbers'>;
  readonly files: Pick<FileOps, 'stat' | 'list'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The `tickets` directory. */
  readonly tickets: string;
  readonly known: SweptRecords;
  /** Brings the ticket up to its folder; false when nothing but the stamp was new. */
  readonly apply: (number: TicketNumber) => Promise<boolean>;
  readonly signal: AbortSignal;
}

export interface SweptRecords {
  get(number: TicketNumber): TicketRecord | undefined;
  records(): Iterable<TicketRecord>;
}

/** Folders looked at side by side. */
const width = 32;

/** The returned function sweeps; called while a sweep runs, it promises the one after that. */
export function createSweeper(deps: SweepDeps): () => Promise<SweepReport> {
  const days = createArchiveDays(deps, archiveBeside(deps.tickets));
  let running: Promise<SweepReport> | undefined;
  let queued: Promise<SweepReport> | undefined;

  function begin(): Promise<SweepReport> {
    const sweep = sweepFolders(deps, days).finally(() => {
      running = undefined;
    });
    running = sweep;
    return sweep;
  }

  return () => {
    if (running === undefined) return begin();
    const after = () => {
      queued = undefined;
      return begin();
    };
    queued ??= running.then(after, after);
    return queued;
  };
}

async function sweepFolders(deps: SweepDeps, days: ArchiveDays): Promise<SweepReport> {
  const { reader, clock, known, apply, signal } = deps;
  const began = clock.now();
  const seen = new Set<TicketNumber>();
  let changed = 0;
  let gone = 0;

  async function look(number: TicketNumber): Promise<void> {
    if (seen.has(number)) return;
    seen.add(number);
    const record = known.get(number);
    if (record?.stamp !== undefined && (await isUnchanged(deps, record, record.stamp))) return;
    if (await apply(number)) changed += 1;
  }

  await eachOf(reader.numbers('tickets'), deps, look);
  await eachOf(days.changed(), deps, look);
  const unseen = [...known.records()].filter(({ number }) => !seen.has(number));
  const missing = unseen.filter(
    ({ number, archived }) => !(archived && days.isSkipped(dayOf(number))),
  );
  await eachOf(
    missing.map(({ number }) => number),
    deps,
    async (number) => {
      await apply(number);
      // A ticket opened behind our back while we walked is not gone.
      if (known.get(number) === undefined && !signal.aborted) gone += 1;
    },
  );
  const tickets = seen.size + unseen.length - missing.length;
  return { tickets, changed, gone, tookMs: clock.now() - began };
}

/** The work on every number, `width` at a time, until the signal aborts. */
async function eachOf(
  numbers: AsyncIterable<TicketNumber> | Iterable<TicketNumber>,
  { log, signal }: SweepDeps,
  work: (number: TicketNumber) => Promise<void>,
): Promise<void> {
  const shared = share(numbers);
  async function run(): Promise<void> {
    for await (const number of shared) {
      if (signal.aborted) return;
      try {
        await work(number);
      } catch (error) {
        log.warn('index.ticket-unreadable', { ticket: number, cause: errorText(error) });
      }
    }
  }
  await Promise.all(Array.from({ length: width }, run));
}

/** An iteration that several loops draw from; a generator answers them in turn. */
async function* share<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function isUnchanged(
  { files, tickets }: SweepDeps,
  { number, archived }: TicketRecord,
  stamp: FolderStamp,
): Promise<boolean> {
  const directory = archived ? archiveBeside(tickets) : tickets;
  const folder = join(directory, ...folderOf(number));
  const fresh = await files.stat(join(folder, 'new'));
  const current = await files.stat(join(folder, 'cur'));
  return fresh?.modified === stamp.newModified && current?.modified === stamp.curModified;
}

const racyFor = 2 * second;

/**
 * The stamp, if it tells all later changes: a change within the same tick of a file system's clock
 * leaves the time as it is, so a directory that changed just before it was read is read again.
 */
export function trustedStamp(
  stamp: FolderStamp | undefined,
  readAt: Instant,
): FolderStamp | undefined {
  if (stamp === undefined) return undefined;
  const newest = Math.max(stamp.newModified, stamp.curModified);
  return readAt - newest >= racyFor ? stamp : undefined;
}
