/**
 * From stems to the words of a segment: other forms of a word cost what their stems cost, not
 * a posting for each ticket.
 *
 * Promises: a word that is its own stem takes no room. Leaves to others: stems (core/search/stems.ts), in which
 * languages the tickets are that hold a word (text-find.ts asks again).
 */
import {
  type LanguageSet,
  languagesIn,
  languagesWithin,
  type StemLanguage,
  stemLanguages,
  stemsOfQuery,
  stemsOfWord,
} from '../../../core/search/stems.ts';
import { eachHolder, type TextPostings } from './text-postings.ts';
import { packVocabulary, type Vocabulary } from './text-vocabulary.ts';

export interface StemTable {
  /** A letter for the language, then the stem. */
  readonly keys: Vocabulary;
  /** By key, from 1, where its words end. */
  readonly ends: Uint32Array;
  readonly words: Uint32Array;
}

export interface StemmedText {
  readonly vocabulary: Vocabulary;
  readonly postings: TextPostings;
  /** By ticket. */
  readonly languages: Uint32Array;
}

function keyOf(language: StemLanguage, stem: string): string {
  return String.fromCharCode(0x41 + stemLanguages.indexOf(language)) + stem;
}

/** Words between two pauses. */
const slice = 2000;

export function* buildStems(text: StemmedText): Generator<undefined, StemTable> {
  const { vocabulary } = text;
  const ids = new Map<string, number>();
  /** Two numbers a pair: the key as it was met, and the word. */
  const pairs: number[] = [];
  for (let word = 1; word <= vocabulary.size; word += 1) {
    const written = vocabulary.text(word);
    for (const language of languagesIn(languagesWithin(written, languagesOf(text, word))))
      for (const stem of stemsOfWord(written, language)) {
        if (stem === written) continue;
        const key = keyOf(language, stem);
        const id = ids.get(key) ?? ids.size;
        if (id === ids.size) ids.set(key, id);
        pairs.push(id, word);
      }
    if (word % slice === 0) yield;
  }
  const sorted = [...ids.keys()].sort();
  const places = new Uint32Array(sorted.length);
  for (const [at, key] of sorted.entries()) places[ids.get(key) ?? 0] = at + 1;
  return { keys: packVocabulary(sorted), ...group(pairs, places) };
}

function languagesOf({ postings, languages }: StemmedText, word: number): LanguageSet {
  let set = 0;
  eachHolder(postings, word, (position) => {
    set |= languages[position] ?? 0;
  });
  return set;
}

function group(pairs: readonly number[], places: Uint32Array): Pick<StemTable, 'ends' | 'words'> {
  const ends = new Uint32Array(places.length + 1);
  for (let at = 0; at < pairs.length; at += 2) {
    const place = places[pairs[at] ?? 0] ?? 0;
    ends[place] = (ends[place] ?? 0) + 1;
  }
  let sum = 0;
  for (let place = 0; place < ends.length; place += 1) {
    const count = ends[place] ?? 0;
    ends[place] = sum;
    sum += count;
  }
  const words = new Uint32Array(sum);
  for (let at = 0; at < pairs.length; at += 2) {
    const place = places[pairs[at] ?? 0] ?? 0;
    const next = ends[place] ?? 0;
    words[next] = pairs[at + 1] ?? 0;
    ends[place] = next + 1;
  }
  return { ends, words };
}

/** The segment's words that are forms of the asked one in the language. */
export function formsOf(
  { keys, ends, words }: StemTable,
  vocabulary: Vocabulary,
  { word, language }: { readonly word: string; readonly language: StemLanguage },
): ReadonlySet<number> {
  const forms = new Set<number>();
  for (const stem of stemsOfQuery(word, language)) {
    const key = keys.find(keyOf(language, stem));
    if (key > 0)
      for (const form of words.subarray(ends[key - 1] ?? 0, ends[key] ?? 0)) forms.add(form);
    const itself = vocabulary.find(stem);
    if (itself > 0 && stemsOfWord(stem, language).includes(stem)) forms.add(itself);
  }
  return forms;
}
