/**
 * What a hook is told, as JSON: what happened, the ticket as it is after it, and the message if there is one.
 *
 * Promises: pure; the parts are those of `show --json` and the API. What people wrote is in it only where the hook asks.
 */
import { formatInstant, type Instant } from '../../base/clock.ts';
import type { Happening } from '../../core/hooks/happenings.ts';
import type { Mail } from '../../core/message/mail.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import { stateNameOf } from '../../core/ticket/facts.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import type { EventJson, MessageJson } from '../present/ticket-json.ts';

/** How events and messages are written; handed over by the composition root. */
export interface HookWords {
  event(event: TicketEvent): EventJson;
  /** Undefined for an event that is no message. */
  message(event: TicketEvent, mail: Mail | undefined): MessageJson | undefined;
}

export interface ToldEvent {
  readonly hook: string;
  readonly id: string;
  readonly what: readonly Happening[];
  readonly event: TicketEvent;
  readonly ticket: Ticket;
  /** Only where the hook is told what messages say. */
  readonly mail: Mail | undefined;
  readonly withText: boolean;
  /** Where people reach the viewer. */
  readonly viewer: string;
}

export function formatTelling(told: ToldEvent, words: HookWords): string {
  const { hook, id, what, event, ticket, viewer } = told;
  return JSON.stringify({
    id,
    hook,
    time: formatInstant(event.time),
    happened: what,
    ticket: toTicket(ticket, viewer),
    event: words.event(event),
    message: toMessage(told, words),
  });
}

/** What is told when somebody tries a hook: of no ticket. */
export function formatPing(hook: string, id: string, now: Instant): string {
  return JSON.stringify({
    id,
    hook,
    time: formatInstant(now),
    happened: ['ping'],
    ticket: null,
    event: null,
    message: null,
  });
}

function toTicket(ticket: Ticket, viewer: string) {
  const { number, subject, queue, state, priority, owner, language, customer, tags } = ticket;
  return {
    number,
    url: `${viewer.replace(/\/$/, '')}/tickets/${number}`,
    subject,
    queue,
    state,
    stateName: stateNameOf(ticket) ?? null,
    priority,
    owner: owner ?? null,
    language: language ?? null,
    customer: customer === undefined ? null : { name: customer.name, address: customer.address },
    tags: [...tags].sort(),
    created: formatInstant(ticket.created),
    updated: formatInstant(ticket.updated),
  };
}

function toMessage({ event, mail, withText }: ToldEvent, words: HookWords) {
  const message = words.message(event, mail);
  if (message === undefined) return null;
  const { text, html, ...facts } = message;
  return withText ? message : facts;
}
