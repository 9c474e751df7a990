/**
 * Reports on mail that arrived: that it was displayed or deleted (RFC 8098), that its reader complained (RFC 5965).
 *
 * Owns: reading them, and the value of `Ticket-Report`. Promises: pure and total; what is formatted reads back the same.
 * Leaves to others: bytes (storage/codec.ts), which ticket sent the mail (services/intake/returned.ts).
 */
import { isAddress } from '../message/address.ts';
import type { MessageId } from '../message/mail.ts';
import {
  formatParameters,
  type MessageName,
  parseMessageName,
  parseParameters,
} from '../ticket/event.ts';
import { type BounceParts, findOriginals, readFields, readRecipient, unfold } from './bounce.ts';

export type MailReportKind = 'receipt' | 'complaint';

export interface MailReport {
  readonly kind: MailReportKind;
  /** A receipt's disposition (`displayed`, `deleted`, …), a complaint's type (`abuse`, `not-spam`, …); lower case. */
  readonly what: string;
  readonly recipient: string | undefined;
  /** Message-IDs that may be that of our mail, the likeliest first. */
  readonly originals: readonly MessageId[];
}

const longestPart = 200_000;
const mostParts = 20;

/** Undefined for what is no such report. */
export function readMailReport({ text, parts }: BounceParts): MailReport | undefined {
  const read = [text, ...parts.slice(0, mostParts)].map((part) => part.slice(0, longestPart));
  for (const part of read.toReversed()) {
    const found = readReceipt(part) ?? readComplaint(part);
    if (found !== undefined) return { ...found, originals: findOriginals(read) };
  }
  return undefined;
}

type Found = Omit<MailReport, 'originals'>;

/** `Disposition: manual-action/MDN-sent-manually; displayed/error`. */
function readReceipt(part: string): Found | undefined {
  if (!/^disposition[ \t]*:/im.test(part)) return undefined;
  const fields = fieldsOf(part);
  const what = /;\s*([a-z-]{1,30})/i.exec(fields.get('disposition') ?? '')?.[1]?.toLowerCase();
  const recipient = fields.get('final-recipient') ?? fields.get('original-recipient');
  return what === undefined
    ? undefined
    : { kind: 'receipt', what, recipient: recipient && readRecipient(recipient) };
}

function readComplaint(part: string): Found | undefined {
  if (!/^feedback-type[ \t]*:/im.test(part)) return undefined;
  const fields = fieldsOf(part);
  const what = /^[a-z-]{1,30}/i.exec(fields.get('feedback-type') ?? '')?.[0].toLowerCase();
  const recipient = readRecipient(fields.get('original-rcpt-to') ?? '');
  return what === undefined
    ? undefined
    : {
        kind: 'complaint',
        what,
        recipient: recipient !== undefined && isAddress(recipient) ? recipient : undefined,
      };
}

/** Blank lines stand where some programs like them. */
function fieldsOf(part: string): ReadonlyMap<string, string> {
  return readFields(unfold(part));
}

/** A line of `Ticket-Report`. */
export interface MailReportField extends Omit<MailReport, 'originals'> {
  /** The mail of this ticket that it is about. */
  readonly message: MessageName | undefined;
  readonly original: string | undefined;
}

/** `receipt; what=displayed; message=NAME; recipient=kim@example.org; original=ID` */
export function formatMailReport(report: MailReportField): string {
  const { kind, what, message, recipient, original } = report;
  return formatParameters(kind, { what, message, recipient, original });
}

/** Undefined when the word is none that this version knows. */
export function parseMailReport(value: string): MailReportField | undefined {
  const parameters = parseParameters(value);
  const kind = parameters.get('');
  if (kind !== 'receipt' && kind !== 'complaint') return undefined;
  const text = (name: string) => {
    const found = parameters.get(name);
    return found === '' ? undefined : found;
  };
  return {
    kind,
    what: text('what') ?? '',
    message: parseMessageName(parameters.get('message') ?? ''),
    recipient: text('recipient'),
    original: text('original'),
  };
}
