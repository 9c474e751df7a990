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

/**
 * Whether all that is wrong are characters of which a part was cut away, as programs do that count bytes: at the beginning,
 * at the end, or within where at least two bytes are left of three.
 */
export function isCutUtf8(bytes: Buffer): boolean {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  const last = bytes.at(-1) ?? 0;
  const to = last >= 0xc2 && last < 0xe0 ? bytes.length - 1 : bytes.length;
  return countSequences(bytes.subarray(from, to)).invalid === 0;
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

interface Sequences {
  /** Characters of several bytes that are whole. */
  readonly valid: number;
  /** Bytes that belong to none. */
  readonly invalid: number;
}

/** Characters of which at least two bytes are left count as neither. */
function countSequences(bytes: Buffer): Sequences {
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
    let end = at + 1;
    while (end < at + length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end += 1;
    const isLead = byte >= 0xc2 && byte < 0xf5;
    if (isLead && end === at + length) valid += 1;
    else if (!isLead || end === at + 1) {
      invalid += 1;
      end = at + 1;
    }
    at = end;
  }
  return { valid, invalid };
}

/** The first byte of a letter of UTF-8 and the second, each read as a letter of windows-1252: "Ã¼", "â€", "Ð¿". */
const doubled =
  /[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/;

/**
 * The text before a program took its UTF-8 for windows-1252 and encoded it once more; undefined unless that is certain:
 * at least two letters, and every character beyond ASCII is a part of one.
 */
export function undoubled(text: string): string | undefined {
  if (!doubled.test(text)) return undefined;
  const narrow = toWindowsBytes(text);
  if (narrow === undefined || !isUtf8(narrow)) return undefined;
  const single = narrow.toString('utf8');
  return narrow.length - single.length >= 2 && countSequences(narrow).valid >= 2
    ? single
    : undefined;
}
