/**
 * Character sets that switch between alphabets within the text: ISO-2022-JP with all its extensions, -KR, -CN
 * (RFC 1468, 1554, 1557, 1922), and HZ (RFC 1843).
 *
 * Promises: total, in time proportional to the bytes. A line that does not switch back ends its own alphabet; half a
 * character becomes U+FFFD; bytes beyond ASCII are read as the half-width kana or the double bytes they were meant for.
 */
import iconv from 'iconv-lite';

/** How bytes of an alphabet become those of a set that the library has. */
interface Alphabet {
  readonly width: 1 | 2;
  readonly charset: string;
  readonly toBytes: (first: number, second: number) => readonly number[];
}

const high = (first: number, second: number): readonly number[] => [first | 0x80, second | 0x80];

const alphabets = {
  ascii: { width: 1, charset: 'us-ascii', toBytes: (first) => [first] },
  kana: { width: 1, charset: 'shift_jis', toBytes: (first) => [first | 0x80] },
  // Through CP932, which has the rows that NEC and IBM added.
  jis208: { width: 2, charset: 'shift_jis', toBytes: toShiftJis },
  jis212: {
    width: 2,
    charset: 'euc-jp',
    toBytes: (first, second) => [0x8f, first | 0x80, second | 0x80],
  },
  gb2312: { width: 2, charset: 'gb18030', toBytes: high },
  ksc5601: { width: 2, charset: 'euc-kr', toBytes: high },
  latin1: { width: 1, charset: 'windows-1252', toBytes: (first) => [first | 0x80] },
  greek: { width: 1, charset: 'iso-8859-7', toBytes: (first) => [first | 0x80] },
  unknown: { width: 2, charset: 'us-ascii', toBytes: () => [0xff] },
} satisfies Record<string, Alphabet>;

type AlphabetName = keyof typeof alphabets;

function toShiftJis(first: number, second: number): readonly number[] {
  const lead = ((first - 0x21) >> 1) + (first < 0x5f ? 0x81 : 0xc1);
  const trail = first % 2 === 0 ? second + 0x7e : second + 0x1f + (second >= 0x60 ? 1 : 0);
  return [lead, trail];
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
  [/^\$\)./, 'g1', 'unknown'],
  [/^\)I/, 'g1', 'kana'],
  [/^\$\*./, 'g2', 'unknown'],
  [/^\.A/, 'g2', 'latin1'],
  [/^\.F/, 'g2', 'greek'],
];

export function decodeIso2022(bytes: Buffer, charset: string): string {
  const writer = createWriter();
  const inKorean = charset === 'iso-2022-kr';
  const state: { g0: AlphabetName; g1: AlphabetName; g2: AlphabetName; isShifted: boolean } = {
    g0: 'ascii',
    g1: inKorean ? 'ksc5601' : charset === 'iso-2022-cn' ? 'gb2312' : 'kana',
    g2: 'unknown',
    isShifted: false,
  };
  const upper: AlphabetName = charset === 'iso-2022-jp' ? 'kana' : state.g1;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x1b) {
      const ahead = bytes.toString('latin1', at + 1, at + 5);
      const single = /^N/.test(ahead);
      const found = single ? undefined : sequences.find(([pattern]) => pattern.test(ahead));
      if (found !== undefined) {
        state[found[1]] = found[2];
        at += 1 + (found[0].exec(ahead)?.[0].length ?? 0);
        continue;
      }
      if (single) {
        at += 2;
        at += writer.take(bytes, at, state.g2);
        continue;
      }
      writer.put('ascii', byte, 0);
      at += 1;
    } else if (byte === 0x0e || byte === 0x0f) {
      state.isShifted = byte === 0x0e;
      at += 1;
    } else if (byte === 0x0a || byte === 0x0d) {
      state.g0 = 'ascii';
      state.isShifted = false;
      writer.put('ascii', byte, 0);
      at += 1;
    } else if (byte <= 0x20) {
      writer.put('ascii', byte, 0);
      at += 1;
    } else if (byte >= 0x80) {
      at += writer.take(bytes, at, upper);
    } else {
      at += writer.take(bytes, at, state.isShifted ? state.g1 : state.g0);
    }
  }
  return writer.end();
}

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
    run.push(...alphabet.toBytes(first, second));
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
