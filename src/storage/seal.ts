/**
 * The seal of a message file: its first line holds the SHA-256 of all bytes behind that line.
 *
 * Promises: any change of any byte of a sealed file is noticed, from this file alone; `tail -n +2 FILE | sha256sum` says
 * the same. Costs no file and no sync. A file without a seal (an older release's, or made by hand) is no less believed.
 * Leaves to others: what the other lines say (block.ts), who is told (services/verify).
 */
import { createHash } from 'node:crypto';

/** `none`: it never had one, as far as can be seen; `broken`: it had one, and the file is not as it was written. */
export type SealCheck = 'none' | 'whole' | 'broken';

/** Longest first line that may be what is left of a seal. */
const mostBytes = 120;
const line = /^Ticket-Seal: sha256:([0-9a-f]{64})(\r?)\n/;

/** The file with its seal in front. */
export function sealFile(rest: Buffer, lineEnd: '\n' | '\r\n'): Buffer {
  const digest = createHash('sha256').update(rest).digest('hex');
  return Buffer.concat([Buffer.from(`Ticket-Seal: sha256:${digest}${lineEnd}`, 'latin1'), rest]);
}

export type SealReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken' }
  /** `digest`: 64 hexadecimal digits over everything from `end` on. */
  | { readonly kind: 'seal'; readonly digest: string; readonly end: number };

/** `head` is the beginning of the file, with its second line. */
export function readSeal(head: Buffer): SealReading {
  const text = head.toString('latin1', 0, mostBytes);
  const found = line.exec(text);
  if (found === null) return { kind: hadSeal(text) ? 'broken' : 'none' };
  const [whole, digest = '', carriage = ''] = found;
  const end = whole.length;
  // The line end of the seal is not in the digest; it is that of the line behind it.
  const next = head.indexOf(0x0a, end);
  const isCarriage = next > end && head[next - 1] === 0x0d;
  if (next >= 0 && isCarriage !== (carriage !== '')) return { kind: 'broken' };
  return { kind: 'seal', digest, end };
}

/** The field's name, or what stands behind it, is still there: one change cannot spoil both. */
function hadSeal(text: string): boolean {
  if (/ticket-seal/i.test(text)) return true;
  const at = text.search(/: sha256:[0-9a-f]{20}/);
  if (at < 10 || at > 12) return false;
  return !/^ticket-(prev|seen)$/i.test(text.slice(0, at));
}
