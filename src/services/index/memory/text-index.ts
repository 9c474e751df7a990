/**
 * The text index: one large base segment, some small ones for what changed since.
 *
 * Promises: what was added is found at once; a ticket counts where it was added last, so what stands
 * of it in older segments is dead. Tidying joins segments, without reading any text again, in slices
 * between which searches are answered.
 * Leaves to others: reading tickets (text-source.ts), the thread it runs in (text-worker.ts).
 */
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import {
  createTextSegmentBuilder,
  type Position,
  type TextDocument,
  type TextSegment,
} from './text-segment.ts';

export interface TextIndex {
  /** Replaces what was known of these tickets. */
  add(documents: readonly TextDocument[]): void;
  remove(number: TicketNumber): void;
  /** The tickets that hold every term, and none of the negated ones. */
  search(terms: readonly TextTerm[]): readonly TicketNumber[];
  /** Joins segments where there are too many or too much in them is dead. One at a time. */
  tidy(pause: () => Promise<void>): Promise<void>;
  size(): number;
}

interface Place {
  readonly segment: TextSegment;
  readonly position: Position;
}

/** Small segments beyond this many are joined. */
const mostSmallSegments = 8;
/** The small segments' tickets join the base when they are more than this, and a tenth of it. */
const leastForBase = 1000;
/** Tickets copied between two pauses. */
const slice = 50;

export function createTextIndex(): TextIndex {
  const places = new Map<TicketNumber, Place>();
  const livingIn = new Map<TextSegment, number>();
  let base: TextSegment | undefined;
  let small: readonly TextSegment[] = [];

  function count(segment: TextSegment, difference: number): void {
    livingIn.set(segment, (livingIn.get(segment) ?? 0) + difference);
  }

  function remove(number: TicketNumber): void {
    const place = places.get(number);
    if (place === undefined) return;
    places.delete(number);
    count(place.segment, -1);
  }

  function settle(segment: TextSegment, position: Position, number: TicketNumber): void {
    remove(number);
    places.set(number, { segment, position });
    count(segment, 1);
  }

  function isAt(number: TicketNumber, segment: TextSegment, position: Position): boolean {
    const place = places.get(number);
    return place?.segment === segment && place.position === position;
  }

  function add(documents: readonly TextDocument[]): void {
    if (documents.length === 0) return;
    const builder = createTextSegmentBuilder();
    for (const document of documents) builder.add(document);
    const segment = builder.build();
    for (const [position, number] of segment.numbers.entries()) settle(segment, position, number);
    small = [...small, segment];
  }

  function search(terms: readonly TextTerm[]): readonly TicketNumber[] {
    const segments = base === undefined ? small : [base, ...small];
    return segments.flatMap((segment) =>
      findPositions(segment, terms).flatMap((position) => {
        const number = segment.numbers[position];
        return number !== undefined && isAt(number, segment, position) ? [number] : [];
      }),
    );
  }

  /** What is to become one segment now, and whether that is the new base; undefined when all is well. */
  function choose(): { segments: readonly TextSegment[]; isBase: boolean } | undefined {
    const baseSize = base?.numbers.length ?? 0;
    const recent = small.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const dead = base === undefined ? 0 : baseSize - (livingIn.get(base) ?? 0);
    if (recent > Math.max(leastForBase, baseSize / 10) || dead > baseSize / 5) {
      return { segments: base === undefined ? small : [base, ...small], isBase: true };
    }
    return small.length > mostSmallSegments ? { segments: small, isBase: false } : undefined;
  }

  async function tidy(pause: () => Promise<void>): Promise<void> {
    for (let chosen = choose(); chosen !== undefined; chosen = choose()) {
      const { segments, isBase } = chosen;
      const { joined, origins } = await join(segments, pause);
      // What changed while we paused is newer than the copy and stays where it is.
      for (const [position, origin] of origins.entries()) {
        const number = joined.numbers[position];
        if (number === undefined || !isAt(number, origin.segment, origin.position)) continue;
        settle(joined, position, number);
      }
      const rest = small.filter((segment) => !segments.includes(segment));
      for (const segment of segments) livingIn.delete(segment);
      if (isBase) base = joined;
      small = isBase ? rest : [joined, ...rest];
    }
  }

  async function join(segments: readonly TextSegment[], pause: () => Promise<void>) {
    const builder = createTextSegmentBuilder();
    const origins: Place[] = [];
    for (const segment of segments) {
      for (const [position, number] of segment.numbers.entries()) {
        if (!isAt(number, segment, position)) continue;
        builder.copy(segment, position);
        origins.push({ segment, position });
        if (origins.length % slice === 0) await pause();
      }
    }
    return { joined: builder.build(), origins };
  }

  return { add, remove, search, tidy, size: () => places.size };
}

function findPositions(segment: TextSegment, terms: readonly TextTerm[]): readonly Position[] {
  let found: ReadonlySet<Position> = new Set(segment.numbers.keys());
  for (const term of terms) {
    const holders = segment.find(term);
    found = new Set([...found].filter((position) => holders.has(position) !== term.negated));
    if (found.size === 0) return [];
  }
  return [...found];
}
