/** What is said of the files and the writers of hostile mails; the table stands in expected.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanFileName } from '../../src/core/media/file-name.ts';
import { sniffFile } from '../../src/core/media/sniff-file.ts';
import { fileRemarks, senderRemarks } from '../../src/services/present/remarks-json.ts';
import { decodeMail } from '../../src/storage/codec.ts';

interface Expected {
  /** Warnings by name of the file. */
  readonly remarks?: Readonly<Record<string, readonly string[]>>;
  readonly senderRemarks?: {
    readonly sender?: string;
    readonly replyTo?: string;
    readonly warnings?: readonly string[];
  };
}

const corpus = join(import.meta.dirname, '../corpus');
const all: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(join(corpus, 'expected.json'), 'utf8'),
);
const named = Object.entries(all);

it.each(named.filter(([, { remarks }]) => remarks !== undefined))(
  'the files of %s get their warnings and no others',
  async (file, { remarks = {} }) => {
    const { mail, contents } = await decodeMail(readFileSync(join(corpus, file)));
    for (const attachment of mail.attachments) {
      const { name } = attachment;
      const told = fileRemarks(attachment, sniffFile(contents[attachment.id] ?? Buffer.of()));
      if (name in remarks || mail.attachments.length === 1)
        expect([name, told.warnings ?? []]).toEqual([name, remarks[name] ?? []]);
      expect(cleanFileName(attachment)).not.toMatch(/[/\\\p{C}]| {2}/u);
    }
  },
);

it.each(named.filter(([, each]) => each.senderRemarks !== undefined))(
  'the writer of %s is told',
  async (file, { senderRemarks: wanted = {} }) => {
    const { mail } = await decodeMail(readFileSync(join(corpus, file)));
    const { sender, replyTo, senderWarnings } = senderRemarks(mail);
    if (wanted.sender !== undefined) expect(sender?.address).toBe(wanted.sender);
    expect(replyTo?.[0]?.address).toBe(wanted.replyTo);
    expect(senderWarnings ?? []).toEqual(wanted.warnings ?? []);
  },
);
