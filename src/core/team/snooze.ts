/**
 * Tickets that an agent has put aside for himself: out of his own lists until a time, or until something happens.
 *
 * Promises: pure; for everybody else the ticket is as it was, for nothing of this stands in it.
 * Leaves to others: where it is kept (services/waiting/snooze-file.ts).
 */
import type { Instant } from '../../base/clock.ts';
import type { TicketEvent } from '../ticket/event.ts';
import type { TicketNumber } from '../ticket/number.ts';
import { sideOf } from './standing.ts';

export interface Snooze {
  readonly number: TicketNumber;
  /** When it was there: the time of the newest event then. */
  readonly since: Instant;
  readonly until: Instant;
  /** When it ended before its time. */
  readonly ended: Instant | undefined;
}

export function isAside({ until, ended }: Snooze, now: Instant): boolean {
  return ended === undefined && until > now;
}

/** Whether what happened at the time found the ticket put aside. */
export function wasAside({ since, until, ended }: Snooze, at: Instant): boolean {
  return at > since && at <= until && (ended === undefined || at <= ended);
}

/** The customer wrote, or somebody else did something; not what the desk does by itself, nor what the agent did. */
export function endsSnooze(event: TicketEvent, login: string): boolean {
  const { actor, kind, fields } = event;
  if (kind === 'delivery' || kind === 'draft' || fields.has('standing')) return false;
  switch (actor.kind) {
    case 'agent':
      return actor.login !== login;
    case 'user':
      return true;
    case 'customer':
      return sideOf(event) === 'theirs';
    case 'system':
      return actor.part === 'clockwork' || kind === 'escalation';
  }
}
