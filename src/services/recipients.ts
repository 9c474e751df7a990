/**
 * Whom an answer to a message of a ticket goes to: the one road for viewer, command line and API.
 *
 * Leaves to others: the rules (core/message/recipients.ts).
 */
import type { Config } from '../config/config.ts';
import { isOwnAddress } from '../config/own-address.ts';
import { type Address, parseAddress } from '../core/message/address.ts';
import { firstField } from '../core/message/mail.ts';
import { type Answered, chooseRecipients, type Recipients } from '../core/message/recipients.ts';
import { firstBlockField, type TicketEvent } from '../core/ticket/event.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';

export interface RecipientsDeps {
  /** Finds messages of merged tickets too. */
  readonly reader: Pick<TicketReader, 'readMail'>;
  readonly config: Config;
}

export interface AnswerRequest {
  /** Name of the message; the newest that a person sent us when absent. */
  readonly inReplyTo?: string | undefined;
  readonly toAll: boolean;
  /** Own mail address of the agent who answers. */
  readonly self?: string | undefined;
}

export async function findRecipients(
  { reader, config }: RecipientsDeps,
  folder: TicketFolder,
  { inReplyTo, toAll, self }: AnswerRequest,
): Promise<Recipients> {
  const event = findAnswered(folder, inReplyTo);
  return chooseRecipients({
    answered: event === undefined ? undefined : await describe(event),
    customer: folder.ticket.customer,
    isOwn: (address) => isOwnAddress(address, config),
    self,
    toAll,
  });

  async function describe(answered: TicketEvent): Promise<Answered> {
    const { from, replyTo, to, cc } = answered.mail;
    const way = wayOf(answered);
    // Only what is no standard needs the whole mail.
    const mail = way === 'in' ? await reader.readMail(folder.number, answered.name) : undefined;
    const list = /<mailto:([^>?]{3,320})/i.exec((mail && firstField(mail, 'list-post')) ?? '')?.[1];
    const followUpTo = readAddresses((mail && firstField(mail, 'mail-followup-to')) ?? '');
    return { way, from, replyTo, to, cc, list, followUpTo };
  }
}

function findAnswered(folder: TicketFolder, name: string | undefined): TicketEvent | undefined {
  const events = folder.messages.map(({ event }) => event);
  return name === undefined
    ? events.findLast(isFromPerson)
    : events.find((event) => event.name === name);
}

function isFromPerson(event: TicketEvent): boolean {
  return event.kind === 'mail-in' && firstBlockField(event, 'automatic') === undefined;
}

function wayOf(event: TicketEvent): Answered['way'] {
  if (event.kind === 'mail-in' || event.kind === 'import') return 'in';
  // A mail that went on as it was is still the mail of whoever wrote it.
  if (event.kind === 'mail-out')
    return firstBlockField(event, 'resent') === undefined ? 'out' : 'in';
  return 'none';
}

/** As far as they are simple; a header that is not is no reason to leave anybody out. */
function readAddresses(value: string): readonly Address[] {
  return value
    .slice(0, 5000)
    .split(',')
    .flatMap((part) => parseAddress(part) ?? []);
}
