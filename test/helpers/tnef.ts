/**
 * Writes TNEF as Outlook does (MS-OXTNEF): `winmail.dat` for tests, without a mail program that makes it.
 *
 * What it writes was compared with Debian's `tnef`, which takes the same files and texts out of it.
 */

export interface TnefFileToWrite {
  readonly name: string;
  readonly bytes: Buffer;
  /** As the eight-and-three name beside it; made from the name when absent. */
  readonly shortName?: string;
  readonly type?: string;
  readonly contentId?: string;
  /** `object`: the bytes behind the mark of an interface; `legacy`: only the attributes of old Outlooks. */
  readonly form?: 'file' | 'message' | 'storage' | 'legacy';
}

export interface TnefToWrite {
  readonly messageClass?: string;
  readonly codePage?: number;
  readonly properties?: readonly Property[];
  readonly recipients?: readonly (readonly Property[])[];
  /** Further attributes of the message, before its properties. */
  readonly attributes?: readonly (readonly [id: number, bytes: Buffer])[];
  readonly files?: readonly TnefFileToWrite[];
  /** Counts a byte too much in each check sum. */
  readonly hasWrongSums?: boolean;
}

/** A property: its id, or the set and number of a named one, and its value. */
export type Property = readonly [
  key: number | { readonly set: string; readonly id: number | string },
  value:
    | { readonly text: string }
    | { readonly text8: Buffer }
    | { readonly binary: Buffer }
    | { readonly object: Buffer }
    | { readonly number: number }
    | { readonly flag: boolean }
    | { readonly time: number }
    | { readonly texts: readonly string[] },
];

export function writeTnef(message: TnefToWrite): Buffer {
  const {
    messageClass = 'IPM.Microsoft Mail.Note',
    codePage = 1252,
    hasWrongSums = false,
  } = message;
  const attribute = (level: 1 | 2, id: number, bytes: Buffer) => {
    const head = Buffer.alloc(9);
    head.writeUInt8(level, 0);
    head.writeUInt32LE(id, 1);
    head.writeUInt32LE(bytes.length, 5);
    let sum = hasWrongSums ? 1 : 0;
    for (const byte of bytes) sum = (sum + byte) & 0xffff;
    const tail = Buffer.alloc(2);
    tail.writeUInt16LE(sum, 0);
    return Buffer.concat([head, bytes, tail]);
  };
  const pages = Buffer.alloc(8);
  pages.writeUInt32LE(codePage, 0);
  return Buffer.concat([
    Buffer.from('789f3e220100', 'hex'),
    attribute(1, 0x00089006, Buffer.from('00000100', 'hex')),
    attribute(1, 0x00069007, pages),
    attribute(1, 0x00078008, Buffer.from(`${messageClass}\0`)),
    ...(message.attributes ?? []).map(([id, bytes]) => attribute(1, id, bytes)),
    ...(message.recipients === undefined
      ? []
      : [
          attribute(
            1,
            0x00069004,
            Buffer.concat([
              count(message.recipients.length),
              ...message.recipients.map(writeProperties),
            ]),
          ),
        ]),
    attribute(1, 0x00069003, writeProperties(message.properties ?? [])),
    ...(message.files ?? []).flatMap((file) =>
      attachmentAttributes(file).map(([id, bytes]) => attribute(2, id, bytes)),
    ),
  ]);
}

const interfaces = {
  message: Buffer.from('0703020000000000c000000000000046', 'hex'),
  storage: Buffer.from('0b00000000000000c000000000000046', 'hex'),
};

function attachmentAttributes(
  file: TnefFileToWrite,
): readonly (readonly [id: number, bytes: Buffer])[] {
  const { name, bytes, type, contentId, form = 'file' } = file;
  const shortName = file.shortName ?? `${name.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}.BIN`;
  const rendering = Buffer.from('0100ffffffff2000200000000000', 'hex');
  const common: readonly (readonly [number, Buffer])[] = [
    [0x00069002, rendering],
    [0x00018010, Buffer.from(`${shortName}\0`, 'latin1')],
  ];
  if (form === 'legacy') return [...common, [0x0006800f, bytes]];
  const named: readonly Property[] = [
    [0x3707, { text: name }],
    [0x3704, { text: shortName }],
    [0x3705, { number: form === 'message' ? 5 : form === 'storage' ? 6 : 1 }],
    ...(type === undefined ? [] : [[0x370e, { text: type }] as const]),
    ...(contentId === undefined ? [] : [[0x3712, { text: contentId }] as const]),
  ];
  if (form === 'file')
    return [...common, [0x0006800f, bytes], [0x00069005, writeProperties(named)]];
  const object = Buffer.concat([interfaces[form], bytes]);
  return [...common, [0x00069005, writeProperties([...named, [0x3701, { object }]])]];
}

export function writeProperties(properties: readonly Property[]): Buffer {
  return Buffer.concat([count(properties.length), ...properties.map(writeProperty)]);
}

function writeProperty([key, value]: Property): Buffer {
  const { type, bytes } = writeValue(value);
  const tag = Buffer.alloc(4);
  tag.writeUInt16LE(type, 0);
  tag.writeUInt16LE(typeof key === 'number' ? key : 0x8000, 2);
  return Buffer.concat([tag, ...(typeof key === 'number' ? [] : [writeName(key)]), bytes]);
}

