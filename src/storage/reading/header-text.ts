/**
 * Values of header fields to text: encoded words (RFC 2047, 2231 section 5) and raw bytes (RFC 6532, or none at all).
 *
 * Promises: total, in time proportional to the value; what is no encoded word stays as it is.
 * Leaves to others: the structure of fields (parameters.ts, addresses.ts), bytes to text (charset.ts).
 */
import { decodeText, type TextHints } from './charset.ts';
import { charsetOf } from './charset-names.ts';

/** Line ends before blanks go, the blanks stay (RFC 5322 section 2.2.3). */
export function unfold(value: string): string {
  return /[\r\n]/.test(value)
    ? value.replace(/(?:\r\n|\r|\n)+(?=[ \t])/g, '').replace(/[\r\n]+$/, '')
    : value;
}

/** `value`: unfolded, one character a byte. */
export function decodeHeaderText(value: string, hints: TextHints = {}): string {
  const clear = decodeRaw(value, hints);
  return clear.includes('=?') ? decodeWords(clear, hints) : clear;
}

/** Bytes beyond ASCII and escape sequences, which stand in the value without being encoded. */
export function decodeRaw(value: string, hints: TextHints = {}): string {
  if (!/[\x1b\x80-\u{10ffff}]/u.test(value) || /[^\x00-\xff]/.test(value)) return value;
  return decodeText(Buffer.from(value, 'latin1'), undefined, hints).text;
}

/** A word, or the beginning of one that nothing ends before the next blank. */
const word =
  /=\?\s*([^?\s]{1,100}?)\s*\?\s*([BbQq])\s*\?((?:[^?]|\?(?!=)|\?=(?=[0-9A-Fa-f]{2}[^\s?]{0,200}\?=))*?)(?:\?=|$)/y;

interface Word {
  readonly charset: string;
  readonly label: string;
  readonly encoding: 'b' | 'q';
  readonly text: string;
}

/** `text`: characters, not bytes any more. */
export function decodeWords(text: string, hints: TextHints = {}): string {
  const pieces: string[] = [];
  let words: Word[] = [];
  let from = 0;
  const flush = (): void => {
    if (words.length > 0) pieces.push(decodeRun(words, hints));
    words = [];
  };
  for (let at = text.indexOf('=?'); at >= 0; at = text.indexOf('=?', Math.max(at + 2, from))) {
    word.lastIndex = at;
    const found = word.exec(text);
    if (found === null) continue;
    const between = text.slice(from, at);
    const next: Word = {
      label: (found[1] ?? '').replace(/\*.*$/, ''),
      charset: charsetOf(found[1]) ?? '',
      encoding: found[2]?.toLowerCase() === 'b' ? 'b' : 'q',
      text: found[3] ?? '',
    };
    if (words.length === 0 || between.trim() !== '') {
      flush();
      pieces.push(between);
    }
    if (words.length > 0 && words[0]?.charset !== next.charset) flush();
    words.push(next);
    from = at + found[0].length;
  }
  flush();
  return pieces.join('') + text.slice(from);
}

/** Adjacent words of one set: characters may be cut between them. */
function decodeRun(words: readonly Word[], hints: TextHints): string {
  const bytes = Buffer.concat(words.map(toBytes));
  return decodeText(bytes, words[0]?.label, hints).text;
}

function toBytes({ encoding, text }: Word): Buffer {
  if (encoding === 'b') {
    const runs = text.replace(/[^A-Za-z0-9+/=_-]/g, '').split(/=+/);
    return Buffer.concat(runs.map((run) => Buffer.from(run, 'base64')));
  }
  const bytes = text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  return /[^\x00-\xff]/.test(bytes)
    ? Buffer.from(
        bytes.replace(/[\x80-\xff]/g, (byte) => byte),
        'utf8',
      )
    : Buffer.from(bytes, 'latin1');
}
