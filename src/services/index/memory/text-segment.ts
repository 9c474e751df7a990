/**
 * One immutable piece of the text index: some tickets' words, searchable.
 *
 * Owns: lunr (2.3); its types do not leave this file. Promises: a built segment never changes.
 * lunr answers which tickets hold a word, or a beginning of one. Which words stand side by side is
 * read from the sequence of word numbers beside it (four bytes a word), and so are the postings that
 * lunr asks for (text-postings.ts): as objects, all at once, they would take ten times the memory.
 * Leaves to others: which of a segment's tickets are still current (text-index.ts).
 */
import lunr from 'lunr';
import { analyse } from '../../../core/search/analyse.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { collectPostings, type TextPostings } from './text-postings.ts';

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
  /** Words by their numbers in the sequence; the first one stands for a gap. */
  readonly words: readonly string[];
  readonly sequence: Uint32Array;
  /** Where each field of each ticket begins in the sequence; one more entry for the end. */
  readonly starts: Uint32Array;
}

export interface TextSegmentBuilder {
  add(document: TextDocument): void;
  /** Takes a ticket over from another segment. */
  copy(segment: TextSegment, position: Position): void;
  build(): TextSegment;
}

/** In the sequence: between two passages. */
const gap = 0;

export function createTextSegmentBuilder(): TextSegmentBuilder {
  const numbers: TicketNumber[] = [];
  const words: string[] = [''];
  const ids = new Map<string, number>();
  const starts: number[] = [];
  const translations = new Map<TextSegment, Uint32Array>();
  let sequence = new Uint32Array(1024);
  let length = 0;

  function idOf(word: string): number {
    const known = ids.get(word);
    if (known !== undefined) return known;
    const id = words.push(word) - 1;
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

  function translate(segment: TextSegment, old: number): number {
    const translation = translations.get(segment) ?? new Uint32Array(segment.words.length);
    translations.set(segment, translation);
    const known = translation[old] ?? gap;
    if (known !== gap || old === gap) return known;
    const id = idOf(segment.words[old] ?? '');
    translation[old] = id;
    return id;
  }

  return {
    add({ number, passages }) {
      numbers.push(number);
      for (const field of textFields) {
        starts.push(length);
        for (const passage of passages[field]) {
          for (const word of analyse(passage)) append(idOf(word));
          append(gap);
        }
      }
    },
    copy(segment, position) {
      const number = segment.numbers[position];
      if (number === undefined) return;
      numbers.push(number);
      for (const field of textFields) {
        starts.push(length);
        for (const old of sectionOf(segment, position, field)) append(translate(segment, old));
      }
    },
    build() {
      const text = {
        numbers,
        words,
        sequence: sequence.slice(0, length),
        starts: Uint32Array.from([...starts, length]),
      };
      return { ...text, find: createFind(text, loadLunr(text)) };
    },
  };
}

type SegmentText = Omit<TextSegment, 'find'>;

function loadLunr({ words, numbers, sequence, starts }: SegmentText): lunr.Index {
  const postings = collectPostings({
    words: words.length,
    fields: textFields.length,
    sequence,
    starts,
  });
  const shape = createPostingShape(postings);
  const invertedIndex = words
    .map((word, id) => [toLunrTerm(word), createPosting(shape, id)] as const)
    .slice(gap + 1)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  // Lists are ordered by their columns, so no field of any ticket has weights.
  const fieldVectors = numbers.flatMap((_, position) =>
    textFields.map((field) => [`${field}/${position}`, []]),
  );
  return lunr.Index.load({
    version: lunr.version,
    fields: [...textFields],
    fieldVectors,
    invertedIndex,
    pipeline: [],
  });
}

/** What lunr reads of a word: its number, and by field the tickets that hold it. */
type Posting = { _index: number } & Readonly<Record<TextField, object>>;

function createPosting(shape: Posting, id: number): Posting {
  const posting: Posting = Object.create(shape);
  posting._index = id;
  return posting;
}

const noMetadata = Object.freeze({});

/** The common prototype of a segment's postings: makes what lunr asks for while it asks. */
function createPostingShape(postings: TextPostings): Posting {
  const read = (id: number, field: TextField) => {
    const holders: Record<Position, typeof noMetadata> = {};
    for (const position of postings.holders(id, textFields.indexOf(field))) {
      holders[position] = noMetadata;
    }
    return holders;
  };
  return {
    _index: 0,
    get number() {
      return read(this._index, 'number');
    },
    get subject() {
      return read(this._index, 'subject');
    },
    get people() {
      return read(this._index, 'people');
    },
    get body() {
      return read(this._index, 'body');
    },
  };
}

/**
 * lunr joins letters and node numbers to one key when it shares the ends of words, so digits within
 * words can make two different keys the same, and words are lost or made up. Fullwidth digits, which
 * a folded word never holds, are told apart.
 */
function toLunrTerm(word: string): string {
  return word.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

function createFind(text: SegmentText, index: lunr.Index): TextSegment['find'] {
  function findWord(
    word: string,
    isPrefix: boolean,
    fields: readonly TextField[],
  ): ReadonlySet<Position> {
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
    const isCut = (at: number) => isPrefix && at === words.length - 1;
    let found: readonly Position[] | undefined;
    for (const [at, word] of words.entries()) {
      const holders = findWord(word, isCut(at), fields);
      found = (found ?? [...holders]).filter((position) => holders.has(position));
      if (found.length === 0) break;
    }
    if (found === undefined || words.length === 1) return new Set(found);
    const tests = words.map((word, at) => wordTest(text, word, isCut(at)));
    return new Set(found.filter((position) => hasRun({ text, position, fields, tests })));
  };
}

type WordTest = (id: number) => boolean;

function wordTest({ words }: SegmentText, wanted: string, isPrefix: boolean): WordTest {
  if (isPrefix) return (id) => words[id]?.startsWith(wanted) === true;
  const wantedId = words.indexOf(wanted);
  return (id) => id === wantedId;
}

interface RunSearch {
  readonly text: SegmentText;
  readonly position: Position;
  readonly fields: readonly TextField[];
  readonly tests: readonly WordTest[];
}

/** Whether words that pass the tests stand side by side in one of the fields. */
function hasRun({ text, position, fields, tests }: RunSearch): boolean {
  return fields.some((field) => {
    const section = sectionOf(text, position, field);
    const last = section.length - tests.length;
    for (let start = 0; start <= last; start += 1) {
      if (tests.every((test, at) => test(section[start + at] ?? gap))) return true;
    }
    return false;
  });
}

function sectionOf(
  { sequence, starts }: SegmentText,
  position: Position,
  field: TextField,
): Uint32Array {
  const at = position * textFields.length + textFields.indexOf(field);
  return sequence.subarray(starts[at], starts[at + 1]);
}
