/**
 * The texts of archived tickets: a segment for each month, in a file, read when it is searched.
 *
 * Promises: no more than a few months are in memory; a month whose file is missing, broken or out of date is built again from its
 * tickets, those that did not change taken over from the file. Until then its changed tickets are left to the index
 * in memory.
 * Leaves to others: when to build (text-service.ts), which tickets lie in the archive (the index).
 */
import { dirname, join } from 'node:path';
import { isFault } from '../../../base/fault.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../../storage/files.ts';
import {
  firstLine,
  formatSegment,
  headerLength,
  type Manifest,
  parseSegment,
  readManifest,
  type StoredSegment,
} from './text-disk.ts';
import { type FoundTicket, searchSegment } from './text-index.ts';
import type { ArchivedChange } from './text-protocol.ts';
import { createTextSegmentBuilder } from './text-segment.ts';
import type { TextSource } from './text-source.ts';

/** `2026-11`, of the day that a ticket's number names. */
export function monthOf(number: TicketNumber): string {
  return `${number.slice(0, 4)}-${number.slice(4, 6)}`;
}

export function segmentPath(directory: string, month: string): string {
  return join(directory, `${month}.segment`);
}

export interface ArchiveSegments {
  /** The ticket lies in the archive, as it is now. True when its month's file holds it so. */
  put(change: ArchivedChange): Promise<boolean>;
  /** It does not, or no more. */
  remove(number: TicketNumber): void;
  /** Months whose files do not hold what they should, the newest first. */
  outdated(): readonly string[];
  /** How many tickets wait for their month to be built. */
  waiting(): number;
  /** Writes the month's file. */
  build(month: string, pause: () => Promise<void>): Promise<void>;
  /** Whether the month's file holds the ticket as the token says. */
  holds(number: TicketNumber, token: string): boolean;
  /** Whether the month's file is whole and holds every ticket that it should, but for some that stand elsewhere. */
  isReady(
    month: string,
    isElsewhere: (number: TicketNumber, token: string) => boolean,
  ): Promise<boolean>;
  search(month: string, terms: readonly TextTerm[]): Promise<readonly FoundTicket[]>;
  /** Removes files of months without archived tickets. */
  prune(): Promise<void>;
}

/** Months in memory. */
const mostLoaded = 6;
const slice = 20;

interface Month {
  /** What it should hold. */
  readonly tickets: Map<TicketNumber, ArchivedChange>;
  /** What its file says it holds. */
  stored: Manifest;
}

