/**
 * Mails made worse: what wires, programs and people with bad intentions do to them.
 *
 * Promises: pure; the same damage to the same mail gives the same bytes, so that fast-check can shrink it. The result is never much
 * larger than the mails that it is made of.
 */
import fc from 'fast-check';

/** Places are given as a share of the mail, from 0 to 1, so that they fit mails of any size. */
export type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'behead'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number; readonly count: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'take-out'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'repeat';
      readonly at: number;
      readonly length: number;
      readonly times: number;
    }
  | { readonly kind: 'header'; readonly at: number; readonly line: string }
  | { readonly kind: 'boundaries'; readonly how: 'swap' | 'same' | 'drop' | 'quote' }
  | { readonly kind: 'charset'; readonly label: string }
  | { readonly kind: 'encoding'; readonly label: string }
  | { readonly kind: 'line-ends'; readonly end: '\n' | '\r' | '\r\r\n' }
  | { readonly kind: 'splice'; readonly at: number }
  | { readonly kind: 'wrap'; readonly depth: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });

const charsets = [
  'utf-8',
  'utf8',
  'us-ascii',
  'iso-2022-jp',
  'shift_jis',
  'gb2312',
  'big5',
  'euc-kr',
  'utf-7',
  'utf-16',
  'koi8-r',
  '"iso-8859-1',
  'unknown-8bit',
  'cp-850',
  '',
  'x',
  '../../etc',
  'iso-2022-kr',
  'hz-gb-2312',
  'utf-32le',
]; // prettier-ignore
const encodings = [
  'base64',
  'quoted-printable',
  '7bit',
  '8bit',
  'binary',
  'x-uuencode',
  'base32',
  '',
  'BASE64 ',
];
const headerLines = [
  'Content-Type: multipart/mixed; boundary=x',
  'Content-Type: multipart/alternative; boundary="',
  'Content-Type: text/html; charset=iso-2022-jp',
  'Content-Type: message/rfc822',
  'Content-Type: application/ms-tnef; name=winmail.dat',
  'Content-Type: text/plain; format=flowed; delsp=yes',
  'Content-Type: application/pkcs7-mime; smime-type=signed-data',
  'Content-Type: text/x-vcard',
  'Content-Type: text/calendar; method=REQUEST',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: x-uuencode',
  "Content-Disposition: attachment; filename*0*=utf-8''%e4%; filename*2=x; filename=\"a",
  'Content-ID: <<>',
  'Subject: =?utf-8?B?w?= =?utf-8?Q?=C3?= =?gb2312?B?////?=',
  'From: "a" <b@c>, (d) e:f@g;,;, <',
  'To: undisclosed-recipients:;',
  'Date: 99 Foo -1 99:99:99 +9999',
  'References: <<<>>> <a@b> <a@b',
  '',
  ':',
  ' folded',
  '\tContent-Type: x',
];

export const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('behead' as const), at: share }),
  fc.record({
    kind: fc.constant('flip' as const),
    at: share,
    bit: fc.nat(7),
    count: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: share,
    bytes: fc.uint8Array({ maxLength: 60 }),
  }),
  fc.record({ kind: fc.constant('take-out' as const), at: share, length: share }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: share,
    length: share,
    times: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('header' as const),
    at: share,
    line: fc.oneof(fc.constantFrom(...headerLines), fc.string({ maxLength: 40 })),
  }),
  fc.record({
    kind: fc.constant('boundaries' as const),
    how: fc.constantFrom('swap' as const, 'same' as const, 'drop' as const, 'quote' as const),
  }),
  fc.record({ kind: fc.constant('charset' as const), label: fc.constantFrom(...charsets) }),
  fc.record({ kind: fc.constant('encoding' as const), label: fc.constantFrom(...encodings) }),
  fc.record({
    kind: fc.constant('line-ends' as const),
    end: fc.constantFrom('\n' as const, '\r' as const, '\r\r\n' as const),
  }),
  fc.record({ kind: fc.constant('splice' as const), at: share }),
  fc.record({ kind: fc.constant('wrap' as const), depth: fc.integer({ min: 1, max: 60 }) }),
);

/** No larger than this, whatever is done to it. */
const most = 400_000;

/** `other`: the mail that is mixed in. */
export function damage(mail: Buffer, how: readonly Damage[], other: Buffer): Buffer {
  return how.reduce((bytes, each) => apply(bytes, each, other).subarray(0, most), mail);
}

