/**
 * Mail of senders from whom something is kept back (core/customer).
 *
 * Promises: nothing is lost. Mail of somebody blocked is filed closed among the junk, in a ticket of its own or one that lies
 * there already; mail of somebody muted joins its ticket. Neither wakes a ticket.
 */
import type { CustomerLookup } from '../../core/customer/customer.ts';
import type { FollowUpChoice } from '../../core/followup/choose.ts';
import type { Change } from '../../core/ticket/event.ts';
import type { ReadMail } from './read-mail.ts';

export function withStanding(
  read: ReadMail,
  customers: Pick<CustomerLookup, 'standingOf'> | undefined,
): ReadMail {
  const caller = read.gateway?.call?.customer?.address;
  const writer = caller ?? read.mail.from?.address ?? read.sender ?? '';
  const standing = writer === '' ? undefined : customers?.standingOf(writer);
  return standing === undefined ? read : { ...read, standing };
}

export function isBlocked({ standing }: Pick<ReadMail, 'standing'>): boolean {
  return standing?.kind === 'blocked';
}

/** A ticket that people work on is not joined; the new one says which it would have been. */
export function keepBlockedApart(
  read: ReadMail,
  choice: FollowUpChoice,
  junkQueue: string | undefined,
): FollowUpChoice {
  if (!isBlocked(read) || choice.kind === 'open') return choice;
  const { ticket } = choice;
  if (junkQueue !== undefined && ticket.queue === junkQueue) return choice;
  return { kind: 'open', continues: ticket.number, suggested: [] };
}

export function withoutWaking(read: ReadMail, changes: readonly Change[]): readonly Change[] {
  if (read.standing === undefined) return changes;
  return changes.filter((change) => change.kind !== 'set' || change.field !== 'state');
}