export function createArchiveSegments(
  { files, source }: { readonly files: FileOps; readonly source: TextSource },
  directory: string,
): ArchiveSegments {
  const months = new Map<string, Month>();
  /** The one that was used last stands last. */
  const loaded = new Map<string, StoredSegment>();
  const pathOf = (month: string) => segmentPath(directory, month);

  async function open(name: string): Promise<Month> {
    const known = months.get(name);
    if (known !== undefined) return known;
    const month: Month = { tickets: new Map(), stored: (await peek(name)) ?? new Map() };
    const meanwhile = months.get(name);
    if (meanwhile !== undefined) return meanwhile;
    months.set(name, month);
    return month;
  }

  /** The head of the file is enough to know what it holds; whether it is whole shows when it is searched. */
  async function peek(name: string): Promise<Manifest | undefined> {
    return unlessMissing(async () => {
      const length = headerLength(await files.readPart(pathOf(name), 0, firstLine));
      if (length === undefined) return undefined;
      return readManifest(await files.readPart(pathOf(name), firstLine, length));
    });
  }

  async function load(name: string): Promise<StoredSegment | undefined> {
    const known = loaded.get(name);
    const stored =
      known ?? (await unlessMissing(async () => parseSegment(await files.readFile(pathOf(name)))));
    if (stored === undefined) {
      const month = months.get(name);
      if (month !== undefined) month.stored = new Map();
      return undefined;
    }
    keep(name, stored);
    return stored;
  }

  function keep(name: string, stored: StoredSegment): void {
    loaded.delete(name);
    loaded.set(name, stored);
    for (const oldest of loaded.keys()) {
      if (loaded.size <= mostLoaded) break;
      loaded.delete(oldest);
    }
  }

  function countWaiting({ tickets, stored }: Month): number {
    let count = 0;
    for (const [number, { archived }] of tickets) if (stored.get(number) !== archived) count += 1;
    return count;
  }

  function isOutdated(month: Month): boolean {
    return countWaiting(month) > 0 || month.stored.size > month.tickets.size * 1.2 + 20;
  }

  async function build(name: string, pause: () => Promise<void>): Promise<void> {
    const month = await open(name);
    const wanted = [...month.tickets.values()];
    const before = await load(name);
    const places = new Map(before?.segment.numbers.map((number, position) => [number, position]));
    const builder = createTextSegmentBuilder();
    const manifest = new Map<TicketNumber, string>();
    for (const [at, change] of wanted.entries()) {
      const { number, archived } = change;
      const position = places.get(number);
      if (before?.manifest.get(number) === archived && position !== undefined)
        builder.copy(before.segment, position);
      else {
        const document = await source.read(number, change).catch(() => undefined);
        // What cannot be read now is tried again when the month is built the next time.
        if (document === undefined) continue;
        builder.add(document);
      }
      manifest.set(number, archived);
      if (at % slice === 0) await pause();
    }
    const stored = { segment: await builder.buildSlowly(pause), manifest };
    await write(name, stored);
    keep(name, stored);
    month.stored = manifest;
  }

  async function write(name: string, stored: StoredSegment): Promise<void> {
    const draft = `${pathOf(name)}.tmp`;
    try {
      await ensureDirectory(files, directory, dirname(directory));
      await files.unlink(draft);
      await files.createFile(draft, formatSegment(stored));
      await files.rename(draft, pathOf(name));
    } catch (error) {
      // A full disk: the month is searched as long as it is in memory, and built again after that.
      if (!isFault(error)) throw error;
    }
  }

  return {
    async put(change) {
      const month = await open(monthOf(change.number));
      month.tickets.set(change.number, change);
      return month.stored.get(change.number) === change.archived;
    },
    remove(number) {
      months.get(monthOf(number))?.tickets.delete(number);
    },
    outdated: () =>
      [...months]
        .filter(([, month]) => isOutdated(month))
        .map(([name]) => name)
        .sort()
        .reverse(),
    waiting: () => [...months.values()].reduce((sum, month) => sum + countWaiting(month), 0),
    build,
    holds: (number, token) => months.get(monthOf(number))?.stored.get(number) === token,
    async isReady(name, isElsewhere) {
      const month = months.get(name);
      if (month === undefined) return true;
      if (month.stored.size > 0 && (await load(name)) === undefined) return false;
      return [...month.tickets].every(
        ([number, { archived }]) =>
          month.stored.get(number) === archived || isElsewhere(number, archived),
      );
    },
    async search(name, terms) {
      const month = months.get(name);
      if (month === undefined || month.tickets.size === 0) return [];
      const stored = await load(name);
      if (stored === undefined) return [];
      return searchSegment(
        stored.segment,
        terms,
        (number) => month.tickets.get(number)?.archived === stored.manifest.get(number),
      );
    },
    async prune() {
      for (const file of (await files.list(directory)) ?? []) {
        const name = /^(\d{4}-\d{2})\.segment$/.exec(file)?.[1];
        const month = months.get(name ?? '');
        if (month !== undefined && month.tickets.size > 0) continue;
        loaded.delete(name ?? '');
        await unlessMissing(() => files.unlink(join(directory, file)));
      }
    },
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    // It is not there, or the disk does not give it: the month is built again.
    if (isFault(error)) return undefined;
    throw error;
  }
}
