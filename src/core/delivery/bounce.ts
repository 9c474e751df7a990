/**
 * Reports on mail that we sent: what became of it, by the word of another server.
 *
 * Owns: reading RFC 3464 and RFC 6533 delivery status, which mail came back, and the value of `Ticket-Bounce`.
 * Promises: pure and total; bounded time and size for any text; what is formatted reads back the same.
 * Leaves to others: what is said in plain words (bounce-text.ts), bytes (storage/codec.ts), which ticket the returned mail belongs to (services/intake).
 */
import { isAddress } from '../message/address.ts';
import type { MessageId } from '../message/mail.ts';
import { parseMessageIds } from '../message/message-id.ts';
import {
  formatParameters,
  type MessageName,
  parseMessageName,
  parseParameters,
} from '../ticket/event.ts';
import { type BounceCause, type CauseFacts, causeOf } from './bounce-cause.ts';
import { cleanReason, decodeEncapsulated, findFailures, findReason } from './bounce-text.ts';

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

export function readBounce({ subject, text, parts, failedRecipients }: BounceParts): BounceReport {
  const read = [text, ...parts.slice(0, mostRecipients)].map((part) => part.slice(0, longestPart));
  const told = read.flatMap(readStatusGroups);
  const [said = '', ...others] = read;
  const recipients =
    told.length > 0
      ? completed(told, { said, others })
      : readPlain({ subject, text: said, failedRecipients }, others);
  return {
    recipients: recipients
      .slice(0, mostRecipients)
      .toSorted((one, other) => weightOf(one) - weightOf(other)),
    originals: findOriginals(read),
  };
}

/** What the status leaves out often stands in the words beside it. */
function completed(
  told: readonly BouncedRecipient[],
  { said, others }: { readonly said: string; readonly others: readonly string[] },
): readonly BouncedRecipient[] {
  const [only, ...more] = told;
  if (only === undefined || more.length > 0) return told;
  const [sentTo, ...further] = sentToIn(others);
  const isEntry = /^IMCEA/i.test(only.recipient ?? '') && further.length === 0;
  const recipient = only.recipient === undefined ? undefined : decodeEncapsulated(only.recipient);
  const isBad = only.action === 'failed' || only.action === 'delayed';
  return [
    {
      ...only,
      recipient: isEntry ? (sentTo ?? recipient) : recipient,
      reason: only.reason ?? (isBad ? replyIn(toldIn(said)) : undefined),
    },
  ];
}

/** Without a code it may be any sentence. */
function replyIn(told: string): string | undefined {
  const reason = findReason(told);
  return reason !== undefined && /\b[45]\d\d\b/.test(reason) ? reason : undefined;
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

export function unfold(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n[ \t]+(?=\S)/g, ' ');
}

/** The first value of each field. */
export function readFields(group: string): ReadonlyMap<string, string> {
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
  return /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(text?.slice(0, 8000) ?? '')?.[0];
}

/** `rfc822; kim@example.org`; the type may be missing, RFC 6533 writes `utf-8` and may escape letters. */
export function readRecipient(text: string): string | undefined {
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
  return cleanReason(text?.replace(/^[a-z0-9-]{1,40}[ \t]*;/i, '') ?? '');
}

/** What a report says that is not in the form of RFC 3464. */
function readPlain(
  { subject, text, failedRecipients }: Omit<BounceParts, 'parts'>,
  parts: readonly string[],
): readonly BouncedRecipient[] {
  const told = toldIn(text);
  const action: BounceAction = isWarning(subject, told) ? 'delayed' : 'failed';
  const named = (failedRecipients ?? '').split(/[\s,;]+/).filter(isAddress);
  const sentTo = sentToIn([text.slice(told.length), ...parts]);
  const failures = findFailures({ told, sentTo, named });
  const reason = findReason(told) ?? findTellingLine(told);
  const status = readStatus(told);
  if (failures.length === 0) return [{ action, recipient: undefined, status, reason }];
  const isOne = failures.length === 1;
  return failures.map((failure) => ({
    action,
    recipient: failure.address,
    status: readStatus(failure.reason) ?? (isOne ? status : undefined),
    reason: failure.reason ?? (isOne ? reason : undefined),
  }));
}

