import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeHeaderText, unfold } from '../../../src/storage/reading/header-text.ts';
import { effortOf } from '../../helpers/effort.ts';
import { samples } from '../../helpers/sentences.ts';

/** As it stands in the file: one character a byte. */
const raw = (text: string, charset = 'utf-8'): string =>
  iconv.encode(text, charset).toString('latin1');
const q = (text: string, charset: string): string =>
  `=?${charset}?Q?${[...iconv.encode(text, charset)]
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')}?=`;

describe('decodeHeaderText', () => {
  const cases: readonly [what: string, value: string, text: string][] = [
    ['leaves plain text', 'Re: [#123] Rates = 5 % ? yes', 'Re: [#123] Rates = 5 % ? yes'],
    ['joins words cut within a character', '=?utf-8?B?R3LD?= =?utf-8?B?tsOfZQ==?=', 'Größe'],
    ['joins B and Q', '=?utf-8?Q?Gr=C3?= =?UTF8?B?tsOfZQ==?=', 'Größe'],
    ['joins base64 cut within a group', '=?utf-8?B?R3LDt?= =?utf-8?B?sOfZQ==?=', 'Größe'],
    [
      'joins Shift_JIS cut within a character',
      '=?shift_jis?Q?=90=BF=8B?= =?x-sjis?Q?=81?=',
      '請求',
    ],
    ['joins words without a blank between', '=?utf-8?Q?Gr=C3=B6?==?utf-8?Q?=C3=9Fe?=', 'Größe'],
    ['parts words that share a sign', '=?utf-8?Q?a?=?utf-8?Q?b?=', 'ab'],
    [
      'keeps sets apart',
      '=?iso-8859-1?Q?=FC?= =?utf-8?Q?=C3=BC?= =?koi8-r?B?0NLJ18XU?=',
      'üüпривет',
    ],
    [
      'keeps blanks beside plain words',
      'Re: =?utf-8?Q?=C3=BC?= and =?utf-8?Q?=C3=BC?= end',
      'Re: ü and ü end',
    ],
    ['drops a fold between words', '=?utf-8?Q?=C3=BC?= \t =?utf-8?Q?=C3=BC?=', 'üü'],
    ['finds words within a text', 'Re:=?utf-8?Q?=C3=BC?=!', 'Re:ü!'],
    ['finds words in quotes', '"=?utf-8?Q?J=C3=BCrgen?="', '"Jürgen"'],
    ['finds words in comments', '(=?utf-8?Q?J=C3=BCrgen?=)', '(Jürgen)'],
    ['drops a language', '=?iso-8859-1*de-AT?Q?Gr=FC=DFe?=', 'Grüße'],
    ['takes blanks within', '=?utf-8?Q?Two words raw?=', 'Two words raw'],
    ['takes blanks around the name', '=? utf-8 ?q?=C3=BC?=', 'ü'],
    ['takes question marks within', '=?utf-8?Q?what?=20now?=', 'what? now'],
    ['takes padding in the middle', '=?utf-8?B?R3I=w7bDn2U=?=', 'Größe'],
    ['takes rubbish in base64', '=?utf-8?B?R3L Dts*Of#ZQ?=', 'Größe'],
    ['takes base64 without its padding', '=?utf-8?B?R3LDtsOfZQ?=', 'Größe'],
    ['takes a word without its end', 'x =?utf-8?Q?Gr=C3=B6=C3=9Fe', 'x Größe'],
    ['takes a word cut within its end', '=?utf-8?B?R3LDtsOfZQ==?', 'Größe'],
    ['takes words without ends', '=?utf-8?Q?Gr=C3=B6 =?utf-8?Q?=C3=9Fe next', 'Größe next'],
    ['leaves a broken escape', '=?utf-8?Q?50=?=', '50='],
    [
      'leaves what only looks like a word',
      'is it =?what?X?no?= or a=?b',
      'is it =?what?X?no?= or a=?b',
    ],
    [
      'ignores a name that says nothing',
      '=?unknown-8bit?Q?Gr=FC=DFe?= =?x-unknown?Q?=FC?=',
      'Grüßeü',
    ],
    [
      'ignores a name that lies',
      '=?us-ascii?Q?Gr=C3=BC=C3=9Fe?= x =?utf-8?Q?Gr=FC=DFe?=',
      'Grüße x Grüße',
    ],
    ['undoes double encoding', '=?utf-8?Q?Gr=C3=83=C2=BC=C3=83=C2=9Fe?=', 'Grüße'],
    ['lets no line end in', '=?utf-8?Q?a=0D=0ABcc:_x=00?=', 'a Bcc: x\uFFFD'],
    [
      'reads GB2312 that is GBK',
      '=?gb2312?B?ye6b?= =?gb2312?B?+A==?=',
      `深${iconv.decode(Buffer.from('9bf8', 'hex'), 'gbk')}`,
    ],
    [
      'reads ISO-2022-JP in each word',
      '=?iso-2022-jp?B?GyRCQEE1YRsoQg==?= =?iso-2022-jp?B?GyRCPXEbKEI=?=',
      '請求書',
    ],
    ['reads UTF-7', '=?utf-7?Q?Gr+APwA3w-e?=', 'Grüße'],
    ['reads UTF-16', '=?utf-16le?B?RwByAPwA3wBlAA==?=', 'Grüße'],
    ['reads raw UTF-8', raw('Größe – 5 €'), 'Größe – 5 €'],
    ['reads raw UTF-8 beside words', `=?utf-8?Q?=C3=BC?= ${raw('für Jürgen')}`, 'ü für Jürgen'],
    ['reads raw bytes within a word', `=?utf-8?Q?${raw('Grüße')}?=`, 'Grüße'],
    ['reads raw Latin-1', raw('Größe prüfen', 'latin1'), 'Größe prüfen'],
    [
      'reads raw windows-1251',
      raw('Счёт за прошлый месяц', 'windows-1251'),
      'Счёт за прошлый месяц',
    ],
    ['reads raw Shift_JIS', raw('請求書について', 'shift_jis'), '請求書について'],
    ['reads raw ISO-2022-JP', '\x1b$B@A5a=q\x1b(B ok', '請求書 ok'],
    [
      'reads raw ISO-2022-JP that holds the signs of a word',
      '\x1b$B=?=?\x1b(B',
      iconv.decode(Buffer.from('bdbfbdbf', 'hex'), 'euc-jp'),
    ],
    ['takes no byte order mark at the beginning', '\xff\xfe plain', 'яю plain'],
  ];

  it.each(cases)('%s', (_, value, text) => {
    expect(decodeHeaderText(value)).toBe(text);
  });

  it('takes the set of the body for raw bytes that could be anything', () => {
    expect(decodeHeaderText(raw('Ян', 'koi8-r'), { charset: 'koi8-r' })).toBe('Ян');
  });

  it('reads what RFC 2047 writes, however the words are cut', () => {
    const encoded = fc.record({
      sample: fc.constantFrom(...samples),
      pick: fc.nat(),
      cuts: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
      isBase64: fc.boolean(),
    });
    fc.assert(
      fc.property(encoded, ({ sample, pick, cuts, isBase64 }) => {
        const charset = sample.charsets[pick % sample.charsets.length] ?? 'utf-8';
        const bytes = iconv.encode(sample.sentence, charset);
        const words: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const piece = bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1));
          at += piece.length;
          words.push(
            isBase64
              ? `=?${charset}?B?${piece.toString('base64')}?=`
              : q(piece.toString('latin1'), 'latin1').replace('latin1', charset),
          );
        }
        expect(decodeHeaderText(words.join(' '))).toBe(iconv.decode(bytes, charset));
      }),
    );
  });

  it('is total for any bytes, and adds little to them', () => {
    const pieces = fc.constantFrom(
      '=?',
      '?=',
      '?',
      '=',
      'utf-8',
      '?Q?',
      '?B?',
      ' ',
      'R3LD',
      '=C3',
      '\xfc',
      '\x1b$B',
      '\0',
      '_',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const value = parts.join('');
        expect(decodeHeaderText(value).length).toBeLessThanOrEqual(value.length * 2);
      }),
    );
  });

  it('takes time in proportion to the value', () => {
    const shapes = [
      '=?',
      '=?utf-8?Q?',
      '=?utf-8?Q?x ',
      '?=',
      '=?utf-8?B?R3LD?= ',
      '=?utf-8?Q?=?=20',
      '=?a?q?x?=20=?=20',
      '\xfc=?',
      '\x1b$B',
    ];
    for (const shape of shapes) {
      const value = shape.repeat(Math.ceil(100_000 / shape.length));
      expect(
        effortOf(() => decodeHeaderText(value)),
        shape,
      ).toBeLessThan(4000);
    }
    expect(
      effortOf(() => {
        for (let turn = 0; turn < 20_000; turn += 1)
          decodeHeaderText('Re: Your invoice 2026-11-23');
      }),
    ).toBeLessThan(500);
  });
});

describe('unfold', () => {
  it.each([
    ['a\r\n b', 'a b'],
    ['a\n\tb\r\n', 'a\tb'],
    ['a\r\n \r\n b', 'a  b'],
    ['plain', 'plain'],
  ])('%j', (value, text) => expect(unfold(value)).toBe(text));
});
