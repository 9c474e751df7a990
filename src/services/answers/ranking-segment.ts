/**
 * One immutable piece of what answers are found in: documents by their terms, each term with a weight.
 *
 * Owns: lunr (2.3) for answers; its types do not leave this file. Promises: a built segment never changes, and what a
 * document scores depends on it and the query alone, so that many segments answer as one would.
 * The postings that lunr asks for are made while it asks: as objects, all at once, they would take ten times the memory.
 * Leaves to others: weights (ranking.ts), which documents still count (shelf.ts).
 */
import lunr from 'lunr';
import type { Stem } from '../../core/answers/terms.ts';

export interface WeighedDocument {
  readonly key: string;
  readonly terms: readonly string[];
  /** By the position of the term. */
  readonly weights: ArrayLike<number>;
}

export interface Match {
  readonly key: string;
  /** Sum over the terms in common: weight there times weight in the query. */
  readonly score: number;
  /** The terms in common. */
  terms(): readonly string[];
}

export interface RankingSegment {
  readonly keys: readonly string[];
  find(query: ReadonlyMap<string, number>): readonly Match[];
}

const field = 'text';

export function createRankingSegment(documents: readonly WeighedDocument[]): RankingSegment {
  const keys = documents.map(({ key }) => key);
  const postings = collectPostings(documents);
  const known = new Map(inLunrOrder([...postings.keys()]).map((term, id) => [term, id]));
  const index = lunr.Index.load({
    version: lunr.version,
    fields: [field],
    fieldVectors: documents.map((document, at) => [`${field}/${at}`, toElements(document, known)]),
    invertedIndex: [...known].map(([term, id]) => [
      toLunrTerm(term),
      toPosting(id, postings.get(term) ?? []),
    ]),
    pipeline: [],
  });

  return {
    keys,
    find(query) {
      const asked = [...query].filter(([term]) => known.has(term));
      if (asked.length === 0) return [];
      // lunr divides by the length of the query that it understood; others understood another part of it.
      const length = Math.sqrt(asked.reduce((sum, [, weight]) => sum + weight * weight, 0));
      const results = index.query((builder) => {
        for (const [term, boost] of asked)
          builder.term(toLunrTerm(term), { fields: [field], usePipeline: false, boost });
      });
      return results.map(({ ref, score, matchData }) => ({
        key: keys[Number(ref)] ?? '',
        score: score * length,
        terms: () => Object.keys(matchData.metadata).map(fromLunrTerm),
      }));
    },
  };
}

/** Positions of the documents that hold the term. */
function collectPostings(documents: readonly WeighedDocument[]): Map<string, number[]> {
  const postings = new Map<string, number[]>();
  for (const [at, { terms }] of documents.entries())
    for (const term of terms) {
      const holders = postings.get(term);
      if (holders === undefined) postings.set(term, [at]);
      else holders.push(at);
    }
  return postings;
}

/** What lunr keeps of a document: numbers of terms, ascending, each before its weight. */
function toElements(
  { terms, weights }: WeighedDocument,
  known: ReadonlyMap<string, number>,
): number[] {
  return terms
    .map((term, at) => [known.get(term) ?? 0, weights[at] ?? 0] as const)
    .sort(([one], [other]) => one - other)
    .flat();
}

const noMetadata = Object.freeze({});

function toPosting(id: number, holders: readonly number[]): object {
  const positions = Uint32Array.from(holders);
  return {
    _index: id,
    get [field]() {
      const held: Record<number, typeof noMetadata> = {};
      for (const position of positions) held[position] = noMetadata;
      return held;
    },
  };
}

/** lunr joins letters and node numbers to one key when it shares the ends of words: digits within words must look otherwise. */
function toLunrTerm(term: string): string {
  if (!/[0-9]/.test(term)) return term;
  return term.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

function fromLunrTerm(term: string): string {
  return term.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

function inLunrOrder(terms: readonly string[]): readonly string[] {
  return terms
    .map((term) => [toLunrTerm(term), term] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, term]) => term);
}

/** Porter's, which lunr brings. */
export const stemEnglish: Stem = (word) => lunr.stemmer(new lunr.Token(word, {})).toString();
