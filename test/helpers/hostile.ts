/**
 * Mails that are too big to keep as files.
 *
 * Owns: raw bytes that cost a careless reader its time, its memory or its stack.
 * Promises: the same arguments give the same bytes; each mail carries one sentence, `WITNESS`, that
 * a reader which keeps its head can still find (where the mail has readable text at all).
 * Leaves to others: small broken and hostile mails (`test/corpus/`), and what must be seen.
 */

import { Buffer } from 'node:buffer';

/** The fields a caller may want to choose; put into the mail as they are, unchecked. */
export interface HostileHead {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly messageId?: string;
}

/** The sentence that stands in the text of every mail made here. */
export const WITNESS = 'The lamp in room seven is dark.';

const EOL = '\r\n';

/** One header field, `X-Filler`, of `bytes` bytes on a single unfolded line (default 1 MB). */
export function megabyteHeader(bytes = 1_048_576, head: HostileHead = {}): Buffer {
  const name = 'X-Filler: ';
  const filler = name + 'f'.repeat(Math.max(0, bytes - name.length));
  return mail({ ...defaults('megabyte-header', head), fields: [filler], body: WITNESS });
}

/** The same megabyte of header as many small, differently named fields (default 20,000). */
export function manyHeaderFields(count = 20_000, head: HostileHead = {}): Buffer {
  const fields = numbered(count, (i) => `X-Filler-${i}: a small field that says nothing, ${i}`);
  return mail({ ...defaults('many-header-fields', head), fields, body: WITNESS });
}

/** Multipart within multipart, `depth` levels (default 2,000); the text is the innermost part. */
export function nestedParts(depth = 2000, head: HostileHead = {}): Buffer {
  // Boundaries have the same width, so that none is the beginning of another.
  const boundary = (level: number) => `level-${String(level).padStart(8, '0')}`;
  const type = (level: number) => `Content-Type: multipart/mixed; boundary="${boundary(level)}"`;
  const opening = numbered(depth, (i) =>
    i + 1 < depth
      ? [`--${boundary(i)}`, type(i + 1), '', ''].join(EOL)
      : [`--${boundary(i)}`, 'Content-Type: text/plain', '', ''].join(EOL),
  );
  const closing = numbered(depth, (i) => `--${boundary(depth - 1 - i)}--${EOL}`);
  const body = `${opening.join('')}${WITNESS}${EOL}${closing.join('')}`;
  return mail({ ...defaults('nested-parts', head), fields: [type(0)], body });
}

/** One flat multipart of a text and `count` tiny attachments (default 5,000). */
export function manyParts(count = 5000, head: HostileHead = {}): Buffer {
  const text = ['--flat', 'Content-Type: text/plain', '', WITNESS, ''].join(EOL);
  const files = numbered(count, (i) =>
    [
      '--flat',
      'Content-Type: application/octet-stream',
      `Content-Disposition: attachment; filename="part-${i}.bin"`,
      '',
      `content ${i}`,
      '',
    ].join(EOL),
  );
  return mail({
    ...defaults('many-parts', head),
    fields: ['Content-Type: multipart/mixed; boundary="flat"'],
    body: `${text}${files.join('')}--flat--`,
  });
}

/** A body of one line of `bytes` bytes without a blank in it, behind a short first line (2 MB). */
export function longLine(bytes = 2_097_152, head: HostileHead = {}): Buffer {
  return mail({ ...defaults('long-line', head), body: `${WITNESS}${EOL}${'x'.repeat(bytes)}` });
}

/** `count` ids in References, folded one a line (default 5,000); none of them is known. */
export function manyReferences(count = 5000, head: HostileHead = {}): Buffer {
  const ids = numbered(count, (i) => `<reference.${i}@thread.example>`);
  return mail({
    ...defaults('many-references', head),
    fields: [`References: ${ids.join(`${EOL} `)}`, `In-Reply-To: ${ids.join(' ')}`],
    body: WITNESS,
  });
}

/**
 * An attachment `big.bin` in base64 that ends within a group of four, within a line, and with
 * neither boundary nor line end behind it. `bytes` is the size the sender meant to send (1 MB).
 */
export function truncatedBase64(bytes = 1_048_576, head: HostileHead = {}): Buffer {
  // Base64 is a multiple of four long and a line holds 76 characters, so five characters less
  // always end within a group and within a line.
  const cut = noise(bytes).toString('base64').slice(0, -5);
  const lines = cut.match(/.{1,76}/g) ?? [];
  const parts = [
    '--cut',
    'Content-Type: text/plain',
    '',
    WITNESS,
    '--cut',
    'Content-Type: application/octet-stream; name="big.bin"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="big.bin"',
    '',
    ...lines,
  ];
  return mail({
    ...defaults('truncated-base64', head),
    fields: ['Content-Type: multipart/mixed; boundary="cut"'],
    body: parts.join(EOL),
    open: true,
  });
}

