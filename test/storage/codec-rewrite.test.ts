/** What is to go is found wherever reading finds it, also within what is packed or encoded as a whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeMail } from '../../src/storage/codec.ts';
import { type MailPlan, rewriteMail } from '../../src/storage/codec-rewrite.ts';
import { seen, toBytes, whole } from './reading/mails.ts';

const secret = 'card 4000 1234';
const find: MailPlan['text'] = (text) =>
  [...text.matchAll(/card 4000 1234/g)].map(({ index }) => ({
    start: index,
    end: index + secret.length,
    by: '[gone]',
  }));

async function without(raw: Buffer, plan: MailPlan) {
  const { bytes, taken } = rewriteMail(raw, plan);
  expect(bytes.length).toBeLessThanOrEqual(raw.length);
  return { decoded: await decodeMail(bytes), taken: taken.map(({ kind }) => kind), bytes };
}

describe('a file that is packed', () => {
  it('into a text goes, and the words around it stay', async () => {
    const cat = ['begin 644 cat.txt', '#0V%T', '`', 'end'];
    const raw = toBytes([...whole, '', 'Before', ...cat, 'After', '']);
    const { contents } = await decodeMail(raw);
    const { decoded, taken } = await without(raw, { attachments: contents });
    expect(taken).toEqual(['attachment']);
    expect(seen(decoded)).toEqual({ text: 'Before\n[removed]\nAfter', files: [], problems: [] });
  });

  it.each(['packed/smime-opaque.eml', 'packed/winmail-html.eml'])(
    'into another takes all of that: %s',
    async (file) => {
      const raw = readFileSync(join(import.meta.dirname, '../corpus', file));
      const { mail, contents } = await decodeMail(raw);
      const packed = mail.attachments.find(({ from }) => from === 'tnef' || from === 'smime');
      const content = contents[packed?.id ?? -1];
      expect(content).toBeDefined();
      const { decoded, taken } = await without(raw, { attachments: content ? [content] : [] });
      expect(taken).toEqual(['attachment']);
      expect(decoded.mail.attachments.every(({ from }) => from === undefined)).toBe(true);
      expect(decoded.contents.some((each) => content?.equals(each))).toBe(false);
    },
  );
});

describe('a passage', () => {
  const inner = toBytes([...whole, '', `My ${secret} is lost.`, 'x'.repeat(200)]);

  it.each<[string, readonly string[], string]>([
    ['an attached mail in base64', ['Content-Type: message/rfc822'], 'mail'],
    ['a multipart in base64', ['Content-Type: multipart/mixed; boundary=in'], 'multipart'],
  ])('within %s goes', async (_, type, kind) => {
    const body =
      kind === 'mail'
        ? inner
        : toBytes(['--in', 'Content-Type: text/plain', '', `My ${secret} is lost.`, '--in--', '']);
    const raw = toBytes([
      ...whole,
      'Content-Type: multipart/mixed; boundary=out',
      '',
      '--out',
      '',
      'See the mail.',
      '--out',
      ...type,
      'Content-Transfer-Encoding: base64',
      '',
      ...(body.toString('base64').match(/.{1,60}/g) ?? []),
      '--out--',
    ]);
    const { decoded, taken } = await without(raw, { text: find });
    expect(taken).toEqual(['text']);
    const words = [decoded.mail.text, ...decoded.contents.map(String)].join('\n');
    expect(words).toContain('See the mail.');
    expect(words).toContain('My [gone]');
    expect(words).not.toContain('4000');
  });

  it('within a text that lies too deep to be shown by itself goes as well', async () => {
    const lines = [...whole];
    for (let level = 0; level < 60; level += 1)
      lines.push(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`);
    const raw = toBytes([...lines, '', `My ${secret} is lost.`]);
    const { bytes, taken } = await without(raw, { text: find });
    expect(taken).toEqual(['text']);
    expect(bytes.toString()).toContain('My [gone]');
  });

  it.each([
    ['shift_jis', '\x83\x5c card 4000 1234'],
    ['unknown-8bit', 'Gr\xfc\xdfe card 4000 1234'],
    ['utf-7', '+APw- card 4000 1234'],
  ])('in a text of %s goes', async (charset, text) => {
    const raw = Buffer.concat([
      toBytes([...whole, `Content-Type: text/plain; charset=${charset}`, '', '']),
      Buffer.from(text, 'latin1'),
    ]);
    const before = (await decodeMail(raw)).mail.text;
    const { bytes } = rewriteMail(raw, { text: find });
    expect((await decodeMail(bytes)).mail.text).toBe(before.replace(secret, '[gone]'));
  });
});
