/**
 * Parts of a file that a browser asks for, so that a recording can be heard from its middle (RFC 9110 sections 13 and 14).
 *
 * Promises: total; what cannot be understood is answered with the whole, as the RFC wants it. Many ranges that would be more than the
 * whole are answered with the whole as well.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';

export interface ByteRange {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

const mostRanges = 16;

/** Undefined: the whole is sent; empty: no range lies within the file. */
export function parseRanges(header: string, size: number): readonly ByteRange[] | undefined {
  const [, list] = /^\s*bytes\s*=(.{1,1000})$/i.exec(header) ?? [];
  if (list === undefined) return undefined;
  const specifications = list.split(',').map((part) => part.trim());
  const asked = specifications.filter((part) => part !== '');
  if (asked.length === 0 || asked.length > mostRanges) return undefined;
  const ranges: ByteRange[] = [];
  for (const text of asked) {
    const [, from, to] = /^(\d{0,15})\s*-\s*(\d{0,15})$/.exec(text) ?? [];
    if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
    if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
    const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
    const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
    const isEmptySuffix = from === '' && Number(to) === 0;
    if (first < size && !isEmptySuffix) ranges.push({ first, last });
  }
  const total = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return ranges.length > 1 && total > size ? undefined : ranges;
}

export interface RangedFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** A strong tag with its quotes: the same bytes for as long as it is the same. */
  readonly tag: string;
}

/** Answers with the file or the parts of it that were asked for. */
export function sendRanges(ctx: Context, { bytes, type, tag }: RangedFile): void {
  ctx.set('Accept-Ranges', 'bytes');
  ctx.set('ETag', tag);
  ctx.set('Content-Type', type);
  const ranges = wantedRanges(ctx, bytes.length, tag);
  if (ranges === undefined) {
    ctx.body = bytes;
    return;
  }
  const [only] = ranges;
  if (only === undefined) {
    ctx.status = 416;
    ctx.set('Content-Range', `bytes */${bytes.length}`);
    ctx.body = '';
    return;
  }
  ctx.status = 206;
  if (ranges.length === 1) {
    ctx.set('Content-Range', describe(only, bytes.length));
    ctx.body = bytes.subarray(only.first, only.last + 1);
    return;
  }
  const boundary = `part-${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}`;
  ctx.body = joinParts(bytes, ranges, { type, boundary });
  ctx.set('Content-Type', `multipart/byteranges; boundary=${boundary}`);
}

function wantedRanges(ctx: Context, size: number, tag: string): readonly ByteRange[] | undefined {
  const header = ctx.get('Range');
  if (ctx.method !== 'GET' || header === '') return undefined;
  // Whoever has all of it already is told so instead (section 13.2.2).
  const known = ctx.get('If-None-Match').split(',');
  if (known.some((one) => one.trim().replace(/^W\//, '') === tag)) return undefined;
  // There are no times of changes here, so a date never fits; a weak tag must not (section 13.1.5).
  const condition = ctx.get('If-Range').trim();
  if (condition !== '' && condition !== tag) return undefined;
  return parseRanges(header, size);
}

const describe = ({ first, last }: ByteRange, size: number) => `bytes ${first}-${last}/${size}`;

function joinParts(
  bytes: Buffer,
  ranges: readonly ByteRange[],
  { type, boundary }: { readonly type: string; readonly boundary: string },
): Buffer {
  const parts = ranges.flatMap((range) => [
    Buffer.from(
      `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${describe(range, bytes.length)}\r\n\r\n`,
    ),
    bytes.subarray(range.first, range.last + 1),
  ]);
  return Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}