/** `The account is over quota.` Without code or label, a sentence still says of which kind it is. */
function findTellingLine(told: string): string | undefined {
  const line = told
    .split('\n', 60)
    .find((each) => each.length < 300 && isTelling(causeOf(failedBecause(each))));
  return line === undefined ? undefined : cleanReason(line);
}

function failedBecause(reason: string): CauseFacts {
  return { action: 'failed', status: undefined, reason };
}

/** Other sentences of reports speak of refusing and of trying again, too. */
function isTelling(cause: BounceCause | undefined): boolean {
  return cause === 'no-mailbox' || cause === 'mailbox-full' || cause === 'domain-unknown';
}

/** Where the returned mail begins in the plain forms of qmail, Exim, Sendmail and others. */
const returnedMailMark =
  /^(?:[-=|][-=| \t]{1,60}[^\n]{0,60}(?:below this line|copy of|original message|your message|returned message|message (?:text|header)s? follows?|header of your|unsent message|ursprüngliche|originalnachricht|message original|mensaje original|messaggio originale)[^\n]{0,100}|(?:original message headers|ursprüngliche nachrichtenkopfzeilen|kopfzeilen der (?:ursprünglichen|original)\s?-?nachricht|en-têtes de message d['’]origine|encabezados de mensajes? originale?s?|intestazioni originali|オリジナルメッセージ)[^\n]{0,40})$/im;
/** A rule alone means it only where a header follows; Courier and others use rules as ornaments. */
const ruleBeforeHeader =
  /^-{5,}[ \t]*\r?\n(?:[ \t]*\r?\n){0,3}(?:return-path|received|from|to|subject|date|message-id|mime-version|x-[\w-]{1,60}|dkim-signature)[ \t]*:/im;

/** What the server says itself. */
function toldIn(text: string): string {
  const ends = [returnedMailMark, ruleBeforeHeader].flatMap((mark) => {
    const at = text.search(mark);
    return at < 0 ? [] : [at];
  });
  return text.slice(0, Math.min(text.length, ...ends));
}

/** Whom the returned mail was written to, by its header. */
function sentToIn(parts: readonly string[]): readonly string[] {
  const found = parts
    .flatMap((part) => [
      ...unfold(part.slice(0, 20_000)).matchAll(/^(?:to|cc)[ \t]*:(.{3,2000})$/gim),
    ])
    .flatMap(
      ([, value]) => (value ?? '').match(/[^\s<>,;:"'()]{1,64}@[\p{L}\p{N}.-]{3,253}/gu) ?? [],
    )
    .filter(isAddress);
  return [...new Set(found)].slice(0, mostRecipients);
}

function isWarning(subject: string, text: string): boolean {
  return (
    /\b(?:delayed|delay|warning|still being retried|verzögert|verzögerung|retardé|retraso|ritard|vertraagd|задерж)|延迟|遅延/iu.test(
      subject.slice(0, 500),
    ) ||
    /(?:do not need to|need not|don['’]t need to) (?:re)?send|will (?:continue|keep) (?:trying|to try|attempting)|(?:still|is) being retried|will be retried|keep trying|erneut versucht|weiter(?:hin)? versucht|nouvelles tentatives|se seguirá intentando|继续尝试|再送/iu.test(
      text.slice(0, 4000),
    )
  );
}

/**
 * The returned mail's own Message-ID: as a header field in a returned part, newest part first, because
 * what a server attaches stands behind what it says. A mail that was resent came with an id of its own on top
 * (RFC 5322 section 3.6.6).
 */
export function findOriginals(parts: readonly string[]): readonly MessageId[] {
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
