/** Who wrote, and about what. */
import { describe, expect, it } from 'vitest';
import { decodeMail, toFacts } from '../../../src/storage/codec.ts';
import { toBytes } from './mails.ts';

const rest = [
  'Date: Mon, 23 Nov 2026 10:15:30 +0100',
  'Message-ID: <1@customer.example>',
  '',
  'Hi',
];

async function author(fields: readonly string[], returnPath?: string) {
  const { mail } = await decodeMail(toBytes([...fields, ...rest]), returnPath);
  const { from, alsoFrom, isFromEnvelope } = toFacts(mail);
  return {
    from: from?.address,
    ...(alsoFrom === undefined ? {} : { also: alsoFrom.map(({ address }) => address) }),
    ...(isFromEnvelope === undefined ? {} : { isFromEnvelope }),
    problems: mail.problems.map(({ code }) => code),
  };
}

describe('the author is', () => {
  it.each<[string, readonly string[], string | undefined, object]>([
    [
      'who From names',
      ['From: Ann <a@x.example>', 'Sender: b@x.example'],
      'c@x.example',
      { from: 'a@x.example', problems: [] },
    ],
    [
      'the first of several',
      ['From: a@x.example, b@x.example'],
      undefined,
      { from: 'a@x.example', also: ['b@x.example'], problems: [] },
    ],
    [
      'the sender where From is missing',
      ['Sender: b@x.example'],
      'c@x.example',
      { from: 'b@x.example', problems: ['no-from'] },
    ],
    [
      'the sender where From is unusable',
      ['From: Ann', 'Sender: b@x.example'],
      undefined,
      { from: 'b@x.example', problems: ['no-from'] },
    ],
    [
      'the sender of the envelope',
      [],
      'c@x.example',
      { from: 'c@x.example', isFromEnvelope: true, problems: ['no-from'] },
    ],
    ['nobody', ['From: undisclosed:;'], '<>', { from: undefined, problems: ['no-from'] }],
    [
      'one of the first From',
      ['From: a@x.example', 'From: b@x.example'],
      undefined,
      { from: 'a@x.example', also: ['b@x.example'], problems: [] },
    ],
  ])('%s', async (_, fields, returnPath, seen) => {
    expect(await author(fields, returnPath)).toEqual(seen);
  });
});

it('a domain stands in the letters of its people', async () => {
  expect((await author(['From: a@xn--bcher-kva.example'])).from).toBe('a@bücher.example');
});

it('the subject is one line of decoded words; a raw one is read in the charset of the mail', async () => {
  const subject = async (field: Buffer | string) => {
    const bytes = Buffer.concat([
      Buffer.from('Content-Type: text/plain; charset=windows-1251\r\nSubject: '),
      Buffer.from(field),
      Buffer.from(`\r\n${rest.join('\r\n')}`),
    ]);
    return (await decodeMail(bytes)).mail.subject;
  };
  expect(await subject('=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe=0D=0ABcc:_x?=')).toBe(
    'Grüße Bcc: x',
  );
  expect(await subject(Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]))).toBe('Привет');
});

it('every field is there in one line, raw bytes as the text that they are', async () => {
  const { mail } = await decodeMail(toBytes(['X-Note: Grüße', 'X-Note: a\r\n\tb', ...rest]));
  expect(mail.fields.get('x-note')).toEqual(['Grüße', 'a b']);
});
