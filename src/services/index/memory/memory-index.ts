/**
 * The index of one node, in memory: catalogue, lists, text.
 *
 * Promises: as in ../index.ts; a start serves the snapshot at once and sweeps in the background.
 * Changes of one ticket are taken one after another and end in its newest state.
 * Leaves to others: when to sweep again (the desk), what a folder means (../projector.ts).
 */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, nextTurn, second, sleep, toInstant } from '../../../base/clock.ts';
import { errorText, Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { ok, refuse } from '../../../base/result.ts';
import { createKeyedSerial } from '../../../base/serial.ts';
import { splitQuery, type TextTerm, type TicketTest } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { isReadable } from '../../../core/ticket/rights.ts';
import type { FileOps } from '../../../storage/files.ts';
import type { TicketFolder, TicketReader } from '../../../storage/ticket-store.ts';
import {
  type IndexChange,
  type ListPage,
  type ListReader,
  readableRecord,
  type ScheduledTicket,
  type TicketIndex,
  type TicketRecord,
} from '../index.ts';
import { projectTicket } from '../projector.ts';
import type { TextHealth } from '../text-health.ts';
import { saveTextHealth } from '../text-health-file.ts';
import { createArchiveSearch } from './archive-search.ts';
import { monthOf } from './archive-segments.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { parseCursor } from './cursor.ts';
import { allProgress, leastSearched, scoresOf, withUnscored } from './group-search.ts';
import { listRecords } from './listing.ts';
import { createOrderings, type DueSource } from './ordering.ts';
import { narrow } from './people.ts';
import { rankByRelevance } from './relevance.ts';
import { createSnapshot } from './snapshot.ts';
import { createSweeper, trustedStamp } from './sweep.ts';
import { startTextHere, startTextWorker } from './text-port.ts';
import type { StartTextService } from './text-protocol.ts';
import { createTextSearch, type FoundText } from './text-search.ts';

export interface MemoryIndexDeps {
  readonly reader: TicketReader;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing is ever due without it. */
  readonly due?: DueSource;
}

export interface MemoryIndexOptions {
  /** The `tickets` directory. */
  readonly tickets: string;
  /** Where the snapshot is kept; made when it is missing. */
  readonly index: string;
  readonly infoSeparator: string;
  /** Where texts are read and searched: `worker` (the default) or `here`, for what lives shortly. */
  readonly text?: 'worker' | 'here' | StartTextService;
}

const sweepAgainAfter = 5 * second;

export function createMemoryIndex(deps: MemoryIndexDeps, options: MemoryIndexOptions): TicketIndex {
  const { reader, files, clock, log, due } = deps;
  const catalogue = createCatalogue();
  const orderings = createOrderings(catalogue, due);
  const snapshot = createSnapshot(
    { files, clock, log, records: catalogue.records, alongside: saveHealth },
    options.index,
  );
  const serial = createKeyedSerial();
  const listeners = new Set<(change: IndexChange) => void>();
  const closing = new AbortController();
  const text = createTextSearch({
    start: chooseService(deps, options),
    clock,
    log,
    all: allTexts,
  });
  const sweep = createSweeper({
    reader,
    files,
    clock,
    log,
    tickets: options.tickets,
    known: catalogue,
    apply,
    signal: closing.signal,
  });
  const archive = createArchiveSearch(text.search);
  let isSwept = false;

  function allTexts() {
    return [...catalogue.records()]
      .sort((one, other) => other.updated - one.updated)
      .map((record) => ({ number: record.number, ...toText(record) }));
  }

  async function load(): Promise<void> {
    for (const record of (await snapshot.load()) ?? []) catalogue.put(record);
    log.info('index.loaded', { tickets: catalogue.size() });
  }

  /** Begins when somebody waits for it, so that a start can serve its first page before the disks are busy. */
  function whenSwept(): Promise<void> {
    first ??= sweepFirst();
    return first;
  }

  async function sweepFirst(): Promise<void> {
    await loaded;
    text.refill();
    while (!closing.signal.aborted) {
      try {
        const report = await sweep();
        isSwept = !closing.signal.aborted;
        if (isSwept) text.whole();
        log.info('index.ready', { ...report });
        return;
      } catch (error) {
        log.error('index.sweep-failed', { cause: errorText(error) });
        await sleep(clock, sweepAgainAfter, closing.signal);
      }
    }
  }

  async function apply(number: TicketNumber, folder?: TicketFolder): Promise<boolean> {
    await loaded;
    if (closing.signal.aborted) return false;
    return serial.run(number, async () => {
      const before = catalogue.get(number);
      if (folder !== undefined && isUpTo(folder, before)) {
        // When its stamp was taken is not known here, so the next sweep looks at the folder itself.
        return keep(number, { ...projectTicket(folder), stamp: undefined });
      }
      const readAt = clock.now();
      const current = await reader.read(number);
      if (current === undefined) return keep(number, undefined);
      const record = projectTicket(current);
      return keep(number, { ...record, stamp: trustedStamp(record.stamp, readAt) });
    });
  }

  /** False when nothing but the stamp was new. */
  function keep(number: TicketNumber, record: TicketRecord | undefined): boolean {
    const before = catalogue.get(number);
    if (before === undefined && record === undefined) return false;
    if (record === undefined) catalogue.remove(number);
    else catalogue.put(record);
    snapshot.note();
    if (isSameBesideStamp(before, record)) return false;
    orderings.note(number);
    archive.note(number);
    text.change(number, record && toText(record));
    announce({ number, record, isNew: before === undefined });
    return true;
  }

  function announce(change: IndexChange): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        // Who listens must not undo what was brought up to date.
        log.error('index.listener-failed', { ticket: change.number, cause: errorText(error) });
      }
    }
  }

  function textHealth(): TextHealth {
    let tickets = 0;
    for (const { archived } of catalogue.records()) if (archived !== true) tickets += 1;
    return { tickets, ...text.health() };
  }

  /** Only of an index that lives long enough to measure something. */
  async function saveHealth(): Promise<void> {
    if (options.text !== 'here') await saveTextHealth(files, options.index, textHealth());
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    closing.abort();
    await Promise.allSettled([first, serial.idle()]);
    await snapshot.close();
    await text.close();
  }

  /** In what is in memory, and in what of the archive was searched so far. */
  async function find(
    terms: readonly TextTerm[],
    test: (record: TicketRecord) => boolean,
    wholeArchive = false,
  ): Promise<FoundText & Pick<ListPage, 'archive'>> {
    const months = archivedMonths(catalogue, test);
    if (wholeArchive) for await (const _ of archive.progress(terms, months));
    const { numbers, isComplete } = await text.search(terms);
    if (months.length === 0) return { numbers, isComplete };
    const older = archive.look(terms, months);
    return {
      numbers: new Map([...older.found.flatMap((each) => [...each]), ...numbers]),
      isComplete: isComplete && older.isComplete,
      archive: { searched: older.searched, months: months.length, ...reachedOf(months, older) },
    };
  }

  /** With words that may stand in a ticket and need not, what matches without them comes last. */
  function rankFound(found: FoundText | undefined, within: readonly FoundText[]) {
    const scored = rankByRelevance(scoresOf(found, within), catalogue.get, clock.now());
    return found === undefined ? withUnscored(scored, orderings.read('relevance')) : scored;
  }

  const loaded = load();
  let first: Promise<void> | undefined;

  return {
    ready: (waitMs) =>
      new Promise((resolve, reject) => {
        const cancel = clock.after(waitMs, () => reject(notReady()));
        void whenSwept().then(() => {
          cancel();
          if (isSwept) resolve();
          else reject(notReady());
        });
      }),
    isReady: () => isSwept,
    async apply(number, folder) {
      await apply(number, folder);
    },
    async sweep() {
      await loaded;
      return sweep();
    },
    ...createLookups(catalogue, loaded),
    async list({ query, sort, descending, limit, after: cursor, reader: asking, ...more }) {
      const after = cursor === undefined ? undefined : parseCursor(sort, cursor);
      if (cursor !== undefined && after === undefined)
        return refuse({ code: 'bad-cursor', cursor });
      await loaded;
      const { test, text: terms, leaves, needsDue } = splitQuery(query);
      const judge = (within: FoundWithin) =>
        onlyReadable(withFound(test, { due: needsDue ? due : undefined, found: within }), asking);
      const maybe = judge('any');
      const found = terms.length === 0 ? undefined : await find(terms, maybe, more.wholeArchive);
      const within = await Promise.all(
        leaves.map((leaf) => find([leaf], maybe, more.wholeArchive)),
      );
      const ranked =
        sort === 'relevance' && (found !== undefined || within.length > 0)
          ? rankFound(found, within)
          : orderings.read(sort);
      const page = listRecords({
        ranked,
        test: judge(within.map(({ numbers }) => numbers)),
        found: found?.numbers,
        narrowed: narrow(query, catalogue.people),
        after,
        sort,
        descending,
        limit,
        ...(more.dueBy === undefined || sort !== 'due' ? {} : { dueBy: more.dueBy }),
      });
      const asked = [...(found === undefined ? [] : [found]), ...within];
      return ok({
        ...page,
        complete: isSwept && asked.every(({ isComplete }) => isComplete),
        ...leastSearched(asked),
      });
    },
    async *searchArchive({ query, reader: asking }) {
      await loaded;
      const { test, text: terms, leaves, needsDue } = splitQuery(query);
      const questions = [
        ...(terms.length === 0 ? [] : [terms]),
        ...leaves.map((leaf) => [leaf] as const),
      ];
      const maybe = onlyReadable(
        withFound(test, { due: needsDue ? due : undefined, found: 'any' }),
        asking,
      );
      const months = archivedMonths(catalogue, maybe);
      yield* allProgress(questions.map((question) => archive.progress(question, months)));
    },
    async findDue(until) {
      await loaded;
      const ranked = orderings.read('due');
      const end = ranked.findIndex(({ value }) => typeof value !== 'number' || value > until);
      return ranked.slice(0, end < 0 ? ranked.length : end).map(({ record }) => record);
    },
    textHealth,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async settled() {
      await loaded;
      await serial.idle();
      await text.settled();
    },
    close,
  };
}

