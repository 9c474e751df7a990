import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { readParameterField } from '../../../src/storage/reading/parameters.ts';
import { effortOf } from '../../helpers/effort.ts';
import { samples } from '../../helpers/sentences.ts';

const raw = (text: string, charset = 'utf-8'): string =>
  iconv.encode(text, charset).toString('latin1');
const parameters = (value: string): Record<string, string> =>
  Object.fromEntries(readParameterField(value).parameters);
const name = (rest: string): string | undefined =>
  readParameterField(`attachment; ${rest}`).parameters.get('filename');

describe('readParameterField reads the value', () => {
  it.each([
    ['Text/Plain; Charset=UTF-8', 'text/plain', { charset: 'UTF-8' }],
    ['text/plain', 'text/plain', {}],
    [
      ' text / plain ;charset = "utf-8" ; format=flowed ',
      'text/plain',
      { charset: 'utf-8', format: 'flowed' },
    ],
    ['text/plain (why; not); charset=us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
    ['text/plain charset=utf-8', 'text/plain', { charset: 'utf-8' }],
    ['text/html, charset="utf-8" name="x"', 'text/html', { charset: 'utf-8', name: 'x' }],
    ['"text/plain"; x=y', 'text/plain', { x: 'y' }],
    ['text/plain; charset="utf-8', 'text/plain', { charset: 'utf-8' }],
    ['text/plain; charset=utf-8"', 'text/plain', { charset: 'utf-8' }],
    ["text/plain; charset='utf-8'", 'text/plain', { charset: 'utf-8' }],
    ['text/plain;;; charset=utf-8;;', 'text/plain', { charset: 'utf-8' }],
    ['text/plain; charset=; format=flowed', 'text/plain', { charset: '', format: 'flowed' }],
    ['text/plain; charset', 'text/plain', {}],
    [
      'multipart/mixed; boundary="--=_x;y (z)"; type="a/b"',
      'multipart/mixed',
      { boundary: '--=_x;y (z)', type: 'a/b' },
    ],
    ['multipart/mixed; boundary=----=_Part_1 (x)', 'multipart/mixed', { boundary: '----=_Part_1' }],
    ['multipart/mixed; boundary=a=b', 'multipart/mixed', { boundary: 'a=b' }],
    ['multipart/mixed; boundary="it\'s"', 'multipart/mixed', { boundary: "it's" }],
    ['application/x-y; name=x.dat, charset=y', 'application/x-y', { name: 'x.dat', charset: 'y' }],
    ['name="x.pdf"', '', { name: 'x.pdf' }],
    ['text/plain; CHARSET=a; charset=b', 'text/plain', { charset: 'a' }],
    ['', '', {}],
    [';', '', {}],
  ])('%s', (field, value, found) => {
    expect(readParameterField(field).value).toBe(value);
    expect(parameters(field)).toEqual(found);
  });

  it('and takes no name for more than a name', () => {
    const { parameters: found } = readParameterField(
      'x/y; __proto__=a; constructor*0=b; toString*=c',
    );
    expect([...found]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['tostring', 'c'],
    ]);
    expect(Object.getPrototypeOf({})).not.toBe('a');
  });
});

