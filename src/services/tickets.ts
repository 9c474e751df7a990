/**
 * The one road for every change of a ticket: read, fold, decide, append, announce.
 *
 * Owns: the ticket writer. Promises: what is returned is durable and already in the index.
 */
import type { Result } from '../base/result.ts';
import type { Mail, MailFacts } from '../core/message/mail.ts';
import type { Refusal, TicketCommand } from '../core/ticket/decide.ts';
import type { Actor, EventDraft, MessageName } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketFolder } from '../storage/ticket-store.ts';

export interface Receipt {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly folder: TicketFolder;
}

/** A mail from outside, as intake hands it over. */
export interface ReceivedMail {
  readonly raw: Buffer;
  readonly trace: readonly string[];
  readonly mail: Mail;
  readonly facts: MailFacts;
  /** Given when a repetition must find the same name. */
  readonly name?: MessageName;
}

export interface Tickets {
  /** Opens a ticket with a received mail as its first message. */
  open(draft: EventDraft, received: ReceivedMail): Promise<Receipt>;
  /** Files a received mail in a ticket. */
  receive(number: TicketNumber, draft: EventDraft, received: ReceivedMail): Promise<Receipt>;
  /** Carries out what an agent, a program or the desk itself wants. */
  run(number: TicketNumber, command: TicketCommand, actor: Actor): Promise<Result<Receipt, Refusal>>;
}
