/**
 * Reports on mail that we sent: what became of it, by the word of another server.
 *
 * Owns: reading RFC 3464 and RFC 6533 delivery status, the plain forms of qmail, Exim and others as far as a
 * recipient and the returned mail can be found in them, and the value of `Ticket-Bounce`.
 * Promises: pure and total; bounded time and size for any text; what is formatted reads back the same.
 * Leaves to others: bytes (storage/codec.ts), which ticket the returned mail belongs to (services/intake).
 */
import { addressKey, isAddress } from '../message/address.ts';
import type { MessageId } from '../message/mail.ts';
import { parseMessageIds } from '../message/message-id.ts';
import {
  formatParameters,
  type MessageName,
  parseMessageName,
  parseParameters,
} from '../ticket/event.ts';

export const bounceActions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

export type BounceAction = (typeof bounceActions)[number];

/** What a report says of one recipient. */
export interface BouncedRecipient {
  readonly action: BounceAction;
  /** Undefined when the report names none. */
  readonly recipient: string | undefined;
  /** RFC 3463, such as `5.1.1`. */
  readonly status: string | undefined;
  /** The other server's own words. */
  readonly reason: string | undefined;
}

export interface BounceReport {
  /** At least one; the worst first. */
  readonly recipients: readonly BouncedRecipient[];
  /** Message-IDs that may be that of the returned mail, the likeliest first. */
  readonly originals: readonly MessageId[];
}

/** A report's parts as text: what a person reads, and the attached parts one by one. */
export interface BounceParts {
  readonly subject: string;
  readonly text: string;
  readonly parts: readonly string[];
  /** `X-Failed-Recipients`, as Exim and Gmail write it. */
  readonly failedRecipients: string | undefined;
}

const mostRecipients = 50;
const mostOriginals = 20;
/** Of each part; a delivery status and a mail's header stand at the beginning. */
const longestPart = 200_000;
const longestReason = 500;

export function readBounce({ subject, text, parts, failedRecipients }: BounceParts): BounceReport {
  const read = [text, ...parts.slice(0, mostRecipients)].map((part) => part.slice(0, longestPart));
  const told = read.flatMap(readStatusGroups);
  const recipients = told.length > 0 ? told : readPlain(subject, read[0] ?? '', failedRecipients);
  return {
    recipients: recipients
      .slice(0, mostRecipients)
      .toSorted((one, other) => weightOf(one) - weightOf(other)),
    originals: findOriginals(read),
  };
}

/** A failure is what somebody must act on; a success nobody needs to read. */
function weightOf({ action }: BouncedRecipient): number {
  return bounceActions.indexOf(action);
}

/**
 * RFC 3464 section 2.3: a group of fields for each recipient. Groups are told by what they hold, because
 * not every program puts the blank lines where they belong.
 */
function readStatusGroups(part: string): readonly BouncedRecipient[] {
  if (!/^(?:final|original)-recipient[ \t]*:/im.test(part)) return [];
  const found: BouncedRecipient[] = [];
  for (const group of unfold(part).split(/\n[ \t]*\n/)) {
    const fields = readFields(group);
    const recipient = fields.get('final-recipient') ?? fields.get('original-recipient');
    const action = readAction(fields.get('action'), fields.get('status'));
    if (recipient === undefined || action === undefined) continue;
    found.push({
      action,
      recipient: readRecipient(recipient),
      status: readStatus(fields.get('status')),
      reason: readReason(fields.get('diagnostic-code')),
    });
    if (found.length === mostRecipients) break;
  }
  return found;
}

function unfold(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n[ \t]+(?=\S)/g, ' ');
}

/** The first value of each field. */
function readFields(group: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Without a word that RFC 3464 knows, the class of the status decides. */
function readAction(
  text: string | undefined,
  status: string | undefined,
): BounceAction | undefined {
  const word = /^[a-z]+/.exec(text?.toLowerCase() ?? '')?.[0];
  const known = bounceActions.find((action) => action === word);
  if (known !== undefined) return known;
  const level = readStatus(status)?.[0];
  if (level === undefined) return text === undefined ? undefined : 'failed';
  return level === '5' ? 'failed' : level === '4' ? 'delayed' : 'delivered';
}

function readStatus(text: string | undefined): string | undefined {
  return /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text?.slice(0, 1000) ?? '')?.[0];
}

/** `rfc822; kim@example.org`; the type may be missing, RFC 6533 writes `utf-8` and may escape letters. */
function readRecipient(text: string): string | undefined {
  const address = text
    .slice(0, 1000)
    .replace(/^[a-z0-9-]{1,40}[ \t]*;/i, '')
    .replace(/\\x\{([0-9a-f]{1,6})\}/gi, (whole, digits: string) => letterOf(digits) ?? whole)
    .replace(/[<>\s\p{Cc}]+/gu, '');
  return address === '' ? undefined : address.slice(0, 320);
}

