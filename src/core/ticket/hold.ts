/**
 * Legal hold: nothing of a held ticket may be removed, by nobody and no rule, until the hold is lifted.
 *
 * A ticket is held by its own field `hold` (the reason), by the file of somebody who takes part in it, or by a rule of
 * config/holds.yaml. Promises: pure.
 * Leaves to others: files and rules (services/keeping/holds.ts); whoever removes bytes asks there first.
 */
import type { Ticket } from './fold.ts';
import type { TicketNumber } from './number.ts';

export const holdField = 'hold';

export interface Hold {
  readonly by: 'ticket' | 'customer' | 'rule';
  readonly reason: string;
  /** The person, the company or the query that is held; absent for the ticket itself. */
  readonly name?: string;
}

export interface HoldRefusal {
  readonly code: 'on-hold';
  readonly number: TicketNumber;
  readonly reason: string;
}

/** The hold that the ticket's own events say. */
export function ownHold({ extra }: Pick<Ticket, 'extra'>): Hold | undefined {
  const reason = extra.get(holdField);
  return reason === undefined ? undefined : { by: 'ticket', reason };
}

export function refusalOf(number: TicketNumber, { reason }: Hold): HoldRefusal {
  return { code: 'on-hold', number, reason };
}
