/**
 * One immutable piece of the text index: some tickets' words, searchable.
 *
 * Owns: lunr (2.3); its types do not leave this file. Promises: a built segment never changes.
 * lunr answers which tickets hold a word, or a beginning of one; which words stand side by side is
 * read from the sequence of word numbers kept beside it (four bytes a word). Lists are ordered by
 * their columns, so lunr is given no weights and one shared object as the metadata of every posting.
 * Leaves to others: which of a segment's tickets are still current (text-index.ts).
 */
import lunr from 'lunr';
import { analyse } from '../../../core/search/analyse.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';

export const textFields = ['number', 'subject', 'people', 'body'] as const;

export type TextField = (typeof textFields)[number];

/** What a ticket is found by: passages of text by field. */
export interface TextDocument {
  readonly number: TicketNumber;
  readonly passages: Readonly<Record<TextField, readonly string[]>>;
}

/** A ticket's place within a segment, from 0. */
export type Position = number;

export interface TextSegment {
  /** By position. */
  readonly numbers: readonly TicketNumber[];
  /** Positions of the tickets that hold the term, whether or not it is negated. */
  find(term: TextTerm): ReadonlySet<Position>;
  readonly words: readonly string[];
  readonly sequence: Uint32Array;
  /** Where each field of each ticket begins in the sequence; one more entry for the end. */
  readonly starts: Uint32Array;
}

export interface TextSegmentBuilder {
  add(document: TextDocument): void;
  /** Takes a ticket over from another segment. */
  copy(segment: TextSegment, position: Position): void;
  /** How many tickets were added. */
  size(): number;
  build(): TextSegment;
}

/** In the sequence: between two passages. Words are numbered from 1. */
const gap = 0;

type Postings = Record<Position, typeof noMetadata>;
type Posting = Record<TextField, Postings> & { readonly _index: number };

const noMetadata = Object.freeze({});
const noPostings: Postings = Object.freeze({});

export function createTextSegmentBuilder(): TextSegmentBuilder {
  const numbers: TicketNumber[] = [];
  const words: string[] = [''];
  const ids = new Map<string, number>();
  const postings: Posting[] = [];
  const starts: number[] = [];
  const copied = new Map<TextSegment, Uint32Array>();
  let sequence = new Uint32Array(1024);
  let length = 0;

  function idOf(word: string): number {
    const known = ids.get(word);
    if (known !== undefined) return known;
    const id = words.length;
    ids.set(word, id);
    words.push(word);
    const [number, subject, people, body] = [noPostings, noPostings, noPostings, noPostings];
    postings.push({ _index: id - 1, number, subject, people, body });
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

  function post(id: number, field: TextField): void {
    append(id);
    const posting = postings[id - 1];
    if (posting === undefined) return;
    if (posting[field] === noPostings) posting[field] = {};
    posting[field][numbers.length - 1] = noMetadata;
  }

  function add(document: TextDocument): void {
    numbers.push(document.number);
    for (const field of textFields) {
      starts.push(length);
      for (const passage of document.passages[field]) {
        for (const word of analyse(passage)) post(idOf(word), field);
        append(gap);
      }
    }
  }

  function copy(segment: TextSegment, position: Position): void {
    const number = segment.numbers[position];
    if (number === undefined) return;
    numbers.push(number);
    const translated = copied.get(segment) ?? new Uint32Array(segment.words.length);
    copied.set(segment, translated);
    for (const [offset, field] of textFields.entries()) {
      starts.push(length);
      for (const old of sectionOf(segment, position, offset)) {
        if (old === gap) append(gap);
        else post(translate(translated, segment, old), field);
      }
    }
  }

  function translate(translated: Uint32Array, { words: before }: TextSegment, old: number): number {
    const known = translated[old] ?? 0;
    const id = known === 0 ? idOf(before[old] ?? '') : known;
    translated[old] = id;
    return id;
  }

  function build(): TextSegment {
    const parts = {
      numbers,
      words,
      sequence: sequence.slice(0, length),
      starts: Uint32Array.from([...starts, length]),
    };
    return { ...parts, find: createFind(parts, loadLunr(parts, postings)) };
  }

  return { add, copy, size: () => numbers.length, build };
}

type Parts = Omit<TextSegment, 'find'>;

function loadLunr({ words, numbers, starts }: Parts, postings: readonly Posting[]): lunr.Index {
  const invertedIndex = postings
    .map((posting, at) => [toLunrTerm(words[at + 1] ?? ''), posting] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const fieldVectors = numbers.flatMap((_, position) =>
    textFields
      .filter((_, offset) => isFilled(starts, position, offset))
      .map((field) => [`${field}/${position}`, []]),
  );
  return lunr.Index.load({
    version: lunr.version,
    fields: [...textFields],
    fieldVectors,
    invertedIndex,
    pipeline: [],
  });
}

/**
 * lunr joins letters and node numbers to one key when it shares the ends of words, so digits within
 * words can make two different keys the same, and words are lost or made up. Fullwidth digits, which
 * a folded word never holds, are told apart.
 */
function toLunrTerm(word: string): string {
  return word.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

function createFind(parts: Parts, index: lunr.Index): TextSegment['find'] {
  function findWord(word: string, isPrefix: boolean, fields: readonly TextField[]): Set<Position> {
    const results = index.query((query) => {
      query.term(toLunrTerm(word), {
        fields: [...fields],
        usePipeline: false,
        wildcard: isPrefix ? lunr.Query.wildcard.TRAILING : lunr.Query.wildcard.NONE,
      });
    });
    return new Set(results.map(({ ref }) => Number(ref)));
  }

  return ({ words, isPrefix, field }) => {
    const fields = field === undefined ? textFields : [field];
    let found: Set<Position> | undefined;
    for (const [at, word] of words.entries()) {
      const holders = findWord(word, isPrefix && at === words.length - 1, fields);
      found = found === undefined ? holders : intersect(found, holders);
      if (found.size === 0) return found;
    }
    if (found === undefined || words.length === 1) return found ?? new Set();
    const tests = words.map((word, at) =>
      wordTest(parts, word, isPrefix && at === words.length - 1),
    );
    return new Set([...found].filter((position) => hasRun(parts, position, fields, tests)));
  };
}

function intersect(one: Set<Position>, other: Set<Position>): Set<Position> {
  return new Set([...one].filter((position) => other.has(position)));
}

type WordTest = (id: number) => boolean;

function wordTest({ words }: Parts, wanted: string, isPrefix: boolean): WordTest {
  if (isPrefix) return (id) => words[id]?.startsWith(wanted) === true;
  const wantedId = words.indexOf(wanted);
  return (id) => id === wantedId;
}

/** Whether words that pass the tests stand side by side in one of the fields. */
function hasRun(
  parts: Parts,
  position: Position,
  fields: readonly TextField[],
  tests: readonly WordTest[],
): boolean {
  return fields.some((field) => {
    const section = sectionOf(parts, position, textFields.indexOf(field));
    const last = section.length - tests.length;
    for (let start = 0; start <= last; start += 1) {
      if (tests.every((test, at) => test(section[start + at] ?? gap))) return true;
    }
    return false;
  });
}

function sectionOf({ sequence, starts }: Parts, position: Position, offset: number): Uint32Array {
  const at = position * textFields.length + offset;
  return sequence.subarray(starts[at], starts[at + 1]);
}

function isFilled(starts: Uint32Array, position: Position, offset: number): boolean {
  const at = position * textFields.length + offset;
  return (starts[at] ?? 0) < (starts[at + 1] ?? 0);
}
