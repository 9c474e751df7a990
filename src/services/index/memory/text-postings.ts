/**
 * Which tickets hold a word, in two flat arrays: four bytes for a ticket that holds it.
 *
 * Promises: made in two passes over the sequence, in time in proportion to its length.
 */

export interface TextPostings {
  /** Positions of the tickets that hold the word in the field, ascending. */
  holders(word: number, field: number): Uint32Array;
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
  const ends = new Uint32Array(words * fields + 1);
  /** By word and field, the ticket that was counted last, from 1. */
  const last = new Uint32Array(words * fields);

  function pass(take: (slot: number, position: number) => void): void {
    last.fill(0);
    for (let section = 0; section + 1 < starts.length; section += 1) {
      const position = Math.floor(section / fields);
      const field = section % fields;
      for (const word of sequence.subarray(starts[section], starts[section + 1])) {
        const slot = word * fields + field;
        if (word === 0 || last[slot] === position + 1) continue;
        last[slot] = position + 1;
        take(slot, position);
      }
    }
  }

  pass((slot) => {
    ends[slot] = (ends[slot] ?? 0) + 1;
  });
  let sum = 0;
  for (const [slot, count] of ends.entries()) {
    ends[slot] = sum;
    sum += count;
  }
  const positions = new Uint32Array(sum);
  pass((slot, position) => {
    const at = ends[slot] ?? 0;
    positions[at] = position;
    ends[slot] = at + 1;
  });

  return {
    holders(word, field) {
      const slot = word * fields + field;
      return positions.subarray(slot === 0 ? 0 : ends[slot - 1], ends[slot]);
    },
  };
}
