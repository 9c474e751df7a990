/**
 * One immutable piece of the text index: some tickets' words, searchable.
 *
 * Promises: a built segment never changes. It is a handful of flat arrays, so that it takes little memory and
 * can be written to a file as it is: the different words, the sequence of their numbers (four bytes a word, for what
 * stands side by side), the tickets by word, the words by stem.
 * Leaves to others: which of a segment's tickets are still current (text-index.ts), finding in it
 * (text-find.ts), files (text-disk.ts).
 */
import { analyse } from '../../../core/search/analyse.ts';
import { languagesOfWords } from '../../../core/search/languages-in.ts';
import { completeLanguages, type LanguageSet } from '../../../core/search/stems.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { collectPostings, type TextPostings } from './text-postings.ts';
import { buildStems, type StemTable } from './text-stems.ts';
import { packVocabulary, type Vocabulary } from './text-vocabulary.ts';

/** The order is that of bits in segments on disk. */
export const textFields = ['number', 'subject', 'people', 'body', 'attachment'] as const;

export type TextField = (typeof textFields)[number];

/** What a ticket is found by: passages of text by field. */
export interface TextDocument {
  readonly number: TicketNumber;
  readonly passages: Readonly<Partial<Record<TextField, readonly string[]>>>;
  /** In which the ticket is said to be; what its passages are in is seen from their words. */
  readonly languages?: LanguageSet;
}

/** A ticket's place within a segment, from 0. */
export type Position = number;

export interface SegmentText {
  /** By position. */
  readonly numbers: readonly TicketNumber[];
  /** By position: the languages by which words of the ticket have stems. */
  readonly languages: Uint32Array;
  readonly vocabulary: Vocabulary;
  /** Numbers of the vocabulary; 0 stands for a gap between two passages. */
  readonly sequence: Uint32Array;
  /** Where each field of each ticket begins in the sequence; one more entry for the end. */
  readonly starts: Uint32Array;
  readonly postings: TextPostings;
  readonly stems: StemTable;
}

export interface TextSegmentBuilder {
  add(document: TextDocument): void;
  /** Takes a ticket over from another segment. */
  copy(segment: SegmentText, position: Position): void;
  build(): SegmentText;
  /** The same in slices, between which others have their turn. */
  buildSlowly(pause: () => Promise<void>): Promise<SegmentText>;
}

const gap = 0;

export function createTextSegmentBuilder(): TextSegmentBuilder {
  const numbers: TicketNumber[] = [];
  const languages: LanguageSet[] = [];
  const ids = new Map<string, number>();
  const starts: number[] = [];
  const translations = new Map<SegmentText, Uint32Array>();
  let sequence = new Uint32Array(1024);
  let length = 0;

  function idOf(word: string): number {
    const known = ids.get(word);
    if (known !== undefined) return known;
    const id = ids.size + 1;
    ids.set(word, id);
    return id;
  }

  function append(id: number): void {
    if (length === sequence.length) {
      const larger = new Uint32Array(length * 2);
      larger.set(sequence);
      sequence = larger;
    }
    sequence[length] = id;
    length += 1;
  }

  function translate(segment: SegmentText, old: number): number {
    if (old === gap) return gap;
    let translation = translations.get(segment);
    if (translation === undefined) {
      translation = new Uint32Array(segment.vocabulary.size + 1);
      translations.set(segment, translation);
    }
    const known = translation[old] ?? gap;
    if (known !== gap) return known;
    const id = idOf(segment.vocabulary.text(old));
    translation[old] = id;
    return id;
  }

  function* steps(): Generator<undefined, SegmentText> {
    translations.clear();
    const sorted = [...ids.keys()].sort();
    yield;
    const renumbered = new Uint32Array(sorted.length + 1);
    for (const [at, word] of sorted.entries()) renumbered[ids.get(word) ?? 0] = at + 1;
    ids.clear();
    const inOrder = sequence.slice(0, length);
    sequence = new Uint32Array(0);
    for (let at = 0; at < inOrder.length; at += 1) {
      inOrder[at] = renumbered[inOrder[at] ?? gap] ?? gap;
    }
    yield;
    const vocabulary = packVocabulary(sorted);
    const places = Uint32Array.from([...starts, length]);
    yield;
    const postings = collectPostings({
      words: sorted.length + 1,
      fields: textFields.length,
      sequence: inOrder,
      starts: places,
    });
    yield;
    const text = {
      numbers,
      languages: Uint32Array.from(languages),
      vocabulary,
      sequence: inOrder,
      starts: places,
      postings,
    };
    return { ...text, stems: yield* buildStems(text) };
  }

  return {
    add({ number, passages, languages: said = 0 }) {
      numbers.push(number);
      let seen = said;
      for (const field of textFields) {
        starts.push(length);
        for (const passage of passages[field] ?? []) {
          const words = analyse(passage);
          if (field === 'body' || field === 'attachment') seen |= languagesOfWords(words);
          for (const word of words) append(idOf(word));
          append(gap);
        }
      }
      languages.push(completeLanguages(seen));
    },
    copy(segment, position) {
      const number = segment.numbers[position];
      if (number === undefined) return;
      numbers.push(number);
      languages.push(segment.languages[position] ?? 0);
      for (const field of textFields.keys()) {
        starts.push(length);
        const at = position * textFields.length + field;
        const end = segment.starts[at + 1] ?? 0;
        for (let place = segment.starts[at] ?? 0; place < end; place += 1)
          append(translate(segment, segment.sequence[place] ?? gap));
      }
    },
    build() {
      const run = steps();
      for (let step = run.next(); ; step = run.next()) if (step.done === true) return step.value;
    },
    async buildSlowly(pause) {
      const run = steps();
      for (let step = run.next(); ; step = run.next()) {
        if (step.done === true) return step.value;
        await pause();
      }
    },
  };
}
