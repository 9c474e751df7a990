/**
 * What the header of a mail says: who wrote to whom, when, about what (RFC 5322).
 *
 * Promises: total. The author is who From names; where it names nobody that can be written to, Sender, then the sender of
 * the envelope. Of fields that may stand once the first counts.
 */
import { domainToUnicode } from 'node:url';
import { type Address, isAddress } from '../../core/message/address.ts';
import { withoutTurns } from '../../core/message/direction.ts';
import type { MailHeader } from '../../core/message/mail.ts';
import { parseMessageIds } from '../../core/message/message-id.ts';
import { readAddressList } from './addresses.ts';
import type { TextHints } from './charset.ts';
import type { RawField } from './header-lines.ts';
import { decodeHeaderText, decodeRaw, unfold } from './header-text.ts';
import { limits } from './limits.ts';
import { parseMailDate } from './mail-date.ts';
import type { ProblemList } from './problem-list.ts';

export interface ReadMailHeader extends MailHeader {
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

export interface HeaderSource {
  readonly fields: readonly RawField[];
  readonly headerBytes: number;
  readonly returnPath: string | undefined;
  readonly hints: TextHints;
}

export function readMailHeader(source: HeaderSource, problems: ProblemList): ReadMailHeader {
  const byName = groupFields(source, problems);
  const people = (name: string, most = limits.recipients) =>
    (byName.get(name) ?? [])
      .flatMap((value) => readAddressList(unfold(value), source.hints))
      .slice(0, most)
      .map(withReadableDomain);
  const date = firstDate(byName.get('date') ?? []);
  const ids = (name: string, most: number) =>
    parseMessageIds((byName.get(name) ?? []).map(joinLines).join(' '), most);
  const messageId = parseMessageIds(joinLines(byName.get('message-id')?.[0] ?? ''), 1)[0];
  const author = readAuthor(people('from'), people('sender', 1), source.returnPath, problems);
  if (date === undefined) problems.add('no-date', 'The mail has no readable date');
  if (messageId === undefined) problems.add('no-message-id', 'The mail has no Message-ID');
  return {
    ...author,
    replyTo: people('reply-to'),
    to: people('to'),
    cc: people('cc'),
    subject: readSubjectField(byName.get('subject')?.[0] ?? '', source.hints),
    date,
    messageId,
    inReplyTo: ids('in-reply-to', 10),
    references: ids('references', limits.references),
    fields: new Map([...byName].map(([name, values]) => [name, values.map(readable)])),
  };
}

/** A domain in the letters of its people; the form on the wire says nothing to them (RFC 5890). */
function withReadableDomain(person: Address): Address {
  if (!/@(?:.*\.)?xn--/i.test(person.address)) return person;
  const at = person.address.lastIndexOf('@') + 1;
  const domain = domainToUnicode(person.address.slice(at));
  return domain === '' ? person : { ...person, address: person.address.slice(0, at) + domain };
}

type Author = Pick<MailHeader, 'from' | 'alsoFrom' | 'isFromEnvelope'>;

function readAuthor(
  authors: readonly Address[],
  sender: readonly Address[],
  returnPath: string | undefined,
  problems: ProblemList,
): Author {
  const [from, ...also] = authors;
  if (from !== undefined) return also.length === 0 ? { from } : { from, alsoFrom: also };
  const [sentBy] = sender;
  if (sentBy !== undefined) {
    problems.add('no-from', 'The mail names no author, but who sent it');
    return { from: sentBy };
  }
  problems.add('no-from', 'The mail names no author');
  const envelope = fromEnvelope(returnPath);
  return envelope === undefined ? { from: undefined } : { from: envelope, isFromEnvelope: true };
}

export function fromEnvelope(returnPath: string | undefined): Address | undefined {
  return returnPath !== undefined && isAddress(returnPath)
    ? { name: '', address: returnPath }
    : undefined;
}

/** Values by name, as they stand, within the limits; those that a mail is known by have room before all others. */
function groupFields(
  { fields, headerBytes }: HeaderSource,
  problems: ProblemList,
): ReadonlyMap<string, readonly string[]> {
  if (headerBytes > limits.headerBytes)
    problems.add(
      'header-too-long',
      `The header has ${headerBytes} bytes, at most ${limits.headerBytes} are read`,
    );
  else if (fields.length > limits.fields)
    problems.add(
      'header-too-long',
      `The header has ${fields.length} fields, at most ${limits.fields} are read`,
    );
  const byName = new Map<string, string[]>();
  let room = limits.headerBytes;
  let count = 0;
  for (const { name, value } of fields) {
    const mayBeLong = long.has(name);
    const text = mayBeLong ? value : value.slice(0, limits.fieldCharacters);
    if (!mayBeLong && (count >= limits.fields || text.length > room)) continue;
    count += 1;
    room -= Math.min(text.length, room);
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [text]);
    else values.push(text);
  }
  return byName;
}

/** Fields that have limits of their own. */
const long: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'to',
  'cc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
]);

function firstDate(values: readonly string[]) {
  for (const value of values.slice(0, 10)) {
    const date = parseMailDate(decodeRaw(unfold(value).slice(0, 500)));
    if (date !== undefined) return date;
  }
  return undefined;
}

function joinLines(value: string): string {
  return value.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** One value in one line; raw bytes as the text that they are, encoded words as they stand. */
function readable(value: string): string {
  return decodeRaw(joinLines(value.slice(0, limits.fieldCharacters)).trim());
}

export function readSubjectField(value: string, hints: TextHints = {}): string {
  const text = decodeHeaderText(unfold(value.slice(0, limits.headerBytes)), hints);
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** A name as it may stand in a list: one line, and nothing in it turns what follows. */
export function cleanName(text: string, most: number): string {
  return withoutTurns(text)
    .replace(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most);
}
