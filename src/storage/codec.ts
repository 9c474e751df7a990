/**
 * Bytes to mails and mails to bytes: the face that others import.
 *
 * Owns: nodemailer's composer. Promises: reading is total (reading/decode-mail.ts). Composed mails have LF line ends and carry
 * no field of the Ticket block.
 * Leaves to others: the block (block.ts), reading (reading/), what a mail means (core).
 */
import { createHash } from 'node:crypto';
import libmime from 'libmime';
import MailComposer from 'nodemailer/lib/mail-composer';
import { formatMailDate, type Instant } from '../base/clock.ts';
import { invariant } from '../base/fault.ts';
import type { BounceParts } from '../core/delivery/bounce.ts';
import { type Address, formatAddress } from '../core/message/address.ts';
import { withoutTurns } from '../core/message/direction.ts';
import type { Mail, MailFacts, MessageId } from '../core/message/mail.ts';
import { toSnippet } from '../core/message/snippet.ts';
import { type Digest, parseDigest } from '../core/ticket/event.ts';
import type { DecodedMail } from './reading/decode-mail.ts';
import { firstValue, readHeaderLines } from './reading/header-lines.ts';
import { readSubjectField } from './reading/mail-header.ts';

export { type DecodedMail, decodeMail } from './reading/decode-mail.ts';
export { typeOfName } from './reading/media-type.ts';

/** Of each part of a report; status and header stand at its beginning. */
const longestReportPart = 200_000;

/** A report on a mail as text: the reader joins plain and status parts, the others are attached. */
export function bouncePartsOf({ mail, contents }: DecodedMail): BounceParts {
  const parts = mail.attachments
    .filter(({ type }) => type.startsWith('message/') || type.startsWith('text/'))
    .slice(0, 20)
    .map(({ id }) => contents[id]?.toString('utf8', 0, longestReportPart) ?? '');
  return {
    subject: mail.subject,
    text: mail.text.slice(0, longestReportPart),
    parts,
    failedRecipients: mail.fields.get('x-failed-recipients')?.join(', '),
  };
}

/** The part of a mail that speaks to calendars, by its type or, where a program sent it as any file, by its name. */
export function calendarPartOf({ mail, contents }: DecodedMail): Buffer | undefined {
  const part =
    mail.attachments.find(({ type }) => type === 'text/calendar') ??
    mail.attachments.find(({ type, name }) => type === 'application/ics' || /\.ics$/i.test(name));
  return part === undefined ? undefined : contents[part.id];
}

/** What lists and rules need of a mail. */
export function toFacts(mail: Mail): MailFacts {
  const { from, alsoFrom, isFromEnvelope, protection } = mail;
  const { replyTo, to, cc, subject, date, messageId, inReplyTo, references } = mail;
  return {
    from,
    ...(alsoFrom === undefined ? {} : { alsoFrom }),
    ...(isFromEnvelope === undefined ? {} : { isFromEnvelope }),
    replyTo,
    to,
    cc,
    subject,
    date,
    messageId,
    inReplyTo,
    references,
    snippet: toSnippet(mail.text),
    attachments: mail.attachments,
    hasHtml: mail.html !== undefined,
    ...(protection === undefined ? {} : { protection }),
    problems: mail.problems,
  };
}

export interface MailToCompose {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc?: readonly Address[];
  readonly replyTo?: Address;
  readonly subject: string;
  readonly date: Instant;
  /** Zone of the Date field (IANA name); UTC when absent. */
  readonly timeZone?: string;
  readonly messageId: MessageId;
  readonly inReplyTo?: MessageId;
  readonly references?: readonly MessageId[];
  readonly text: string;
  /** The same as HTML, where there is one. */
  readonly html?: string;
  readonly attachments?: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Buffer;
    /** Of a picture that the HTML shows as `cid:`; without angle brackets. */
    readonly contentId?: string;
    /** Never shown within the text, whatever its type. */
    readonly isApart?: boolean;
  }[];
  /** Further header fields: name, value. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** What calendars read (RFC 6047): beside the text, and once more as a file for programs that look only there. */
  readonly calendar?: { readonly method: string; readonly text: string };
}

/** A whole mail with LF line ends (RFC 5322, MIME). */
export async function composeMail(mail: MailToCompose): Promise<Buffer> {
  const composer = new MailComposer({
    from: mail.from,
    to: [...mail.to],
    cc: [...(mail.cc ?? [])],
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    subject: mail.subject,
    messageId: `<${mail.messageId}>`,
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: `<${mail.inReplyTo}>` }),
    references: (mail.references ?? []).map((id) => `<${id}>`),
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ name, type, bytes, contentId, isApart }) => ({
      filename: name,
      contentType: type,
      content: bytes,
      // An attached mail would be shown as part of this one otherwise.
      ...(contentId === undefined ? { contentDisposition: 'attachment' } : { cid: contentId }),
      ...(isApart === true ? { contentDisposition: 'attachment' as const } : {}),
    })),
    ...(mail.calendar === undefined
      ? {}
      : {
          icalEvent: {
            method: mail.calendar.method,
            content: mail.calendar.text,
            filename: 'invite.ics',
          },
        }),
    headers: (mail.fields ?? []).map(([key, value]) => ({ key, value })),
    date: formatMailDate(mail.date, mail.timeZone ?? 'UTC'),
    newline: 'linux',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = await composer.compile().build();
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** A whole field with addresses, one a line; names beyond ASCII as RFC 2047 has them. */
export function formatAddressField(
  field: string,
  people: readonly Address[],
  lineEnd: '\n' | '\r\n',
): string {
  const shown = people.map(({ name, address }) =>
    /^[\x20-\x7e]*$/.test(name)
      ? formatAddress({ name, address })
      : `${libmime.encodeWord(name.replace(/[\s\p{Cc}]+/gu, ' '), 'B', 52)} <${address}>`,
  );
  return `${field}: ${shown.join(`,${lineEnd} `)}${lineEnd}`;
}

/** The decoded Subject out of a mail's header, without reading the rest. */
export function readSubject(mail: Buffer): string {
  const { fields } = readHeaderLines(mail, {
    start: 0,
    end: mail.length,
    isMail: true,
    isBoundary: () => false,
  });
  return withoutTurns(readSubjectField(firstValue(fields, 'subject') ?? ''));
}

/** `sha256:…` of the bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  invariant(digest !== undefined, 'A SHA-256 is 64 hexadecimal digits');
  return digest;
}

/**
 * What two deliveries of one mail have in common: author, subject, date and everything after the
 * header; trace fields on the way may differ. A mail without a Message-ID is only its exact bytes.
 */
export function contentDigest(raw: Buffer, mail: Mail): Digest {
  if (mail.messageId === undefined) return digestOf(raw);
  const identity = [mail.messageId, mail.from?.address, mail.subject, mail.date].join('\n');
  const hash = createHash('sha256')
    .update(identity)
    .update('\n\n')
    .update(raw.subarray(endOfHeader(raw)));
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  invariant(digest !== undefined, 'A SHA-256 is 64 hexadecimal digits');
  return digest;
}

/** The line end that a mail uses, by its first line. */
export function lineEndOf(raw: Buffer): '\n' | '\r\n' {
  const newline = raw.indexOf(0x0a);
  return newline > 0 && raw[newline - 1] === 0x0d ? '\r\n' : '\n';
}

/** Position after the blank line that ends the header; the length when there is none. */
function endOfHeader(raw: Buffer): number {
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    if (raw[at + 1] === 0x0a) return at + 2;
    if (raw[at + 1] === 0x0d && raw[at + 2] === 0x0a) return at + 3;
  }
  return raw.length;
}
