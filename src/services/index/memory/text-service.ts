/**
 * The text index at work: takes changes, reads the tickets, answers searches.
 *
 * Promises: every request is answered once; searches are answered between any two tickets that are
 * read. Months of the archive are built beside it, the newest first. Runs in a thread of its own
 * (text-worker.ts), or in the caller's.
 */
import { nextTurn } from '../../../base/clock.ts';
import { assertNever, errorText } from '../../../base/fault.ts';
import { threadMemory } from '../../../base/thread-memory.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { type ArchiveSegments, monthOf } from './archive-segments.ts';
import { createTextIndex, type FoundTicket } from './text-index.ts';
import type {
  ArchivedChange,
  TextAnswer,
  TextChange,
  TextRequest,
  Unreadable,
} from './text-protocol.ts';
import type { TextDocument } from './text-segment.ts';
import type { TextSource } from './text-source.ts';

export interface TextServiceDeps {
  readonly source: TextSource;
  /** Without it, archived tickets are in memory like all others. */
  readonly archive?: ArchiveSegments | undefined;
  readonly answer: (answer: TextAnswer) => void;
  /** Something failed that must not: the service is of no use any more. */
  readonly crash: (cause: unknown) => void;
  /** Ends what goes on beside the answers. */
  readonly signal?: AbortSignal | undefined;
}

/** Archived tickets that may wait in memory for their months to be built. */
const mostWaiting = 200;

/** The returned function takes a request. */
export function createTextService({
  source,
  archive,
  answer,
  crash,
  signal,
}: TextServiceDeps): (request: TextRequest) => void {
  const index = createTextIndex();
  let work: Promise<void> = Promise.resolve();
  /** Months that are being built or wait for it, in this order. */
  const building = new Map<string, Promise<void>>();
  let builds: Promise<void> = Promise.resolve();
  /** Archived tickets that wait in memory. */
  const held = new Map<TicketNumber, string>();
  let isFilled = false;

  async function turn(): Promise<void> {
    signal?.throwIfAborted();
    await nextTurn();
  }

  async function feed(id: number, changes: readonly TextChange[], isLast: boolean): Promise<void> {
    const documents: TextDocument[] = [];
    const unreadable: Unreadable[] = [];
    for (const change of changes) {
      try {
        const document = await readChange(change);
        if (document === undefined) index.remove(change.number);
        else documents.push(document);
      } catch (error) {
        unreadable.push({ number: change.number, reason: errorText(error) });
      }
      await nextTurn();
    }
    index.add(documents);
    if (isLast) isFilled = true;
    answer({ kind: 'fed', id, unreadable, memory: threadMemory() });
    await index.tidy(nextTurn);
    if (isLast) await source.prune?.();
    if (archive === undefined) return;
    if (isLast) await archive.prune();
    if (isLast || (isFilled && archive.waiting() > mostWaiting))
      for (const month of archive.outdated()) void build(archive, month);
  }

  /** Undefined when nothing of the ticket belongs in memory. */
  async function readChange(change: TextChange): Promise<TextDocument | undefined> {
    const { number, subject } = change;
    held.delete(number);
    if (subject === undefined) {
      archive?.remove(number);
      await source.forget?.(number);
      return undefined;
    }
    if (archive !== undefined) {
      if (!isArchived(change)) archive.remove(number);
      else {
        const isStored = await archive.put(change);
        // All months are built when every ticket is known, each once.
        if (isStored || !isFilled) return undefined;
        held.set(number, change.archived);
      }
    }
    return source.read(number, { subject, language: change.language });
  }

  function build(segments: ArchiveSegments, month: string): Promise<void> {
    const known = building.get(month);
    if (known !== undefined) return known;
    const built = builds
      .then(async () => {
        await segments.build(month, turn);
        await release(segments, month);
      })
      .finally(() => building.delete(month));
    building.set(month, built);
    builds = built.catch(crash);
    return built;
  }

  /** What waited in memory for the month goes. */
  async function release(segments: ArchiveSegments, month: string): Promise<void> {
    for (const [number, token] of [...held]) {
      if (monthOf(number) !== month || !segments.holds(number, token)) continue;
      held.delete(number);
      index.remove(number);
      await source.forget?.(number);
    }
  }

  async function searchMonth(id: number, month: string, terms: readonly TextTerm[]) {
    const isHeld = (number: TicketNumber, token: string) => held.get(number) === token;
    // Its file is missing, broken or out of date: whoever first needs the month has it built.
    const isReady = archive === undefined || (await archive.isReady(month, isHeld));
    if (archive !== undefined && !isReady) await build(archive, month).catch(() => {});
    const found = (await archive?.search(month, terms)) ?? [];
    answer({
      kind: 'found',
      id,
      ...pack(found.filter(({ number }) => !held.has(number))),
      ...(archive === undefined || (await archive.isReady(month, isHeld))
        ? {}
        : { isPartial: true }),
    });
  }

  return (request) => {
    switch (request.kind) {
      case 'feed': {
        const { id, changes, isLast = false } = request;
        work = work.then(() => feed(id, changes, isLast)).catch(crash);
        return;
      }
      case 'search':
        if (request.month !== undefined)
          void searchMonth(request.id, request.month, request.terms).catch(crash);
        else answer({ kind: 'found', id: request.id, ...pack(index.search(request.terms)) });
        return;
      default:
        assertNever(request);
    }
  };
}

function isArchived(change: TextChange): change is ArchivedChange {
  return change.archived !== undefined && change.subject !== undefined;
}

function pack(found: readonly FoundTicket[]): Pick<Found, 'numbers' | 'scores'> {
  return {
    numbers: found.map(({ number }) => number),
    scores: Float32Array.from(found, ({ score }) => score),
  };
}

type Found = Extract<TextAnswer, { kind: 'found' }>;
