/**
 * Whether an agent may carry out a command on a ticket.
 *
 * Promises: whoever is no agent has the rights of the system's account, and the desk itself may do everything.
 * Leaves to others: which command needs which right (core/ticket/needs.ts), who has which (core/ticket/rights.ts).
 */
import type { Refusal, TicketCommand } from '../core/ticket/decide.ts';
import type { Actor } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import { rightsNeeded } from '../core/ticket/needs.ts';
import type { Right } from '../core/ticket/rights.ts';

export interface RightsDirectory {
  /** What the agent may do in the queue; nothing for somebody unknown. */
  rightsOf(login: string, queue: string): ReadonlySet<Right>;
}

export function refuseByRights(
  ticket: Ticket,
  command: TicketCommand,
  actor: Actor,
  desk: RightsDirectory,
): Refusal | undefined {
  if (actor.kind !== 'agent') return undefined;
  const given = desk.rightsOf(actor.login, ticket.queue);
  // That a ticket exists is nothing to tell somebody who may not see it.
  if (!given.has('see')) return { code: 'unknown-ticket', number: ticket.number };
  const right = rightsNeeded(ticket, command).find((needed) => !given.has(needed));
  return right === undefined ? undefined : { code: 'not-allowed', right, queue: ticket.queue };
}
