/**
 * What terms weigh: in a document by how often they stand there, in a question by how few documents hold them.
 *
 * Promises: pure; the weights of a document depend on it alone, so that they hold in any segment.
 * BM25 in two halves: the one of the document is kept, the one of the collection is asked for with each question.
 */
import type { Term } from '../../core/answers/terms.ts';
import type { WeighedDocument } from './ranking-segment.ts';

export interface Passage {
  readonly terms: readonly Term[];
  /** Beside the others of its document. */
  readonly boost: number;
  /** Terms of an ordinary passage of its kind. */
  readonly usual: number;
}

const saturation = 1.2;
const lengthMatters = 0.5;

export function weighDocument(key: string, passages: readonly Passage[]): WeighedDocument {
  const weights = new Map<string, number>();
  for (const { terms, boost, usual } of passages) {
    const length = 1 - lengthMatters + (lengthMatters * terms.length) / usual;
    for (const [term, times] of countTerms(terms)) {
      const weight = (boost * times * (saturation + 1)) / (times + saturation * length);
      weights.set(term, (weights.get(term) ?? 0) + weight);
    }
  }
  return { key, terms: [...weights.keys()], weights: Float32Array.from(weights.values()) };
}

export function countTerms(terms: readonly Term[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { term } of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

export interface Collection {
  size(): number;
  holders(term: string): number;
}

/** Near zero for what stands in most documents. */
export function rarityOf(term: string, { size, holders }: Collection): number {
  const held = holders(term);
  return Math.log(1 + (size() - held + 0.5) / (held + 0.5));
}
