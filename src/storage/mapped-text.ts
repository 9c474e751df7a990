/**
 * Text of which every character knows the bytes that it came from.
 *
 * Promises: pure and total; a passage that is found in the text can be replaced in the bytes, and nothing else. What stands
 * between the words of a passage (line breaks, marks of quotation, tags) does not hide it.
 */

import { TextDecoder } from 'node:util';
import { htmlEntities } from '../core/message/html-entities.ts';
import { softBreakEnd } from './reading/transfer.ts';

/** `start` and `end` of the bytes of each UTF-16 unit. */
export interface MappedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A found passage: spans in the bytes, in order; the first takes what replaces it. */
export interface Hit {
  readonly spans: readonly Span[];
  readonly by: string;
}

/** Finds in a text what is to go: positions in it and what comes instead. */
export type Finder = (
  text: string,
) => readonly { readonly start: number; readonly end: number; readonly by: string }[];

interface Builder {
  text: string;
  readonly starts: number[];
  readonly ends: number[];
}

function builder(): Builder {
  return { text: '', starts: [], ends: [] };
}

function push(to: Builder, character: string, start: number, end: number): void {
  to.text += character;
  for (let unit = 0; unit < character.length; unit += 1) {
    to.starts.push(start);
    to.ends.push(end);
  }
}

/** White space is one blank, which stands for all of it that is together. */
function pushBlank(to: Builder, start: number, end: number): void {
  if (!to.text.endsWith(' ')) push(to, ' ', start, end);
  else if (to.ends.at(-1) === start) to.ends[to.ends.length - 1] = end;
}

/** Bytes without any transfer encoding; quoted-printable (RFC 2045 section 6.7) with the place of each. */
export function decodeQuoted(bytes: Buffer): {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
} {
  const out: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const hex = byte === 0x3d ? bytes.toString('latin1', at + 1, at + 3) : '';
    const isHex = /^[0-9a-f]{2}$/i.test(hex);
    const soft = byte === 0x3d && !isHex ? softBreakEnd(bytes, at + 1) : -1;
    if (soft >= 0) {
      at = soft;
      continue;
    }
    const length = isHex ? 3 : 1;
    out.push(isHex ? Number.parseInt(hex, 16) : byte);
    starts.push(at);
    ends.push(at + length);
    at += length;
  }
  return { bytes: Buffer.from(out), starts, ends };
}

/** Undefined where the charset is none that this program knows, or one that is not a superset of ASCII. */
export function decodeMapped(bytes: Buffer, charset: string): MappedText | undefined {
  if (/^(utf-?16|utf-?32|utf-7|iso-2022|hz-gb|ucs)/i.test(charset)) return undefined;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    decoder = new TextDecoder('windows-1252');
  }
  const mapped = builder();
  let begun = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const some = decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    if (some === '') continue;
    push(mapped, some, begun, at + 1);
    begun = at + 1;
  }
  const rest = decoder.decode();
  if (rest !== '') push(mapped, rest, begun, bytes.length);
  return mapped;
}

/** The words alone: marks of quotation at the beginning of lines are gone, and any white space is one blank. */
export function flattenText(source: MappedText): MappedText {
  const flat = builder();
  let isBegin = true;
  for (let at = 0; at < source.text.length; at += 1) {
    const character = source.text[at] ?? '';
    if (isBegin && (character === '>' || character === '|')) continue;
    if (/\s/.test(character)) {
      if (character === '\n') isBegin = true;
      pushBlank(flat, source.starts[at] ?? 0, source.ends[at] ?? 0);
      continue;
    }
    isBegin = false;
    push(flat, character, source.starts[at] ?? 0, source.ends[at] ?? 0);
  }
  return flat;
}

const inline =
  /^<\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|tt|u|wbr)\b/i;
/** What a reader of the HTML sees, without laying it out. */
export function flattenHtml(source: MappedText): MappedText {
  const flat = builder();
  const blank = (at: number) => {
    if (flat.text !== '' && !flat.text.endsWith(' '))
      push(flat, ' ', source.starts[at] ?? 0, source.starts[at] ?? 0);
  };
  for (let at = 0; at < source.text.length; ) {
    const character = source.text[at] ?? '';
    if (character === '<') {
      const close = source.text.indexOf('>', at);
      const tag = source.text.slice(at, close < 0 ? source.text.length : close + 1);
      if (!inline.test(tag)) blank(at);
      at += tag.length;
      continue;
    }
    const entity =
      character === '&' ? /^&(#x?)?([a-z0-9]{1,10});/i.exec(source.text.slice(at, at + 14)) : null;
    const length = entity?.[0].length ?? 1;
    const shown =
      entity === null ? character : resolveEntity(entity[1], entity[2] ?? '', entity[0]);
    if (/^\s$/.test(shown)) {
      pushBlank(flat, source.starts[at] ?? 0, source.ends[at + length - 1] ?? 0);
    } else push(flat, shown, source.starts[at] ?? 0, source.ends[at + length - 1] ?? 0);
    at += length;
  }
  return flat;
}

function resolveEntity(mark: string | undefined, text: string, whole: string): string {
  if (mark === undefined) return htmlEntities[text] ?? whole;
  const code = Number.parseInt(text, mark === '#' ? 10 : 16);
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff
    ? String.fromCodePoint(code)
    : whole;
}

/** What the finder finds, as places in the bytes; spans that touch are one. */
export function findHits(source: MappedText, find: Finder): readonly Hit[] {
  return find(source.text).map(({ start, end, by }) => {
    const spans: { start: number; end: number }[] = [];
    for (let unit = start; unit < end; unit += 1) {
      const [from, to] = [source.starts[unit] ?? 0, source.ends[unit] ?? 0];
      const last = spans.at(-1);
      if (last !== undefined && from <= last.end) last.end = Math.max(last.end, to);
      else if (to > from) spans.push({ start: from, end: to });
    }
    return { spans, by };
  });
}
