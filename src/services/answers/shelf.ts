/**
 * Documents of one kind and language, in segments that grow together.
 *
 * Promises: answers as one segment built anew would; a document is there once. Few large segments and some small ones, so that
 * one more document costs little. Bounded by its documents: of one that was taken away nothing stays after the next joining.
 * Leaves to others: what a document's terms weigh (weighing.ts).
 */
import {
  createRankingSegment,
  type Match,
  type RankingSegment,
  type WeighedDocument,
} from './ranking-segment.ts';

export interface Shelf {
  /** Documents with the key of one that is there take its place. */
  add(documents: readonly WeighedDocument[]): void;
  remove(keys: readonly string[]): void;
  size(): number;
  /** How many documents hold the term. */
  holders(term: string): number;
  document(key: string): WeighedDocument | undefined;
  find(query: ReadonlyMap<string, number>): readonly Match[];
}

/** Larger ones are joined no more: building one must not keep a question waiting. */
const largestJoined = 4000;
const mostSegments = 12;

interface Piece {
  readonly segment: RankingSegment;
  /** How many of its documents still count. */
  live: number;
}

export function createShelf(): Shelf {
  const documents = new Map<string, WeighedDocument>();
  const places = new Map<string, Piece>();
  const counts = new Map<string, number>();
  let pieces: Piece[] = [];

  function count(terms: readonly string[], step: 1 | -1): void {
    for (const term of terms) {
      const sum = (counts.get(term) ?? 0) + step;
      if (sum > 0) counts.set(term, sum);
      else counts.delete(term);
    }
  }

  function remove(key: string): void {
    const document = documents.get(key);
    const piece = places.get(key);
    if (document === undefined || piece === undefined) return;
    documents.delete(key);
    places.delete(key);
    piece.live -= 1;
    count(document.terms, -1);
  }

  function build(members: readonly WeighedDocument[]): void {
    if (members.length === 0) return;
    const piece = { segment: createRankingSegment(members), live: members.length };
    pieces.push(piece);
    for (const { key } of members) places.set(key, piece);
  }

  function liveIn(piece: Piece): readonly WeighedDocument[] {
    return piece.segment.keys.flatMap((key) => {
      const document = places.get(key) === piece ? documents.get(key) : undefined;
      return document === undefined ? [] : [document];
    });
  }

  /** Pieces that are mostly gone, or small beside others that are as small, become one. */
  function join(): void {
    pieces = pieces.filter(({ live }) => live > 0);
    for (;;) {
      const [smallest, second, ...others] = [...pieces].sort((one, other) => one.live - other.live);
      if (smallest === undefined) return;
      const hollow = pieces.find(({ segment, live }) => live * 2 < segment.keys.length);
      if (hollow !== undefined) {
        replace([hollow]);
        continue;
      }
      if (second === undefined || smallest.live + second.live > largestJoined) return;
      const areAlike = second.live <= smallest.live * 2;
      if (!areAlike && others.length + 2 <= mostSegments) return;
      replace([smallest, second]);
    }
  }

  function replace(old: readonly Piece[]): void {
    const members = old.flatMap(liveIn);
    pieces = pieces.filter((piece) => !old.includes(piece));
    build(members);
  }

  return {
    add(added) {
      const fresh = new Map(added.map((document) => [document.key, document]));
      for (const key of fresh.keys()) remove(key);
      for (const document of fresh.values()) {
        documents.set(document.key, document);
        count(document.terms, 1);
      }
      build([...fresh.values()]);
      join();
    },
    remove(keys) {
      for (const key of keys) remove(key);
      join();
    },
    size: () => documents.size,
    holders: (term) => counts.get(term) ?? 0,
    document: (key) => documents.get(key),
    find: (query) =>
      pieces.flatMap((piece) =>
        piece.segment.find(query).filter(({ key }) => places.get(key) === piece),
      ),
  };
}
