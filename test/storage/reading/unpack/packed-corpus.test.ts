/** The mails of test/corpus/packed, through the whole reader: what is packed in them is what a person sees. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeMail } from '../../../../src/storage/codec.ts';

interface Expected {
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly textIncludes: readonly string[];
  readonly htmlIncludes?: readonly string[];
  readonly attachments?: readonly string[];
  readonly protection?: string;
  readonly problems?: readonly string[];
}

const root = join(import.meta.dirname, '../../../..');
const corpus = join(root, 'test/corpus');
const expectations: Record<string, Expected> = JSON.parse(
  readFileSync(join(corpus, 'packed/expected.json'), 'utf8'),
);

describe('decodeMail unpacks', () => {
  it.each(Object.entries(expectations))('%s', async (file, expected) => {
    const { mail, contents } = await decodeMail(readFileSync(join(corpus, file)));
    expect(mail.from).toEqual(expected.from);
    expect(mail.subject).toBe(expected.subject);
    for (const words of expected.textIncludes) expect(mail.text).toContain(words);
    for (const words of expected.htmlIncludes ?? []) expect(mail.html).toContain(words);
    const { kind, by } = mail.protection ?? {};
    expect(kind === undefined ? undefined : `${kind} ${by}`).toBe(expected.protection);
    expect(mail.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining([...(expected.problems ?? [])]),
    );
    expect(contents).toHaveLength(mail.attachments.length);
    if (expected.attachments !== undefined)
      expect(mail.attachments.map(({ name }) => name)).toEqual(expected.attachments);
  });
});

it('each of these mails has its reading', () => {
  const files = readdirSync(join(corpus, 'packed')).filter((name) => name.endsWith('.eml'));
  expect(files.map((name) => `packed/${name}`).sort()).toEqual(Object.keys(expectations).sort());
});
