/**
 * Closing a ticket whose customer does not answer: one reminder, then the end.
 *
 * Owns: when a wait for the customer began, what was done in it, and what comes next. Promises: pure; read from the ticket's
 * own events, so no restart and no second process remembers less; a reminder that is overdue still comes first, and the
 * ticket is closed at the time that the reminder promised, however much later that is.
 * Leaves to others: who may be written to (core/autoreply/reminder.ts), doing it (services/waiting/auto-closer.ts).
 */
import { formatInstant, type Instant, parseInstant, toInstant } from '../../base/clock.ts';
import { sideOf } from '../team/standing.ts';
import {
  firstBlockField,
  formatParameters,
  type MessageName,
  parseMessageName,
  parseParameters,
  type TicketEvent,
} from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import type { Calendar } from './calendar.ts';
import { addSpan, type WaitSpan } from './span.ts';

export interface AutoClosePolicy {
  readonly remindAfter: WaitSpan;
  /** From the reminder on. */
  readonly closeAfter: WaitSpan;
  /** Name of the reminder's text. */
  readonly text: string;
  /** Name of the text that goes out at the end; undefined for none. */
  readonly closing: string | undefined;
  readonly state: 'closed' | 'closed-unsuccessful';
}

/** The field of a ticket that says `no`: a person does not want it closed by itself. */
export const autoCloseField = 'auto-close';

export const reminderObstacles = [
  'no-address',
  'own-address',
  'automatic',
  'blocked',
  'muted',
  'spam',
  'breaker',
] as const;

/** Why a customer cannot be reminded; nobody is closed out without a word. */
export type ReminderObstacle = (typeof reminderObstacles)[number];

/** `reminder; since=NAME; close=TIME`, `none; since=NAME; reason=CODE`, `closed; since=NAME` */
export type AutoCloseMark =
  | { readonly kind: 'reminder'; readonly since: MessageName; readonly closeAt: Instant }
  | {
      readonly kind: 'none';
      readonly since: MessageName;
      readonly reason: ReminderObstacle | undefined;
    }
  | { readonly kind: 'closed'; readonly since: MessageName };

export function formatAutoClose(mark: AutoCloseMark): string {
  const { kind, since } = mark;
  return formatParameters(kind, {
    since,
    close: mark.kind === 'reminder' ? formatInstant(mark.closeAt) : undefined,
    reason: mark.kind === 'none' ? mark.reason : undefined,
  });
}

/** Undefined when the event says nothing of it that this version knows. */
export function readAutoClose(event: Pick<TicketEvent, 'fields'>): AutoCloseMark | undefined {
  const parameters = parseParameters(firstBlockField(event, autoCloseField) ?? '');
  const since = parseMessageName(parameters.get('since') ?? '');
  if (since === undefined) return undefined;
  switch (parameters.get('')) {
    case 'reminder': {
      const closeAt = parseInstant(parameters.get('close') ?? '');
      return closeAt === undefined ? undefined : { kind: 'reminder', since, closeAt };
    }
    case 'none': {
      const reason = reminderObstacles.find((known) => known === parameters.get('reason'));
      return { kind: 'none', since, reason };
    }
    case 'closed':
      return { kind: 'closed', since };
    default:
      return undefined;
  }
}

/** A ticket waits for its customer. */
export interface CustomerWait {
  /** The event with which it began to wait, or our last word since then. */
  readonly since: MessageName;
  readonly began: Instant;
  /** What the desk did in this wait. */
  readonly done: { readonly mark: AutoCloseMark; readonly event: MessageName } | undefined;
}

/** Undefined while the ticket waits for nobody outside, or a person forbade it. The events are in the order of the history. */
export function customerWaitOf(
  ticket: Pick<Ticket, 'state' | 'extra' | 'mergedInto'>,
  events: readonly TicketEvent[],
): CustomerWait | undefined {
  if (ticket.state !== 'pending-customer' || ticket.mergedInto !== undefined) return undefined;
  if (ticket.extra.get(autoCloseField) === 'no') return undefined;
  const at = events.findLastIndex((event) => begins(event));
  const start = events[at];
  if (start === undefined) return undefined;
  const later = events.slice(at + 1);
  const found = later.findLast((event) => readAutoClose(event)?.since === start.name);
  const mark = found === undefined ? undefined : readAutoClose(found);
  const done = found === undefined || mark === undefined ? undefined : { mark, event: found.name };
  return { since: start.name, began: start.time, done };
}

/** A word of ours gives the customer the whole time again, and so does the end of "do not close". */
function begins(event: TicketEvent): boolean {
  return (
    sideOf(event) === 'ours' ||
    event.changes.some(
      (change) =>
        change.kind === 'set' &&
        ((change.field === 'state' && change.value === 'pending-customer') ||
          (change.field === autoCloseField && change.value === '')),
    )
  );
}

export interface AutoCloseStep {
  readonly kind: 'remind' | 'close';
  readonly at: Instant;
}

/** What the desk does next, and when; undefined for nothing. */
export function nextAutoClose(
  wait: CustomerWait,
  policy: AutoClosePolicy,
  calendar: Calendar,
): AutoCloseStep | undefined {
  const { done } = wait;
  if (done === undefined)
    return { kind: 'remind', at: addSpan(calendar, wait.began, policy.remindAfter) };
  return done.mark.kind === 'reminder' ? { kind: 'close', at: done.mark.closeAt } : undefined;
}

/** When it would be closed, as things stand: a reminder that is overdue goes out now. */
export function closingTime(
  step: AutoCloseStep,
  policy: AutoClosePolicy,
  calendar: Calendar,
  now: Instant,
): Instant {
  if (step.kind === 'close') return step.at;
  return addSpan(calendar, toInstant(Math.max(step.at, now)), policy.closeAfter);
}
