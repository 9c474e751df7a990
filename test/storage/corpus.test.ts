import { describe, expect, it } from 'vitest';
import { decodeMail, toFacts } from '../../src/storage/codec.ts';
import { corpusFiles, flat, partialReadings, readCorpusMail } from '../helpers/corpus.ts';
import * as hostile from '../helpers/hostile.ts';

const expectations = partialReadings();

describe('decodeMail reads every mail of the corpus', () => {
  it.each(corpusFiles())('%s', async (file) => {
    const { mail, contents } = await decodeMail(readCorpusMail(file));
    const expected = expectations[file] ?? {};
    expect(contents.length).toBeGreaterThanOrEqual(mail.attachments.length);
    expect(toFacts(mail).snippet.length).toBeLessThanOrEqual(400);
    if (expected.from?.address !== undefined)
      expect(mail.from?.address).toBe(expected.from.address);
    if (expected.from?.name !== undefined) expect(mail.from?.name).toBe(expected.from.name);
    if (expected.subject !== undefined) expect(mail.subject).toBe(expected.subject);
    for (const words of expected.textIncludes ?? []) expect(flat(mail.text)).toContain(flat(words));
    if (expected.attachments !== undefined) {
      expect(mail.attachments.map(({ name }) => name)).toEqual(expected.attachments);
    }
  });
});

describe('decodeMail stays bounded on mails made to be too big', () => {
  const cases: readonly [string, Buffer][] = [
    ['one header field of a megabyte', hostile.megabyteHeader()],
    ['20,000 header fields', hostile.manyHeaderFields()],
    ['2,000 nested parts', hostile.nestedParts(2000)],
    ['5,000 parts side by side', hostile.manyParts(5000)],
    ['a line of two megabytes', hostile.longLine()],
    ['5,000 references', hostile.manyReferences(5000)],
    ['truncated base64', hostile.truncatedBase64()],
    ['a subject of 100 kB', hostile.longSubject()],
    ['10,000 recipients', hostile.manyRecipients(10_000)],
    ['two megabytes of nested HTML', hostile.hugeHtml()],
    ['quoted-printable noise', hostile.quotedPrintableNoise()],
  ];

  it.each(cases)(
    '%s',
    async (_, raw) => {
      const { mail } = await decodeMail(raw);
      expect(flat(mail.text)).toContain(flat(hostile.WITNESS));
      expect(mail.from?.address).toBeDefined();
    },
    10_000,
  );
});