function writeName({ set, id }: { readonly set: string; readonly id: number | string }): Buffer {
  const guid = Buffer.from(set, 'hex');
  if (typeof id === 'number') return Buffer.concat([guid, count(0), count(id)]);
  return Buffer.concat([guid, count(1), block(Buffer.from(`${id}\0`, 'utf16le'))]);
}

function writeValue(value: Property[1]): { readonly type: number; readonly bytes: Buffer } {
  const one = (bytes: Buffer) => Buffer.concat([count(1), block(bytes)]);
  if ('text' in value) return { type: 0x1f, bytes: one(Buffer.from(`${value.text}\0`, 'utf16le')) };
  if ('text8' in value)
    return { type: 0x1e, bytes: one(Buffer.concat([value.text8, Buffer.alloc(1)])) };
  if ('binary' in value) return { type: 0x102, bytes: one(value.binary) };
  if ('object' in value) return { type: 0x0d, bytes: one(value.object) };
  if ('number' in value) return { type: 0x03, bytes: count(value.number) };
  if ('flag' in value) return { type: 0x0b, bytes: count(value.flag ? 1 : 0) };
  if ('time' in value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value.time + 11_644_473_600_000) * 10_000n);
    return { type: 0x40, bytes };
  }
  const texts = value.texts.map((text) => block(Buffer.from(`${text}\0`, 'utf16le')));
  return { type: 0x101f, bytes: Buffer.concat([count(texts.length), ...texts]) };
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}

function block(bytes: Buffer): Buffer {
  return Buffer.concat([count(bytes.length), bytes, Buffer.alloc(-bytes.length & 3)]);
}

const dictionary = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ' +
    'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** MS-OXRTFCP, with references backwards; small texts only, for it looks everywhere. */
export function compressRtf(rtf: Buffer): Buffer {
  const all = Buffer.concat([dictionary, rtf]);
  const tokens: (number | readonly [offset: number, length: number])[] = [];
  let at = dictionary.length;
  while (at < all.length) {
    const found = longestMatch(all, at);
    if (found === undefined) tokens.push(all[at] ?? 0);
    else tokens.push([found.from & 4095, found.length]);
    at += found?.length ?? 1;
  }
  tokens.push([at & 4095, 2]);
  const body: Buffer[] = [];
  for (let first = 0; first < tokens.length; first += 8) {
    const run = tokens.slice(first, first + 8);
    const control = run.reduce<number>(
      (bits, token, bit) => (typeof token === 'number' ? bits : bits | (1 << bit)),
      0,
    );
    body.push(
      Buffer.from([
        control,
        ...run.flatMap((token) => {
          if (typeof token === 'number') return [token];
          const word = (token[0] << 4) | (token[1] - 2);
          return [word >> 8, word & 255];
        }),
      ]),
    );
  }
  const content = Buffer.concat(body);
  return Buffer.concat([
    count(content.length + 12),
    count(rtf.length),
    Buffer.from('LZFu'),
    count(sumOf(content)),
    content,
  ]);
}

/** CRC-32 from nought and without the turning at its end (MS-OXRTFCP 2.1.3.1.2). */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ ((sum & 1) === 0 ? 0 : 0xedb88320);
  }
  return sum >>> 0;
}

function longestMatch(
  all: Buffer,
  at: number,
): { readonly from: number; readonly length: number } | undefined {
  let best: { from: number; length: number } | undefined;
  for (let from = Math.max(0, at - 4000); from < at; from += 1) {
    let length = 0;
    while (length < 17 && at + length < all.length && all[from + length] === all[at + length])
      length += 1;
    if (length >= 2 && length > (best?.length ?? 0)) best = { from, length };
  }
  return best;
}

/** HTML wrapped in RTF as Exchange does (MS-OXRTFEX): tags in groups of their own, words as RTF. */
export function wrapHtml(html: string): Buffer {
  const body = html
    .split(/(<[^>]*>|&[a-z#0-9]+;|\r?\n)/)
    .map((piece) => {
      if (/^\r?\n$/.test(piece)) return '\r\n{\\*\\htmltag84 \\par }';
      if (piece.startsWith('<') || piece.startsWith('&')) return `{\\*\\htmltag64 ${toRtf(piece)}}`;
      return piece === '' ? '' : `\\htmlrtf {\\b\\htmlrtf0 ${toRtf(piece)}\\htmlrtf }\\htmlrtf0 `;
    })
    .join('');
  return Buffer.from(
    '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\fbidi \\deff0{\\fonttbl\r\n{\\f0\\fswiss Arial;}\r\n{\\f1\\fmodern Courier New;}}\r\n' +
      '{\\colortbl\\red0\\green0\\blue0;}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs24\r\n' +
      `{\\*\\mhtmltag64 <p class=never>}${body}\\htmlrtf \\par\\htmlrtf0 }\r\n`,
    'latin1',
  );
}

function toRtf(text: string): string {
  return text
    .replace(/[\\{}]/g, '\\$&')
    .replace(/[^\x20-\x7e]/gu, (sign) =>
      [...Array(sign.length).keys()]
        .map((at) => `\\u${(sign.charCodeAt(at) << 16) >> 16} ?`)
        .join(''),
    );
}
