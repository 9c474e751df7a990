/**
 * Where what was searched for stands in a text: what is marked, and the passage that says most of it.
 *
 * Promises: pure, total, time in proportion to the text (of which only so much is looked at) times the terms; places are UTF-16
 * offsets, never within a character. Case, diacritics and scripts without blanks are treated as the index treats them.
 * Leaves to others: the words and their places (locate-words.ts).
 */
import { analyse } from './analyse.ts';
import type { Clause, Query, Term } from './clauses.ts';
import { type LocatedWord, locateWords } from './locate-words.ts';
import { isLoose } from './match.ts';
import { createFormTest, type FormTest } from './word-forms.ts';

/** Words that stand side by side, of the last one perhaps only the beginning. */
export interface WantedRun {
  readonly words: readonly string[];
  readonly isPrefix: boolean;
  /** Other forms of the word count as well. */
  readonly isLoose: boolean;
}

export interface TextMark {
  readonly start: number;
  readonly end: number;
  /** Which of the wanted runs, from 0. */
  readonly run: number;
}

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

export interface Passage {
  readonly pieces: readonly Piece[];
  /** How many of the wanted runs stand in it. */
  readonly found: number;
}

const mostRuns = 30;
const mostLookedAt = 100_000;
const mostMarks = 500;

/** What the query wants to be in the text; what it excludes is nothing to show. */
export function wantedRuns({ terms }: Pick<Query, 'terms'>): readonly WantedRun[] {
  const runs = terms.flatMap(textsOf).map(({ term, text }) => {
    const words = analyse(text);
    // Of what is written together only single characters have other forms.
    const hasForms = words.length === 1 || words.every((word) => word.length === 1);
    return { words, isPrefix: text.endsWith('*'), isLoose: hasForms && isLoose(term, text) };
  });
  return runs.filter(({ words }) => words.length > 0).slice(0, mostRuns);
}

function textsOf(clause: Clause): readonly { readonly term: Term; readonly text: string }[] {
  if (clause.negated) return [];
  if (clause.kind === 'group')
    return clause.alternatives.flatMap((clauses) => clauses.flatMap(textsOf));
  if (clause.kind === 'text') return [{ term: clause, text: clause.text }];
  return clause.kind === 'field' && clause.field === 'subject'
    ? [{ term: clause, text: clause.value }]
    : [];
}

/** In the order of the text; what overlaps is one mark. */
export function findMarks(text: string, runs: readonly WantedRun[]): readonly TextMark[] {
  if (runs.length === 0) return [];
  return marksIn(locateWords(text.slice(0, mostLookedAt)), runs);
}

function marksIn(located: readonly LocatedWord[], runs: readonly WantedRun[]): readonly TextMark[] {
  const marks: TextMark[] = [];
  const isForm = runs.some((run) => run.isLoose)
    ? createFormTest(located.map(({ word }) => word))
    : undefined;
  for (let at = 0; at < located.length && marks.length < mostMarks; at += 1) {
    const run = runs.findIndex((each) => standsAt(located, at, each, isForm));
    const length = runs[run]?.words.length ?? 0;
    const [first, last] = [located[at], located[at + length - 1]];
    if (first === undefined || last === undefined || length === 0) continue;
    const before = marks.at(-1);
    if (before !== undefined && before.end > first.start)
      marks[marks.length - 1] = { ...before, end: Math.max(before.end, last.end) };
    else marks.push({ start: first.start, end: last.end, run });
  }
  return marks;
}

function standsAt(
  located: readonly LocatedWord[],
  at: number,
  { words, isPrefix, isLoose: takesForms }: WantedRun,
  isForm: FormTest | undefined,
): boolean {
  return words.every((word, place) => {
    const found = located[at + place]?.word;
    if (found === undefined) return false;
    return isPrefix && place === words.length - 1
      ? found.startsWith(word)
      : found === word || (takesForms && isForm?.(found, word) === true);
  });
}

/** The text in pieces, the hits apart. */
export function toPieces(text: string, marks: readonly Omit<TextMark, 'run'>[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, end } of marks) {
    if (start > from) pieces.push({ text: text.slice(from, start), isHit: false });
    pieces.push({ text: text.slice(start, end), isHit: true });
    from = end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isHit: false });
  return pieces;
}

/** UTF-16 units of a passage, and of them before its first hit. */
const passageLength = 180;
const lead = 14;

/**
 * The passage with the most different runs, of these the one with the most hits, of these the first; undefined where nothing is
 * found. One line; cut between words, with a sign where it is cut.
 */
export function bestPassage(given: string, runs: readonly WantedRun[]): Passage | undefined {
  if (runs.length === 0) return undefined;
  const text = given
    .slice(0, mostLookedAt)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const located = locateWords(text);
  const marks = marksIn(located, runs);
  const best = bestStart(marks);
  if (best === undefined) return undefined;
  const start = cutStart(located, best.start);
  const end = cutEnd(located, text, start);
  const inside = marks.filter((mark) => mark.start >= start && mark.end <= end);
  const shown = text.slice(start, end);
  const pieces = toPieces(
    shown,
    inside.map((mark) => ({ start: mark.start - start, end: mark.end - start })),
  );
  return {
    pieces: [
      ...(start > 0 ? [{ text: '… ', isHit: false }] : []),
      ...pieces,
      ...(end < text.length ? [{ text: ' …', isHit: false }] : []),
    ],
    found: new Set(inside.map(({ run }) => run)).size,
  };
}

/** The hit with which the best passage begins: one pass with two ends. */
function bestStart(marks: readonly TextMark[]): TextMark | undefined {
  const counts = new Map<number, number>();
  let best:
    | { readonly mark: TextMark; readonly different: number; readonly hits: number }
    | undefined;
  let next = 0;
  for (const [at, mark] of marks.entries()) {
    for (let ahead = marks[next]; ahead !== undefined; ahead = marks[next]) {
      if (ahead.end > mark.start + passageLength - lead) break;
      counts.set(ahead.run, (counts.get(ahead.run) ?? 0) + 1);
      next += 1;
    }
    const [different, hits] = [counts.size, next - at];
    if (
      best === undefined ||
      different > best.different ||
      (different === best.different && hits > best.hits)
    )
      best = { mark, different, hits };
    if (next <= at) next = at + 1;
    else {
      const count = (counts.get(mark.run) ?? 1) - 1;
      if (count === 0) counts.delete(mark.run);
      else counts.set(mark.run, count);
    }
  }
  return best?.mark;
}

function cutStart(located: readonly LocatedWord[], hit: number): number {
  const earliest = Math.max(0, hit - lead);
  if (earliest === 0) return 0;
  return located.find(({ start }) => start >= earliest)?.start ?? hit;
}

function cutEnd(located: readonly LocatedWord[], text: string, start: number): number {
  const latest = start + passageLength;
  if (latest >= text.length) return text.length;
  const last = located.findLast(({ start: from, end }) => end <= latest && from >= start);
  // A single word that is longer than a passage: never half of a character.
  return last?.end ?? latest - (/[\ud800-\udbff]$/.test(text.slice(start, latest)) ? 1 : 0);
}
