/** A mail as a question: its terms, how much each is said, and under which words. */
import { stemmerOf } from '../../core/answers/stem.ts';
import type { Stem, Term } from '../../core/answers/terms.ts';
import { stemEnglish } from './ranking-segment.ts';
import type { Collection } from './weighing.ts';
import { countTerms, rarityOf } from './weighing.ts';

export interface Question {
  /** How much each term is said. */
  readonly said: ReadonlyMap<string, number>;
  /** By term. */
  readonly words: ReadonlyMap<string, string>;
}

export function stemFor(language: string): Stem {
  return language === 'en' ? stemEnglish : stemmerOf(language);
}

export function mainLanguageOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export interface Mailed {
  readonly subject: string;
  readonly text: string;
}

const subjectBoost = 1;

export function toQuestion(
  { subject, text }: Mailed,
  split: (text: string) => readonly Term[],
): Question {
  const inSubject = split(subject);
  const terms = [...inSubject, ...split(text)];
  const said = new Map([...countTerms(terms)].map(([term, times]) => [term, 1 + Math.log(times)]));
  for (const term of new Set(inSubject.map((each) => each.term)))
    said.set(term, (said.get(term) ?? 0) + subjectBoost);
  return { said, words: wordsOf(terms) };
}

function wordsOf(terms: readonly Term[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { term, word } of terms) if (!words.has(term)) words.set(term, word);
  return words;
}

/** Work that one question may make: documents that are looked at, over all its terms. */
const mostHolders = 1500;
const mostAsked = 100;

/**
 * The terms that say most, each with its weight: what few documents hold first, until there is enough to look at.
 * `asks` counts the documents that a term leads to.
 */
export function chooseTerms(
  said: ReadonlyMap<string, number>,
  collection: Collection,
  asks: (term: string) => number,
): ReadonlyMap<string, number> {
  const weighed = [...said]
    .map(([term, weight]) => ({
      term,
      weight: weight * tellingOf(term, collection),
      held: asks(term),
    }))
    .filter(({ held, weight }) => held > 0 && weight > 0)
    .sort((one, other) => other.weight - one.weight || (one.term < other.term ? -1 : 1));
  const chosen = new Map<string, number>();
  let left = mostHolders;
  for (const { term, weight, held } of weighed.slice(0, mostAsked)) {
    if (held > left && chosen.size > 0) continue;
    left -= held;
    chosen.set(term, weight);
  }
  return chosen;
}

const ideograph = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Shorter words say less, whatever the language: many of them only join others. */
const fullLength = 6;

function tellingOf(term: string, collection: Collection): number {
  const length = ideograph.test(term) ? 1 : Math.min(1, term.length / fullLength);
  return length * rarityOf(term, collection);
}

/** What a document that answers every word of the question would score, so that scores compare across questions. */
export function wholeOf(said: ReadonlyMap<string, number>, collection: Collection): number {
  let sum = 0;
  for (const [term, weight] of said) sum += weight * tellingOf(term, collection);
  return Math.max(sum, 1e-9);
}

/** Words of the question, the telling ones first. */
export function matchedWords(
  terms: readonly string[],
  chosen: ReadonlyMap<string, number>,
  words: ReadonlyMap<string, string>,
): readonly string[] {
  return [...terms]
    .sort(
      (one, other) => (chosen.get(other) ?? 0) - (chosen.get(one) ?? 0) || (one < other ? -1 : 1),
    )
    .flatMap((term) => words.get(term) ?? []);
}

/** Two collections counted as one. */
export function both(one: Collection, other: Collection): Collection {
  return {
    size: () => one.size() + other.size(),
    holders: (term) => one.holders(term) + other.holders(term),
  };
}
