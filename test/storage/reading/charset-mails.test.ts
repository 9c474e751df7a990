import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAddressList } from '../../../src/storage/reading/addresses.ts';
import { decodeText } from '../../../src/storage/reading/charset.ts';
import { hintsOfMail } from '../../../src/storage/reading/charset-hints.ts';
import { decodeHeaderText, unfold } from '../../../src/storage/reading/header-text.ts';
import { readParameterField } from '../../../src/storage/reading/parameters.ts';

interface Reading {
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly textIncludes: readonly string[];
  readonly attachments: readonly string[];
}

const corpus = join(import.meta.dirname, '../../corpus');
const expected: Record<string, Reading> = JSON.parse(
  readFileSync(join(corpus, 'expected-charsets.json'), 'utf8'),
);

/** Mails of one part and of one level, which need no tree of parts to be read. */
function read(raw: Buffer): Reading & { readonly text: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.toString('latin1', 0, end);
  const field = (name: string): string =>
    unfold(new RegExp(`^${name}:[ \t]*(.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1] ?? '');
  const type = readParameterField(field('Content-Type')).parameters;
  const hints = hintsOfMail(raw, end, type.get('charset'));
  const body = raw.subarray(end + 4);
  const isBase64 = field('Content-Transfer-Encoding') === 'base64';
  const bytes = isBase64 ? Buffer.from(body.toString('latin1'), 'base64') : body;
  const names = body
    .toString('latin1')
    .matchAll(/^Content-Disposition:[ \t]*(.*(?:\r\n[ \t].*)*)/gim);
  const text = decodeText(bytes, type.get('charset'), hints).text;
  return {
    from: readAddressList(field('From'), hints)[0] ?? { name: '', address: '' },
    subject: decodeHeaderText(field('Subject'), hints),
    text,
    textIncludes: text.split(/\r\n/),
    attachments: [...names].map(
      ([, value = '']) => readParameterField(unfold(value)).parameters.get('filename') ?? '',
    ),
  };
}

describe('the mails of charsets/ that nothing or something false is said about', () => {
  it.each(Object.entries(expected))('%s', (file, wanted) => {
    const found = read(readFileSync(join(corpus, file)));
    expect(found).toMatchObject({
      from: wanted.from,
      subject: wanted.subject,
      attachments: wanted.attachments,
    });
    expect(found.textIncludes).toEqual(expect.arrayContaining([...wanted.textIncludes]));
    if (wanted.attachments.length === 0) expect(found.text).not.toContain('\uFFFD');
  });

  it('are all there', () => {
    const files = readdirSync(join(corpus, 'charsets')).map((name) => `charsets/${name}`);
    expect(files).toEqual(expect.arrayContaining(Object.keys(expected)));
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(35);
  });
});

describe('hintsOfMail', () => {
  const mail = (header: Buffer | string, body: Buffer | string): [Buffer, number] => {
    const start = Buffer.concat([Buffer.from(header), Buffer.from('\r\n\r\n')]);
    return [Buffer.concat([start, Buffer.from(body)]), start.length];
  };
  const rawName = Buffer.from([...Buffer.from('From: '), 0xf1, 0xce]);

  it('takes the label of the mail, then that of any part, then a guess', () => {
    expect(hintsOfMail(...mail(rawName, ''), 'koi8-r')).toEqual({ charset: 'koi8-r' });
    expect(
      hintsOfMail(
        ...mail(rawName, 'Content-Type: text/plain; charset="us-ascii"\r\ncharset=KOI8-R'),
      ),
    ).toEqual({ charset: 'KOI8-R' });
    const body = Buffer.from('f0d2c9d7c5d42c20cbc1cb20c4c5ccc13f', 'hex');
    expect(hintsOfMail(...mail(rawName, body), 'us-ascii')).toEqual({ charset: 'koi8-r' });
  });

  it('asks nobody where the header has nothing to guess', () => {
    expect(hintsOfMail(...mail('Subject: plain', Buffer.from([0xf1, 0xce])))).toEqual({});
    expect(hintsOfMail(...mail('Subject: Größe', 'x'))).toEqual({});
  });
});