/**
 * A subject of about `characters` characters in folded encoded words (default 100,000), behind the
 * one that is given.
 */
export function longSubject(characters = 100_000, head: HostileHead = {}): Buffer {
  const { subject, ...others } = defaults('long-subject', head);
  const word = '=?utf-8?Q?=C3=A4bcdefghijklmnopqrst?=';
  const words = numbered(Math.max(1, Math.ceil(characters / 20)), () => word);
  return mail({ ...others, subject: [subject, ...words].join(`${EOL} `), body: WITNESS });
}

/** `count` named recipients in To behind the given one, folded one a line (default 10,000). */
export function manyRecipients(count = 10_000, head: HostileHead = {}): Buffer {
  const { to, ...others } = defaults('many-recipients', head);
  const more = numbered(count, (i) => `"Recipient ${i}" <recipient.${i}@many.example>`);
  return mail({ ...others, to: [to, ...more].join(`,${EOL} `), body: WITNESS });
}

/**
 * An HTML body of about `bytes` bytes (default 2 MB) made of `depth` divs within one another
 * (default 20,000); the text is in the innermost one.
 */
export function hugeHtml(
  { bytes = 2_097_152, depth = 20_000 }: { readonly bytes?: number; readonly depth?: number } = {},
  head: HostileHead = {},
): Buffer {
  const close = `</div>${EOL}`;
  const open = (name: string) => `<div class="${name}" style="margin:0">${EOL}`;
  const share = Math.floor((bytes - WITNESS.length) / Math.max(1, depth));
  const opening = open('c'.repeat(Math.max(0, share - open('').length - close.length)));
  const body = `${opening.repeat(depth)}${WITNESS}${EOL}${close.repeat(depth)}`;
  return mail({
    ...defaults('huge-html', head),
    fields: ['Content-Type: text/html; charset=utf-8'],
    body,
  });
}

/**
 * Quoted-printable of `bytes` bytes (default 512 kB) in which right escapes, wrong ones, soft line
 * breaks, bare equals signs, raw 8-bit bytes, NULs and odd line ends follow one another at random,
 * without any order but always the same way.
 */
export function quotedPrintableNoise(bytes = 524_288, head: HostileHead = {}): Buffer {
  // biome-ignore format: a table of pieces reads better in rows
  const pieces = [
    '=C3=A4', '=c3=a4', '=C3', '=FF', '=00', '=0D=0A', '=0A', '=3D3D',
    '==', '=', '=4', '=ZZ', '= ', '=\t', '=\r\n', '=\n', '= \t\r\n', '=\r',
    '\r\n', '\n', '\r', ' \r\n', '\r\n.\r\n', '\r\n--', 'word', 'äöü', '\0', '\u2028',
  ];
  const random = noise(bytes);
  const chosen: string[] = [];
  let size = 0;
  for (let i = 0; size < bytes; i++) {
    const piece = pieces[(random[i % random.length] ?? 0) % pieces.length] ?? '=';
    chosen.push(piece);
    size += Buffer.byteLength(piece);
  }
  return mail({
    ...defaults('quoted-printable-noise', head),
    fields: [
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
    ],
    body: `${WITNESS}${EOL}${chosen.join('')}`,
  });
}

interface Mail extends Required<HostileHead> {
  readonly fields?: readonly string[];
  readonly body: string;
  /** True: the mail ends with the last byte of the body, without a line end. */
  readonly open?: boolean;
}

function mail({ from, to, subject, messageId, fields = [], body, open = false }: Mail): Buffer {
  const header = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Mon, 23 Nov 2026 10:15:30 +0100',
    `Message-ID: ${messageId}`,
    'MIME-Version: 1.0',
    ...fields,
  ];
  return Buffer.from(`${header.join(EOL)}${EOL}${EOL}${body}${open ? '' : EOL}`, 'utf8');
}

function defaults(kind: string, head: HostileHead): Required<HostileHead> {
  return {
    from: 'Mallory <mallory@evil.example>',
    to: 'support@desk.example',
    subject: `Hostile: ${kind}`,
    messageId: `<${kind}@evil.example>`,
    ...head,
  };
}

function numbered<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Bytes that look random and are the same in every run (xorshift, fixed seed). */
function noise(bytes: number): Buffer {
  const out = Buffer.alloc(Math.max(1, bytes));
  let state = 0x2f6e2b1;
  for (let i = 0; i < out.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 0xff;
  }
  return out;
}
