/** Whom an answer goes to when nobody is named. */
import type { Address } from '../../core/message/address.ts';
import { firstBlockField, type TicketEvent } from '../../core/ticket/event.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';

/**
 * The writer of the answered message (its Reply-To first), or its recipients when it was our own.
 * Without a message: the newest that a person sent us, then the ticket's customer. May be empty.
 */
export function answerRecipients(folder: TicketFolder, inReplyTo?: string): readonly Address[] {
  const events = folder.messages.map(({ event }) => event);
  const answered =
    inReplyTo === undefined
      ? events.findLast(isFromPerson)
      : events.find(({ name }) => name === inReplyTo);
  const { customer } = folder.ticket;
  const fallback = customer === undefined ? [] : [customer];
  if (answered === undefined) return fallback;
  const { replyTo, from, to } = answered.mail;
  if (answered.kind === 'mail-out') return to.length > 0 ? to : fallback;
  if (answered.kind !== 'mail-in') return fallback;
  if (replyTo.length > 0) return replyTo;
  return from === undefined ? fallback : [from];
}

function isFromPerson(event: TicketEvent): boolean {
  return event.kind === 'mail-in' && firstBlockField(event, 'automatic') === undefined;
}
