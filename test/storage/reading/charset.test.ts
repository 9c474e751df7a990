import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/storage/reading/charset.ts';
import { effortOf } from '../../helpers/effort.ts';
import { samples } from '../../helpers/sentences.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const read = (bytes: Buffer | string, label?: string, hints = {}): string =>
  decodeText(typeof bytes === 'string' ? bytesOf(bytes) : bytes, label, hints).text;

describe('decodeText knows a set under any of its names', () => {
  const cases: readonly [label: string, charset: string, bytes: string, text: string][] = [
    ['utf8', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['UTF_8', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['utf-8-mac', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['cp65001', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['unicode-1-1-utf-8', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['uft-8', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['utf-8; format=flowed', 'utf-8', 'gr\xc3\xbcn', 'grün'],
    ['"iso-8859-1', 'windows-1252', 'gr\xfcn', 'grün'],
    ["'ISO-8859-1'", 'windows-1252', 'gr\xfcn \x80', 'grün €'],
    ['iso8859_1', 'windows-1252', 'gr\xfcn', 'grün'],
    ['ISO 8859-1', 'windows-1252', 'gr\xfcn', 'grün'],
    ['iso-8859-1:1987', 'windows-1252', 'gr\xfcn', 'grün'],
    ['iso-8859-1*de', 'windows-1252', 'gr\xfcn', 'grün'],
    ['latin-1', 'windows-1252', 'gr\xfcn', 'grün'],
    ['x-cp1252', 'windows-1252', 'gr\xfcn', 'grün'],
    ['win-1252', 'windows-1252', 'gr\xfcn', 'grün'],
    ['charset=windows-1252', 'windows-1252', 'gr\xfcn', 'grün'],
    ['cp-850', 'cp850', 'gr\x81n', 'grün'],
    ['ibm-850', 'cp850', 'gr\x81n', 'grün'],
    ['dos-866', 'cp866', '\xaf\xe0\xa8\xa2\xa5\xe2', 'привет'],
    ['IBM437', 'cp437', 'gr\x81n', 'grün'],
    ['iso-8859-8-i', 'iso-8859-8', '\xf9\xec\xe5\xed', 'שלום'],
    ['visual', 'iso-8859-8', '\xf9\xec\xe5\xed', 'שלום'],
    ['x-mac-cyrillic', 'maccyrillic', '\xef\xf0\xe8\xe2\xe5\xf2', 'привет'],
    [
      'x-mac-ce',
      'maccenteuro',
      '\x8f\xfd\xeb',
      iconv.decode(bytesOf('\x8f\xfd\xeb'), 'maccenteuro'),
    ],
    ['mac', 'macintosh', 'gr\x9fn', 'grün'],
    ['tis-620', 'windows-874', '\xca\xc7\xd1\xca\xb4\xd5', 'สวัสดี'],
    ['x-sjis', 'shift_jis', '\x82\xb1\x82\xf1', 'こん'],
    ['windows-31j', 'shift_jis', '\x87\x40', '①'],
    ['shift_jis', 'shift_jis', '\xfb\xfc', '髙'],
    ['ms932', 'shift_jis', '\x82\xb1\x82\xf1', 'こん'],
    ['x-euc-jp', 'euc-jp', '\xa4\xb3\xa4\xf3', 'こん'],
    ['ks_c_5601-1987', 'euc-kr', '\xbe\xc8\xb3\xe7', '안녕'],
    ['euc-kr', 'euc-kr', '\x8c\x63', iconv.decode(bytesOf('\x8c\x63'), 'cp949')],
    ['x-windows-949', 'euc-kr', '\xbe\xc8\xb3\xe7', '안녕'],
    [
      'gb2312',
      'gb18030',
      '\xc4\xe3\xba\xc3\xe9\x46',
      `你好${iconv.decode(bytesOf('\xe9\x46'), 'gbk')}`,
    ],
    ['gb2312', 'gb18030', '\x81\x39\xef\x30', iconv.decode(bytesOf('\x81\x39\xef\x30'), 'gb18030')],
    ['x-gbk', 'gb18030', '\xc4\xe3\xba\xc3', '你好'],
    ['cp936', 'gb18030', '\xc4\xe3\xba\xc3', '你好'],
    [
      'hz-gb-2312',
      'hz-gb-2312',
      'This: ~{<:Ky2;S{#,NpJ)l6HK!#~} Bye ~~.',
      'This: 己所不欲，勿施於人。 Bye ~.',
    ],
    [
      'big5-hkscs',
      'big5',
      '\xa7\x41\xa6\x6e\x88\x62',
      `你好${iconv.decode(bytesOf('\x88\x62'), 'big5hkscs')}`,
    ],
    ['viscii', 'viscii', iconv.encode('Việt', 'viscii').toString('latin1'), 'Việt'],
    ['tcvn', 'tcvn', iconv.encode('Việt', 'tcvn').toString('latin1'), 'Việt'],
    ['armscii-8', 'armscii8', iconv.encode('Բարև', 'armscii8').toString('latin1'), 'Բարև'],
    ['koi8-t', 'koi8-t', iconv.encode('Салом ҷаҳон', 'koi8t').toString('latin1'), 'Салом ҷаҳон'],
    ['koi8-ru', 'koi8-u', '\xd0\xd2\xc9\xd7\xc5\xd4', 'привет'],
    ['iso-2022-jp', 'iso-2022-jp', '\x1b$B@A5a=q\x1b(B ok', '請求書 ok'],
    ['iso-2022-jp-ms', 'iso-2022-jp', '\x1b$B-!\x1b(B', '①'],
    ['iso-2022-jp', 'iso-2022-jp', '\x1b(I1=1\x1b(B', 'ｱｽｱ'],
    [
      'iso-2022-jp-2',
      'iso-2022-jp',
      '\x1b$AJ~\x1b(B \x1b$(C>H\x1b(B \x1b.A\x1bNi',
      `${iconv.decode(bytesOf('\xca\xfe'), 'gbk')} 안 é`,
    ],
    ['cp50221', 'iso-2022-jp', '\x1b$B@A5a=q\x1b(B', '請求書'],
    ['iso-2022-kr', 'iso-2022-kr', '\x1b$)C\x0e>H3g\x0f ok', '안녕 ok'],
    ['iso-2022-cn', 'iso-2022-cn', '\x1b$)A\x0eDc:C\x0f ok', '你好 ok'],
    ['euc-tw', 'euc-tw', '\xc4\xe3\xc5\xc6\x8e\xa2\xa1\xa1 ok', '中文乂 ok'],
    ['iso-2022-cn', 'iso-2022-cn', '\x1b$)G\x0eD!\x0f \x1b$*H\x1bN!! ok', '一 乂 ok'],
    ['utf-7', 'utf-7', 'gr+APw-n', 'grün'],
    ['unicode-1-1-utf-7', 'utf-7', 'gr+APw-n', 'grün'],
    ['utf-7', 'utf-7', 'gr&APw-n', 'grün'],
    ['utf-16', 'utf-16', 'g\0r\0\xfc\0n\0', 'grün'],
    ['utf-16', 'utf-16', '\0g\0r\0\xfc\0n', 'grün'],
    ['utf-16le', 'utf-16le', '\xff\xfeg\0\xfc\0', 'gü'],
    ['utf-16be', 'utf-16be', '\xfe\xff\0g\0\xfc', 'gü'],
    ['utf-32', 'utf-32', 'g\0\0\0\xfc\0\0\0', 'gü'],
    ['utf-32', 'utf-32le', '\xff\xfe\0\0g\0\0\0\xfc\0\0\0', 'gü'],
    ['utf-32be', 'utf-32be', '\0\0\xfe\xff\0\0\0g\0\0\0\xfc', 'gü'],
    ['646', 'us-ascii', 'plain', 'plain'],
    ['ansi_x3.4-1968', 'us-ascii', 'plain', 'plain'],
    ['iso-8859-15', 'iso-8859-15', '\xa4 5', '€ 5'],
    ['iso_8859-2', 'iso-8859-2', '\xbe\xe1dn\xfd', 'žádný'],
  ];

  it.each(cases)('%s is %s', (label, charset, bytes, text) => {
    const found = decodeText(bytesOf(bytes), label);
    expect({ text: found.text, charset: found.charset, isGuessed: found.isGuessed }).toEqual({
      text,
      charset,
      isGuessed: false,
    });
  });

  it.each([
    'unknown-8bit',
    'x-unknown',
    'x-user-defined',
    'base64',
    'hex',
    '8bit',
    'x-martian-9',
    '%s',
    '__proto__',
    '',
  ])('%s says nothing', (label) => {
    expect(read('Sch\xf6ne Gr\xfc\xdfe', label)).toBe('Schöne Grüße');
    expect(read('Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9fe', label)).toBe('Schöne Grüße');
    expect(decodeText(Buffer.from('plain'), label)).toEqual({
      text: 'plain',
      charset: 'us-ascii',
      isGuessed: false,
    });
  });
});

describe('decodeText overrules labels that cannot be true', () => {
  const cases: readonly [what: string, bytes: Buffer, label: string | undefined, text: string][] = [
    ['UTF-8 called Latin-1', Buffer.from('Größe XL'), 'iso-8859-1', 'Größe XL'],
    [
      'UTF-8 called windows-1251',
      Buffer.from('Привет, как дела'),
      'windows-1251',
      'Привет, как дела',
    ],
    ['UTF-8 called GB2312', Buffer.from('您好，请再发一次'), 'gb2312', '您好，请再发一次'],
    ['UTF-8 called ASCII', Buffer.from('Größe XL'), 'us-ascii', 'Größe XL'],
    [
      'UTF-8 called ISO-2022-JP',
      Buffer.from('請求書をもう一度'),
      'iso-2022-jp',
      '請求書をもう一度',
    ],
    ['UTF-8 called UTF-16', Buffer.from('Größe XL'), 'utf-16', 'Größe XL'],
    ['ASCII called UTF-16', Buffer.from('Size XL'), 'utf-16', 'Size XL'],
    ['Latin-1 called UTF-8', bytesOf('Gr\xf6\xdfe XL, gr\xfcn'), 'utf-8', 'Größe XL, grün'],
    ['Latin-1 called ASCII', bytesOf('Gr\xf6\xdfe XL, gr\xfcn'), 'us-ascii', 'Größe XL, grün'],
    [
      'windows-1251 called Latin-1',
      iconv.encode('Добрый день, пришлите счёт', 'windows-1251'),
      'iso-8859-1',
      'Добрый день, пришлите счёт',
    ],
    [
      'GBK called Latin-1',
      iconv.encode('您好，请再给我发一次发票', 'gbk'),
      'iso-8859-1',
      '您好，请再给我发一次发票',
    ],
    [
      'Shift_JIS called ISO-2022-JP',
      iconv.encode('請求書をもう一度', 'shift_jis'),
      'iso-2022-jp',
      '請求書をもう一度',
    ],
    [
      'EUC-JP called Shift_JIS',
      iconv.encode('請求書をもう一度送ってください', 'euc-jp'),
      'shift_jis',
      '請求書をもう一度送ってください',
    ],
    ['ISO-2022-JP called UTF-8', bytesOf('\x1b$B@A5a=q\x1b(B'), 'utf-8', '請求書'],
    ['ISO-2022-JP called ASCII', bytesOf('\x1b$B@A5a=q\x1b(B'), 'us-ascii', '請求書'],
    ['ISO-2022-JP without a label', bytesOf('\x1b$B@A5a=q\x1b(B'), undefined, '請求書'],
    ['ISO-2022-KR without a label', bytesOf('\x1b$)C\x0e>H3g\x0f'), undefined, '안녕'],
    [
      'UTF-16 without a label',
      Buffer.from('Größe XL, grün', 'utf16le'),
      undefined,
      'Größe XL, grün',
    ],
    [
      'UTF-8 encoded twice',
      Buffer.from(Buffer.from('Größe XL, grün').toString('latin1')),
      'utf-8',
      'Größe XL, grün',
    ],
    [
      'UTF-8 encoded twice by Windows',
      Buffer.from(iconv.decode(Buffer.from('„Größe“ – grün'), 'windows-1252')),
      'utf-8',
      '„Größe“ – grün',
    ],
  ];

  it.each(cases)('%s', (_, bytes, label, text) => {
    const found = decodeText(bytes, label);
    expect(found.text).toBe(text);
    expect(found.isGuessed).toBe(!/^[\x00-\x7f]*$/.test(text));
  });

  it.each([
    [
      'a letter and a quote that could be UTF-8',
      'LIBERT\xc9\xa0! VOIL\xc0\xa0!',
      'iso-8859-1',
      'LIBERTÉ\u00a0! VOILÀ\u00a0!',
    ],
    [
      'a word in upper case before a quote',
      'SCH\xd6N\xc4\xab und gut',
      'windows-1252',
      'SCHÖNÄ« und gut',
    ],
    [
      'one letter that looks doubled',
      'warum steht da \xc3\x83\xc2\xa4 statt \xc3\xa4?',
      'utf-8',
      'warum steht da Ã¤ statt ä?',
    ],
    ['colours of a terminal', '\x1b[31mred\x1b(B\x1b[m', undefined, '\x1b[31mred\x1b(B\x1b[m'],
    ['half a character of Shift_JIS', '\x82\xb1\x82\xf1\x82 ok', 'shift_jis', 'こん\uFFFD ok'],
  ])('and leaves what is true: %s', (_, bytes, label, text) => {
    expect(read(bytes, label)).toBe(text);
  });
});

describe('decodeText keeps what is around broken bytes', () => {
  it.each([
    ['a cut character at the end', 'gr\xc3\xbcn \xe2\x82', 'utf-8', 'grün \uFFFD'],
    [
      'a cut character within',
      'gr\xc3\xbcn, sch\xc3n, \xc3\xb6de',
      'utf-8',
      'grün, sch\uFFFDn, öde',
    ],
    ['nothing but half a character', 'ab\xc3', 'utf-8', 'ab\uFFFD'],
    [
      'lines of two sets',
      'Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9fe\n--\nF\xfcr R\xfcckfragen\n',
      'utf-8',
      'Schöne Grüße\n--\nFür Rückfragen\n',
    ],
    ['an open alphabet', 'one\n\x1b$B@A5a%\ntwo', 'iso-2022-jp', 'one\n請求\uFFFD\ntwo'],
    ['an unknown alphabet', '\x1b$(Zab\x1b(B ok', 'iso-2022-jp', '\uFFFD ok'],
    [
      'controls of Windows in an ISO set',
      'p\xf8\xedli\xb9 \x84\x9b\x93',
      'iso-8859-2',
      'příliš „›“',
    ],
    ['escapes that were taken away', 'See $B@A5a=q(B, $B@A5a(B', 'iso-2022-jp', 'See 請求書, 請求'],
    ['plus signs in UTF-7', '1+1=2, C++, gr+APw-n +- +2D3eAA-', 'utf-7', '1+1=2, C++, grün + 😀'],
    ['an unassigned byte', 'a\x81b\xfc', 'windows-1252', 'a\uFFFDbü'],
    ['U+0000', 'a\0b', 'utf-8', 'a\0b'],
  ])('%s', (_, bytes, label, text) => {
    expect(read(bytes, label)).toBe(text);
  });

  it('and never swallows ASCII behind them', () => {
    const label = fc.constantFrom(
      'utf-8',
      'shift_jis',
      'gb18030',
      'big5',
      'euc-kr',
      'euc-jp',
      'windows-1252',
      undefined,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), label, (rubbish, said) => {
        const text = read(Buffer.concat([rubbish, Buffer.from(' <b>1.\n2,\n')]), said);
        if (!rubbish.includes(0) && !rubbish.includes(0x1b))
          expect(text.endsWith('1.\n2,\n')).toBe(true);
      }),
    );
  });
});

describe('decodeText takes hints', () => {
  const page = (meta: string): Buffer =>
    Buffer.concat([Buffer.from(meta), iconv.encode('<p>Привет', 'koi8-r')]);

  it.each([
    '<meta charset="koi8-r">',
    '<html><head><META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=KOI8-R">',
    '<?xml version="1.0" encoding="koi8-r"?>',
  ])('from the document: %s', (meta) => {
    expect(decodeText(page(meta), undefined, { isHtml: true })).toEqual({
      text: `${meta}<p>Привет`,
      charset: 'koi8-r',
      isGuessed: false,
    });
  });

  it('but not from a text that is no HTML, and not against the label', () => {
    const bytes = Buffer.from('<meta charset="koi8-r"> grün');
    expect(decodeText(bytes, undefined).charset).toBe('utf-8');
    expect(decodeText(bytes, 'utf-8', { isHtml: true }).charset).toBe('utf-8');
  });

  it('from the mail around it', () => {
    const short = iconv.encode('Ян', 'koi8-r');
    expect(read(short, undefined, { charset: 'koi8-r' })).toBe('Ян');
    expect(read(Buffer.from('Größe'), undefined, { charset: 'koi8-r' })).toBe('Größe');
  });

  it('from a byte order mark, whatever the label says', () => {
    expect(read('\xef\xbb\xbfgr\xc3\xbcn', 'iso-8859-1')).toBe('grün');
    expect(read('\xff\xfeg\0\xfc\0', 'utf-8')).toBe('gü');
  });
});

describe('decodeText', () => {
  const labels = fc.oneof(
    fc.constantFrom(
      'utf-8',
      'utf-7',
      'utf-16',
      'utf-32',
      'iso-2022-jp',
      'iso-2022-kr',
      'hz-gb-2312',
      'gb2312',
      'big5',
      'euc-tw',
      'windows-1255',
      'iso-8859-6',
      'us-ascii',
      'x-mac-ce',
    ),
    fc.string({ maxLength: 20 }),
    fc.constant(undefined),
  );

  it('is total and bounded for any bytes and any label', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        labels,
        fc.boolean(),
        (bytes, label, isHtml) => {
          const { text } = decodeText(Buffer.from(bytes), label, { isHtml, charset: label ?? 'x' });
          expect(text.length).toBeLessThanOrEqual(bytes.length * 2);
          expect(text).not.toMatch(/\p{Surrogate}/u);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('reads what was written in a labelled set', () => {
    const rows = samples.flatMap(({ charsets, word, sentence, more }) =>
      charsets.flatMap((charset) => [word, sentence, more].map((text) => ({ charset, text }))),
    );
    for (const { charset, text } of rows) {
      const bytes = iconv.encode(text, charset);
      const found = decodeText(bytes, charset);
      expect(found.text, `${charset}: ${text}`).toBe(iconv.decode(bytes, charset));
      expect(found.isGuessed, `${charset}: ${text}`).toBe(false);
    }
  });

  it('reads any text back from UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 60 }), (codes) => {
        const text = String.fromCodePoint(...codes);
        const plain = text.replace(/\p{Surrogate}/gu, '').replace(/^\uFEFF+/, '');
        fc.pre(!plain.includes('\x1b'));
        const { text: found, isGuessed } = decodeText(Buffer.from(`x${plain}`), 'utf-8');
        if (!isGuessed) expect(found).toBe(`x${plain}`);
      }),
    );
  });

  it('costs next to nothing for ASCII and UTF-8, and stays linear for everything else', () => {
    const ascii = Buffer.alloc(2_000_000, 'All is plain here.\n');
    const utf8 = Buffer.alloc(2_000_000, 'Schöne Grüße aus Köln.\n');
    expect(effortOf(() => decodeText(ascii, 'utf-8'))).toBeLessThan(200);
    expect(effortOf(() => decodeText(utf8, 'utf-8'))).toBeLessThan(400);
    const rubbish = Buffer.alloc(300_000, '\xe4\x1b$B\xfc~{\xc3+AP', 'latin1');
    for (const label of ['utf-8', 'iso-2022-jp', 'hz-gb-2312', 'utf-7', 'shift_jis', undefined]) {
      expect(
        effortOf(() => decodeText(rubbish, label)),
        String(label),
      ).toBeLessThan(4000);
    }
  });
});
