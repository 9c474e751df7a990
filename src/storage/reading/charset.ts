/**
 * Bytes of a mail to text: what the label says where it can be true, what the bytes say where it cannot.
 *
 * Promises: total, in time proportional to the bytes, nearly free for ASCII and UTF-8. No word is lost: what no
 * character stands for becomes U+FFFD, and ASCII around it stays.
 * Leaves to others: names (charset-names.ts), tables (charset-codecs.ts), choosing without a label (charset-guess.ts).
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { decodeAs, isSevenBit } from './charset-codecs.ts';
import { guessCharset } from './charset-guess.ts';
import { charsetOf } from './charset-names.ts';

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
  const marked = ofMark(bytes);
  if (marked !== undefined) {
    return {
      text: decodeAs(bytes.subarray(marked.skip), marked.charset),
      charset: marked.charset,
      isGuessed: false,
    };
  }
  const said = charsetOf(label) ?? (hints.isHtml === true ? ofMeta(bytes) : undefined);
  if (isAscii(bytes) && (said === undefined || !isSevenBit(said)) && !bytes.includes(0x1b)) {
    return { text: bytes.toString('latin1'), charset: said ?? 'us-ascii', isGuessed: false };
  }
  if (
    isUtf8(bytes) &&
    (said === undefined || said === 'utf-8' || said === 'us-ascii') &&
    !bytes.includes(0x1b)
  ) {
    return { text: bytes.toString('utf8'), charset: 'utf-8', isGuessed: said !== 'utf-8' };
  }
  if (said !== undefined && isSevenBit(said))
    return { text: decodeAs(bytes, said), charset: said, isGuessed: false };
  if (isAscii(bytes) && isJapanese(bytes))
    return { text: decodeAs(bytes, 'iso-2022-jp'), charset: 'iso-2022-jp', isGuessed: true };
  if (said !== undefined && said !== 'us-ascii' && !isUtf8(bytes)) {
    const text = decodeAs(bytes, said);
    if (!text.includes('\uFFFD')) return { text, charset: said, isGuessed: false };
  }
  const charset = guessCharset(bytes, said ?? charsetOf(hints.charset));
  return { text: decodeAs(bytes, charset), charset, isGuessed: charset !== said };
}

/** Escape sequences that only ISO-2022 texts have. */
function isJapanese(bytes: Buffer): boolean {
  return /\x1b(?:\$[@AB]|\$\(|\([BIJ])/.test(bytes.toString('latin1'));
}

function ofMark(bytes: Buffer): { readonly charset: string; readonly skip: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return { charset: 'utf-8', skip: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes.length >= 4 && bytes[2] === 0 && bytes[3] === 0
      ? { charset: 'utf-32le', skip: 4 }
      : { charset: 'utf-16le', skip: 2 };
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { charset: 'utf-16be', skip: 2 };
  return undefined;
}

/** The set that an HTML document names itself in its first kilobytes (WHATWG HTML, prescan). */
function ofMeta(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 4096);
  const named = /<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([^\s"'/>;]{1,60})/i.exec(head)?.[1];
  return charsetOf(
    named ?? /<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([^"']{1,60})/i.exec(head)?.[1],
  );
}
