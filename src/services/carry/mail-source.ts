/** Whole mails of an import, as they were before somebody put them into a mailbox. Promises: any bytes are a mail. */
import { unquoteFrom } from '../../core/carry/mbox.ts';
import type { FileOps } from '../../storage/files.ts';

export interface MailPlace {
  readonly path: string;
  /** Of a mailbox alone. */
  readonly part?: MailboxPart;
}

export interface MailboxPart {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

export async function readPlanned(
  files: Pick<FileOps, 'readFile' | 'readPart'>,
  { path, part }: MailPlace,
): Promise<Buffer> {
  if (part !== undefined) {
    const bytes = await files.readPart(path, part.start, part.end - part.start);
    return part.isQuoted ? unquoteFrom(bytes) : bytes;
  }
  const bytes = await files.readFile(path);
  return /\.emlx$/i.test(path) ? readEmlx(bytes).raw : bytes;
}

export interface AppleMail {
  readonly raw: Buffer;
  /** Maildir flags. */
  readonly flags: string;
}

/** Apple Mail: the number of bytes in a line, the mail, and a property list whose `flags` are bits. */
export function readEmlx(bytes: Buffer): AppleMail {
  const first = /^[ \t]*([0-9]{1,12})[ \t]*\r?\n/.exec(bytes.toString('latin1', 0, 64));
  const start = first?.[0].length ?? 0;
  const length = Number(first?.[1] ?? Number.NaN);
  if (!(start + length <= bytes.length)) return { raw: bytes, flags: '' };
  const rest = bytes.toString('latin1', start + length);
  const bits = Number(/<key>flags<\/key>\s*<integer>([0-9]{1,15})</.exec(rest)?.[1] ?? 0);
  const has = (bit: number) => Math.floor(bits / 2 ** bit) % 2 === 1;
  const flags = [has(6) ? 'D' : '', has(4) ? 'F' : '', has(2) ? 'R' : '', has(0) ? 'S' : ''];
  return {
    raw: bytes.subarray(start, start + length),
    flags: `${flags.join('')}${has(1) ? 'T' : ''}`,
  };
}
