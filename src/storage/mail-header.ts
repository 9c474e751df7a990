/**
 * A mail as its bytes have it: the fields of its header in order, from the top, and its form on the wire.
 *
 * Promises: total, in time proportional to the length; a header longer than `mostHeaderBytes` has no fields here, and one of
 * more than a thousand fields has its first thousand. Both are too long.
 * Leaves to others: what the fields say. Mails as rules see them are made by storage/codec.ts.
 */
import type { HeaderField } from '../core/message/authentication-results.ts';

export interface PlacedField extends HeaderField {
  /** Where its bytes begin, and where they end, line end included. */
  readonly start: number;
  readonly end: number;
}

export interface MailHeaderBytes {
  readonly fields: readonly PlacedField[];
  readonly isTooLong: boolean;
}

/** Ten times what other servers take; checking signatures costs more than its length. */
export const mostHeaderBytes = 256 * 1024;

/** Real mails have a hundred; only the first so many are read. */
const mostFields = 1000;

export function readHeader(raw: Buffer): MailHeaderBytes {
  const text = raw.toString('latin1', 0, mostHeaderBytes);
  const end = /^\r?\n/.test(text) ? 0 : text.search(/\n\r?\n/);
  if (end < 0 && raw.length > mostHeaderBytes) return { fields: [], isTooLong: true };
  const header = end < 0 ? text : text.slice(0, end + 1);
  const fields: PlacedField[] = [];
  let start = 0;
  while (start < header.length && fields.length < mostFields) {
    const next = endOfField(header, start);
    const lines = header.slice(start, next);
    const colon = lines.indexOf(':');
    const name = (colon < 0 ? '' : lines.slice(0, colon)).trim().toLowerCase();
    const value = lines.slice(colon + 1).replace(/[\r\n]+/g, '');
    fields.push({ name, value: value.trim(), start, end: next });
    start = next;
  }
  return { fields, isTooLong: start < header.length };
}

/** Lines that begin with a space or a tab continue the field. */
function endOfField(header: string, start: number): number {
  let at = start;
  do {
    const lineEnd = header.indexOf('\n', at);
    if (lineEnd < 0) return header.length;
    at = lineEnd + 1;
  } while (header[at] === ' ' || header[at] === '\t');
  return at;
}

/** The mail without these fields of it. */
export function withoutFields(raw: Buffer, fields: readonly PlacedField[]): Buffer {
  if (fields.length === 0) return raw;
  const pieces: Buffer[] = [];
  let start = 0;
  for (const field of fields) {
    pieces.push(raw.subarray(start, field.start));
    start = field.end;
  }
  return Buffer.concat([...pieces, raw.subarray(start)]);
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface WireForm {
  /** Every line ends with CRLF, as on the wire and as signatures count it. */
  readonly raw: Buffer;
  /** Bytes of the longest line, its end included. */
  readonly longestLine: number;
}

export function toWireForm(raw: Buffer): WireForm {
  let bare = 0;
  let longestLine = 0;
  let start = 0;
  for (let at = raw.indexOf(lineFeed); at >= 0; at = raw.indexOf(lineFeed, at + 1)) {
    if (isBare(raw, at)) bare += 1;
    if (at + 1 - start > longestLine) longestLine = at + 1 - start;
    start = at + 1;
  }
  longestLine = Math.max(longestLine, raw.length - start);
  return { raw: bare === 0 ? raw : withCarriageReturns(raw, bare), longestLine };
}

function isBare(raw: Buffer, at: number): boolean {
  return at === 0 || raw[at - 1] !== carriageReturn;
}

function withCarriageReturns(raw: Buffer, bare: number): Buffer {
  const wire = Buffer.alloc(raw.length + bare);
  let to = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] ?? 0;
    if (byte === lineFeed && isBare(raw, at)) wire[to++] = carriageReturn;
    wire[to++] = byte;
  }
  return wire;
}
