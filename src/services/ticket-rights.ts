/**
 * Whether an agent may carry out a command on a ticket.
 *
 * Promises: whoever is no agent has the rights of the system's account, and the desk itself may do everything.
 * Leaves to others: which command needs which right (core/ticket/needs.ts), who has which (core/ticket/rights.ts).
 */
import type { Config } from '../config/config.ts';
import type { NewTicket, Refusal, TicketCommand } from '../core/ticket/decide.ts';
import type { Actor } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import { rightsForNew, rightsNeeded } from '../core/ticket/needs.ts';
import { type Right, rightsOn } from '../core/ticket/rights.ts';
import { readableOf } from '../core/ticket/team.ts';

export interface RightsDirectory {
  config(): Config;
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
  const given = rightsOn(readableOf(ticket), actor.login, (queue) =>
    desk.rightsOf(actor.login, queue),
  );
  // That a ticket exists is nothing to tell somebody who may not see it.
  if (!given.has('see')) return { code: 'unknown-ticket', number: ticket.number };
  const needs = rightsNeeded(ticket, command, desk.config().ticketRules);
  const right = needs.find((needed) => !given.has(needed));
  return right === undefined ? undefined : { code: 'not-allowed', right, queue: ticket.queue };
}

export function refuseNewByRights(
  request: NewTicket,
  actor: Actor,
  desk: RightsDirectory,
): Refusal | undefined {
  if (actor.kind !== 'agent') return undefined;
  const given = desk.rightsOf(actor.login, request.queue);
  // Nor is a queue that somebody may not see there for them.
  if (!given.has('see')) {
    const names = desk.config().queues.map(({ name }) => name);
    const known = names.filter((name) => desk.rightsOf(actor.login, name).has('see'));
    return { code: 'unknown-queue', value: request.queue, known };
  }
  const right = rightsForNew(request, desk.config().ticketRules).find(
    (needed) => !given.has(needed),
  );
  return right === undefined ? undefined : { code: 'not-allowed', right, queue: request.queue };
}
