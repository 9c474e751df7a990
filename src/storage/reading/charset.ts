/**
 * Bytes of a mail to text: what the label says where it can be true, what the bytes say where it cannot.
 *
 * Promises: total, in time proportional to the bytes, nearly free for ASCII and UTF-8. No word is lost: what no
 * character stands for becomes U+FFFD, and ASCII around it stays.
 * Leaves to others: names (charset-names.ts), tables (charset-codecs.ts), choosing without a label (charset-guess.ts),
 * UTF-8 that is only nearly UTF-8 (utf-8-repair.ts).
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { decodeAs, isSevenBit, isWide } from './charset-codecs.ts';
import { guessCharset, hasLetterCounts, measure, type Saying } from './charset-guess.ts';
import { charsetOf } from './charset-names.ts';
import { decodeMixed, isCutUtf8, undoubled } from './utf-8-repair.ts';

export interface TextHints {
  /** Of the mail around, for what has no label of its own. */
  readonly charset?: string;
  /** A `meta` element of the text may name its set. */
  readonly isHtml?: boolean;
}

export interface DecodedText {
  readonly text: string;
  /** Name of the set that was used, in lower case. */
  readonly charset: string;
  /** No or a wrong label had to be overruled, and the text is not plain ASCII. */
  readonly isGuessed: boolean;
}

export function decodeText(
  bytes: Buffer,
  label: string | undefined,
  hints: TextHints = {},
): DecodedText {
  const said = charsetOf(label) ?? (hints.isHtml === true ? charsetOfMeta(bytes) : undefined);
  const marked = markOf(bytes, said);
  if (marked !== undefined) return readMarked(bytes, marked);
  if (said !== undefined && isWide(said)) return readWide(bytes, said, hints);
  if (bytes.includes(0) && hasEveryOtherZero(bytes)) {
    return { text: decodeAs(bytes, 'utf-16'), charset: 'utf-16', isGuessed: true };
  }
  return isAscii(bytes) ? readSevenBit(bytes, said) : readEightBit(bytes, said, hints);
}

interface Mark {
  readonly charset: string;
  readonly skip: number;
}

/** A byte order mark stands above every label (WHATWG Encoding, BOM sniff). */
function markOf(bytes: Buffer, said: string | undefined): Mark | undefined {
  const first = bytes[0];
  if (first === undefined || (first > 0 && first < 0x84)) return undefined;
  const head = bytes.toString('latin1', 0, 4);
  if (head.startsWith('\xef\xbb\xbf')) return { charset: 'utf-8', skip: 3 };
  if (head === '\xff\xfe\0\0' && bytes.length % 4 === 0) return { charset: 'utf-32le', skip: 4 };
  if (head === '\0\0\xfe\xff') return { charset: 'utf-32be', skip: 4 };
  if (head === '\x84\x31\x95\x33') return { charset: 'gb18030', skip: 4 };
  const isSaidWide = said !== undefined && isWide(said);
  // In a text of single bytes these two are letters that stand together in no language.
  if (isSaidWide || bytes.includes(0)) {
    if (head.startsWith('\xff\xfe')) return { charset: 'utf-16le', skip: 2 };
    if (head.startsWith('\xfe\xff')) return { charset: 'utf-16be', skip: 2 };
  }
  return undefined;
}

function readMarked(bytes: Buffer, { charset, skip }: Mark): DecodedText {
  const rest = bytes.subarray(skip);
  if (charset === 'utf-8') return { ...readEightBit(rest, 'utf-8', {}), isGuessed: !isUtf8(rest) };
  return { text: decodeAs(rest, charset), charset, isGuessed: false };
}

/** UTF-16 and UTF-32 by their label; the label alone does not make bytes wide. */
function readWide(bytes: Buffer, said: string, hints: TextHints): DecodedText {
  if (bytes.length === 0) return { text: '', charset: said, isGuessed: false };
  const looksNarrow =
    !bytes.includes(0) && (isAscii(bytes) || isUtf8(bytes) || bytes.length % 2 === 1);
  if (!looksNarrow) return { text: decodeAs(bytes, said), charset: said, isGuessed: false };
  return isAscii(bytes) ? readSevenBit(bytes, undefined) : readEightBit(bytes, undefined, hints);
}

/** Latin text in UTF-16 without any label: a zero in nearly every second byte, and on one side alone. */
function hasEveryOtherZero(bytes: Buffer): boolean {
  const end = Math.min(bytes.length & ~1, 2000);
  if (end < 8) return false;
  const zeros = [0, 0];
  for (let at = 0; at < end; at += 1) {
    if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) > end * 0.35 && Math.min(even, odd) < end * 0.02;
}

const escapeCode = 0x1b;

function readSevenBit(bytes: Buffer, said: string | undefined): DecodedText {
  if (said === 'iso-2022-jp' && !bytes.includes(escapeCode)) {
    const text = decodeAs(withEscapes(bytes), said);
    return { text, charset: said, isGuessed: !isAscii(Buffer.from(text)) };
  }
  if (said !== undefined && isSevenBit(said)) {
    return { text: decodeAs(bytes, said), charset: said, isGuessed: false };
  }
  if (bytes.includes(escapeCode) && isSwitching(bytes)) {
    return { text: decodeAs(bytes, 'iso-2022-jp'), charset: 'iso-2022-jp', isGuessed: true };
  }
  return { text: bytes.toString('latin1'), charset: said ?? 'us-ascii', isGuessed: false };
}

