/**
 * Sliding limits on what the desk sends by itself, and the breaker of a ticket.
 *
 * Promises: pure; a window slides with the clock, it does not begin anew at midnight; memory follows what
 * was sent within the longest window.
 */
import { type Duration, day, hour, type Instant } from '../../base/clock.ts';
import { addressKey } from '../message/address.ts';
import type { Change, TicketEvent } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { type AutoReplyKind, readAutoReply } from './auto-reply.ts';

/** The window of a ticket, and that of a sender and of the whole desk. */
export const ticketWindow: Duration = day;
export const senderWindow: Duration = hour;
export const breakerWindow: Duration = hour;

export interface WindowLimit {
  readonly most: number;
  readonly within: Duration;
}

/** Times of what was counted, oldest first. */
export type Window = readonly Instant[];

/** The window with one more, or undefined when it is full. */
export function countIn(
  window: Window,
  now: Instant,
  { most, within }: WindowLimit,
): Window | undefined {
  const recent = trim(window, now, within);
  return recent.length >= most ? undefined : [...recent, now];
}

/** What still counts. A time in the future counts: a clock was set back. */
export function trim(window: Window, now: Instant, within: Duration): Window {
  return window.filter((time) => time > now - within);
}

export interface TicketReplies {
  /** Within the window of a ticket. */
  readonly inTicket: number;
  /** The address got one of this kind within the pause. */
  readonly isRepeated: boolean;
}

/** Automatic answers in a ticket, those that are only due included. */
export function countReplies(
  events: readonly TicketEvent[],
  {
    to,
    kinds,
    pause,
    now,
  }: {
    /** Address key. */
    readonly to: string;
    /** Those that count for the pause. */
    readonly kinds: readonly AutoReplyKind[];
    readonly pause: Duration;
    readonly now: Instant;
  },
): TicketReplies {
  let inTicket = 0;
  let isRepeated = false;
  for (const event of events) {
    const field = event.kind === 'mail-in' ? readAutoReply(event.fields) : undefined;
    if (field?.state !== 'due') continue;
    if (event.time > now - ticketWindow) inTicket += 1;
    const writer = (event.mail.replyTo[0] ?? event.mail.from)?.address ?? '';
    if (kinds.includes(field.reply) && addressKey(writer) === to && event.time > now - pause)
      isRepeated = true;
  }
  return { inTicket, isRepeated };
}

export interface BreakerLimits {
  /** Automatic mails into one ticket within an hour. */
  readonly mails: number;
  /** Reopenings of one ticket within an hour. */
  readonly reopenings: number;
}

export type BreakerCause = 'mails' | 'reopenings';

/** The field of a ticket that says so; the fold clears it when a person acts. */
export const breakerField = 'breaker';

export function isBroken(ticket: Pick<Ticket, 'extra'>): boolean {
  return ticket.extra.has(breakerField);
}

export interface BreakerFacts {
  readonly ticket: Ticket;
  readonly events: readonly TicketEvent[];
  /** The mail that comes now. */
  readonly isAutomatic: boolean;
  readonly changes: readonly Change[];
  readonly limits: BreakerLimits;
  readonly now: Instant;
}

/**
 * Why the breaker opens with the mail that comes now; undefined when it does not, or is open already. A
 * person's act begins the count of mails anew. Reopenings go on counting, for it is people who close.
 */
export function tripBreaker(facts: BreakerFacts): BreakerCause | undefined {
  const { ticket, events, isAutomatic, changes, limits, now } = facts;
  if (isBroken(ticket)) return undefined;
  let mails = isAutomatic ? 1 : 0;
  let reopenings = opens(changes) ? 1 : 0;
  for (const event of events) {
    if (event.time <= now - breakerWindow) continue;
    if (event.actor.kind === 'agent' || event.actor.kind === 'user') mails = isAutomatic ? 1 : 0;
    if (event.kind !== 'mail-in') continue;
    if (event.fields.has('automatic')) mails += 1;
    if (opens(event.changes)) reopenings += 1;
  }
  if (mails > limits.mails) return 'mails';
  return reopenings > limits.reopenings ? 'reopenings' : undefined;
}

function opens(changes: readonly Change[]): boolean {
  return changes.some(
    (change) => change.kind === 'set' && change.field === 'state' && change.value === 'open',
  );
}