/** Months in which an archived ticket passes the test, but for its text. */
function archivedMonths(
  catalogue: Pick<Catalogue, 'records'>,
  test: (record: TicketRecord) => boolean,
): readonly string[] {
  const months = new Set<string>();
  for (const record of catalogue.records()) {
    if (record.archived !== true || months.has(monthOf(record.number))) continue;
    if (test(record)) months.add(monthOf(record.number));
  }
  return [...months];
}

/** Months are searched the newest first. */
function reachedOf(
  months: readonly string[],
  { searched }: { readonly searched: number },
): { readonly reached?: string } {
  const reached = months.toSorted().at(-searched);
  return searched === 0 || reached === undefined ? {} : { reached };
}

/** What the text index is told; of an archived ticket also what says whether its text may be another than before. */
function toText({ subject, language, archived, updated, messages }: TicketRecord) {
  const token = `${updated} ${messages.length} ${messages.at(-1)?.name ?? ''} ${language ?? ''}`;
  return { subject, language, ...(archived === true ? { archived: token } : {}) };
}

type FoundWithin = readonly Pick<ReadonlySet<TicketNumber>, 'has'>[] | 'any';

/** The test, told when each ticket is due, and which tickets hold the words within groups. */
function withFound(
  test: TicketTest,
  { due, found }: { readonly due: DueSource | undefined; readonly found: FoundWithin },
): (record: TicketRecord) => boolean {
  return (record) => test(record, due?.dueOf(record), found);
}

