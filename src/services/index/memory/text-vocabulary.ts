/**
 * Many different words in little memory: their bytes one behind another, in order.
 *
 * Promises: immutable; a word is found in a number of steps that grows with the logarithm of how many
 * there are. Words are numbered from 1 in the order of JavaScript's strings; 0 is no word.
 */

export interface Vocabulary {
  readonly size: number;
  /** 0 when it is not there. */
  find(word: string): number;
  /** The words that begin so: from the first number to before the second. */
  range(beginning: string): readonly [from: number, to: number];
  text(id: number): string;
  /** Words that hold the piece anywhere, no more than asked for. */
  holding(piece: string, most: number): readonly number[];
  /** What it is made of, to be written to a file. */
  readonly bytes: Buffer;
  /** Where each word ends in the bytes. */
  readonly ends: Uint32Array;
}

export function packVocabulary(sorted: readonly string[]): Vocabulary {
  const ends = new Uint32Array(sorted.length);
  let length = 0;
  for (const [at, word] of sorted.entries()) {
    length += Buffer.byteLength(word);
    ends[at] = length;
  }
  const bytes = Buffer.allocUnsafeSlow(length);
  let offset = 0;
  for (const word of sorted) offset += bytes.write(word, offset);
  return openVocabulary(bytes, ends);
}

export function openVocabulary(bytes: Buffer, ends: Uint32Array): Vocabulary {
  const startOf = (id: number) => (id <= 1 ? 0 : (ends[id - 2] ?? 0));
  const text = (id: number) => bytes.toString('utf8', startOf(id), ends[id - 1] ?? 0);

  /** The first number of which the word is not before the wanted one. */
  function lowerBound(wanted: string): number {
    let [low, high] = [1, ends.length + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (text(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The number of the word that the offset is within. */
  function wordAt(offset: number): number {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  return {
    size: ends.length,
    bytes,
    ends,
    text,
    find(word) {
      const id = lowerBound(word);
      return id <= ends.length && text(id) === word ? id : 0;
    },
    range(beginning) {
      const from = lowerBound(beginning);
      let [low, high] = [from, ends.length + 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (text(middle).startsWith(beginning)) low = middle + 1;
        else high = middle;
      }
      return [from, low];
    },
    holding(piece, most) {
      const wanted = Buffer.from(piece);
      const found: number[] = [];
      let at = wanted.length === 0 ? -1 : bytes.indexOf(wanted);
      while (at >= 0 && found.length < most) {
        const id = wordAt(at);
        const end = ends[id - 1] ?? 0;
        // A piece may also lie across two words.
        if (at + wanted.length <= end) {
          found.push(id);
          at = bytes.indexOf(wanted, end);
        } else at = bytes.indexOf(wanted, at + 1);
      }
      return found;
    },
  };
}
