/**
 * Names of character sets as mails write them, and what is meant by them.
 *
 * Promises: total; the same name in any spelling (case, quotes, blanks, dashes, language suffix) is the same set.
 * A name that says less than what people send under it stands for the wider set: GB2312 for GB18030, Shift_JIS for
 * CP932, EUC-KR for CP949, Latin-1 for windows-1252, TIS-620 for windows-874.
 * Leaves to others: turning bytes into text (charset-codecs.ts), texts without a name (charset-guess.ts).
 */
import iconv from 'iconv-lite';

/** What is meant by a label; undefined for one that says nothing (`unknown-8bit`, `x-user-defined`, rubbish). */
export function charsetOf(label: string | undefined): string | undefined {
  if (label === undefined || label === '') return undefined;
  const known = remembered.get(label);
  if (known !== undefined) return known === '' ? undefined : known;
  const found = findCharset(label);
  if (remembered.size < 500) remembered.set(label, found ?? '');
  return found;
}

/** Labels of mails are few; whoever sends thousands pays the search each time. */
const remembered = new Map<string, string>();

function findCharset(label: string): string | undefined {
  const plain = label
    .slice(0, 100)
    .toLowerCase()
    .replace(/\*[^*]*$/, '')
    .replace(/:\d{4}$/, '')
    .replace(/^[^a-z0-9]*(?:charset\s*=)?|[^a-z0-9+)]+$/g, '');
  const key = keyOf(plain);
  if (nothingSaid.has(key)) return undefined;
  return (
    meanings.get(key) ??
    ofPage(key) ??
    ofStandard(plain) ??
    ofLibrary(key) ??
    // `x-` and `cs` in front of a known name (RFC 2978 section 2.3).
    (/^(?:x|cs|iso|ms|ibm)./.test(key) ? ofTail(key) : undefined) ??
    // A longer text that begins with a name: `utf-8; format=flowed`, `iso-8859-1 (latin)`.
    (/[^a-z0-9_-]/.test(plain) ? findCharset(plain.replace(/[^a-z0-9_-].*$/, '')) : undefined)
  );
}

function keyOf(name: string): string {
  return name.replace(/[^a-z0-9]/g, '');
}

function ofTail(key: string): string | undefined {
  const tail = key.replace(/^(?:x+|cs|iso|ms|ibm)/, '');
  if (tail === key || tail.length < 3 || nothingSaid.has(tail)) return undefined;
  return meanings.get(tail) ?? ofPage(tail) ?? ofStandard(tail) ?? ofLibrary(tail);
}

/** `cp1252`, `windows 1252`, `win1252`, `ms1252`, `1252`, `ibm850`, `dos850`, `iso88591`, `88591`. */
function ofPage(key: string): string | undefined {
  const page =
    /^(?:x?cp|cp|windows|window|win|ms|ansi|codepage|ibm|pc|dos|oem|csibm)?(\d{3,5})$/.exec(
      key,
    )?.[1];
  if (page !== undefined) {
    const meant = pages.get(Number(page));
    if (meant !== undefined) return meant;
    if (/^(?:125\d|874)$/.test(page)) return `windows-${page}`;
    if (page.length === 3 && iconv.encodingExists(`cp${page}`)) return `cp${page}`;
    if (page.length === 4 && iconv.encodingExists(`cp${page}`)) return `cp${page}`;
  }
  const part = /^(?:x?iso|is0|iso8bit|ios)?8859(\d{1,2})(?:[ei]|windows.*|\d{4})?$/.exec(key)?.[1];
  return part === undefined ? undefined : isoParts.get(Number(part));
}

/** The WHATWG encoding standard, as far as Node has it. */
function ofStandard(name: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(name);
    return meanings.get(keyOf(encoding)) ?? ofPage(keyOf(encoding)) ?? ofLibrary(keyOf(encoding));
  } catch {
    // Not a label of the standard; the library may know it.
    return undefined;
  }
}

function ofLibrary(key: string): string | undefined {
  if (key.length < 2 || !iconv.encodingExists(key)) return undefined;
  return meanings.get(key) ?? key;
}

/** Names of things that are no character sets, or that say "I do not know". */
const nothingSaid: ReadonlySet<string> = new Set(
  `unknown unknown8bit unknown7bit xunknown 8bit 7bit default none null undefined binary base64 hex
  ascii8bit xuserdefined quotedprintable internal auto any charset text plain replacement
  ucs2internal`
    .trim()
    .split(/\s+/),
);

