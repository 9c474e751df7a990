/**
 * Character sets that switch between alphabets within the text: ISO-2022-JP with all its extensions, -KR, -CN
 * (RFC 1468, 1554, 1557, 1922), HZ (RFC 1843) and EUC-TW.
 *
 * Promises: total, in time proportional to the bytes. A line that does not switch back ends its own alphabet; half a
 * character becomes U+FFFD; bytes beyond ASCII are read as the half-width kana or the double bytes they were meant for.
 */
import iconv from 'iconv-lite';
import { big5OfCns } from './cns-11643.ts';

/** How bytes of an alphabet become those of a set that the library has. */
interface Alphabet {
  readonly width: 1 | 2;
  readonly charset: string;
  readonly write: (run: number[], first: number, second: number) => void;
}

const writeHigh: Alphabet['write'] = (run, first, second) => run.push(first | 0x80, second | 0x80);
const writeOneHigh: Alphabet['write'] = (run, first) => run.push(first | 0x80);

const alphabets = {
  ascii: { width: 1, charset: 'us-ascii', write: (run, first) => run.push(first) },
  kana: { width: 1, charset: 'shift_jis', write: writeOneHigh },
  // Through CP932, which has the rows that NEC and IBM added.
  jis208: { width: 2, charset: 'shift_jis', write: writeShiftJis },
  jis212: {
    width: 2,
    charset: 'euc-jp',
    write: (run, first, second) => run.push(0x8f, first | 0x80, second | 0x80),
  },
  gb2312: { width: 2, charset: 'gb18030', write: writeHigh },
  ksc5601: { width: 2, charset: 'euc-kr', write: writeHigh },
  latin1: { width: 1, charset: 'windows-1252', write: writeOneHigh },
  greek: { width: 1, charset: 'iso-8859-7', write: writeOneHigh },
  cns1: { width: 2, charset: 'big5', write: (run, ...at) => writeCns(run, 1, at) },
  cns2: { width: 2, charset: 'big5', write: (run, ...at) => writeCns(run, 2, at) },
  unknown: { width: 2, charset: 'us-ascii', write: (run) => run.push(0xff) },
} satisfies Record<string, Alphabet>;

type AlphabetName = keyof typeof alphabets;

function writeCns(run: number[], plane: 1 | 2, [first, second]: readonly [number, number]): void {
  const code = big5OfCns(plane, first, second);
  if (code === undefined) run.push(0xff);
  else run.push(code >> 8, code & 0xff);
}

function writeShiftJis(run: number[], first: number, second: number): void {
  const trail = first % 2 === 0 ? second + 0x7e : second + (second >= 0x60 ? 0x20 : 0x1f);
  run.push(((first - 0x21) >> 1) + (first < 0x5f ? 0x81 : 0xc1), trail);
}

