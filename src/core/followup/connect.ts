/**
 * Which of the tickets that a mail connects become one.
 *
 * Conversations reach the desk in any order: what was opened as two tickets turns out to be one when the mail between
 * them comes. Then they are merged, so that the same mails give the same tickets whichever came first.
 *
 * Promises: pure. The survivor is the oldest. Only ids connect, never numbers in subjects. Tickets that a rule or a
 * person made two (`separatingLinks`) stay two. A mail may lead into one ticket by its references alone, as any mail may;
 * every further ticket must vouch for it, so nobody outside joins two conversations of others. Where a mail of somebody
 * whom neither side knows is the only witness, a person is asked, and only then the order matters.
 * Leaves to others: looking up (services/intake), merging (services/regroup.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { addressKey } from '../message/address.ts';
import type { MailHeader } from '../message/mail.ts';
import type { Ticket } from '../ticket/fold.ts';
import type { TicketNumber } from '../ticket/number.ts';

export interface ConnectedTicket {
  readonly number: TicketNumber;
  readonly created: Instant;
  readonly links: readonly string[];
  /** Numbers of the tickets merged into it. */
  readonly absorbed: readonly TicketNumber[];
  /** The mail's writer is known to its people (`vouchesFor`). */
  readonly vouches: boolean;
  /** A rule of its queue keeps it closed. */
  readonly staysClosed: boolean;
}

export interface Connection {
  readonly survivor: TicketNumber;
  /** Tickets to be merged into the survivor. */
  readonly merged: readonly TicketNumber[];
  /** Tickets that may belong to it; a person decides. */
  readonly suggested: readonly TicketNumber[];
}

/** Kinds of links that say: these are two matters. */
export const separatingLinks = ['related', 'apart', 'parent', 'child'] as const;

/** `first` is the ticket that the mail is in; it stands among `tickets`, which are all that the mail's ids lead to. */
export function connectTickets(
  first: TicketNumber,
  tickets: readonly ConnectedTicket[],
): Connection {
  const home = tickets.find(({ number }) => number === first);
  if (home === undefined) return { survivor: first, merged: [], suggested: [] };
  const others = tickets
    .filter(({ number, staysClosed }) => number !== first && !staysClosed)
    .sort(compareAge);
  const joined: ConnectedTicket[] = [home];
  const suggested: TicketNumber[] = [];
  let doubtful = home.vouches ? 0 : 1;
  // Those that vouch come first: which doubtful one is left over must not depend on its age.
  for (const ticket of [...others].sort(
    (one, other) => Number(other.vouches) - Number(one.vouches),
  )) {
    if (joined.some((each) => isSeparated(each, ticket))) continue;
    if (!ticket.vouches && doubtful > 0) {
      suggested.push(ticket.number);
      continue;
    }
    if (!ticket.vouches) doubtful += 1;
    joined.push(ticket);
  }
  const [survivor = home, ...rest] = joined.sort(compareAge);
  return { survivor: survivor.number, merged: rest.map(({ number }) => number), suggested };
}

function compareAge(one: ConnectedTicket, other: ConnectedTicket): number {
  if (one.created !== other.created) return one.created - other.created;
  return one.number < other.number ? -1 : 1;
}

function isSeparated(one: ConnectedTicket, other: ConnectedTicket): boolean {
  return names(one, other) || names(other, one);
}

function names({ links }: ConnectedTicket, other: ConnectedTicket): boolean {
  const numbers = [other.number, ...other.absorbed];
  return numbers.some((number) =>
    separatingLinks.some((kind) => links.includes(`${kind}:${number}`)),
  );
}

/**
 * Whether a ticket's people know the writer of a mail: he is its customer, or somebody else in it wrote to him, or
 * answered this mail or another one of his. That he wrote there himself does not count: a reference alone lets anybody do that.
 */
export function vouchesFor(
  mail: MailHeader,
  { customer }: Pick<Ticket, 'customer'>,
  messages: readonly MailHeader[],
  /** All addresses of whoever has this one. */
  addressesOf: (address: string) => readonly string[] = (address) => [address],
): boolean {
  const writers = new Set(writersOf(mail).flatMap(addressesOf));
  if (customer !== undefined && writers.has(addressKey(customer.address))) return true;
  const isOwn = (other: MailHeader) => writersOf(other).some((writer) => writers.has(writer));
  const own = new Set(
    [mail, ...messages.filter(isOwn)].flatMap(({ messageId }) => messageId ?? []),
  );
  return messages
    .filter((message) => !isOwn(message))
    .some(
      ({ to, cc, inReplyTo, references }) =>
        [...to, ...cc].some(({ address }) => writers.has(addressKey(address))) ||
        [...inReplyTo, ...references].some((id) => own.has(id)),
    );
}

function writersOf({ from, replyTo }: Pick<MailHeader, 'from' | 'replyTo'>): readonly string[] {
  return [from, ...replyTo].flatMap((writer) =>
    writer === undefined ? [] : [addressKey(writer.address)],
  );
}
