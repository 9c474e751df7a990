/**
 * What a mail says, decoded: the form in which every rule sees it.
 *
 * Made by storage/codec.ts, which promises that any bytes give a value; what was wrong with them
 * stands in `problems`.
 */
import type { Instant } from '../../base/clock.ts';
import type { Address } from './address.ts';

declare const messageIdBrand: unique symbol;

/** The text between the angle brackets of a Message-ID (RFC 5322 section 3.6.4). */
export type MessageId = string & { readonly [messageIdBrand]: 'MessageId' };

export interface Attachment {
  /** Position among the mail's attachments, from 0; names it in links. */
  readonly id: number;
  /** File name as sent, decoded; never used as a path. */
  readonly name: string;
  /** Media type in lower case, without parameters. */
  readonly type: string;
  /** Decoded size in bytes. */
  readonly size: number;
  /** Shown within the text (Content-Disposition inline or referred to by `cid:`). */
  readonly inline: boolean;
  /** Content-ID without angle brackets. */
  readonly contentId?: string;
  /** Content-Location (RFC 2557) in the spelling of the HTML that refers to it, else as sent. */
  readonly location?: string;
  /** What it was taken out of, where it is no part of the mail itself. */
  readonly from?: 'tnef' | 'uuencode' | 'smime';
}

/** How a mail is signed or encrypted (RFC 1847, 8551, 9580); nothing is verified here. */
export interface Protection {
  readonly kind: 'signed' | 'encrypted';
  readonly by: 'smime' | 'pgp';
}

export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
}

export type ProblemCode =
  | 'no-from'
  | 'no-date'
  | 'no-message-id'
  | 'empty'
  | 'unreadable'
  | 'header-too-long'
  | 'too-many-parts'
  | 'text-shortened'
  | 'truncated'
  | 'charset-guessed'
  | 'boundary-broken'
  | 'too-deep'
  | 'decoded-too-large'
  | 'container-broken';

/** The fields by which a mail is addressed and threaded. */
export interface MailHeader {
  readonly from: Address | undefined;
  /** Further authors, where From names several. */
  readonly alsoFrom?: readonly Address[];
  /** No author is named: `from` is the sender of the envelope. */
  readonly isFromEnvelope?: true;
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  readonly date: Instant | undefined;
  readonly messageId: MessageId | undefined;
  readonly inReplyTo: readonly MessageId[];
  /** Oldest first, as in the header. */
  readonly references: readonly MessageId[];
}

export interface Mail extends MailHeader {
  /** Every header field outside the Ticket block: lower-case name, unfolded values in order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Always there; made from HTML if need be. Line ends are LF. */
  readonly text: string;
  readonly html: string | undefined;
  readonly protection?: Protection;
  readonly attachments: readonly Attachment[];
  readonly problems: readonly Problem[];
}

/** What the lists, rules and threads need of a mail, small enough to be kept in memory. */
export interface MailFacts extends MailHeader {
  /** First words of what the writer wrote, in one line, at most 200 characters. */
  readonly snippet: string;
  readonly attachments: readonly Attachment[];
  readonly hasHtml: boolean;
  readonly protection?: Protection;
  readonly problems: readonly Problem[];
}

export function firstField(mail: Pick<Mail, 'fields'>, name: string): string | undefined {
  return mail.fields.get(name)?.[0];
}
