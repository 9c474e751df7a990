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
import { degreeOf, findTerm } from './text-find.ts';
import {
  createTextSegmentBuilder,
  type Position,
  type SegmentText,
  type TextDocument,
} from './text-segment.ts';

export interface TextIndex {
  /** Replaces what was known of these tickets. */
  add(documents: readonly TextDocument[]): void;
  remove(number: TicketNumber): void;
  /** The tickets that hold every term, and none of the negated ones. */
  search(terms: readonly TextTerm[]): readonly FoundTicket[];
  /** Joins segments where there are too many or too much in them is dead. One at a time. */
  tidy(pause: () => Promise<void>): Promise<void>;
  size(): number;
}

/** The higher the score, the better it fits. */
export interface FoundTicket {
  readonly number: TicketNumber;
  readonly score: number;
}

interface Place {
  readonly segment: SegmentText;
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
  const livingIn = new Map<SegmentText, number>();
  let base: SegmentText | undefined;
  let small: readonly SegmentText[] = [];

  function count(segment: SegmentText, difference: number): void {
    livingIn.set(segment, (livingIn.get(segment) ?? 0) + difference);
  }

  function remove(number: TicketNumber): void {
    const place = places.get(number);
    if (place === undefined) return;
    places.delete(number);
    count(place.segment, -1);
  }

  function settle(segment: SegmentText, position: Position, number: TicketNumber): void {
    remove(number);
    places.set(number, { segment, position });
    count(segment, 1);
  }

  function isAt(number: TicketNumber, segment: SegmentText, position: Position): boolean {
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

  function search(terms: readonly TextTerm[]): readonly FoundTicket[] {
    const segments = base === undefined ? small : [base, ...small];
    return segments.flatMap((segment) =>
      searchSegment(segment, terms, (number, position) => isAt(number, segment, position)),
    );
  }

  /** What is to become one segment now, and whether that is the new base; undefined when all is well. */
  function choose(): { segments: readonly SegmentText[]; isBase: boolean } | undefined {
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

  async function join(segments: readonly SegmentText[], pause: () => Promise<void>) {
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
    return { joined: await builder.buildSlowly(pause), origins };
  }

  return { add, remove, search, tidy, size: () => places.size };
}

/** What of one segment holds the terms, as far as it counts. */
export function searchSegment(
  segment: SegmentText,
  terms: readonly TextTerm[],
  counts: (number: TicketNumber, position: Position) => boolean,
): readonly FoundTicket[] {
  const held = new Uint8Array(segment.numbers.length).fill(1);
  const degrees = new Float32Array(segment.numbers.length);
  const places = new Float32Array(segment.numbers.length);
  const share = 1 / Math.max(1, terms.filter(({ negated }) => !negated).length);
  for (const term of terms)
    for (const [position, score] of findTerm(segment, term).entries()) {
      if (score > 0 === term.negated) held[position] = 0;
      else if (score > 0) {
        const degree = degreeOf(score);
        degrees[position] = (degrees[position] ?? 0) + degree;
        places[position] = (places[position] ?? 0) + (score - degree) * share;
      }
    }
  const phrase = sideBySide(terms);
  if (phrase !== undefined && held.includes(1))
    for (const [position, score] of findTerm(segment, phrase).entries())
      if (score > 0) places[position] = (places[position] ?? 0) + phraseBonus;
  const found: FoundTicket[] = [];
  for (const [position, number] of segment.numbers.entries())
    if (held[position] === 1 && counts(number, position))
      found.push({ number, score: (degrees[position] ?? 0) + (places[position] ?? 0) });
  return found;
}

/** More than fields give, less than a word as it is written gives over another form. */
const phraseBonus = 300;

/** What is asked for as single words counts more where the words stand as they were written. */
function sideBySide(terms: readonly TextTerm[]): TextTerm | undefined {
  const asked = terms.filter(({ negated }) => !negated);
  const [first] = asked;
  if (first === undefined || asked.length < 2 || asked.some(({ field }) => field !== first.field))
    return undefined;
  return {
    words: asked.flatMap(({ words }) => words),
    isPrefix: asked.at(-1)?.isPrefix === true,
    field: first.field,
    negated: false,
  };
}
