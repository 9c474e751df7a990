import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeQuoted } from '../../../src/storage/mapped-text.ts';
import {
  decodeQuotedPrintable,
  decodeTransfer,
  readTransferEncoding,
} from '../../../src/storage/reading/transfer.ts';
import { read, seen } from './mails.ts';

describe('readTransferEncoding', () => {
  it.each([
    ['base64', ['base64', ' BASE64 ', '"base64"', 'base64;', 'Base-64', 'base64 (comment)']],
    ['quoted-printable', ['quoted-printable', 'Quoted_Printable', 'quotedprintable', 'QP']],
    ['uuencode', ['x-uuencode', 'uuencode', 'X-UUE', 'uue']],
    ['identity', ['7bit', '8bit', '8-bit', 'binary', '', 'none', 'x-unknown', '../../etc']],
  ])('%s', (encoding, names) => {
    for (const name of names) expect(readTransferEncoding(name)).toBe(encoding);
  });
});

describe('base64', () => {
  const words = 'The lamp is dark since Sunday, and so is the hall.';
  const letters = Buffer.from(words).toString('base64');

  async function text(...body: readonly string[]): Promise<readonly [string, readonly string[]]> {
    const decoded = await read('Content-Transfer-Encoding: base64', '', ...body);
    return [decoded.mail.text, seen(decoded).problems];
  }

  it.each<[string, readonly string[]]>([
    ['in one line', [letters]],
    ['in lines of any length', letters.match(/.{1,7}/g) ?? []],
    ['with noise', [`!${letters.slice(0, 9)}*:`, `\u00e4${letters.slice(9)}`]],
    ['in blanks', [letters.match(/.{4}/g)?.join(' ') ?? '']],
    ['without padding', [letters.replace(/=+$/, '')]],
    [
      'in pieces, each with its padding',
      ['The lamp is dark', ' since Sunday, and so ', 'is the hall.'].map((piece) =>
        Buffer.from(piece).toString('base64'),
      ),
    ],
  ])('%s', async (name, body) => {
    const isCut = name === 'without padding';
    expect(await text(...body)).toEqual([words, isCut ? ['truncated'] : []]);
  });

  it('cut within a group gives what is there, and says so', async () => {
    expect(await text(letters.slice(0, 33))).toEqual([words.slice(0, 24), ['truncated']]);
  });

  it('keeps what a list wrote in clear behind it', async () => {
    const footer = ['_______________', 'lamps mailing list', 'https://lists.example/lamps'];
    expect(await text(letters, '', ...footer)).toEqual([`${words}\n\n${footer.join('\n')}\n`, []]);
  });

  it('that is none stays as it is', async () => {
    expect(await text('This is clear text,', 'whatever the header says.')).toEqual([
      'This is clear text,\nwhatever the header says.',
      [],
    ]);
  });

  it('gives any bytes back, whatever their lines', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (all, width) => {
          const bytes = Buffer.from(all);
          const lines = bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
          expect(decodeTransfer(Buffer.from(lines.join('\r\n')), 'base64')).toEqual(bytes);
        },
      ),
    );
  });
});

describe('quoted-printable', () => {
  it.each([
    ['=C3=A4 and =c3=a4', 'ä and ä'],
    ['soft =\r\nbreak, =  \nanother, =\rand the last=', 'soft break, another, and the last'],
    ['1 = 2, =4, =ZZ, ==41', '1 = 2, =4, =ZZ, =A'],
  ])('%j', (body, text) => {
    expect(decodeQuotedPrintable(Buffer.from(body)).toString()).toBe(text);
  });

  it('is read alike where passages are taken out of it', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        '=',
        '==',
        '=4',
        '=41',
        '=C3',
        '=A4',
        '= ',
        '=\r\n',
        '=\n',
        '=\r',
        ' \n',
        '\r',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const body = Buffer.from(pieces.join(''));
        expect(decodeQuoted(body).bytes).toEqual(decodeQuotedPrintable(body));
      }),
    );
  });
});

it('uuencode as a transfer encoding', async () => {
  const decoded = await read(
    'Content-Type: image/gif; name="dot.gif"',
    'Content-Transfer-Encoding: x-uuencode',
    '',
    'begin 644 dot.gif',
    '#0V%T',
    '`',
    'end',
  );
  expect(seen(decoded).files).toEqual(['dot.gif image/gif']);
  expect(decoded.contents.map(String)).toEqual(['Cat']);
});