const isoParts: ReadonlyMap<number, string> = new Map([
  [1, 'windows-1252'],
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part): [number, string] => [
    part,
    `iso-8859-${part}`,
  ]),
  [9, 'windows-1254'],
  [11, 'windows-874'],
]);

const pages: ReadonlyMap<number, string> = new Map([
  [367, 'us-ascii'],
  [646, 'us-ascii'],
  [819, 'windows-1252'],
  [874, 'windows-874'],
  [878, 'koi8-r'],
  [912, 'iso-8859-2'],
  [913, 'iso-8859-3'],
  [914, 'iso-8859-4'],
  [915, 'iso-8859-5'],
  [916, 'iso-8859-8'],
  [919, 'iso-8859-10'],
  [920, 'windows-1254'],
  [923, 'iso-8859-15'],
  [932, 'shift_jis'],
  [936, 'gb18030'],
  [943, 'shift_jis'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [951, 'big5'],
  [954, 'euc-jp'],
  [970, 'euc-kr'],
  [1200, 'utf-16le'],
  [1201, 'utf-16be'],
  [1386, 'gb18030'],
  [10000, 'macintosh'],
  [10006, 'macgreek'],
  [10007, 'maccyrillic'],
  [10029, 'maccenteuro'],
  [10079, 'maciceland'],
  [10081, 'macturkish'],
  [12000, 'utf-32le'],
  [12001, 'utf-32be'],
  [20127, 'us-ascii'],
  [20866, 'koi8-r'],
  [20932, 'euc-jp'],
  [20936, 'gb18030'],
  [20949, 'euc-kr'],
  [21866, 'koi8-u'],
  [28591, 'windows-1252'],
  [28592, 'iso-8859-2'],
  [28593, 'iso-8859-3'],
  [28594, 'iso-8859-4'],
  [28595, 'iso-8859-5'],
  [28596, 'iso-8859-6'],
  [28597, 'iso-8859-7'],
  [28598, 'iso-8859-8'],
  [28599, 'windows-1254'],
  [28603, 'iso-8859-13'],
  [28605, 'iso-8859-15'],
  [33722, 'euc-jp'],
  [38598, 'iso-8859-8'],
  [50220, 'iso-2022-jp'],
  [50221, 'iso-2022-jp'],
  [50222, 'iso-2022-jp'],
  [50225, 'iso-2022-kr'],
  [50227, 'iso-2022-cn'],
  [51932, 'euc-jp'],
  [51936, 'gb18030'],
  [51949, 'euc-kr'],
  [51950, 'euc-tw'],
  [52936, 'hz-gb-2312'],
  [54936, 'gb18030'],
  [65000, 'utf-7'],
  [65001, 'utf-8'],
]);

/** By the name without anything but letters and digits. */
const meanings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'utf-8':
      'utf8 utf8n utf8mac utfmac utf08 utf uft8 ut8 utl8 uft utf8bom utf8mb4 utf8mb3 utf8nobom unicode11utf8 unicode20utf8 cesu8 xunicode20utf8 u8 utf8unix utf8dos utf8strict utf88',
    'us-ascii':
      'ascii usascii us ansix34 ansix341968 ansix341986 iso646us iso646 iso646irv1991 isoir6 usacii usasci asciius 646',
    'windows-1252':
      'latin1 l1 iso88591 xiso88591 isolatin1 isoir100 latin ansi cp819 ibm819 windows xansi western iso8859 win windowslatin1 winlatin1 iso8895 iso88951 iso85591 iso88991 latin1windows',
    'iso-8859-15': 'latin9 latin0 l9 isolatin9 xiso885915',
    'iso-8859-2': 'latin2 l2 isolatin2 isoir101',
    'iso-8859-3': 'latin3 l3 isolatin3 isoir109',
    'iso-8859-4': 'latin4 l4 isolatin4 isoir110',
    'windows-1254': 'latin5 l5 isolatin5 isoir148 turkish',
    'iso-8859-10': 'latin6 l6 isolatin6 isoir157',
    'iso-8859-13': 'latin7 l7',
    'iso-8859-14': 'latin8 l8 isoir199 isoceltic',
    'iso-8859-16': 'latin10 l10 isoir226',
    'iso-8859-5': 'cyrillic isoir144 isolatincyrillic',
    'iso-8859-6': 'arabic isoir127 asmo708 ecma114',
    'iso-8859-7': 'greek greek8 isoir126 elot928 ecma118 sungreek ibm813',
    'iso-8859-8': 'hebrew isoir138 logical visual xhebrew',
    'windows-874':
      'tis620 tis6200 tis62025291 tis62025330 tis18 isoir166 thai ibm874 dos874 xtis620',
    'utf-7': 'utf7 unicode11utf7 unicode20utf7 xunicode20utf7',
    'utf-7-imap': 'utf7imap imaputf7 imap4modifiedutf7 ximap4modifiedutf7 xmodifiedutf7',
    'utf-16': 'utf16 unicode ucs2 iso10646ucs2 iso10646 csunicode unicodefffe16',
    'utf-16le': 'utf16le ucs2le unicodelittle xutf16le unicodefeff',
    'utf-16be': 'utf16be ucs2be unicodebig unicodefffe xutf16be',
    'utf-32': 'utf32 ucs4 iso10646ucs4',
    'utf-32le': 'utf32le ucs4le',
    'utf-32be': 'utf32be ucs4be',
    gb18030:
      'gb18030 gb180302000 gb180302005 gb180302022 gbk xgbk gbk936 gb2312 gb23121980 gb231280 xgb2312 cngb gb chinese euccn xeuccn eucgb2312cn csgb2312 csiso58gb231280 isoir58 gb1988 xgb simplifiedchinese xmacchinesesimp',
    'hz-gb-2312': 'hzgb2312 hz hzgb hzgb23121980 cshzgb2312',
    big5: 'big5 big5hkscs big5hkscs2004 big5hkscs2008 cnbig5 csbig5 xxbig5 xbig5 big5eten big5uao big52003 bigfive traditionalchinese xmacchinesetrad hkscs',
    'euc-tw': 'euctw xeuctw cns11643 cns euctaiwan',
    shift_jis:
      'shiftjis xshiftjis sjis xsjis mskanji csshiftjis windows31j cswindows31j ms932 xms932 xmscp932 sjiswin sjismobile shiftjis2004 shiftjisx0213 shiftjs shitjis shifjis shiftjiswin jisshift shift xmacjapanese',
    'euc-jp':
      'eucjp xeucjp eucjpms eucjpwin xeuc xeucjpunix ujis eucjis2004 eucjisx0213 cseucpkdfmtjapanese extendedunixcodepackedformatforjapanese euc japaneseeuc',
    'iso-2022-jp':
      'iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 iso2022jpms iso2022jpext iso2022 csiso2022jp csiso2022jp2 jis jis7 jisencoding iso2022jpmobile xiso2022jp iso2202jp is02022jp iso20022jp',
    'iso-2022-kr': 'iso2022kr csiso2022kr',
    'iso-2022-cn': 'iso2022cn iso2022cnext csiso2022cn',
    'euc-kr':
      'euckr xeuckr ksc5601 ksc56011987 ksc56011989 ksc5601 ks5601 ksc5636 ksx1001 korean cseuckr csksc56011987 isoir149 uhc cpuhc mswin949 xwindows949 ksc 5601 unifiedhangul xmackorean',
    'koi8-r': 'koi8r koi8 koi cskoi8r xkoi8r koi8rus',
    'koi8-u': 'koi8u koi8ru xkoi8u',
    'koi8-t': 'koi8t',
    macintosh: 'macintosh mac macroman xmacroman csmacintosh applemac xmac macwestern',
    maccyrillic: 'maccyrillic xmaccyrillic xmacukrainian macukraine macukrainian',
    maccenteuro:
      'maccenteuro maccentraleurope xmacce macce xmaccentraleurope xmaccentraleurroman maccentraleurroman maclatin2',
    macgreek: 'xmacgreek',
    macturkish: 'xmacturkish',
    maccroatian: 'xmaccroatian',
    maciceland: 'xmacicelandic macicelandic',
    macromania: 'xmacromanian macromanian',
    macthai: 'xmacthai',
    viscii: 'viscii csviscii viscii11 viscii111 viscii1',
    tcvn: 'tcvn tcvn5712 tcvn57121 tcvn57121993 tcvn3',
    armscii8: 'armscii armscii8 armscii8a',
    hproman8: 'hproman8 roman8 r8 cshproman8 xroman8',
  }).flatMap(([meant, names]) =>
    names
      .split(' ')
      .filter((name) => name !== '')
      .map((name): [string, string] => [name, meant]),
  ),
);
