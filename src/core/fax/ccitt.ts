/**
 * Pages of fax machines: ITU-T T.4 (Group 3, one- and two-dimensional) and T.6 (Group 4), as TIFF holds them
 * (compressions 2, 3 and 4).
 *
 * Promises: total; any bytes give as many rows as could be read, in time and memory that the sizes of the picture and of the bytes
 * bound. A row that is broken keeps what was read of it, and reading goes on at the next end-of-line where there are such marks.
 * Leaves to others: which bit of a byte comes first (the highest here), and which colour is called nought.
 */
import {
  blackRuns,
  type CodeTable,
  horizontal,
  modes,
  mostWordBits,
  pass,
  whiteRuns,
} from './ccitt-codes.ts';

export interface CcittPage {
  readonly width: number;
  readonly height: number;
  /** `rows`: one-dimensional without marks, each row from a whole byte (TIFF compression 2). */
  readonly kind: 'rows' | 'group-3' | 'group-3-two' | 'group-4';
}

export interface CcittRows {
  /** One bit a point, 1 is black; each row from a whole byte. */
  readonly bits: Uint8Array;
  /** Rows that were read; the others are white. */
  readonly rows: number;
  /** Rows that were read in part. */
  readonly broken: number;
}

export function decodeCcitt(bytes: Uint8Array, { width, height, kind }: CcittPage): CcittRows {
  const stride = (width + 7) >> 3;
  const bits = new Uint8Array(stride * height);
  const reader = createReader(bytes);
  // Where the colour changes in a row, to black first; the row's end stands behind the last change.
  let line = new Int32Array(width + 6).fill(width);
  let above = new Int32Array(width + 6).fill(width);
  let rows = 0;
  let broken = 0;
  let isWhole = true;
  while (rows < height) {
    if (kind === 'rows') reader.toByte();
    const next = beginRow(reader, kind, isWhole);
    if (next === 'end') break;
    isWhole =
      next === 'two' ? readTwo(reader, { line, above, width }) : readOne(reader, line, width);
    if (!isWhole && line[0] === width && reader.isAtEnd()) break;
    if (!isWhole) broken += 1;
    paint(bits, rows * stride, line, width);
    rows += 1;
    if (!isWhole && kind !== 'group-3' && kind !== 'group-3-two') break;
    [line, above] = [above, line];
  }
  return { bits, rows, broken };
}

function beginRow(
  reader: Reader,
  kind: CcittPage['kind'],
  isWhole: boolean,
): 'one' | 'two' | 'end' {
  switch (kind) {
    case 'rows':
      return reader.isAtEnd() ? 'end' : 'one';
    case 'group-4':
      return reader.isAtEnd() || reader.isMark() ? 'end' : 'two';
    case 'group-3':
      return reader.toLine(false, isWhole);
    case 'group-3-two':
      return reader.toLine(true, isWhole);
  }
}

interface Reader {
  /** The next bits, at most 25, without taking them; noughts follow the end. */
  look(count: number): number;
  take(count: number): void;
  isAtEnd(): boolean;
  toByte(): void;
  isMark(): boolean;
  /** Past the mark that begins a line of Group 3; says how that line is written. */
  toLine(isTwoDimensional: boolean, wasWhole: boolean): 'one' | 'two' | 'end';
}

/** An end-of-line is eleven noughts and a one (T.4 section 4.1.2). */
const markBits = 12;

function createReader(bytes: Uint8Array): Reader {
  const size = bytes.length * 8;
  let at = 0;
  let hasMarks = false;

  function look(count: number): number {
    const first = at >> 3;
    const four =
      ((bytes[first] ?? 0) << 24) |
      ((bytes[first + 1] ?? 0) << 16) |
      ((bytes[first + 2] ?? 0) << 8) |
      (bytes[first + 3] ?? 0);
    return (four << (at & 7)) >>> (32 - count);
  }

  const isMark = () => at + markBits <= size && look(markBits) === 1;

  /** Any number of noughts may stand before the mark, as fill. */
  function skipMark(): boolean {
    if (look(markBits - 1) !== 0) return false;
    while (at < size && look(1) === 0) at += look(8) === 0 ? 8 : 1;
    // Noughts to the very end are no mark, and nothing follows them.
    if (at >= size) return false;
    at += 1;
    return true;
  }

  return {
    look,
    take(count) {
      at += count;
    },
    isAtEnd: () => at >= size,
    toByte() {
      at = (at + 7) & ~7;
    },
    isMark,
    toLine(isTwoDimensional, wasWhole) {
      let marks = 0;
      let isOne = true;
      // Without marks nothing tells where the row after a broken one begins.
      if (!wasWhole && !hasMarks) return 'end';
      if (!wasWhole) while (at < size && !isMark()) at += 1;
      while (marks < 6 && skipMark()) {
        marks += 1;
        hasMarks = true;
        if (!isTwoDimensional) continue;
        isOne = look(1) === 1;
        at += 1;
      }
      // Two marks without a line between them begin the six that end a page (T.4 section 4.1.4).
      if (marks > 1 || at >= size) return 'end';
      return isOne ? 'one' : 'two';
    },
  };
}

