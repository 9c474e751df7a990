/**
 * Walking through BER (X.690), as far as the envelopes of S/MIME need it.
 *
 * Promises: total; nothing is copied; no recursion beyond a fixed depth. What reaches beyond the end is cut there and said to be
 * cut: a library that reads the whole structure first gives nothing of a truncated one.
 */

export interface Element {
  /** Class and number with the bit of constructed ones taken out; numbers above 30 do not occur here. */
  readonly tag: number;
  readonly isConstructed: boolean;
  readonly content: Buffer;
  /** Behind it, and behind its end mark. */
  readonly next: number;
  /** Its end lies beyond the end of the bytes. */
  readonly isCut: boolean;
}

export const tags = { octets: 0x04, oid: 0x06, sequence: 0x10, set: 0x11, explicit: 0x80 } as const;

const deepest = 16;

export function readElement(bytes: Buffer, at = 0, depth = 0): Element | undefined {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first === undefined || second === undefined || (first & 0x1f) === 0x1f) return undefined;
  const isConstructed = (first & 0x20) !== 0;
  const tag = first & ~0x20;
  if (second === 0x80) {
    if (!isConstructed || depth >= deepest) return undefined;
    return { tag, isConstructed, ...openContent(bytes, at + 2, depth) };
  }
  const { length, start } = readLength(bytes, at + 1, second);
  if (length === undefined) return undefined;
  const end = start + length;
  return {
    tag,
    isConstructed,
    content: bytes.subarray(start, Math.min(end, bytes.length)),
    next: Math.min(end, bytes.length),
    isCut: end > bytes.length,
  };
}

function readLength(
  bytes: Buffer,
  at: number,
  first: number,
): { readonly length: number | undefined; readonly start: number } {
  if (first < 0x80) return { length: first, start: at + 1 };
  const size = first & 0x7f;
  const start = at + 1 + size;
  if (size > 6 || start > bytes.length) return { length: undefined, start };
  return { length: bytes.readUIntBE(at + 1, size), start };
}

/** Of indefinite length: up to the end mark on its own level. */
function openContent(
  bytes: Buffer,
  start: number,
  depth: number,
): Pick<Element, 'content' | 'next' | 'isCut'> {
  let at = start;
  for (;;) {
    if (bytes[at] === 0 && bytes[at + 1] === 0)
      return { content: bytes.subarray(start, at), next: at + 2, isCut: false };
    const inner = readElement(bytes, at, depth + 1);
    if (inner === undefined || inner.isCut)
      return { content: bytes.subarray(start), next: bytes.length, isCut: true };
    at = inner.next;
  }
}

/** The elements within, in order; `isCut` when the last one is not whole. */
export function readElements(
  bytes: Buffer,
  most = 50,
): { readonly elements: readonly Element[]; readonly isCut: boolean } {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length && elements.length < most) {
    const element = readElement(bytes, at);
    if (element === undefined) return { elements, isCut: true };
    elements.push(element);
    if (element.isCut) return { elements, isCut: true };
    at = element.next;
  }
  return { elements, isCut: false };
}

/** More pieces than a mail of ordinary size is sent in; each costs memory, however small it is. */
const mostPieces = 200_000;

/** What an octet string holds, put together where it is sent in pieces. */
export function octetsOf(
  element: Element,
  depth = 0,
): { readonly bytes: Buffer; readonly isCut: boolean } {
  if (!element.isConstructed) return { bytes: element.content, isCut: element.isCut };
  if (depth >= deepest) return { bytes: Buffer.alloc(0), isCut: true };
  const inner = readElements(element.content, mostPieces);
  const pieces = inner.elements.map((each) => octetsOf(each, depth + 1));
  return {
    bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)),
    isCut:
      element.isCut ||
      inner.isCut ||
      inner.elements.length === mostPieces ||
      pieces.some(({ isCut }) => isCut),
  };
}
