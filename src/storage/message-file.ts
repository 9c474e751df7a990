/**
 * One message file: block, trace, mail.
 *
 * Owns: which bytes a message is written as, and what they mean when read (docs/FORMAT.md).
 * Promises: decoding is total; the original of a received mail is the tail of its file, exactly.
 * Leaves to others: names and directories (maildir.ts), MIME (codec.ts).
 */
import { type Instant, nextTurn, parseInstant, toInstant } from '../base/clock.ts';
import type { MailFacts } from '../core/message/mail.ts';
import {
  type Actor,
  type BlockFields,
  type Change,
  type Digest,
  type EventDraft,
  type EventKind,
  firstBlockField,
  formatActor,
  formatChange,
  isEventKind,
  type MessageName,
  parseActor,
  parseChange,
  parseDigest,
  parseParameters,
  type TicketEvent,
} from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { type BlockField, formatBlock, splitBlock } from './block.ts';
import {
  type DecodedMail,
  decodeMail,
  digestOf,
  lineEndOf,
  readSubject,
  toFacts,
} from './codec.ts';
import type { DecodeMail } from './mail-reader/mail-reader.ts';
import { sealFile } from './seal.ts';

/** A message to be filed: what it means, and the mail it is. */
export interface NewMessage {
  readonly draft: EventDraft;
  readonly content: MessageContent;
  /** Given where the name must follow from something, so that a repetition finds it; else made. */
  readonly name?: MessageName;
  /** Something elsewhere that this comes after; its time is not earlier. */
  readonly notBefore?: Instant;
  /** When it happened, where that is not now: what is imported has a past. */
  readonly time?: Instant;
  /** Maildir flags that it has from the beginning; it lies in `cur` then. */
  readonly flags?: string;
}

export type MessageContent =
  /** Bytes from outside, kept exactly; `trace` are our `Name: value` lines in front. */
  | {
      readonly kind: 'received';
      readonly raw: Buffer;
      readonly trace: readonly string[];
      readonly facts: MailFacts;
    }
  /** A whole mail that we composed, with LF line ends; or one that we send on, with its own. */
  | { readonly kind: 'composed'; readonly bytes: Buffer }
  /** A mail that names its ticket, whose number is claimed as it is filed. */
  | { readonly kind: 'numbered'; readonly compose: (number: TicketNumber) => Promise<Buffer> };

/** What a file says of itself is missing: the file system's word. */
export interface FileOrigin {
  readonly modified: Instant;
  readonly account: string;
}

export interface WrittenMessage {
  readonly bytes: Buffer;
  readonly event: Omit<TicketEvent, 'name'>;
}

/** Between two sums over so much, others have their turn. */
const largeBytes = 5_000_000;

/** The bytes of a new message, and the event that reading them would give. */
export async function encodeMessage(
  message: NewMessage,
  context: { number: TicketNumber; time: Instant; timeText: string; previous: readonly Digest[] },
  decode: DecodeMail = decodeMail,
): Promise<WrittenMessage> {
  const { draft } = message;
  const content = await withNumber(message.content, context.number);
  const fields: BlockField[] = [
    ['Event', draft.kind],
    ['Number', context.number],
    ['Time', context.timeText],
    ['Actor', formatActor(draft.actor)],
    ...draft.changes.map(formatChange),
    ...draft.fields,
    ...context.previous.map((digest): BlockField => ['Prev', digest]),
  ];
  const isLarge = content.kind === 'received' && content.raw.length > largeBytes;
  const joined = joinFile(fields, content);
  if (isLarge) await nextTurn();
  // A draft is replaced while it is worked on; all else stays as it is written.
  const bytes = draft.kind === 'draft' ? joined : sealFile(joined, lineEndOf(joined));
  if (isLarge) await nextTurn();
  const facts =
    content.kind === 'received' ? content.facts : toFacts((await decode(content.bytes)).mail);
  const split = splitBlock(bytes);
  return { bytes, event: toEvent(split.fields, facts, digestOf(bytes), undefined) };
}

