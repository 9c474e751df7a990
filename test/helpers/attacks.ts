/** The attacks of test/corpus/attacks, and the mails that carry them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'corpus', 'attacks');

export interface Attack {
  readonly id: string;
  readonly text: string;
}

export type Place =
  | 'html'
  | 'plain'
  | 'subject'
  | 'name'
  | 'file-name'
  | 'calendar'
  | 'card'
  | 'inner-mail'
  | 'attached';

const host = 'canary.example';

/** Whether a request is one that an attack wanted, of the world or of the desk itself. */
export function isCanary(url: string): boolean {
  return /^(?:javascript|cid):|canary\.example|\/(?:x|x%20.*|s\.css|pixel\.gif)$/.test(url);
}

export function readAttacks(place: Place): readonly Attack[] {
  return readFileSync(join(folder, `${place}.txt`), 'utf8')
    .split(/^%% /m)
    .slice(1)
    .map((piece) => {
      const [id = '', ...lines] = piece.split('\n');
      const text = lines
        .join('\n')
        .trimEnd()
        .replaceAll('{run}', `top.canary=window.canary=1/*${id}*/`)
        .replaceAll('{url}', `https://${host}/${id}`)
        .replaceAll('\\0', '\0');
      return { id, text };
    });
}

interface Part {
  readonly type: string;
  readonly text: string;
  readonly name?: string;
}

export interface AttackMail {
  readonly id: string;
  /** The others of its ticket answer it. */
  readonly isFirst: boolean;
  readonly raw: string;
}

/** A mail of the thread: all of one thread become one ticket. */
function mail(id: string, { thread, subject = id, name = 'Kim', parts }: MailOptions): AttackMail {
  const isFirst = thread === id;
  const head = [
    `From: ${encode(name)} <kim@customer.example>`,
    'To: support@localhost',
    `Subject: ${encode(subject)}`,
    `Message-ID: <${id}@customer.example>`,
    ...(isFirst ? [] : [`In-Reply-To: <${thread}@customer.example>`]),
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  const bodies = parts.map(formatPart);
  const only = bodies.length === 1 ? bodies[0] : undefined;
  return {
    id,
    isFirst,
    raw: (only === undefined
      ? [
          ...head,
          'Content-Type: multipart/mixed; boundary="b"',
          '',
          ...bodies.map((body) => `--b\r\n${body}`),
          '--b--',
          '',
        ]
      : [...head, only]
    ).join('\r\n'),
  };
}

interface MailOptions {
  readonly thread: string;
  readonly subject?: string;
  readonly name?: string;
  readonly parts: readonly Part[];
}

function formatPart({ type, text, name }: Part): string {
  const bytes = Buffer.from(text).toString('base64');
  const lines = bytes.match(/.{1,76}/g) ?? [];
  return [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    ...(name === undefined
      ? []
      : [`Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}`]),
    '',
    ...lines,
  ].join('\r\n');
}

/** RFC 2047: what is encoded is never read as part of the header. */
function encode(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** Mails of HTML; so many become one ticket. */
export function htmlMails(perTicket: number): readonly AttackMail[] {
  const attacks = readAttacks('html');
  return attacks.map(({ id, text }, at) =>
    mail(id, {
      thread: attacks[at - (at % perTicket)]?.id ?? id,
      parts: [{ type: 'text/html', text }],
    }),
  );
}

const words: Part = { type: 'text/plain', text: 'Good morning.' };

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  svg: 'image/svg+xml',
  xml: 'text/xml',
  xhtml: 'application/xhtml+xml',
  png: 'image/png',
  txt: 'text/plain',
  mht: 'multipart/related',
  css: 'text/css',
};

/** Mails of all other kinds, in one ticket. */
export function otherMails(): readonly AttackMail[] {
  const thread = readAttacks('subject')[0]?.id ?? '';
  return [
    ...readAttacks('subject').map(({ id, text }) =>
      mail(id, { thread, subject: text, parts: [words] }),
    ),
    ...readAttacks('name').map(({ id, text }) => mail(id, { thread, name: text, parts: [words] })),
    ...readAttacks('plain').map(({ id, text }) =>
      mail(id, { thread, parts: [{ type: 'text/plain', text }] }),
    ),
    ...readAttacks('file-name').map(({ id, text }) =>
      mail(id, {
        thread,
        parts: [words, { type: 'application/octet-stream', text: 'x', name: text }],
      }),
    ),
    ...readAttacks('calendar').map(({ id, text }) =>
      mail(id, {
        thread,
        parts: [words, { type: 'text/calendar; method=REQUEST', text: calendar(id, text) }],
      }),
    ),
    ...readAttacks('card').map(({ id, text }) =>
      mail(id, {
        thread,
        parts: [words, { type: 'text/vcard', text: card(text), name: `${id}.vcf` }],
      }),
    ),
    ...readAttacks('inner-mail').map(({ id, text }) =>
      mail(id, {
        thread,
        parts: [
          words,
          {
            type: 'message/rfc822',
            text: `From: a@b.example\r\nSubject: ${id}\r\nContent-Type: text/html\r\n\r\n${text}`,
            name: `${id}.eml`,
          },
        ],
      }),
    ),
    ...readAttacks('attached').map(({ id, text }) =>
      mail(id, {
        thread,
        parts: [
          words,
          { type: types[id.split('.').at(-1) ?? ''] ?? 'application/octet-stream', text, name: id },
        ],
      }),
    ),
  ];
}

function calendar(id: string, line: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//x//x//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${id}`,
    'DTSTAMP:20261123T100000Z',
    'DTSTART:20261201T100000Z',
    'DTEND:20261201T110000Z',
    ...(line.startsWith('SUMMARY') ? [] : ['SUMMARY:Meeting']),
    line,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

function card(line: string): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    ...(line.startsWith('FN') ? [] : ['FN:Kim']),
    line,
    'END:VCARD',
    '',
  ].join('\r\n');
}
