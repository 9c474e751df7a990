import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddressList } from '../../../src/storage/reading/addresses.ts';
import { effortOf } from '../../helpers/effort.ts';

const raw = (text: string): string => Buffer.from(text).toString('latin1');
/** `Name <address>`, several with `|` between. */
const shown = (value: string): string =>
  readAddressList(value)
    .map(({ name, address }) => `${name} <${address}>`.trim())
    .join(' | ');

describe('readAddressList reads', () => {
  const cases: readonly [what: string, value: string, list: string][] = [
    ['a bare address', 'j@x.example', '<j@x.example>'],
    ['a name', 'Jane Doe <j@x.example>', 'Jane Doe <j@x.example>'],
    ['a quoted name', '"Doe, Jane \\"J\\"" <j@x.example>', 'Doe, Jane "J" <j@x.example>'],
    ['a name in single quotes', "'Jane Doe' <j@x.example>", 'Jane Doe <j@x.example>'],
    ['a comment as name', 'j@x.example (Jane Doe)', 'Jane Doe <j@x.example>'],
    ['an encoded comment', 'j@x.example (=?utf-8?Q?J=C3=BCrgen?=)', 'Jürgen <j@x.example>'],
    [
      'a group',
      'Team: a@x.example, "B" <b@x.example>;, c@x.example',
      '<a@x.example> | B <b@x.example> | <c@x.example>',
    ],
    ['an empty group', 'undisclosed-recipients:;', ''],
    ['a route', '<@relay.example,@two.example:j@x.example>', '<j@x.example>'],
    [
      'semicolons of Outlook',
      'Doe, Jane <j@x.example>; Roe, Rick <r@x.example>',
      'Doe, Jane <j@x.example> | Roe, Rick <r@x.example>',
    ],
    [
      'commas without quotes',
      'Doe, Jane <j@x.example>, Roe, Rick <r@x.example>',
      'Doe, Jane <j@x.example> | Roe, Rick <r@x.example>',
    ],
    [
      'an encoded comma',
      '=?utf-8?Q?Doe=2C_Jane?= <j@x.example>, r@x.example',
      'Doe, Jane <j@x.example> | <r@x.example>',
    ],
    [
      'a raw comma in an encoded word',
      '=?utf-8?Q?Doe,_Jane?= <j@x.example>, r@x.example',
      'Doe, Jane <j@x.example> | <r@x.example>',
    ],
    [
      'a raw at sign in an encoded word',
      '=?utf-8?Q?a@b.example?= <j@x.example>',
      'a@b.example <j@x.example>',
    ],
    [
      'raw blanks in an encoded word',
      '=?utf-8?Q?Jane (the: boss)?= <j@x.example>',
      'Jane (the: boss) <j@x.example>',
    ],
    [
      'signs that split, encoded',
      '=?utf-8?Q?v=40c.example=3E=2C_=3Cx?= <x@evil.example>',
      'v@c.example>, <x <x@evil.example>',
    ],
    [
      'encoded words in quotes',
      '"=?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_Ro=C3=9F?=" <j@x.example>',
      'Jürgen Roß <j@x.example>',
    ],
    [
      'an encoded name cut within a character',
      '=?utf-8?B?SsO8cmdlbiBSb8M=?= =?utf-8?B?nw==?= <j@x.example>',
      'Jürgen Roß <j@x.example>',
    ],
    ['no address in an encoded word', '=?utf-8?Q?victim=40customer.example?=', ''],
    [
      'raw UTF-8 (RFC 6532)',
      raw('Jürgen <jürgen@münchen.example>, 田中@例え.example'),
      'Jürgen <jürgen@münchen.example> | <田中@例え.example>',
    ],
    [
      'a letter that ends with the byte of a blank',
      raw('Voilà <v@x.example>'),
      'Voilà <v@x.example>',
    ],
    ['raw Latin-1', 'J\xfcrgen Gr\xfcn <j@x.example>', 'Jürgen Grün <j@x.example>'],
    [
      'raw Shift_JIS with a backslash in it',
      '"\x95\x5c\x8e\xa6\x90\xbf\x8b\x81" <j@x.example>',
      '表示請求 <j@x.example>',
    ],
    [
      'raw ISO-2022-JP with signs in it',
      '\x1b$B@A5a=q\x1b(B <j@x.example>',
      '請求書 <j@x.example>',
    ],
    ['two at signs', 'a@b@c.example', '<a@b@c.example>'],
    ['an at sign in the name', '"a@b.example" <c@d.example>', 'a@b.example <c@d.example>'],
    ['a quoted local part', '"john doe"@x.example', '<"johndoe"@x.example>'],
    ['blanks in an address', 'j @ x . example', '<j@x.example>'],
    ['an address without brackets', 'Jane j@x.example', 'Jane <j@x.example>'],
    ['an open bracket', 'Jane <j@x.example', 'Jane <j@x.example>'],
    ['a lost bracket', 'j@x.example>', '<j@x.example>'],
    ['square brackets', '[j@x.example]', '<j@x.example>'],
    [
      'an open quote',
      '"Doe, Jane <j@x.example>, r@x.example',
      'Doe, Jane <j@x.example> | <r@x.example>',
    ],
    ['empty places', ', ,j@x.example,,;r@x.example,', '<j@x.example> | <r@x.example>'],
    ['a name alone', 'Jane Doe', ''],
    ['nothing', '', ''],
    [
      'turns of writing in a name',
      '=?utf-8?B?4oCuZWxwbWF4ZQ==?= <j@x.example>',
      'elpmaxe <j@x.example>',
    ],
    ['line ends in a name', '=?utf-8?Q?a=0D=0ABcc:_b?= <j@x.example>', 'a Bcc: b <j@x.example>'],
  ];

  it.each(cases)('%s', (_, value, list) => {
    expect(shown(value)).toBe(list);
  });
});

describe('readAddressList', () => {
  it('is total and bounded for anything', () => {
    const pieces = fc.constantFrom(
      '"',
      '<',
      '>',
      '@',
      ',',
      ';',
      ':',
      '(',
      ')',
      '\\',
      ' ',
      'a',
      'x.example',
      '=?utf-8?Q?',
      '?=',
      '\xfc',
      '\uFDD0',
      '[',
      ']',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
        for (const { name, address } of readAddressList(parts.join(''))) {
          expect(address).not.toMatch(/[\s\p{Cc}]/u);
          expect(name).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  it.each([
    'a@x.example,',
    '"',
    '(',
    '<',
    '=?utf-8?Q?a,b?= ',
    '\\"',
    'a ',
    '@',
    'x:',
    '(a)',
    '"a" ',
    '=?',
    '<a@b>;',
    '\xfc<',
  ])('takes time in proportion to the value and gives at most 500: %j', (shape) => {
    const value = shape.repeat(Math.ceil(150_000 / shape.length));
    let found = 0;
    const effort = effortOf(() => {
      found = readAddressList(value).length;
    });
    expect(found).toBeLessThanOrEqual(500);
    expect(effort).toBeLessThan(5000);
  });
});