type FiledContent = Exclude<MessageContent, { kind: 'numbered' }>;

async function withNumber(content: MessageContent, number: TicketNumber): Promise<FiledContent> {
  return content.kind === 'numbered'
    ? { kind: 'composed', bytes: await content.compose(number) }
    : content;
}

/** What the file means; `origin` is asked only when the block leaves something open. */
export async function decodeEvent(
  name: MessageName,
  bytes: Buffer,
  origin: () => Promise<FileOrigin>,
  decode: DecodeMail = decodeMail,
): Promise<TicketEvent> {
  const { fields, end } = splitBlock(bytes);
  const { mail } = await decodeParts(bytes, { fields, end, decode });
  const isWhole =
    fields.some(([key]) => same(key, 'time')) && fields.some(([key]) => same(key, 'actor'));
  const event = toEvent(
    fields,
    toFacts(mail),
    digestOf(bytes),
    isWhole ? undefined : await origin(),
  );
  return { ...event, name };
}

/** The event without what its mail says: much less work, and enough for the history. */
export async function decodeBlock(
  name: MessageName,
  head: Buffer,
  { digest, origin }: { readonly digest: Digest; readonly origin: () => Promise<FileOrigin> },
): Promise<TicketEvent> {
  const { fields } = splitBlock(head);
  const isWhole = ['time', 'actor'].every((part) => fields.some(([key]) => same(key, part)));
  const event = toEvent(fields, noFacts, digest, isWhole ? undefined : await origin());
  return { ...event, name };
}

const noFacts: MailFacts = {
  from: undefined,
  replyTo: [],
  to: [],
  cc: [],
  subject: '',
  date: undefined,
  messageId: undefined,
  inReplyTo: [],
  references: [],
  snippet: '',
  attachments: [],
  hasHtml: false,
  problems: [],
};

/** The mail in a file, with the decoded bytes of its attachments. */
export async function decodeMessage(
  bytes: Buffer,
  decode: DecodeMail = decodeMail,
): Promise<DecodedMail> {
  const { fields, end } = splitBlock(bytes);
  return decodeParts(bytes, { fields, end, decode });
}

/** The mail without block and trace: the bytes as they came, or as we composed them. */
export function originalOf(bytes: Buffer): Buffer {
  const { fields, end } = splitBlock(bytes);
  return bytes.subarray(originalStart(bytes, fields, end));
}

export interface OutgoingMail {
  readonly number: string | undefined;
  /** Of a mail to an agent, which is no message of a ticket: `Ticket-Notice`. */
  readonly notice: string | undefined;
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly mail: Buffer;
}

/** What the sender needs of a file in the outbox; undefined when it names no recipient. */
export function readOutgoing(bytes: Buffer): OutgoingMail | undefined {
  const { fields, end } = splitBlock(bytes);
  const values = (name: string) =>
    fields.filter(([key]) => same(key, name)).map(([, value]) => value);
  const recipients = values('recipient')
    .map(withoutBrackets)
    .filter((address) => address !== '');
  if (recipients.length === 0) return undefined;
  return {
    number: values('number')[0],
    notice: values('notice')[0],
    sender: withoutBrackets(values('sender')[0] ?? ''),
    recipients,
    subject: readSubject(bytes.subarray(end)),
    mail: bytes.subarray(end),
  };
}

function withoutBrackets(value: string): string {
  return value.replace(/^<(.*)>$/, '$1').trim();
}

function joinFile(fields: readonly BlockField[], content: FiledContent): Buffer {
  if (content.kind === 'composed')
    return Buffer.concat([formatBlock(fields, lineEndOf(content.bytes)), content.bytes]);
  const { raw, trace } = content;
  const lineEnd = lineEndOf(raw);
  const rawField: BlockField = [
    'Raw',
    `bytes=${raw.length}; sha256=${digestOf(raw).slice('sha256:'.length)}`,
  ];
  // The Return-Path always stands between the block and the mail, so a block that the mail itself
  // begins with can never become part of ours.
  const traceBytes = Buffer.from(trace.map((line) => `${line}${lineEnd}`).join(''), 'utf8');
  return Buffer.concat([formatBlock([...fields, rawField], lineEnd), traceBytes, raw]);
}