/** -1 where no word is. */
function readRun(reader: Reader, { words }: CodeTable): number {
  let total = 0;
  for (;;) {
    const word = words[reader.look(mostWordBits)] ?? 0;
    if (word === 0) return -1;
    reader.take(word & 15);
    const run = word >> 4;
    total += run;
    if (run < 64) return total;
  }
}

/** False when the row is broken; it ends with what was read. */
function readOne(reader: Reader, line: Int32Array, width: number): boolean {
  let x = 0;
  let changes = 0;
  while (x < width && changes < width) {
    const run = readRun(reader, changes % 2 === 0 ? whiteRuns : blackRuns);
    if (run < 0) break;
    x += run;
    line[changes] = Math.min(x, width);
    changes += 1;
  }
  endLine(line, changes, width, x === width);
  return x === width;
}

/** Of a broken line the last black run is not known. */
function endLine(line: Int32Array, changes: number, width: number, isWhole: boolean): void {
  const kept = isWhole || changes % 2 === 0 ? changes : changes - 1;
  line.fill(width, kept, kept + 5);
}

interface TwoLines {
  readonly line: Int32Array;
  readonly above: Int32Array;
  readonly width: number;
}

/** Names as in T.4 section 4.2: a is the line that is read, b the one above it. */
function readTwo(reader: Reader, { line, above, width }: TwoLines): boolean {
  let a0 = -1;
  let changes = 0;
  /** Of b1: the first change above, right of a0, to the other colour. Even ones change to black. */
  let b = 0;
  let isWhole = true;
  while (a0 < width && changes < width + 2) {
    while ((above[b] ?? width) <= a0 && (above[b] ?? width) < width) b += 2;
    const b1 = above[b] ?? width;
    const word = modes.words[reader.look(modes.bits)] ?? 0;
    reader.take(word & 15);
    const mode = word >> 4;
    if (word === 0) isWhole = false;
    else if (mode === pass) a0 = above[b + 1] ?? width;
    else if (mode === horizontal) {
      const isWhite = changes % 2 === 0;
      const first = readRun(reader, isWhite ? whiteRuns : blackRuns);
      const second = first < 0 ? -1 : readRun(reader, isWhite ? blackRuns : whiteRuns);
      if (second < 0) isWhole = false;
      else {
        const a1 = Math.min(width, Math.max(a0, 0) + first);
        a0 = Math.min(width, a1 + second);
        line[changes] = a1;
        line[changes + 1] = a0;
        changes += 2;
      }
    } else {
      const a1 = b1 + mode - 3;
      if (a1 < a0 || a1 < 0) isWhole = false;
      else {
        a0 = Math.min(a1, width);
        line[changes] = a0;
        changes += 1;
        // The change that is now sought may lie left of the one that was found.
        b += b > 0 ? -1 : 1;
      }
    }
    if (!isWhole) break;
  }
  endLine(line, changes, width, isWhole && a0 >= width);
  return isWhole && a0 >= width;
}

function paint(bits: Uint8Array, start: number, line: Int32Array, width: number): void {
  for (let at = 0; ; at += 2) {
    const from = line[at] ?? width;
    if (from >= width) return;
    const to = Math.min(line[at + 1] ?? width, width);
    for (let x = from; x < to; ) {
      const byte = start + (x >> 3);
      if ((x & 7) === 0 && to - x >= 8) {
        bits[byte] = 0xff;
        x += 8;
      } else {
        bits[byte] = (bits[byte] ?? 0) | (0x80 >> (x & 7));
        x += 1;
      }
    }
  }
}
