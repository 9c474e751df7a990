/**
 * Windows code pages by their numbers, as MAPI properties and RTF name them.
 *
 * Owns: iconv-lite within what is unpacked. Promises: total; a number that is not known gives UTF-8 where the bytes are that, and
 * windows-1252 otherwise.
 */
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

const names: ReadonlyMap<number, string> = new Map([
  [932, 'shift_jis'],
  [936, 'gb18030'],
  [949, 'cp949'],
  [950, 'big5'],
  [1200, 'utf16-le'],
  [1201, 'utf16-be'],
  [1361, 'cp949'],
  [10000, 'macintosh'],
  [10006, 'macgreek'],
  [10007, 'maccyrillic'],
  [10029, 'maccenteuro'],
  [10081, 'macturkish'],
  [20127, 'windows-1252'],
  [20866, 'koi8-r'],
  [20932, 'euc-jp'],
  [20936, 'gb18030'],
  [21866, 'koi8-u'],
  [50220, 'iso-2022-jp'],
  [50221, 'iso-2022-jp'],
  [50222, 'iso-2022-jp'],
  [51932, 'euc-jp'],
  [51936, 'gb18030'],
  [51949, 'euc-kr'],
  [54936, 'gb18030'],
  [65000, 'utf-7'],
  [65001, 'utf-8'],
]);

/** `undefined` when nothing says in which code page the bytes are. */
export function decodeCodePage(bytes: Buffer, page: number | undefined): string {
  const name = page === undefined ? undefined : nameOf(page);
  // A mail that calls itself windows-1252 and is UTF-8 throughout is UTF-8: no other text happens to be valid by chance.
  const isWestern = name === undefined || name === 'windows-1252';
  if (isWestern && isUtf8(bytes)) return bytes.toString('utf8');
  return iconv.decode(bytes, name ?? 'windows-1252');
}

function nameOf(page: number): string | undefined {
  const known = names.get(page);
  if (known !== undefined) return iconv.encodingExists(known) ? known : undefined;
  if (page >= 28591 && page <= 28606) return `iso-8859-${page - 28590}`;
  return iconv.encodingExists(`cp${page}`) ? `cp${page}` : undefined;
}

/** By a name as vCards have it; one that is not known counts as windows-1252. */
export function decodeLabel(bytes: Buffer, label: string): string {
  return iconv.decode(bytes, iconv.encodingExists(label) ? label : 'windows-1252');
}