/** Escape sequence without ESC → the place it fills and the alphabet. */
const sequences: readonly (readonly [RegExp, 'g0' | 'g1' | 'g2', AlphabetName])[] = [
  [/^\([BJH@A]/, 'g0', 'ascii'],
  [/^\(I/, 'g0', 'kana'],
  [/^\$\(?[@B]/, 'g0', 'jis208'],
  [/^\$\([OQ]/, 'g0', 'jis208'],
  [/^\$\(D/, 'g0', 'jis212'],
  [/^\$\(?A/, 'g0', 'gb2312'],
  [/^\$\(C/, 'g0', 'ksc5601'],
  [/^\$\(./, 'g0', 'unknown'],
  [/^\$\)C/, 'g1', 'ksc5601'],
  [/^\$\)A/, 'g1', 'gb2312'],
  [/^\$\)G/, 'g1', 'cns1'],
  [/^\$\)./, 'g1', 'unknown'],
  [/^\)I/, 'g1', 'kana'],
  [/^\$\*H/, 'g2', 'cns2'],
  [/^\$\*./, 'g2', 'unknown'],
  [/^\.A/, 'g2', 'latin1'],
  [/^\.F/, 'g2', 'greek'],
];

interface Sequence {
  readonly length: number;
  readonly place: 'g0' | 'g1' | 'g2';
  readonly alphabet: AlphabetName;
}

function sequenceAt(bytes: Buffer, at: number): Sequence | undefined {
  const ahead = bytes.toString('latin1', at, at + 4);
  for (const [pattern, place, alphabet] of sequences) {
    const length = pattern.exec(ahead)?.[0].length;
    if (length !== undefined) return { length, place, alphabet };
  }
  return undefined;
}

export function decodeIso2022(bytes: Buffer, charset: string): string {
  const writer = createWriter();
  const g1 = charset === 'iso-2022-kr' ? 'ksc5601' : charset === 'iso-2022-cn' ? 'gb2312' : 'kana';
  const places: Record<Sequence['place'], AlphabetName> = { g0: 'ascii', g1, g2: 'unknown' };
  let isShifted = false;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const sequence = byte === escapeCode ? sequenceAt(bytes, at + 1) : undefined;
    if (sequence !== undefined) {
      places[sequence.place] = sequence.alphabet;
      at += 1 + sequence.length;
    } else if (byte === escapeCode && bytes[at + 1] === singleShift) {
      at += 2;
      at += writer.take(bytes, at, places.g2);
    } else if (byte === 0x0e || byte === 0x0f) {
      isShifted = byte === 0x0e;
      at += 1;
    } else if (byte <= 0x20) {
      if (byte === 0x0a || byte === 0x0d) {
        places.g0 = 'ascii';
        isShifted = false;
      }
      writer.put('ascii', byte, 0);
      at += 1;
    } else {
      at += writer.take(bytes, at, byte >= 0x80 ? g1 : isShifted ? places.g1 : places.g0);
    }
  }
  return writer.end();
}

const escapeCode = 0x1b;
/** `N`: the next character alone is of the third alphabet. */
const singleShift = 0x4e;

/** Collects the bytes of one alphabet after the other and decodes each run once. */
function createWriter(): {
  put: (alphabet: AlphabetName, first: number, second: number) => void;
  take: (bytes: Buffer, at: number, alphabet: AlphabetName) => number;
  end: () => string;
} {
  const texts: string[] = [];
  let run: number[] = [];
  let charset = 'us-ascii';
  const flush = (): void => {
    if (run.length === 0) return;
    const bytes = Buffer.from(run);
    texts.push(
      charset === 'us-ascii'
        ? bytes.toString('latin1').replace(/[\x80-\xff]/g, '\uFFFD')
        : iconv.decode(bytes, charset),
    );
    run = [];
  };
  const put = (name: AlphabetName, first: number, second: number): void => {
    const alphabet: Alphabet = alphabets[name];
    if (alphabet.charset !== charset) {
      flush();
      charset = alphabet.charset;
    }
    alphabet.write(run, first, second);
  };
  return {
    put,
    take: (bytes, at, name) => {
      const first = bytes[at] ?? 0;
      const { width }: Alphabet = alphabets[name];
      if (width === 1) {
        put(name, first, 0);
        return 1;
      }
      const second = bytes[at + 1] ?? 0;
      if ((second & 0x7f) > 0x20 && (second & 0x7f) < 0x7f) {
        put(name, first & 0x7f, second & 0x7f);
        return 2;
      }
      put('ascii', 0xff, 0);
      return 1;
    },
    end: () => {
      flush();
      return texts.join('');
    },
  };
}

/** HZ: `~{` and `~}` around double bytes, `~~` for a tilde, `~` before a line end for nothing. */
export function decodeHz(bytes: Buffer): string {
  const writer = createWriter();
  let isChinese = false;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (byte === 0x7e && (next === 0x7b || next === 0x7d)) {
      isChinese = next === 0x7b;
      at += 2;
    } else if (byte === 0x7e && next === 0x7e && !isChinese) {
      writer.put('ascii', byte, 0);
      at += 2;
    } else if (byte === 0x7e && next === 0x0a && !isChinese) {
      at += 2;
    } else if (byte === 0x0a || byte === 0x0d || byte <= 0x20) {
      if (byte === 0x0a) isChinese = false;
      writer.put('ascii', byte, 0);
      at += 1;
    } else {
      at += writer.take(bytes, at, isChinese || byte >= 0x80 ? 'gb2312' : 'ascii');
    }
  }
  return writer.end();
}

/** Double bytes for the first plane of CNS 11643; 0x8E and the number of a plane before those of any other. */
export function decodeEucTw(bytes: Buffer): string {
  const writer = createWriter();
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const plane = (bytes[at + 1] ?? 0) - 0xa0;
    if (byte < 0x80) {
      writer.put('ascii', byte, 0);
      at += 1;
    } else if (byte === 0x8e && plane >= 1 && plane <= 16 && (bytes[at + 2] ?? 0) >= 0xa1) {
      at += 2;
      at += writer.take(bytes, at, plane === 1 ? 'cns1' : plane === 2 ? 'cns2' : 'unknown');
    } else {
      at += writer.take(bytes, at, byte >= 0xa1 ? 'cns1' : 'unknown');
    }
  }
  return writer.end();
}