function letterOf(digits: string): string | undefined {
  const code = Number.parseInt(digits, 16);
  return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function readReason(text: string | undefined): string | undefined {
  const reason = oneLine(text?.replace(/^[a-z0-9-]{1,40}[ \t]*;/i, '') ?? '');
  return reason === '' ? undefined : reason.slice(0, longestReason);
}

/** What a report says that is not in the form of RFC 3464. */
function readPlain(
  subject: string,
  text: string,
  failedRecipients: string | undefined,
): readonly BouncedRecipient[] {
  const told = text.split(returnedMailMark)[0] ?? '';
  const action: BounceAction = isWarning(subject, told) ? 'delayed' : 'failed';
  const named = (failedRecipients ?? '').split(/[\s,;]+/).filter(isAddress);
  const paragraphs = named.length > 0 ? [] : qmailParagraphs(told);
  const addresses =
    paragraphs.length > 0
      ? paragraphs
      : named.map((address) => ({ address, reason: reasonAfter(told, address) }));
  const status = readStatus(told);
  if (addresses.length === 0)
    return [{ action, recipient: undefined, status, reason: findReply(told) }];
  return addresses.map(({ address, reason }) => ({
    action,
    recipient: address,
    status: readStatus(reason) ?? (addresses.length === 1 ? status : undefined),
    reason: reason ?? (addresses.length === 1 ? findReply(told) : undefined),
  }));
}

/** Where the returned mail begins in the plain forms of qmail, Exim, Sendmail and others. */
const returnedMailMark =
  /^(?:-{3,}[^\n]{0,40}(?:below this line|copy of|original message|your message|returned message)[^\n]{0,100}|-{5,}[ \t]*)$/im;

function isWarning(subject: string, text: string): boolean {
  return (
    /\b(?:delayed|delay|warning|still being retried|verzögert|retardé)\b/i.test(
      subject.slice(0, 500),
    ) ||
    /(?:do not need to|need not) (?:re)?send|will (?:continue|keep) (?:trying|to try)|still being retried/i.test(
      text.slice(0, 4000),
    )
  );
}

interface NamedFailure {
  readonly address: string;
  readonly reason: string | undefined;
}

/** qmail's QSBMF: `<address>:` on a line of its own, then the reason up to a blank line. */
function qmailParagraphs(text: string): readonly NamedFailure[] {
  const found: NamedFailure[] = [];
  for (const paragraph of text.slice(0, 50_000).split(/\n\s*\n/)) {
    const match = /^<([^<>\s]{3,320})>:?[ \t]*\n?([\s\S]*)$/.exec(paragraph.trim());
    const address = match?.[1] ?? '';
    if (!isAddress(address)) continue;
    found.push({ address, reason: readReason(match?.[2]) });
    if (found.length === mostRecipients) break;
  }
  return found;
}

/** Exim: the address, and below it, indented, what the other server said. */
function reasonAfter(text: string, address: string): string | undefined {
  const at = text.toLowerCase().indexOf(addressKey(address));
  if (at < 0) return undefined;
  const lines = text
    .slice(at + address.length, at + address.length + 2000)
    .split('\n')
    .slice(1);
  const end = lines.findIndex((line) => !/^\s{2,}\S/.test(line) || isAddress(line.trim()));
  return readReason((end < 0 ? lines : lines.slice(0, end)).join(' '));
}

/** A line with an SMTP reply in it. */
function findReply(text: string): string | undefined {
  const line = text
    .slice(0, 20_000)
    .split('\n')
    .find(
      (each) => /\b[45]\d\d[ -](?:#?[245]\.\d{1,3}\.\d{1,3}\b)?/.test(each) && each.length < 1000,
    );
  return readReason(line);
}

/**
 * The returned mail's own Message-ID: as a header field in a returned part, newest part first, because
 * what a server attaches stands behind what it says. A mail that was resent came with an id of its own on top
 * (RFC 5322 section 3.6.6).
 */
function findOriginals(parts: readonly string[]): readonly MessageId[] {
  const found: MessageId[] = [];
  for (const part of parts.toReversed()) {
    for (const match of unfold(part).matchAll(
      /^[> \t]{0,10}(?:original-|resent-)?message-id[ \t]*:[ \t]*(<[^<>\s]{1,900}>)/gim,
    )) {
      found.push(...parseMessageIds(match[1] ?? '', 1));
      if (found.length === mostOriginals) return found;
    }
  }
  return [...new Set(found)];
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** One line of `Ticket-Bounce`. */
export interface BounceField extends BouncedRecipient {
  /** The mail of this ticket that came back. */
  readonly message: MessageName | undefined;
  readonly original: string | undefined;
}

/** `failed; message=NAME; recipient=kim@example.org; status=5.1.1; reason=…; original=ID` */
export function formatBounce(bounce: BounceField): string {
  const { action, message, recipient, status, reason, original } = bounce;
  return formatParameters(action, {
    message,
    recipient: recipient === undefined ? undefined : oneLine(recipient),
    status,
    reason: reason === undefined ? undefined : oneLine(reason),
    original,
  });
}

/** Undefined when the word is no action that this version knows. */
export function parseBounce(value: string): BounceField | undefined {
  const parameters = parseParameters(value);
  const action = bounceActions.find((each) => each === parameters.get(''));
  if (action === undefined) return undefined;
  const text = (name: string) => {
    const found = parameters.get(name);
    return found === '' ? undefined : found;
  };
  return {
    action,
    message: parseMessageName(parameters.get('message') ?? ''),
    recipient: text('recipient'),
    status: text('status'),
    reason: text('reason'),
    original: text('original'),
  };
}
