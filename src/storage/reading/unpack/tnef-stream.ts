/**
 * The outer layer of TNEF (MS-OXTNEF 2.1): attributes one behind the other, each with a check sum.
 *
 * Promises: total; lengths that reach beyond the end are cut there; nothing is copied.
 */

export const attribute = {
  messageClass: 0x8008,
  subject: 0x8004,
  body: 0x800c,
  codePage: 0x9007,
  messageProperties: 0x9003,
  recipients: 0x9004,
  attachBegins: 0x9002,
  attachTitle: 0x8010,
  attachContent: 0x800f,
  attachTransportName: 0x9001,
  attachProperties: 0x9005,
} as const;

export interface TnefAttribute {
  /** Without the type in its upper half: some programs write another one. */
  readonly id: number;
  readonly bytes: Buffer;
}

export interface TnefStream {
  readonly attributes: readonly TnefAttribute[];
  /** A wrong check sum, or an end before the end. */
  readonly isBroken: boolean;
}

const signature = 0x223e9f78;
const mostAttributes = 20_000;

export function isTnef(bytes: Buffer): boolean {
  return bytes.length >= 6 && bytes.readUInt32LE(0) === signature;
}

/** Undefined for what is no TNEF at all. */
export function readTnefStream(bytes: Buffer): TnefStream | undefined {
  if (!isTnef(bytes)) return undefined;
  const attributes: TnefAttribute[] = [];
  let isBroken = false;
  let at = 6;
  while (at < bytes.length) {
    // Blanks and line ends that a gateway put behind the last attribute.
    if (isPadding(bytes, at)) break;
    if (at + 9 > bytes.length || attributes.length >= mostAttributes)
      return { attributes, isBroken: true };
    const level = bytes[at] ?? 0;
    const length = bytes.readUInt32LE(at + 5);
    if (level !== 1 && level !== 2) return { attributes, isBroken: true };
    const id = bytes.readUInt16LE(at + 1);
    const start = at + 9;
    const end = start + length;
    const content = bytes.subarray(start, Math.min(end, bytes.length));
    attributes.push({ id, bytes: content });
    if (end + 2 > bytes.length) return { attributes, isBroken: true };
    isBroken ||= checkSum(content) !== bytes.readUInt16LE(end);
    at = end + 2;
  }
  return { attributes, isBroken };
}

const longestPadding = 16;

function isPadding(bytes: Buffer, at: number): boolean {
  if (bytes.length - at > longestPadding) return false;
  return bytes
    .subarray(at)
    .every((byte) => byte === 0 || byte === 10 || byte === 13 || byte === 32);
}

function checkSum(bytes: Buffer): number {
  let sum = 0;
  // By position: an iterator costs seconds for the largest mails.
  for (let at = 0; at < bytes.length; at += 1) sum = (sum + (bytes[at] ?? 0)) & 0xffff;
  return sum;
}
