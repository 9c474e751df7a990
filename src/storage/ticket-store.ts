/**
 * The ticket folders on disk.
 */
import type { Instant } from '../base/clock.ts';
import type { Mail, MailFacts } from '../core/message/mail.ts';
import type { EventDraft, MessageName, TicketEvent } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import type { Day, TicketNumber } from '../core/ticket/number.ts';

/** Maildir flags of a file: S seen, R answered, P forwarded, F flagged, D draft, T hidden. */
export type Flags = string;

export interface StoredMessage {
  readonly event: TicketEvent;
  /** Size of the whole file in bytes. */
  readonly size: number;
  readonly flags: Flags;
  /** File name with info part, below `directory`. */
  readonly fileName: string;
  readonly directory: 'new' | 'cur';
}

export interface TicketFolder {
  readonly number: TicketNumber;
  /** In the order of the ticket's history. */
  readonly messages: readonly StoredMessage[];
  readonly ticket: Ticket;
  /** Directory times at the reading, for the sweep; undefined when not known. */
  readonly stamp: FolderStamp | undefined;
}

export interface FolderStamp {
  readonly newModified: Instant;
  readonly curModified: Instant;
}

/** A message to be filed: what it means, and the mail it is. */
export interface NewMessage {
  readonly draft: EventDraft;
  readonly content: MessageContent;
  /** Given where the name must follow from something, so that a repetition finds it; else made. */
  readonly name?: MessageName;
}

export type MessageContent =
  /** Bytes from outside, kept exactly; `trace` are our `Name: value` lines in front. */
  | { readonly kind: 'received'; readonly raw: Buffer; readonly trace: readonly string[]; readonly facts: MailFacts }
  /** A whole mail that we composed, with LF line ends. */
  | { readonly kind: 'composed'; readonly bytes: Buffer };

export interface TicketReader {
  /** Every ticket on disk, oldest day first. */
  numbers(): AsyncIterable<TicketNumber>;
  /** Undefined when there is no such ticket. */
  read(number: TicketNumber): Promise<TicketFolder | undefined>;
  /** The decoded mail of a message; undefined when it is not there. */
  readMail(number: TicketNumber, name: MessageName): Promise<Mail | undefined>;
  /** All bytes of the message's file; undefined when it is not there. */
  readFile(number: TicketNumber, name: MessageName): Promise<Buffer | undefined>;
  /** The mail exactly as received, or as composed: the file without block and trace. */
  readOriginal(number: TicketNumber, name: MessageName): Promise<Buffer | undefined>;
  /** Decoded bytes of an attachment by its id; undefined when it is not there. */
  readAttachment(number: TicketNumber, name: MessageName, id: number): Promise<Buffer | undefined>;
}

export interface TicketWriter extends TicketReader {
  /** Claims the next number of the day and files the first message there, durably. */
  create(day: Day, first: NewMessage): Promise<TicketFolder>;
  /**
   * Files one more message, durably. An existing message of the same given name is left as it is
   * (the answer's `created` is false). Fails with `not-found` when there is no such ticket.
   */
  append(number: TicketNumber, message: NewMessage): Promise<Appended>;
}

export interface Appended {
  readonly folder: TicketFolder;
  readonly name: MessageName;
  readonly created: boolean;
  /** Path of the file, for a hard link into the outbox. */
  readonly path: string;
}
