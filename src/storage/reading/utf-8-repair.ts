/**
 * UTF-8 that is only nearly so: with lines in another set, with broken bytes, or encoded twice.
 *
 * Promises: total, in time proportional to the bytes; broken bytes become U+FFFD and swallow nothing; a text is only read as
 * encoded twice when every letter of it says so.
 */
import { isUtf8 } from 'node:buffer';
import { decodeAs, toWindowsBytes } from './charset-codecs.ts';
import { guessCharset, type Saying } from './charset-guess.ts';

/**
 * A text most of which is UTF-8: whole lines beyond ASCII that are not (a footer that a gateway added, a quoted mail) are
 * read in the set they are in. Undefined when there is too little UTF-8 to say so.
 */
export function decodeMixed(bytes: Buffer, sayings: readonly Saying[]): string | undefined {
  const { valid, invalid } = countSequences(bytes);
  if (valid === 0 || valid < invalid) return undefined;
  const lines = splitLines(bytes);
  const others = lines.filter((line) => !isUtf8(line) && countSequences(line).valid === 0);
  if (others.length === 0) return bytes.toString('utf8');
  const guess = guessCharset(Buffer.concat(others), sayings);
  const charset = guess.perByte < hardlyText ? 'utf-8' : guess.charset;
  const foreign = new Set(others);
  return lines.map((line) => decodeAs(line, foreign.has(line) ? charset : 'utf-8')).join('');
}

/** Cut at its beginning or end within a character, as programs do that count bytes; whole in between. */
export function isCutUtf8(bytes: Buffer): boolean {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  const tail = /(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})$/.exec(
    bytes.toString('latin1', Math.max(from, bytes.length - 3)),
  );
  return isUtf8(bytes.subarray(from, bytes.length - (tail?.[0].length ?? 0)));
}

/** Nats a byte: letters like these are bytes that were broken on the way. */
const hardlyText = -4;

/** Lines with their ends. */
function splitLines(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
    lines.push(bytes.subarray(from, at + 1));
    from = at + 1;
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

/** Characters of several bytes that are whole, and bytes that belong to none. */
function countSequences(bytes: Buffer): { readonly valid: number; readonly invalid: number } {
  let valid = 0;
  let invalid = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (
      byte >= 0xc2 &&
      byte < 0xf5 &&
      at + length <= bytes.length &&
      isUtf8(bytes.subarray(at, at + length))
    ) {
      valid += 1;
      at += length;
    } else {
      invalid += 1;
      at += 1;
    }
  }
  return { valid, invalid };
}

/** Begin letters that UTF-8 read as windows-1252 is full of: Ã Â â Ð Ñ ã å and their kin. */
const doubled = [
  '\u00c3',
  '\u00c2',
  '\u00e2',
  '\u00d0',
  '\u00d1',
  '\u00e3',
  '\u00c4',
  '\u00c5',
].map((letter) => Buffer.from(letter));

/**
 * The text before a program took its UTF-8 for windows-1252 and encoded it once more; undefined unless that is certain:
 * at least two letters, and every character beyond ASCII is a part of one.
 */
export function undoubled(bytes: Buffer, text: string): string | undefined {
  if (!doubled.some((start) => bytes.includes(start))) return undefined;
  const narrow = toWindowsBytes(text);
  if (narrow === undefined || !isUtf8(narrow)) return undefined;
  const single = narrow.toString('utf8');
  return narrow.length - single.length >= 2 && countSequences(narrow).valid >= 2
    ? single
    : undefined;
}
