/**
 * What a whole mail tells about the set of its parts that name none: raw bytes in names and subjects, which are often too short
 * to tell it themselves.
 *
 * Promises: total, bounded: only the beginning of the mail is looked at, and nothing where the header is ASCII or UTF-8.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { TextHints } from './charset.ts';
import { guessCharset } from './charset-guess.ts';
import { charsetOf } from './charset-names.ts';

const limits = { headerBytes: 512 * 1024, mailBytes: 64 * 1024 };

/** `label`: of the mail's own Content-Type, if it has one. */
export function hintsOfMail(raw: Buffer, bodyStart: number, label?: string): TextHints {
  if (label !== undefined && isTelling(label)) return { charset: label };
  const header = raw.subarray(0, Math.min(bodyStart, limits.headerBytes));
  if (isAscii(header) || isUtf8(header)) return {};
  const beginning = raw.subarray(0, limits.mailBytes);
  const named = labelOfAnyPart(beginning);
  if (named !== undefined) return { charset: named };
  return { charset: guessCharset(beginning).charset };
}

function labelOfAnyPart(bytes: Buffer): string | undefined {
  const labels = bytes.toString('latin1').matchAll(/\bcharset\s{0,5}=\s{0,5}"?([^\s";<>]{1,60})/gi);
  for (const [, label = ''] of labels) if (isTelling(label)) return label;
  return undefined;
}

function isTelling(label: string): boolean {
  const charset = charsetOf(label);
  return charset !== undefined && charset !== 'us-ascii' && charset !== 'utf-8';
}
