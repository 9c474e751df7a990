/** Any bytes are a mail that can be shown, and what can be shown of it can be taken out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMail } from '../../../src/storage/codec.ts';
import { rewriteMail } from '../../../src/storage/codec-rewrite.ts';
import { limits } from '../../../src/storage/reading/limits.ts';
import { readPartTree } from '../../../src/storage/reading/part-tree.ts';
import { effortOf } from '../../helpers/effort.ts';

const corpus = join(import.meta.dirname, '../../corpus');
const originals = ['plain', 'html', 'broken', 'bounces', 'hostile', 'charsets']
  .flatMap((folder) => readdirSync(join(corpus, folder)).map((file) => join(corpus, folder, file)))
  .filter((file) => file.endsWith('.eml'))
  .map((file) => readFileSync(file))
  .filter(({ length }) => length < 8000);

const pieces = fc.constantFrom(
  '--',
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\r\n--b\r\n',
  '\r\n--b--\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: multipart/alternative\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Type: application/ms-tnef\r\n',
  'Content-Type: application/pkcs7-mime\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: x-uuencode\r\n',
  'begin 644 x\n#0V%T\n`\nend\n',
  '=?utf-8?Q?',
  '"',
  '\0',
  '<html>cid:',
);
const change = fc.record({
  at: fc.nat(8000),
  skip: fc.oneof(fc.constant(0), fc.nat(200), fc.nat(8000)),
  put: fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })),
});
const mutants = fc
  .record({ from: fc.constantFrom(...originals), changes: fc.array(change, { maxLength: 4 }) })
  .map(({ from, changes }) =>
    changes.reduce((bytes, { at, skip, put }) => {
      const place = at % (bytes.length + 1);
      const rest = bytes.subarray(Math.min(bytes.length, place + skip));
      return Buffer.concat([bytes.subarray(0, place), Buffer.from(put), rest]);
    }, from),
  );

it('gives a mail, with the bytes of every file that it names', async () => {
  await fc.assert(
    fc.asyncProperty(mutants, async (raw) => {
      const before = Buffer.from(raw);
      const { mail, contents } = await decodeMail(raw, 'sender@x.example');
      expect(raw.equals(before)).toBe(true);
      expect(mail.problems.map(({ code }) => code)).not.toContain('unreadable');
      expect(mail.attachments.map(({ id, size }) => [id, size])).toEqual(
        contents.map(({ length }, id) => [id, length]),
      );
      expect(mail.attachments.every(({ name, type }) => name !== '' && type !== '')).toBe(true);
      expect(mail.text.length).toBeLessThanOrEqual(limits.textCharacters);
      expect(mail.from?.address).toBeTruthy();
    }),
    { numRuns: 250 },
  );
});

it('gives parts that lie within their mail and within each other', () => {
  fc.assert(
    fc.property(mutants, (raw) => {
      for (const part of readPartTree(raw).all) {
        const { start, bodyStart, bodyEnd, source, parent } = part;
        expect(0 <= start && start <= bodyStart && bodyStart <= bodyEnd).toBe(true);
        expect(bodyEnd).toBeLessThanOrEqual(source.length);
        if (parent === undefined || parent.source !== source) continue;
        expect(parent.bodyStart <= start && bodyEnd <= parent.bodyEnd).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

it('gives files that can be taken out, and nothing gets longer by it', async () => {
  await fc.assert(
    fc.asyncProperty(mutants, async (raw) => {
      const { contents } = await decodeMail(raw);
      const content = contents.find(({ length }) => length > 20);
      if (content === undefined) return;
      const { bytes, taken } = rewriteMail(raw, { attachments: [content] });
      expect(taken.length).toBeGreaterThan(0);
      expect(bytes.length).toBeLessThanOrEqual(raw.length);
      const left = (await decodeMail(bytes)).contents;
      const count = (all: readonly Buffer[]) => all.filter((each) => each.equals(content)).length;
      expect(count(left)).toBeLessThan(count(contents));
    }),
    { numRuns: 200 },
  );
});

const head =
  'From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="zz"\r\n\r\n';
const numbered = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

it.each<[string, string]>([
  ['100,000 boundaries', head + '--zz\r\n\r\nx\r\n'.repeat(100_000)],
  ['30,000 other boundaries', head + numbered(30_000, (at) => `--b${at}\r\n\r\nx\r\n`)],
  ['hyphens alone', head + '-'.repeat(3_000_000)],
  ['lines of hyphens', head + '--\r\n'.repeat(200_000)],
  ['lines that end with CR', `From: a@x.example\rX: y\r\r${'--zy\r'.repeat(150_000)}`],
  ['5 MB of one field', `X-A: ${'y'.repeat(5_000_000)}\r\n\r\nhi`],
  ['2 MB of fields', `${numbered(80_000, (at) => `X-A-${at}: some value\r\n`)}\r\nhi`],
  ['blank lines within the header', `X-A: a\r\n${' \r\n'.repeat(500_000)}\r\nhi`],
  ['lines that are no fields', `${'no field\r\nX-A: b\r\n'.repeat(100_000)}\r\nhi`],
  [
    '20,000 levels',
    numbered(20_000, (at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`),
  ],
  ['3 MB in one line', `\r\n${'x'.repeat(3_000_000)}`],
  ['1 MB of tags', `Content-Type: text/html\r\n\r\n${'<b>x'.repeat(250_000)}`],
  [
    'base64 with padding in each line',
    `Content-Transfer-Encoding: base64\r\n\r\n${'QUJDREVGRw==\r\n'.repeat(200_000)}`,
  ],
  ['many beginnings of uuencode', `\r\n${'begin 644 x\r\n#0V%T\r\n'.repeat(100_000)}`],
])('is quick on %s', async (_, mail) => {
  const raw = Buffer.from(mail, 'latin1');
  let done: Promise<unknown> = Promise.resolve();
  const effort = effortOf(() => {
    // All of its work is done before it gives back a promise.
    done = decodeMail(raw);
  });
  await done;
  expect(effort).toBeLessThan(4000);
});