/** Old gateways took the escape codes away and left the rest of each sequence. */
function withEscapes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(
    text.replace(/(\$[@B])((?:[\x21-\x7e]{2})+?)(\([BJ])/g, '\x1b$1$2\x1b$3'),
    'latin1',
  );
}

/** Escape sequences that only texts of ISO 2022 have: to double bytes and to half-width kana. */
function isSwitching(bytes: Buffer): boolean {
  return /\x1b(?:\$[@AB]|\$\([ACDOPQ]|\$\)[ACG]|\(I)/.test(bytes.toString('latin1'));
}

function readEightBit(bytes: Buffer, said: string | undefined, hints: TextHints): DecodedText {
  if (isUtf8(bytes)) {
    const isSaid = said === 'utf-8';
    if (isSaid || isUnsaid(said) || isSurelyUtf8(bytes, said)) {
      if (bytes.includes(escapeCode) && isSwitching(bytes) && !isSaid)
        return readOther(bytes, said, hints);
      const text = bytes.toString('utf8');
      const single = undoubled(text);
      return { text: single ?? text, charset: 'utf-8', isGuessed: !isSaid || single !== undefined };
    }
  } else if (said === 'utf-8' || isUnsaid(said)) {
    if (said === 'utf-8' && isCutUtf8(bytes)) {
      return { text: bytes.toString('utf8'), charset: 'utf-8', isGuessed: false };
    }
    const mixed = decodeMixed(bytes, hintsOf(said, hints, bytes));
    if (mixed !== undefined) return { text: mixed, charset: 'utf-8', isGuessed: true };
  }
  return readOther(bytes, said, hints);
}

/** Labels that say nothing about bytes beyond ASCII. */
function isUnsaid(said: string | undefined): boolean {
  return said === undefined || said === 'us-ascii' || isSevenBit(said);
}

/** Valid as UTF-8, and more plausible so than as what the label says: "Ã¤" is hardly ever meant. */
function isSurelyUtf8(bytes: Buffer, said: string | undefined): boolean {
  if (said === undefined) return true;
  const asUtf8 = measure(bytes, 'utf-8');
  const asSaid = hasLetterCounts(said) ? measure(bytes, said).score : limits.unknown * asUtf8.bytes;
  return asUtf8.score > asSaid;
}

function readOther(bytes: Buffer, said: string | undefined, hints: TextHints): DecodedText {
  if (
    said !== undefined &&
    isSevenBit(said) &&
    isAscii(bytes) === false &&
    isSwitchingBy(bytes, said)
  ) {
    return { text: decodeAs(bytes, said), charset: said, isGuessed: false };
  }
  if (said !== undefined && said !== 'utf-8' && !isUnsaid(said)) return readNamed(bytes, said);
  const { charset } = guessCharset(bytes, hintsOf(said, hints, bytes));
  return { text: decodeAs(bytes, charset), charset, isGuessed: true };
}

/** In the set of the label, unless that gives no text and another one does. */
function readNamed(bytes: Buffer, said: string): DecodedText {
  const text = decodeAs(bytes, said);
  const named = { text, charset: said, isGuessed: false };
  if (!hasLetterCounts(said) && !text.includes('\uFFFD')) return named;
  const { score, bytes: high } = measure(bytes, said);
  if (score / high > limits.plausible) return named;
  const { charset } = guessCharset(bytes, [
    { charset: said, worth: limits.worthOfLabel + high * 0.7 },
  ]);
  if (charset === said) return named;
  const other = decodeAs(bytes, charset);
  return other === text ? named : { text: other, charset, isGuessed: true };
}

const limits = {
  /** Nats a byte beyond ASCII of a text in a set whose letters nobody counted. */
  unknown: -3.5,
  /** Nats a byte beyond ASCII: a label that gives a text like this is believed without a further look. */
  plausible: -4.5,
  worthOfLabel: 20,
  worthOfHint: 20,
};

function isSwitchingBy(bytes: Buffer, said: string): boolean {
  return said === 'hz-gb-2312'
    ? bytes.includes('~{')
    : bytes.includes(escapeCode) || bytes.includes(0x0e);
}

function hintsOf(said: string | undefined, hints: TextHints, bytes: Buffer): readonly Saying[] {
  const near =
    charsetOf(hints.charset) ?? (hints.isHtml === true ? charsetOfMeta(bytes) : undefined);
  // What is said to switch by escapes, and does not, is in another set of the same language.
  const kin = [said, near].flatMap((name) => kinOf.get(name ?? '') ?? []);
  return [near, ...kin]
    .filter((charset) => charset !== undefined && charset !== 'utf-8' && !isUnsaid(charset))
    .map((charset) => ({ charset: charset ?? '', worth: limits.worthOfHint }));
}

const kinOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['iso-2022-jp', ['shift_jis', 'euc-jp']],
  ['iso-2022-kr', ['euc-kr']],
  ['iso-2022-cn', ['gb18030']],
  ['hz-gb-2312', ['gb18030']],
]);

/** The set that an HTML document names itself in its first kilobytes (WHATWG HTML, prescan). */
function charsetOfMeta(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 4096);
  const named =
    /<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([^\s"'/>;]{1,60})/i.exec(head)?.[1] ??
    /<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([^"']{1,60})/i.exec(head)?.[1];
  const charset = charsetOf(named);
  // A document whose meta element could be read byte by byte is not in UTF-16.
  return charset !== undefined && isWide(charset) ? 'utf-8' : charset;
}
