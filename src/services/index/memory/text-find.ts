/**
 * Which tickets of a segment hold a term, and how well.
 *
 * Promises: pure; what is written exactly so comes before its other forms, and these before longer words that it is
 * a piece of. Within each, the subject and people count more than the body, and that more than attachments.
 */

import { characterForms } from '../../../core/search/character-forms.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import {
  isJoinedWith,
  joiningLanguages,
  type LanguageSet,
  languagesIn,
  languagesOfWord,
  pieceOf,
  setOf,
  withoutUmlautE,
} from '../../../core/search/stems.ts';
import { eachHolder } from './text-postings.ts';
import { type Position, type SegmentText, type TextField, textFields } from './text-segment.ts';
import { formsOf } from './text-stems.ts';

/** By position: 0 for what does not hold the term, else its score. Scores of several terms may be added. */
export type Scores = Float32Array;

export const tiers = { exact: 3000, form: 2000, piece: 1000 } as const;

/** Of a sum of scores what the tiers are; the rest says where the words stand. */
export function degreeOf(score: number): number {
  return Math.floor(score / 1000) * 1000;
}

const weights: Readonly<Record<TextField, number>> = {
  number: 90,
  subject: 80,
  people: 60,
  body: 30,
  attachment: 10,
};

/** By set of fields. */
const weightOf: readonly number[] = Array.from({ length: 1 << textFields.length }, (_, set) =>
  textFields.reduce((sum, field, bit) => sum + (set & (1 << bit) ? weights[field] : 0), 0),
);

/** Longer words than these that hold a piece are too many to say anything. */
const mostPieces = 3000;

export function findTerm(text: SegmentText, term: TextTerm): Scores {
  const scores = new Float32Array(text.numbers.length);
  const wanted =
    term.field === undefined ? weightOf.length - 1 : 1 << textFields.indexOf(term.field);
  const note: Note = (word, tier, languages) =>
    eachHolder(text.postings, word, (position, fields) => {
      if ((fields & wanted) === 0) return;
      if (languages !== undefined && ((text.languages[position] ?? 0) & languages) === 0) return;
      const score = tier + (weightOf[fields & wanted] ?? 0);
      if (score > (scores[position] ?? 0)) scores[position] = score;
    });
  const [word, ...others] = term.words;
  if (word === undefined) return scores;
  if (others.length > 0) {
    noteRuns({ text, wanted, scores }, term);
    if (term.loose === true && term.words.every((part) => /^[a-z]+$/.test(part)))
      note(text.vocabulary.find(term.words.join('')), tiers.form);
    return scores;
  }
  note(text.vocabulary.find(word), tiers.exact);
  if (term.isPrefix) {
    const [from, to] = text.vocabulary.range(word);
    for (let id = from; id < to; id += 1) note(id, tiers.form);
  } else if (term.loose === true) noteForms(text, word, note);
  return scores;
}

/** Notes the holders of a word; with `languages` those that are in one of them. */
type Note = (word: number, tier: number, languages?: number) => void;

function noteForms(text: SegmentText, word: string, note: Note): void {
  for (const form of characterForms(word)) note(text.vocabulary.find(form), tiers.form);
  const short = withoutUmlautE(word);
  if (short !== word) note(text.vocabulary.find(short), tiers.form);
  const pieces = new Map<string, readonly number[]>();
  for (const language of languagesIn(languagesOfWord(word) & languagesOfAll(text))) {
    const within = setOf(language);
    for (const form of formsOf(text.stems, text.vocabulary, { word, language }))
      note(form, tiers.form, within);
    const piece = (joiningLanguages & within) === 0 ? undefined : pieceOf(word, language);
    if (piece === undefined) continue;
    const holding = pieces.get(piece) ?? text.vocabulary.holding(piece, mostPieces);
    pieces.set(piece, holding);
    for (const id of holding)
      if (isJoinedWith(text.vocabulary.text(id), word, language)) note(id, tiers.piece, within);
  }
}