describe('readParameterField reads file names', () => {
  const cases: readonly [what: string, rest: string, name: string][] = [
    ['plain', 'filename=a.txt', 'a.txt'],
    [
      'quoted, with everything in it',
      'filename="a \\"b\\"; c=d, (e) \\\\ f.txt"; size=3',
      'a "b"; c=d, (e) \\ f.txt',
    ],
    ['with blanks and brackets, unquoted', 'filename=my file (1).pdf; size=3', 'my file (1).pdf'],
    ['with a semicolon, unquoted', 'filename=a;b.pdf; size=1', 'a;b.pdf'],
    ['with quotes in quotes', 'filename="the "final" plan.txt"; x=y', 'the "final" plan.txt'],
    ['a path of Windows', 'filename="C:\\temp\\new.txt"', 'C:\\temp\\new.txt'],
    ['quotes unclosed at the end', 'filename="open.txt', 'open.txt'],
    ['quotes unclosed before another parameter', 'filename="open.txt; size=12', 'open.txt'],
    ['several quotes', 'filename="long " "name.txt"', 'long name.txt'],
    ['single quotes', "filename='a b.txt'", 'a b.txt'],
    ['raw UTF-8', raw('filename="Größe; €.txt"'), 'Größe; €.txt'],
    ['raw Latin-1', raw('filename=Größe.txt', 'latin1'), 'Größe.txt'],
    [
      'raw Shift_JIS with a backslash in it',
      raw('filename="表示.txt"; x=1', 'shift_jis'),
      '表示.txt',
    ],
    ['raw ISO-2022-JP with quotes in it', 'filename="\x1b$B@A5a=q\x1b(B.txt"; x=1', '請求書.txt'],
    ['an encoded word', 'filename="=?utf-8?B?4oKsLnR4dA==?="', '€.txt'],
    ['an encoded word without quotes', 'filename==?utf-8?B?4oKsLnR4dA==?=; size=1', '€.txt'],
    ['encoded words', 'filename="=?utf-8?Q?Gr=C3=B6?= =?utf-8?Q?=C3=9Fe.txt?="', 'Größe.txt'],
    [
      'encoded words in two quotes',
      'filename="=?utf-8?Q?Gr=C3=B6?=" "=?utf-8?Q?=C3=9Fe.txt?="',
      'Größe.txt',
    ],
    ['an encoded word and its ending', 'filename="=?utf-8?Q?Gr=C3=B6=C3=9Fe?=.txt"', 'Größe.txt'],
    ['RFC 2231', "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.txt", 'Größe €.txt'],
    ['RFC 2231 with a language', "filename*=iso-8859-1'de'Gr%F6%DFe.txt", 'Größe.txt'],
    ['RFC 2231 in quotes', 'filename*="UTF-8\'\'%E2%82%AC.txt"', '€.txt'],
    ['RFC 2231 with one apostrophe', "filename*=utf-8'%E2%82%AC.txt", '€.txt'],
    [
      'RFC 2231 with an apostrophe in the name',
      "filename*=utf-8''it's%20%E2%82%AC.txt",
      "it's €.txt",
    ],
    ['RFC 2231 without a charset', 'filename*=%E2%82%AC.txt', '€.txt'],
    ['RFC 2231 with an empty charset', "filename*=''%E2%82%AC.txt", '€.txt'],
    ['RFC 2231 with an unknown charset', "filename*=x-odd''%E2%82%AC.txt", '€.txt'],
    ['RFC 2231 with a false charset', "filename*=us-ascii''%E2%82%AC.txt", '€.txt'],
    [
      'RFC 2231 with a broken percent sign',
      "filename*=utf-8''100%25%20or%20%5.txt",
      '100% or %5.txt',
    ],
    ['RFC 2231 with raw bytes', raw("filename*=utf-8''Größe%20€.txt"), 'Größe €.txt'],
    ['RFC 2231 around an encoded word', 'filename*="=?utf-8?Q?=E2=82=AC.txt?="', '€.txt'],
    ['both, the extended one first', "filename*=UTF-8''%E2%82%AC.txt; filename=e.txt", '€.txt'],
    ['both, the extended one last', "filename=e.txt; filename*=UTF-8''%E2%82%AC.txt", '€.txt'],
    ['both, the extended one broken', "filename*=UTF-8''%E2%82.txt; filename=e.txt", 'e.txt'],
    ['both, the extended one empty', "filename*=UTF-8''; filename=e.txt", 'e.txt'],
    ['pieces', 'filename*0="a long "; filename*1="name.txt"', 'a long name.txt'],
    ['pieces in any order', 'filename*2=".txt"; filename*0=a; filename*1=b', 'ab.txt'],
    ['pieces with a gap', 'filename*0=a; filename*2=b.txt', 'ab.txt'],
    ['pieces from one on', 'filename*1=a; filename*2=b.txt', 'ab.txt'],
    ['pieces of which the first has no number', 'filename=a; filename*1=b.txt', 'ab.txt'],
    ['a piece twice', 'filename*0=a; filename*0=x; filename*1=b.txt', 'ab.txt'],
    ['pieces with zeros in front', 'filename*00=a; filename*01=b.txt', 'ab.txt'],
    [
      'encoded pieces cut within a character',
      "filename*0*=utf-8''%E3%81; filename*1*=%82.txt",
      'あ.txt',
    ],
    [
      'encoded and plain pieces',
      'filename*0*=utf-8\'\'%E2%82%AC; filename*1=" 100%.txt"',
      '€ 100%.txt',
    ],
    ['a piece without its star', "filename*0*=utf-8''%E3%81; filename*1=%82.txt", 'あ.txt'],
    ['the charset in a later piece', "filename*0*=''a; filename*1*=iso-8859-1''%FC.txt", 'aü.txt'],
    ['no charset in any piece', 'filename*0*=%E3%81; filename*1*=%82.txt', 'あ.txt'],
    [
      'pieces of an encoded word',
      'filename*0="=?utf-8?B?5aWR57"; filename*1="SE5pu4LnBkZg==?="',
      '契約書.pdf',
    ],
    [
      'encoded words cut within a character',
      'filename*0="=?utf-8?B?5aWR57SE5pu?="; filename*1="=?utf-8?B?4LnBkZg==?="',
      '契約書.pdf',
    ],
    [
      'pieces and a whole',
      "filename*0*=utf-8''%E2%82%AC; filename*1*=.txt; filename=e.txt",
      '€.txt',
    ],
    ['percent signs without a star', 'filename="%E2%82%AC%20uro.txt"', '€ uro.txt'],
    ['RFC 2231 without its star', 'filename="utf-8\'\'%E2%82%AC.txt"', '€.txt'],
    ['percent signs that are meant', 'filename="100%25 sure.txt"', '100%25 sure.txt'],
    ['blanks around everything', "filename * = utf-8''%E2%82%AC.txt", '€.txt'],
  ];

  it.each(cases)('%s', (_, rest, text) => {
    expect(name(rest)).toBe(text);
  });
});

