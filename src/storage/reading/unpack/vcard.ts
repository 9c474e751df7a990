/**
 * Cards of people (vCard 2.1, 3 and 4; RFC 2426 and 6350).
 *
 * Promises: total, linear and bounded: any bytes give what cards there are, each text short and without signs that turn the
 * direction. The library for calendars reads neither 2.1 nor what phones write beside the rules, so that all are read here.
 */
import { isUtf8 } from 'node:buffer';
import { withoutTurns } from '../../../core/message/direction.ts';
import { decodeLabel } from './code-pages.ts';

export interface ContactCard {
  readonly name: string;
  readonly organisation: string;
  readonly role: string;
  readonly phones: readonly { readonly number: string; readonly isFax: boolean }[];
  readonly mails: readonly string[];
  /** Each in one line. */
  readonly places: readonly string[];
  /** With `http:` or `https:` alone. */
  readonly pages: readonly string[];
}

export interface ContactCards {
  readonly cards: readonly ContactCard[];
  /** With those that were not read. */
  readonly count: number;
}

const mostBytes = 2_000_000;
const mostLines = 50_000;
const mostOfAKind = 10;
const longestText = 300;

/** `most`: cards that are read at most. */
export function readContactCards(bytes: Buffer, most: number): ContactCards {
  const lines = toLines(bytes);
  const cards: ContactCard[] = [];
  let count = 0;
  let depth = 0;
  let fields: Field[] = [];
  for (const line of lines) {
    // A card within a card is that of an assistant; it would mix with the one around it.
    if (/^begin:vcard\s*$/i.test(line)) depth += 1;
    else if (/^end:vcard\s*$/i.test(line)) {
      depth = Math.max(0, depth - 1);
      if (depth === 0) close();
    } else if (depth === 1 && cards.length < most) fields.push(...readField(line));
  }
  if (depth > 0) close();
  return { cards, count };

  function close(): void {
    const card = cards.length < most ? toCard(fields) : undefined;
    if (card !== undefined) cards.push(card);
    count += 1;
    fields = [];
  }
}

/** One character a byte, unfolded. */
function toLines(bytes: Buffer): readonly string[] {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const narrow = isWide ? Buffer.from(bytes.toString('utf16le', 2), 'utf8') : bytes;
  const text = narrow.toString('latin1', 0, mostBytes).replace(/^\xef\xbb\xbf/, '');
  const raw = text.split(/\r\n|\n|\r/).slice(0, mostLines);
  const lines: string[] = [];
  for (let at = 0; at < raw.length; at += 1) {
    let line = raw[at] ?? '';
    const isPrintable = /^[^:]{0,300}quoted-printable[^:]{0,300}:/i.test(line);
    while (at + 1 < raw.length) {
      const next = raw[at + 1] ?? '';
      if (isPrintable && line.endsWith('=')) line = line.slice(0, -1) + next.trimStart();
      else if (/^[ \t]/.test(next)) line += next.slice(1);
      else break;
      at += 1;
    }
    lines.push(line);
  }
  return lines;
}

interface Field {
  readonly name: string;
  /** In capitals: those without a name, and the values of TYPE. */
  readonly kinds: readonly string[];
  /** Parts of a structured value, decoded. */
  readonly parts: readonly string[];
}

const known: ReadonlySet<string> = new Set([
  'FN',
  'N',
  'ORG',
  'TITLE',
  'ROLE',
  'TEL',
  'EMAIL',
  'ADR',
  'URL',
]);

function readField(line: string): readonly Field[] {
  const colon = endOfName(line);
  const [first = '', ...parameters] = line.slice(0, colon).slice(0, 1000).split(';');
  const name = first.slice(first.lastIndexOf('.') + 1).toUpperCase();
  if (colon < 0 || !known.has(name)) return [];
  const given = parameters.map((each) => each.toUpperCase().replaceAll('"', ''));
  const kinds = given.flatMap((each) => each.replace(/^TYPE=/, '').split(','));
  const charset = given.find((each) => each.startsWith('CHARSET='))?.slice('CHARSET='.length);
  const isPrintable = given.some((each) => /^(?:ENCODING=)?QUOTED-PRINTABLE$/.test(each));
  const isBase64 = given.some((each) => /^(?:ENCODING=)?(?:BASE64|B)$/.test(each));
  const value = line.slice(colon + 1).slice(0, 20_000);
  const bytes = isPrintable
    ? fromPrintable(value)
    : Buffer.from(value, isBase64 ? 'base64' : 'latin1');
  return [{ name, kinds, parts: toParts(decode(bytes, charset)) }];
}

/** The colon that is in no quotation; -1 where there is none. */
function endOfName(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length && at < 2000; at += 1) {
    if (line[at] === '"') isQuoted = !isQuoted;
    else if (line[at] === ':' && !isQuoted) return at;
  }
  return -1;
}

function fromPrintable(text: string): Buffer {
  return Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
}

function decode(bytes: Buffer, charset: string | undefined): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeLabel(bytes, charset ?? 'windows-1252');
}

/** At semicolons that are not escaped; what was escaped is itself. */
function toParts(value: string): readonly string[] {
  return value
    .replace(/\\([\s\S])/g, (_, sign: string) =>
      sign === 'n' || sign === 'N' ? ' ' : sign === ';' ? '\u0001' : sign,
    )
    .split(';')
    .map((part) => tidy(part.replaceAll('\u0001', ';')));
}

function tidy(text: string): string {
  return withoutTurns(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestText);
}

/** Undefined for a card that says nothing. */
function toCard(fields: readonly Field[]): ContactCard | undefined {
  const all = (name: string) => fields.filter((field) => field.name === name);
  const whole = (name: string) => unique(all(name).map(({ parts }) => parts.join(';')));
  const joined = (name: string) => filled(all(name)[0]?.parts ?? []).join(', ');
  const phones = all('TEL').map(({ parts, kinds }) => ({
    number: (parts[0] ?? '').replace(/^tel:/i, ''),
    isFax: kinds.includes('FAX'),
  }));
  const card: ContactCard = {
    name: whole('FN')[0] ?? nameOf(all('N')[0]?.parts ?? []),
    organisation: joined('ORG'),
    role: whole('TITLE')[0] ?? whole('ROLE')[0] ?? '',
    phones: phones.filter(({ number }) => /\d/.test(number)).slice(0, mostOfAKind),
    mails: unique(
      all('EMAIL').map(({ parts }) => (parts[0] ?? '').replace(/^mailto:/i, '')),
    ).filter((mail) => mail.includes('@')),
    places: unique(all('ADR').map(({ parts }) => placeOf(parts))),
    pages: whole('URL').filter((page) => /^https?:\/\/[^\s<>"]+$/i.test(page)),
  };
  const isEmpty = card.name === '' && card.organisation === '' && card.mails.length === 0;
  return isEmpty && card.phones.length === 0 ? undefined : card;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(filled(texts))].slice(0, mostOfAKind);
}

function filled(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text !== '');
}

function nameOf([family = '', given = '', more = '', before = '', after = '']: readonly string[]) {
  return filled([before, given, more, family, after]).join(' ');
}

function placeOf(parts: readonly string[]): string {
  const [box = '', extra = '', street = '', city = '', region = '', code = '', country = ''] =
    parts;
  const town = filled([code, city]).join(' ');
  return filled([box, extra, street, town, region, country]).join(', ');
}
