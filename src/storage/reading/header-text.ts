/**
 * Values of header fields to text: encoded words (RFC 2047, 2231 section 5) and raw bytes (RFC 6532, or no rule at all).
 *
 * Promises: total, in time proportional to the value; what is no encoded word stays as it is; a decoded word brings no line
 * end and no U+0000 into the value.
 * Leaves to others: the structure of fields (parameters.ts, addresses.ts), finding words (encoded-words.ts), bytes to text
 * (charset.ts).
 */
import { decodeText, type TextHints } from './charset.ts';
import { charsetOf } from './charset-names.ts';
import { type EncodedWord, findWords, wordBytes } from './encoded-words.ts';

/** Line ends before blanks go, the blanks stay (RFC 5322 section 2.2.3). */
export function unfold(value: string): string {
  if (!/[\r\n]/.test(value)) return value;
  return value.replace(/[\r\n]+(?=[ \t])/g, '').replace(/[\r\n]+$/, '');
}

/** `value`: unfolded, one character a byte. */
export function decodeHeaderText(value: string, hints: TextHints = {}): string {
  return decodeWords(decodeRaw(value, hints), hints);
}

const escapeSign = '\x1b';

/** Bytes beyond ASCII, which stand in the value without being encoded; encoded words stay, in ASCII alone. */
export function decodeRaw(value: string, hints: TextHints = {}): string {
  // Text already: its characters are no bytes.
  if (!/[\x1b\x80-\uffff]/.test(value) || /[\u0100-\uffff]/.test(value)) return value;
  const isSwitched = value.includes(escapeSign);
  const plain = isSwitched ? value : withAsciiWords(value);
  // Behind a blank, so that no bytes at the beginning are taken for a byte order mark.
  return decodeText(Buffer.from(` ${plain}`, 'latin1'), undefined, hints).text.slice(1);
}

/** Raw bytes within a word belong to the set that the word names. */
function withAsciiWords(value: string): string {
  if (!value.includes('=?')) return value;
  let from = 0;
  let clean = '';
  for (const { start, end } of findWords(value)) {
    const word = value
      .slice(start, end)
      .replace(/[\x80-\xff]/g, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase()}`);
    clean += value.slice(from, start) + word;
    from = end;
  }
  return clean + value.slice(from);
}

/** `text`: characters, not bytes any more. */
export function decodeWords(text: string, hints: TextHints = {}): string {
  if (!text.includes('=?')) return text;
  const pieces: string[] = [];
  let run: EncodedWord[] = [];
  let from = 0;
  const flush = (): void => {
    if (run.length > 0) pieces.push(decodeRun(run, hints));
    run = [];
  };
  for (const word of findWords(text)) {
    const between = text.slice(from, word.start);
    const isAdjacent = run.length > 0 && between.trim() === '';
    if (!isAdjacent || !isSameSet(run[0], word)) flush();
    if (!isAdjacent) pieces.push(between);
    run.push(word);
    from = word.end;
  }
  flush();
  return pieces.join('') + text.slice(from);
}

function isSameSet(one: EncodedWord | undefined, other: EncodedWord): boolean {
  return one !== undefined && charsetOf(one.label) === charsetOf(other.label);
}

/** Adjacent words of one set: a character may be cut between them, and so may a group of base64. */
function decodeRun(words: readonly EncodedWord[], hints: TextHints): string {
  const joined = decodePart(wordBytes(words), words[0]?.label, hints);
  if (words.length === 1 || !joined.includes('\uFFFD')) return joined;
  const apart = words.map((word) => decodePart(wordBytes([word]), word.label, hints)).join('');
  return countBroken(apart) < countBroken(joined) ? apart : joined;
}

function decodePart(bytes: Buffer, label: string | undefined, hints: TextHints): string {
  return decodeText(bytes, label, hints)
    .text.replace(/[\r\n]+/g, ' ')
    .replaceAll('\0', '\uFFFD');
}

function countBroken(text: string): number {
  return text.split('\uFFFD').length;
}
