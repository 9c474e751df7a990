/**
 * Walking through BER (X.690), as far as the envelopes of S/MIME need it.
 *
 * Promises: total, linear, bounded in depth; nothing is copied but the content that is asked for. What reaches beyond the end is cut
 * there and said to be cut: a library that reads the whole structure first gives nothing of a truncated one.
 */

export interface Element {
  /** Class and number, without the bit of constructed ones. */
  readonly tag: number;
  readonly isConstructed: boolean;
  readonly content: Buffer;
  /** Its end lies beyond the end of the bytes. */
  readonly isCut: boolean;
}

export const tags = { octets: 0x04, oid: 0x06, sequence: 0x10, explicit: 0x80 } as const;

const deepest = 16;

interface Span {
  readonly tag: number;
  readonly isConstructed: boolean;
  readonly start: number;
  readonly end: number;
  /** Behind its end mark, where it has one. */
  readonly next: number;
  readonly isCut: boolean;
}

export function readElement(bytes: Buffer): Element | undefined {
  const span = readSpan(bytes, 0, { limit: bytes.length, depth: 0 });
  return span === undefined ? undefined : toElement(bytes, span);
}

/** Those within, in order, at most `most` of them. */
export function readElements(bytes: Buffer, most: number): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length && elements.length < most; ) {
    const span = readSpan(bytes, at, { limit: bytes.length, depth: 0 });
    if (span === undefined) break;
    elements.push(toElement(bytes, span));
    at = span.next;
  }
  return elements;
}

function toElement(bytes: Buffer, { tag, isConstructed, start, end, isCut }: Span): Element {
  return { tag, isConstructed, content: bytes.subarray(start, end), isCut };
}

interface Within {
  readonly limit: number;
  readonly depth: number;
}

function readSpan(bytes: Buffer, at: number, { limit, depth }: Within): Span | undefined {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  // Numbers above 30 do not occur in these envelopes.
  if (at + 2 > limit || (first & 0x1f) === 0x1f || depth > deepest) return undefined;
  const isConstructed = (first & 0x20) !== 0;
  const tag = first & ~0x20;
  if (second === 0x80) {
    if (!isConstructed) return undefined;
    return { tag, isConstructed, start: at + 2, ...findEndMark(bytes, at + 2, { limit, depth }) };
  }
  const size = second < 0x80 ? 0 : second & 0x7f;
  const start = at + 2 + size;
  if (size > 6 || start > limit) return undefined;
  const end = start + (size === 0 ? second : bytes.readUIntBE(at + 2, size));
  const near = Math.min(end, limit);
  return { tag, isConstructed, start, end: near, next: near, isCut: end > limit };
}

/** Of indefinite length: up to the end mark on its own level. */
function findEndMark(
  bytes: Buffer,
  start: number,
  { limit, depth }: Within,
): Pick<Span, 'end' | 'next' | 'isCut'> {
  let at = start;
  while (at + 2 <= limit) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return { end: at, next: at + 2, isCut: false };
    const inner = readSpan(bytes, at, { limit, depth: depth + 1 });
    if (inner === undefined || inner.isCut) break;
    at = inner.next;
  }
  return { end: limit, next: limit, isCut: true };
}

export interface Octets {
  readonly bytes: Buffer;
  readonly isCut: boolean;
}

/** What an octet string holds, put together where it is sent in pieces. */
export function octetsOf({ isConstructed, content, isCut }: Element): Octets {
  if (!isConstructed) return { bytes: content, isCut };
  const out = Buffer.alloc(content.length);
  let length = 0;
  let isWhole = !isCut;
  // Pieces within pieces are walked without calling oneself: where each open one ends.
  const open: number[] = [content.length];
  for (let at = 0; at < content.length; ) {
    while (open.length > 1 && at >= (open.at(-1) ?? 0)) open.pop();
    if (content[at] === 0 && content[at + 1] === 0) {
      at += 2;
      continue;
    }
    const span = readSpan(content, at, { limit: content.length, depth: open.length });
    if (span === undefined) return { bytes: out.subarray(0, length), isCut: true };
    isWhole &&= !span.isCut;
    if (span.isConstructed) {
      open.push(span.end);
      at = span.start;
    } else {
      length += content.copy(out, length, span.start, span.end);
      at = span.next;
    }
  }
  return { bytes: out.subarray(0, length), isCut: !isWhole };
}
