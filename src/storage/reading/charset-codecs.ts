/**
 * Bytes to text in a named character set.
 *
 * Owns: iconv-lite. Promises: total, in time proportional to the bytes; what no character stands for becomes U+FFFD,
 * and an ASCII byte behind it is never lost with it.
 * Leaves to others: which set it is (charset-names.ts, charset-guess.ts), sets that switch by escape sequences (iso-2022.ts).
 */
import iconv from 'iconv-lite';
import { decodeEucTw, decodeHz, decodeIso2022 } from './iso-2022.ts';
import { decodeUtf7 } from './utf-7.ts';

/** `charset`: as `charsetOf` names it. */
export function decodeAs(bytes: Buffer, charset: string): string {
  switch (charset) {
    case 'utf-8':
      return bytes.toString('utf8');
    case 'us-ascii':
      return asciiOnly(bytes);
    case 'utf-16':
      return decodeUtf16(bytes, isBigEndian(bytes));
    case 'utf-16le':
      return decodeUtf16(bytes, false);
    case 'utf-16be':
      return decodeUtf16(bytes, true);
    case 'iso-2022-jp':
    case 'iso-2022-kr':
    case 'iso-2022-cn':
      return decodeIso2022(bytes, charset);
    case 'hz-gb-2312':
      return decodeHz(bytes);
    case 'euc-tw':
      return decodeEucTw(bytes);
    case 'utf-7':
    case 'utf-7-imap':
      return decodeUtf7(bytes, charset);
    case 'macintosh':
    case 'maccyrillic':
      // Since Mac OS 8.5 the euro stands where the sign for any currency was (and so it does in the WHATWG standard).
      return decodeByLibrary(bytes, charset).replaceAll('\u00a4', '\u20ac');
    default:
      return repairControls(decodeByLibrary(bytes, charset), charset);
  }
}

/** Whether text in the set may have no byte beyond ASCII and yet mean something else. */
export function isSevenBit(charset: string): boolean {
  return sevenBit.has(charset);
}

/** Whether characters are units of two or four bytes. */
export function isWide(charset: string): boolean {
  return charset.startsWith('utf-16') || charset.startsWith('utf-32');
}

/** The bytes that windows-1252 has for the text, controls for themselves; undefined when it has none for a character. */
export function toWindowsBytes(text: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const byte = code < 0x100 ? code : windowsCodes().get(code);
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

let knownCodes: ReadonlyMap<number, number> | undefined;

function windowsCodes(): ReadonlyMap<number, number> {
  knownCodes ??= new Map(
    Array.from({ length: 32 }, (_, index): [number, number] => [
      iconv.decode(Buffer.from([0x80 + index]), 'windows-1252').charCodeAt(0),
      0x80 + index,
    ]).filter(([code]) => code !== 0xfffd),
  );
  return knownCodes;
}

const sevenBit: ReadonlySet<string> = new Set([
  'iso-2022-jp',
  'iso-2022-kr',
  'iso-2022-cn',
  'hz-gb-2312',
  'utf-7',
  'utf-7-imap',
]);

function decodeByLibrary(bytes: Buffer, charset: string): string {
  if (!iconv.encodingExists(charset)) return asciiOnly(bytes);
  return wellFormed(iconv.decode(bytes, charset, { stripBOM: true }));
}

/** Halves of characters, which no UTF-8 can hold, are none. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function asciiOnly(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\uFFFD');
}

function decodeUtf16(bytes: Buffer, isBig: boolean): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  if (isBig) even.swap16();
  const text = even.toString('utf16le');
  return wellFormed(text.startsWith('\uFEFF') ? text.slice(1) : text);
}

/** Without a mark the zeros of Latin letters, blanks and line ends tell; RFC 2781 section 4.3 would say big. */
function isBigEndian(bytes: Buffer): boolean {
  let lead = 0;
  const end = Math.min(bytes.length - 1, 2000);
  for (let at = 0; at < end; at += 2) {
    if (bytes[at] === 0) lead += 1;
    if (bytes[at + 1] === 0) lead -= 1;
  }
  return lead > 0;
}

/**
 * Programs of Windows write their quotes and dashes into the control area of the ISO sets: no text has those controls,
 * so the characters of the page of Windows for the same script are meant.
 */
function repairControls(text: string, charset: string): string {
  const page = windowsPages.get(charset);
  if (page === undefined || !/[\x80-\x9f]/.test(text)) return text;
  return text.replace(/[\x80-\x9f]/g, (sign) =>
    iconv.decode(Buffer.from([sign.charCodeAt(0)]), page),
  );
}

const windowsPages: ReadonlyMap<string, string> = new Map([
  ['iso-8859-2', 'windows-1250'],
  ['iso-8859-3', 'windows-1252'],
  ['iso-8859-4', 'windows-1257'],
  ['iso-8859-5', 'windows-1251'],
  ['iso-8859-6', 'windows-1256'],
  ['iso-8859-7', 'windows-1253'],
  ['iso-8859-8', 'windows-1255'],
  ['iso-8859-10', 'windows-1257'],
  ['iso-8859-13', 'windows-1257'],
  ['iso-8859-14', 'windows-1252'],
  ['iso-8859-15', 'windows-1252'],
  ['iso-8859-16', 'windows-1250'],
]);
