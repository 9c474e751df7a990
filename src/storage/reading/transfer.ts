/**
 * Content-Transfer-Encoding (RFC 2045 section 6): bytes out of the forms in which they travelled.
 *
 * Promises: total and linear. Base64 is read through noise, through several pieces that each have their padding, and up to
 * words in clear text behind it, which lists append; what is no base64 at all stays as it is. Wrong escapes of
 * quoted-printable stay as they stand.
 */
import { takeUuencoded } from './unpack/uuencode.ts';

export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode';

/** Any spelling; what nobody knows was not encoded. */
export function readTransferEncoding(value: string | undefined): TransferEncoding {
  const name = (value ?? '')
    .slice(0, 200)
    .replace(/\([^)]*\)|;.*/gs, '')
    .toLowerCase();
  const word = name.replace(/[^a-z0-9]/g, '');
  if (word === 'base64' || word === 'b64') return 'base64';
  if (word === 'quotedprintable' || word === 'qp') return 'quoted-printable';
  return /^x?(?:uu|uue|uuencode|uuencoded)$/.test(word) ? 'uuencode' : 'identity';
}

export interface DecodedBase64 {
  readonly bytes: Buffer;
  /** What stood behind it in clear text. */
  readonly tail: Buffer | undefined;
  /** It ends within a group. */
  readonly isCut: boolean;
}

export function decodeBase64(body: Buffer): DecodedBase64 {
  const text = body.toString('latin1');
  const padding = text.indexOf('=');
  const isClean =
    !/[^A-Za-z0-9+/=\r\n]/.test(text) &&
    (padding < 0 || text.length - padding < 200) &&
    (padding < 0 || /^[=\r\n]*$/.test(text.slice(padding)));
  if (isClean) {
    const bytes = Buffer.from(text, 'base64');
    return { bytes, tail: undefined, isCut: padding < 0 && endsWithinGroup(text) };
  }
  return decodeNoisy(text);
}

/** Without padding whole groups stand in every line; the last one decides. */
function endsWithinGroup(text: string): boolean {
  const end = text.trimEnd();
  const line = end.slice(end.lastIndexOf('\n') + 1);
  return line.length % 4 !== 0;
}

/** Whether base64 breaks off in its last line. */
export function endsWithinBase64(body: Buffer): boolean {
  const end = body.toString('latin1', Math.max(0, body.length - 2000)).trimEnd();
  const line = end.slice(end.lastIndexOf('\n') + 1);
  return /^[A-Za-z0-9+/]{2,}$/.test(line) && line.length % 4 !== 0;
}

function decodeNoisy(text: string): DecodedBase64 {
  const pieces: string[] = [];
  let at = 0;
  let isPadded = false;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const next = feed < 0 ? text.length : feed + 1;
    const line = text.slice(at, next);
    if (/\S/.test(line) && isClear(line, isPadded)) break;
    const letters = line.replace(/[^A-Za-z0-9+/=]+/g, '');
    if (letters !== '') isPadded = letters.endsWith('=');
    pieces.push(letters);
    at = next;
  }
  const letters = pieces.join('');
  const groups = letters.split(/=+/).filter((piece) => piece !== '');
  const rest = text.slice(at).trim();
  const last = groups.at(-1) ?? '';
  return {
    bytes: Buffer.concat(groups.map((piece) => Buffer.from(piece, 'base64'))),
    tail: rest === '' ? undefined : Buffer.from(rest, 'latin1'),
    isCut: rest === '' && !letters.endsWith('=') && last.length % 4 !== 0,
  };
}

/** Words, not letters of base64: blanks within the line, or signs that it does not have; behind the end of one, any that is short. */
function isClear(line: string, isPadded: boolean): boolean {
  const bare = line.trim();
  if (/^--\s*$/.test(bare)) return true;
  if (/[A-Za-z][.,:]?[ \t]+[A-Za-z(<]/.test(bare) && !isGrouped(bare)) return true;
  const noise = bare.length - bare.replace(/[^A-Za-z0-9+/=]+/g, '').length;
  if (noise * 2 > bare.length && bare.length > 3) return true;
  return isPadded && bare.length < 20 && bare.replaceAll('=', '').length % 4 === 1;
}

/** Whole groups between blanks are base64 that somebody set in columns. */
function isGrouped(line: string): boolean {
  return line.split(/[ \t]+/).every((run) => run.length % 4 === 0 && /^[A-Za-z0-9+/=]*$/.test(run));
}

export function decodeQuotedPrintable(body: Buffer): Buffer {
  const first = body.indexOf(0x3d);
  if (first < 0) return body;
  const out = Buffer.allocUnsafe(body.length);
  body.copy(out, 0, 0, first);
  let to = first;
  let at = first;
  while (at < body.length) {
    const byte = body[at] ?? 0;
    if (byte !== 0x3d) {
      out[to++] = byte;
      at += 1;
      continue;
    }
    const high = hexOf(body[at + 1]);
    const low = high < 0 ? -1 : hexOf(body[at + 2]);
    if (low >= 0) {
      out[to++] = high * 16 + low;
      at += 3;
      continue;
    }
    const soft = softBreakEnd(body, at + 1);
    if (soft < 0) {
      out[to++] = byte;
      at += 1;
    } else at = soft;
  }
  return out.subarray(0, to);
}

function hexOf(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const mostBlanks = 78;

/** Behind the line end that follows an equals sign, blanks between them included; -1 where something else does. */
export function softBreakEnd(body: Buffer, from: number): number {
  let at = from;
  while (at < from + mostBlanks && (body[at] === 0x20 || body[at] === 0x09)) at += 1;
  if (at >= body.length) return at;
  const begun = at;
  while (body[at] === 0x0d) at += 1;
  if (body[at] === 0x0a) return at + 1;
  return at > begun ? begun + 1 : -1;
}

export function decodeTransfer(body: Buffer, encoding: TransferEncoding): Buffer {
  switch (encoding) {
    case 'identity':
      return body;
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'uuencode':
      return takeUuencoded(body.toString('latin1')).files[0]?.bytes ?? body;
    case 'base64': {
      const { bytes, tail } = decodeBase64(body);
      return bytes.length === 0 && tail !== undefined ? body : bytes;
    }
  }
}