const known = new WeakMap<SegmentText, LanguageSet>();

/** The languages of the segment's tickets together: no other needs to be asked for. */
function languagesOfAll(text: SegmentText): LanguageSet {
  const before = known.get(text);
  if (before !== undefined) return before;
  const set = text.languages.reduce((all, each) => all | each, 0);
  known.set(text, set);
  return set;
}

interface RunSearch {
  readonly text: SegmentText;
  /** Bits of the fields that count. */
  readonly wanted: number;
  readonly scores: Scores;
}

interface RunPart {
  /** Numbers that the word may have: from the first to before the second, and others beside. */
  readonly from: number;
  readonly to: number;
  readonly others: readonly number[];
}

function noteRuns(search: RunSearch, { words, isPrefix, loose }: TextTerm): void {
  const exact = words.map((word, at) =>
    partOf(search.text, word, { isPrefix: isPrefix && at === words.length - 1, isLoose: false }),
  );
  noteRun(search, exact, tiers.exact);
  if (loose !== true) return;
  const forms = words.map((word) => partOf(search.text, word, { isPrefix: false, isLoose: true }));
  if (forms.some(({ others }) => others.length > 0)) noteRun(search, forms, tiers.form);
  // The long vowel at the end of a loan word is written or not.
  if (words.length > 2 && words.at(-1) === 'ー') noteRun(search, forms.slice(0, -1), tiers.form);
}

function partOf(
  { vocabulary }: SegmentText,
  word: string,
  { isPrefix, isLoose }: { readonly isPrefix: boolean; readonly isLoose: boolean },
): RunPart {
  const forms = isLoose ? characterForms(word).map((form) => vocabulary.find(form)) : [];
  const others = forms.filter((id) => id > 0);
  if (isPrefix) {
    const [from, to] = vocabulary.range(word);
    return { from, to, others };
  }
  const id = vocabulary.find(word);
  return { from: id, to: id === 0 ? 0 : id + 1, others };
}

function noteRun({ text, wanted, scores }: RunSearch, parts: readonly RunPart[], tier: number) {
  const sets = new Uint8Array(text.numbers.length);
  const holders = new Uint8Array(text.numbers.length);
  for (const [at, part] of parts.entries()) {
    const mark = (id: number) =>
      eachHolder(text.postings, id, (position, fields) => {
        if ((fields & wanted) !== 0 && holders[position] === at) holders[position] = at + 1;
      });
    if (at >= 250) break;
    for (let id = part.from; id < part.to; id += 1) mark(id);
    for (const id of part.others) mark(id);
  }
  const needed = Math.min(parts.length, 250);
  for (const [position, held] of holders.entries()) {
    if (held !== needed) continue;
    sets[position] = fieldsWithRun(text, position, wanted, parts);
    const score = tier + (weightOf[sets[position] ?? 0] ?? 0);
    if ((sets[position] ?? 0) > 0 && score > (scores[position] ?? 0)) scores[position] = score;
  }
}

/** Bits of the fields in which words that fit the parts stand side by side. */
function fieldsWithRun(
  { sequence, starts }: SegmentText,
  position: Position,
  wanted: number,
  parts: readonly RunPart[],
): number {
  let set = 0;
  for (const bit of textFields.keys()) {
    if ((wanted & (1 << bit)) === 0) continue;
    const section = position * textFields.length + bit;
    const last = (starts[section + 1] ?? 0) - parts.length;
    for (let start = starts[section] ?? 0; start <= last; start += 1) {
      if (!parts.every((part, at) => fits(part, sequence[start + at] ?? 0))) continue;
      set |= 1 << bit;
      break;
    }
  }
  return set;
}

function fits({ from, to, others }: RunPart, id: number): boolean {
  return (id >= from && id < to) || (others.length > 0 && others.includes(id));
}