interface SplitFile {
  readonly fields: readonly BlockField[];
  readonly end: number;
  readonly decode: DecodeMail;
}

async function decodeParts(
  bytes: Buffer,
  { fields, end, decode }: SplitFile,
): Promise<DecodedMail> {
  const start = originalStart(bytes, fields, end);
  const returnPath = /^return-path:\s*<([^>\r\n]*)>/i.exec(
    bytes.toString('latin1', end, Math.min(start, end + 600)),
  );
  return decode(bytes.subarray(start), returnPath?.[1]);
}

/** The original is the tail of `bytes=…` bytes; without a true number everything after the block. */
function originalStart(bytes: Buffer, fields: readonly BlockField[], end: number): number {
  const raw = fields.find(([key]) => same(key, 'raw'))?.[1];
  const count = raw === undefined ? Number.NaN : Number(parseParameters(raw).get('bytes'));
  return Number.isInteger(count) && count >= 0 && count <= bytes.length - end
    ? bytes.length - count
    : end;
}

const structural = new Set(['seal', 'event', 'time', 'actor', 'set', 'add', 'remove', 'prev']);

function toEvent(
  fields: readonly BlockField[],
  mail: MailFacts,
  digest: Digest,
  origin: FileOrigin | undefined,
): Omit<TicketEvent, 'name'> {
  const byName = groupFields(fields);
  const event = { fields: byName };
  const kindText = firstBlockField(event, 'event') ?? (fields.length > 0 ? 'update' : 'mail-in');
  const time = parseInstant(firstBlockField(event, 'time') ?? '') ?? origin?.modified;
  return {
    kind: knownKind(kindText),
    kindText,
    time: time ?? mail.date ?? zero,
    actor: parseActor(firstBlockField(event, 'actor') ?? '') ?? ownerOf(origin),
    changes: fields.flatMap(([name, value]) => readChange(name, value)),
    previous: (byName.get('prev') ?? []).flatMap((value) => parseDigest(value) ?? []),
    digest,
    fields: new Map([
      ...[...byName].filter(([name]) => !structural.has(name)),
      ...unreadChanges(fields),
    ]),
    mail,
  };
}

const zero = toInstant(0);

function knownKind(text: string): EventKind | undefined {
  return isEventKind(text) ? text : undefined;
}

function ownerOf(origin: FileOrigin | undefined): Actor {
  return { kind: 'user', account: origin?.account ?? 'unknown' };
}

function readChange(name: string, value: string): readonly Change[] {
  const kind = name.toLowerCase();
  if (kind !== 'set' && kind !== 'add' && kind !== 'remove') return [];
  const change = parseChange(kind, value);
  return change === undefined ? [] : [change];
}

/** Lines that should be changes and cannot be read: kept under their own names. */
function unreadChanges(fields: readonly BlockField[]): BlockFields {
  const unread = fields.filter(
    ([name, value]) =>
      ['set', 'add', 'remove'].includes(name.toLowerCase()) && readChange(name, value).length === 0,
  );
  return groupFields(unread);
}

function groupFields(fields: readonly BlockField[]): BlockFields {
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  return byName;
}

function same(key: string, name: string): boolean {
  return key.toLowerCase() === name;
}

export interface MessageSource {
  /** The block: names without `Ticket-`, as written. */
  readonly block: readonly BlockField[];
  /** What the desk wrote between the block and a received mail. */
  readonly trace: Buffer;
  /** The mail as it came, or as it was composed. */
  readonly original: Buffer;
}

/** A file in its three parts. */
export function splitSource(bytes: Buffer): MessageSource {
  const { fields, end } = splitBlock(bytes);
  const start = originalStart(bytes, fields, end);
  return { block: fields, trace: bytes.subarray(end, start), original: bytes.subarray(start) };
}
