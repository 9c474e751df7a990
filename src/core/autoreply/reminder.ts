/**
 * To whom a reminder goes, and why it goes to nobody.
 *
 * Promises: pure; the rules of RFC 3834 as for answers (auto-reply.ts): never to a program, never where nobody can be
 * reached, never to whom the desk keeps silent.
 */
import type { ReminderObstacle } from '../escalation/auto-close.ts';
import { type Address, isAddress } from '../message/address.ts';
import { sideOf } from '../team/standing.ts';
import type { MessageName, TicketEvent } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isBroken } from './limits.ts';

export interface ReminderFacts {
  readonly ticket: Ticket;
  /** In the order of the history. */
  readonly events: readonly TicketEvent[];
  readonly isOwnAddress: (address: string) => boolean;
  readonly standingOf: (address: string) => 'blocked' | 'muted' | undefined;
  readonly isSpam: boolean;
}

export type ReminderTarget =
  | { readonly to: Address; readonly inReplyTo: MessageName | undefined }
  | { readonly obstacle: ReminderObstacle };

export function reminderTarget(facts: ReminderFacts): ReminderTarget {
  const { ticket, events } = facts;
  const word = events.findLast((event) => event.kind === 'mail-in' && sideOf(event) === 'theirs');
  const answer = events.findLast((event) => event.kind === 'mail-out' && sideOf(event) === 'ours');
  const to = word?.mail.replyTo[0] ?? word?.mail.from ?? ticket.customer ?? answer?.mail.to[0];
  if (facts.isSpam) return { obstacle: 'spam' };
  if (to === undefined || !isAddress(to.address)) return { obstacle: 'no-address' };
  const standing = facts.standingOf(to.address);
  if (standing !== undefined) return { obstacle: standing };
  if (facts.isOwnAddress(to.address)) return { obstacle: 'own-address' };
  // Lists and no-reply addresses count as a person's word, but take no automatic mail.
  if (isOfProgram(events, word)) return { obstacle: 'automatic' };
  if (isBroken(ticket)) return { obstacle: 'breaker' };
  return { to, inReplyTo: lastMail(events)?.name };
}

function isOfProgram(events: readonly TicketEvent[], word: TicketEvent | undefined): boolean {
  if (word !== undefined) return word.fields.has('automatic') && !isOutOfOffice(word);
  // Nothing but programs wrote, and nobody of us chose an address.
  return (
    events.some(({ kind }) => kind === 'mail-in') &&
    !events.some((event) => event.kind === 'mail-out' && sideOf(event) === 'ours')
  );
}

/** Only the subject says so, and the person behind it has written before or will be back. */
function isOutOfOffice({ fields }: TicketEvent): boolean {
  return fields.get('automatic')?.[0]?.startsWith('out-of-office') === true;
}

/** What customers have: notes and calls are in no mail program. */
function lastMail(events: readonly TicketEvent[]): TicketEvent | undefined {
  return events.findLast(
    ({ kind, mail }) => (kind === 'mail-in' || kind === 'mail-out') && mail.messageId !== undefined,
  );
}