describe('readParameterField', () => {
  it('reads what RFC 2231 writes, however the pieces are cut', () => {
    const written = fc.record({
      sample: fc.constantFrom(...samples),
      pick: fc.nat(),
      length: fc.integer({ min: 1, max: 40 }),
      order: fc.nat(),
    });
    fc.assert(
      fc.property(written, ({ sample, pick, length, order }) => {
        const charset = sample.charsets[pick % sample.charsets.length] ?? 'utf-8';
        const bytes = iconv.encode(sample.sentence, charset);
        const pieces: string[] = [];
        for (let at = 0; at < bytes.length; at += length) {
          const text = [...bytes.subarray(at, at + length)]
            .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
            .join('');
          pieces.push(
            `filename*${pieces.length}*=${pieces.length === 0 ? `${charset}''` : ''}${text}`,
          );
        }
        const turned = [
          ...pieces.slice(order % pieces.length),
          ...pieces.slice(0, order % pieces.length),
        ];
        expect(name(turned.join('; '))).toBe(iconv.decode(bytes, charset));
      }),
    );
  });

  it('reads what RFC 2045 quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (text) => {
        // A quote that looks like the end of the text is the one thing that cannot be told apart.
        fc.pre(!/["\\%]|=\?/.test(text) && text.trim() !== '');
        expect(name(`x=1; filename="${text}"; y=2`)).toBe(text);
      }),
    );
  });

  it('is total and bounded for anything', () => {
    const pieces = fc.constantFrom(
      '"',
      ';',
      '=',
      '*',
      '0',
      "'",
      '%',
      'E2',
      '\\',
      ' ',
      '(',
      ')',
      'filename',
      'utf-8',
      '=?utf-8?Q?',
      '?=',
      '\xfc',
      ',',
      '\x1b$B',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
        const field = parts.join('');
        const { value, parameters: found } = readParameterField(field);
        const all = [value, ...found.keys(), ...found.values()].join('');
        expect(all.length).toBeLessThanOrEqual(field.length * 2 + 10);
      }),
    );
  });

  it('takes hundreds of parameters, and time in proportion to the value', () => {
    const many = Array.from({ length: 800 }, (_, at) => `filename*${at}="part${at} "`).join('; ');
    expect(name(many)).toMatch(/^part0 part1 .* part799 $/);
    for (const shape of [
      '; a="x',
      '; a=x',
      ';',
      '"',
      '; a="\\"',
      'a ',
      '=',
      '; a="b" c',
      '(',
      '; f*0*=%C3',
      '" "',
      ',a=',
      '; a=(',
      '; a="b"(',
      '\\"; ',
    ]) {
      const field = `text/plain${shape.repeat(Math.ceil(100_000 / shape.length))}`;
      expect(
        effortOf(() => readParameterField(field)),
        shape,
      ).toBeLessThan(4000);
    }
  });
});