function apply(mail: Buffer, how: Damage, other: Buffer): Buffer {
  switch (how.kind) {
    case 'cut':
      return mail.subarray(0, placeIn(mail, how.at));
    case 'behead':
      return mail.subarray(placeIn(mail, how.at));
    case 'flip':
      return flip(mail, how);
    case 'insert':
      return insert(mail, placeIn(mail, how.at), Buffer.from(how.bytes));
    case 'take-out': {
      const at = placeIn(mail, how.at);
      const end = at + Math.floor((mail.length - at) * how.length);
      return Buffer.concat([mail.subarray(0, at), mail.subarray(end)]);
    }
    case 'repeat':
      return repeat(mail, how);
    case 'header':
      return insert(mail, lineAt(mail, how.at), Buffer.from(`${how.line}\r\n`));
    case 'boundaries':
      return disturbBoundaries(mail, how.how);
    case 'charset':
      return relabel(mail, /charset=("?)[^\s";]*\1/gi, `charset=${how.label}`);
    case 'encoding':
      return relabel(mail, /^(content-transfer-encoding:)[^\r\n]*/gim, `$1 ${how.label}`);
    case 'line-ends':
      return relabel(mail, /\r?\n/g, how.end);
    case 'splice':
      return Buffer.concat([
        mail.subarray(0, lineAt(mail, how.at)),
        other.subarray(lineAt(other, how.at)),
      ]);
    case 'wrap':
      return wrap(mail, how.depth);
  }
}

function placeIn(mail: Buffer, at: number): number {
  return Math.floor(mail.length * at);
}

/** The beginning of a line. */
function lineAt(mail: Buffer, at: number): number {
  return mail.indexOf(0x0a, placeIn(mail, at)) + 1;
}

function insert(mail: Buffer, at: number, bytes: Buffer): Buffer {
  return Buffer.concat([mail.subarray(0, at), bytes, mail.subarray(at)]);
}

function flip(mail: Buffer, { at, bit, count }: Extract<Damage, { kind: 'flip' }>): Buffer {
  const flipped = Buffer.from(mail);
  const begin = placeIn(mail, at);
  for (let place = begin; place < begin + count && place < flipped.length; place += 1)
    flipped[place] = (flipped[place] ?? 0) ^ (1 << bit);
  return flipped;
}

function repeat(mail: Buffer, { at, length, times }: Extract<Damage, { kind: 'repeat' }>): Buffer {
  const begin = placeIn(mail, at);
  const piece = mail.subarray(begin, begin + Math.floor((mail.length - begin) * length));
  const copies = Math.min(times, Math.ceil(most / Math.max(1, piece.length)));
  return Buffer.concat([
    mail.subarray(0, begin),
    ...Array<Buffer>(copies).fill(piece),
    mail.subarray(begin),
  ]);
}

function relabel(mail: Buffer, what: RegExp, by: string): Buffer {
  return Buffer.from(mail.toString('latin1').replace(what, by), 'latin1');
}

function disturbBoundaries(mail: Buffer, how: 'swap' | 'same' | 'drop' | 'quote'): Buffer {
  const text = mail.toString('latin1');
  const names = [...text.matchAll(/boundary=("?)([^\s";]+)\1/gi)].map(([, , name]) => name ?? '');
  const [first = 'none', second = 'other'] = names;
  const changed =
    how === 'swap'
      ? text
          .replaceAll(`--${first}`, '--\0')
          .replaceAll(`--${second}`, `--${first}`)
          .replaceAll('--\0', `--${second}`)
      : how === 'same'
        ? text.replaceAll(second, first)
        : how === 'drop'
          ? text.replaceAll(`--${first}--`, '')
          : text.replace(/boundary="([^"]*)"/gi, 'boundary=$1');
  return Buffer.from(changed, 'latin1');
}

function wrap(mail: Buffer, depth: number): Buffer {
  const levels = Array.from({ length: depth }, (_, level) => level);
  const head = levels.map((level) => {
    const boundary = `w${level}`;
    return level % 3 === 2
      ? 'Content-Type: message/rfc822\r\n\r\n'
      : `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`;
  });
  return Buffer.concat([Buffer.from(head.join('')), mail]);
}