/** The test, and before it whether the ticket is for the reader. */
function onlyReadable(
  test: (record: TicketRecord) => boolean,
  reader: ListReader | undefined,
): (record: TicketRecord) => boolean {
  if (reader === undefined) return test;
  const known = new Map<string, boolean>();
  const sees = (queue: string) => {
    const before = known.get(queue);
    if (before !== undefined) return before;
    const seen = reader.sees(queue);
    known.set(queue, seen);
    return seen;
  };
  return (record) =>
    isReadable(readableRecord(record), { login: reader.login, sees }) && test(record);
}

type Lookups = Pick<
  TicketIndex,
  | 'find'
  | 'counts'
  | 'records'
  | 'findMessage'
  | 'findContent'
  | 'findReferring'
  | 'countOpened'
  | 'findLanguage'
  | 'findUnconfirmed'
  | 'findUndelivered'
  | 'findMerged'
  | 'findForeign'
  | 'findRegrouped'
  | 'findScheduled'
  | 'findDated'
>;

/** What the catalogue alone answers, once it is loaded. */
function createLookups(catalogue: Catalogue, loaded: Promise<void>): Lookups {
  const ask = async <T>(answer: () => T): Promise<T> => {
    await loaded;
    return answer();
  };
  return {
    find: (number) => ask(() => catalogue.get(number)),
    counts: () => ask(catalogue.counts),
    records: () => sliced(loaded, catalogue),
    findMessage: (id) => ask(() => catalogue.findMessage(id)),
    findContent: (content) => ask(() => catalogue.findContent(content)),
    findReferring: (id) => ask(() => catalogue.findReferring(id)),
    countOpened: (customer, since) => ask(() => catalogue.countOpened(customer, since)),
    findLanguage: (customer) => ask(() => catalogue.findLanguage(customer)),
    findUnconfirmed: () => ask(catalogue.unconfirmed),
    findUndelivered: () => ask(catalogue.undelivered),
    findMerged: (into) => ask(() => catalogue.findMerged(into)),
    findForeign: (key) => ask(() => catalogue.findForeign(key)),
    findRegrouped: () => ask(catalogue.regrouped),
    findScheduled: () => ask(() => scheduledIn(catalogue.records())),
    findDated: () => ask(() => datedIn(catalogue.records())),
  };
}

