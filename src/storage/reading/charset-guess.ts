/**
 * Which character set a text without a (true) label is in, by validity and by how plausible the letters are.
 *
 * Promises: total, bounded: a sample of the text decides.
 */
import { isUtf8 } from 'node:buffer';
import { decodeAs } from './charset-codecs.ts';

/** `bytes` are no ASCII; `preferred`: what a label or the body says. */
export function guessCharset(bytes: Buffer, preferred: string | undefined): string {
  if (isUtf8(bytes)) return 'utf-8';
  if (preferred !== undefined && preferred !== 'utf-8' && isClean(bytes, preferred))
    return preferred;
  for (const charset of ['euc-jp', 'shift_jis', 'gb18030', 'euc-kr', 'big5'])
    if (isClean(bytes, charset)) return charset;
  return 'windows-1252';
}

function isClean(bytes: Buffer, charset: string): boolean {
  return !/[\uFFFD\x80-\x9f]/.test(decodeAs(bytes.subarray(0, 65_536), charset));
}
