/**
 * Where the parts of a mail stand, byte by byte (RFC 2045, 2046).
 *
 * Promises: any bytes give parts, in bounded time and without recursion; positions are those of the given bytes, so that
 * one part can be replaced and all else stays as it is.
 * Leaves to others: what the parts say (codec.ts), changing them (codec-rewrite.ts).
 */

export interface MimePart {
  /** First byte of the header of the part. */
  readonly start: number;
  readonly bodyStart: number;
  /** Behind the last byte of the body; the line end before a boundary is not in it. */
  readonly bodyEnd: number;
  /** In lower case, without parameters; `text/plain` where none is named. */
  readonly type: string;
  readonly charset: string;
  /** In lower case. */
  readonly encoding: string;
  /** It holds no parts itself. An attached mail is a leaf, and its parts are too. */
  readonly isLeaf: boolean;
}

const mostParts = 2000;
const mostHeaderBytes = 512 * 1024;

/** All parts, in the order in which they begin. */
export function readParts(bytes: Buffer, from: number): readonly MimePart[] {
  const found: MimePart[] = [];
  const open: { start: number; end: number }[] = [{ start: from, end: bytes.length }];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    if (found.length >= mostParts) break;
    const { part, inside } = readPart(bytes, range.start, range.end);
    found.push(part);
    open.push(...inside.toReversed());
  }
  return found.sort((one, other) => one.start - other.start);
}

function readPart(bytes: Buffer, start: number, end: number) {
  const bodyStart = endOfHeader(bytes, start, end);
  const header = bytes.toString('latin1', start, Math.min(bodyStart, start + mostHeaderBytes));
  const contentType = fieldOf(header, 'content-type') ?? '';
  const type = /^\s*([^\s;]+)/.exec(contentType)?.[1]?.toLowerCase() ?? 'text/plain';
  const encoding = (fieldOf(header, 'content-transfer-encoding') ?? '7bit').trim().toLowerCase();
  const boundary = type.startsWith('multipart/') ? parameterOf(contentType, 'boundary') : undefined;
  const inside =
    boundary !== undefined && boundary !== ''
      ? splitAt(bytes, boundary, bodyStart, end)
      : type === 'message/rfc822' && !/^(base64|quoted-printable)/.test(encoding)
        ? [{ start: bodyStart, end }]
        : [];
  const part: MimePart = {
    start,
    bodyStart,
    bodyEnd: end,
    type,
    charset: (parameterOf(contentType, 'charset') ?? 'utf-8').toLowerCase(),
    encoding,
    isLeaf: boundary === undefined || inside.length === 0,
  };
  return { part, inside };
}

/** The unfolded value of the first field of that name. */
export function fieldOf(header: string, name: string): string | undefined {
  const found = new RegExp(`^${name}[ \\t]*:(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(header);
  return found?.[1]?.replace(/\r?\n(?=[ \t])/g, '').trim();
}

function parameterOf(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(
    value,
  );
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}

function splitAt(bytes: Buffer, boundary: string, from: number, end: number) {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const ranges: { start: number; end: number }[] = [];
  let begun: number | undefined;
  for (let at = bytes.indexOf(mark, from); at >= 0 && at < end; at = bytes.indexOf(mark, at + 1)) {
    if (at > from && bytes[at - 1] !== 0x0a) continue;
    const newline = bytes.indexOf(0x0a, at);
    const lineEnd = newline < 0 || newline >= end ? end : newline + 1;
    const tail = bytes.toString('latin1', at + mark.length, lineEnd).trimEnd();
    if (tail !== '' && tail !== '--') continue;
    if (begun !== undefined)
      ranges.push({ start: begun, end: Math.max(begun, beforeBreak(bytes, at)) });
    begun = tail === '--' ? undefined : lineEnd;
    if (tail === '--' || ranges.length >= mostParts) break;
  }
  // The last boundary is missing in mails that were cut.
  if (begun !== undefined && begun < end) ranges.push({ start: begun, end });
  return ranges;
}

function beforeBreak(bytes: Buffer, at: number): number {
  const end = bytes[at - 1] === 0x0a ? at - 1 : at;
  return bytes[end - 1] === 0x0d ? end - 1 : end;
}

/** Behind the blank line; a part that begins with one has no header. */
function endOfHeader(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === 0x0a) return start + 1;
  if (bytes[start] === 0x0d && bytes[start + 1] === 0x0a) return start + 2;
  for (let at = bytes.indexOf(0x0a, start); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return Math.min(end, at + 2);
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return Math.min(end, at + 3);
  }
  return end;
}
