/**
 * Which tickets hold a word, and in which fields: five bytes for a ticket that holds it.
 *
 * Promises: made in two passes over the sequence, in time in proportion to its length.
 */

export interface TextPostings {
  /** By word number, where its tickets end. */
  readonly ends: Uint32Array;
  /** The tickets' positions, ascending within a word. */
  readonly positions: Uint32Array;
  /** For each of them a bit for each field that holds the word. */
  readonly fields: Uint8Array;
}

export interface WordSequence {
  /** Word numbers are below this; 0 is a gap. */
  readonly words: number;
  readonly fields: number;
  readonly sequence: Uint32Array;
  /** Where each field of each ticket begins, and the end. */
  readonly starts: Uint32Array;
}

export function collectPostings({ words, fields, sequence, starts }: WordSequence): TextPostings {
  const ends = new Uint32Array(words);
  /** By word, the ticket that was counted last, from 1. */
  const last = new Uint32Array(words);

  function pass(take: (word: number, position: number, field: number, isNew: boolean) => void) {
    last.fill(0);
    for (let section = 0; section + 1 < starts.length; section += 1) {
      const position = Math.floor(section / fields);
      const field = section % fields;
      const end = starts[section + 1] ?? 0;
      for (let at = starts[section] ?? 0; at < end; at += 1) {
        const word = sequence[at] ?? 0;
        if (word === 0) continue;
        const isNew = last[word] !== position + 1;
        last[word] = position + 1;
        take(word, position, field, isNew);
      }
    }
  }

  pass((word, _position, _field, isNew) => {
    if (isNew) ends[word] = (ends[word] ?? 0) + 1;
  });
  let sum = 0;
  for (let word = 0; word < words; word += 1) {
    const count = ends[word] ?? 0;
    ends[word] = sum;
    sum += count;
  }
  const positions = new Uint32Array(sum);
  const masks = new Uint8Array(sum);
  pass((word, position, field, isNew) => {
    const at = (ends[word] ?? 0) - (isNew ? 0 : 1);
    if (isNew) {
      positions[at] = position;
      ends[word] = at + 1;
    }
    masks[at] = (masks[at] ?? 0) | (1 << field);
  });
  return { ends, positions, fields: masks };
}

/** Each ticket that holds the word, with the bits of its fields. */
export function eachHolder(
  { ends, positions, fields }: TextPostings,
  word: number,
  take: (position: number, fields: number) => void,
): void {
  const end = ends[word] ?? 0;
  for (let at = word === 0 ? 0 : (ends[word - 1] ?? 0); at < end; at += 1)
    take(positions[at] ?? 0, fields[at] ?? 0);
}