const sliceSize = 500;

async function* sliced(
  loaded: Promise<void>,
  catalogue: Catalogue,
): AsyncGenerator<readonly TicketRecord[]> {
  await loaded;
  const all = [...catalogue.records()];
  for (let from = 0; from < all.length; from += sliceSize) {
    yield all.slice(from, from + sliceSize);
    await nextTurn();
  }
}

function datedIn(records: Iterable<TicketRecord>): readonly TicketRecord[] {
  const dated: TicketRecord[] = [];
  for (const record of records)
    if (record.appointments !== undefined || record.pendingUntil !== undefined) dated.push(record);
  return dated;
}

function scheduledIn(records: Iterable<TicketRecord>): readonly ScheduledTicket[] {
  const scheduled: ScheduledTicket[] = [];
  for (const { number, drafts = [] } of records) {
    const times = drafts.flatMap(({ send }) => (send === undefined ? [] : [send.at]));
    if (times.length > 0) scheduled.push({ number, at: toInstant(Math.min(...times)) });
  }
  return scheduled;
}

function chooseService(
  { files, clock }: Pick<MemoryIndexDeps, 'files' | 'clock'>,
  options: MemoryIndexOptions,
): StartTextService {
  const { text = 'worker', tickets, infoSeparator, index } = options;
  const source = { tickets, infoSeparator, index };
  if (text === 'worker') return startTextWorker(source);
  return text === 'here' ? startTextHere({ files, clock }, source) : text;
}

/** Whether the folder holds every message that the record knows of; else something newer came first. */
function isUpTo({ ticket }: TicketFolder, record: TicketRecord | undefined): boolean {
  return record === undefined || record.messages.every(({ name }) => ticket.names.has(name));
}

function isSameBesideStamp(
  one: TicketRecord | undefined,
  other: TicketRecord | undefined,
): boolean {
  return isDeepStrictEqual({ ...one, stamp: undefined }, { ...other, stamp: undefined });
}

function notReady(): Fault {
  return new Fault('not-ready', {
    retry: 'later',
    detail: 'Cannot answer from the index yet: it is still looking through the ticket folders',
  });
}
