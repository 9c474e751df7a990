/** What lies in the tickets of a desk, read from the disk without the desk's own code. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FiledMail {
  readonly ticket: string;
  readonly path: string;
  /** The mail as it was received. */
  readonly raw: Buffer;
  readonly messageId: string;
  readonly block: string;
}

/** Every received mail in every ticket. Fails where a file is not what its block says. */
export async function readFiledMails(directory: string): Promise<readonly FiledMail[]> {
  const paths: string[] = [];
  // Day by day: what is in the making below `.tmp` goes away while one looks.
  for (const year of await readdir(join(directory, 'tickets'))) {
    if (!/^\d{4}$/.test(year)) continue;
    const root = join(directory, 'tickets', year);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && /[/\\]\d{14,20}[/\\](new|cur)$/.test(entry.parentPath))
        paths.push(join(entry.parentPath, entry.name));
    }
  }
  const mails: FiledMail[] = [];
  for (const path of paths) {
    const bytes = await readFile(path);
    const text = bytes.toString('latin1');
    const match = /^Ticket-Raw: bytes=(\d+); sha256=([0-9a-f]{64})\r?$/m.exec(text);
    if (match === null) continue;
    const raw = bytes.subarray(bytes.length - Number(match[1]));
    const digest = createHash('sha256').update(raw).digest('hex');
    if (digest !== match[2]) throw new Error(`${path} does not hold the bytes that it names`);
    mails.push({
      ticket: /(\d{14,20})[/\\](?:new|cur)[/\\][^/\\]+$/.exec(path)?.[1] ?? '',
      path,
      raw,
      messageId: /^Message-ID: *(\S+?)\r?$/im.exec(raw.toString('latin1'))?.[1] ?? '',
      block: /^(?:Ticket-[^\n]*\n(?:[ \t][^\n]*\n)*)*/.exec(text)?.[0] ?? '',
    });
  }
  return mails;
}

/** Message-IDs of the filed mails, in order. */
export async function filedIds(directory: string): Promise<readonly string[]> {
  return (await readFiledMails(directory)).map(({ messageId }) => messageId).sort();
}
