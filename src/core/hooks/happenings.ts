/**
 * What programs outside are told of: the words of `on:` in a hook's file.
 *
 * Promises: pure. What an event means to its ticket follows from the ticket before and after it, so a close counts however it
 * was written. Of drafts, of what is imported and of what is only deferred nobody is told.
 */
import { parseParameters, type TicketEvent } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isEnded } from '../ticket/states.ts';

export const happenings = [
  'opened',
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'moved',
  'assigned',
  'changed',
  'closed',
  'reopened',
  'merged',
  'removed',
  'escalated',
  'sent',
  'undelivered',
] as const;

export type Happening = (typeof happenings)[number];

export interface Happened {
  readonly event: TicketEvent;
  /** The ticket before the event; undefined when it opened it. */
  readonly before: Ticket | undefined;
  readonly after: Ticket;
}

/** In the order of the list; empty when nobody is told. */
export function whatHappened(happened: Happened): readonly Happening[] {
  const { kind } = happened.event;
  if (kind === undefined || kind === 'draft' || kind === 'import') return [];
  const found = new Set<Happening>([
    ...ofKind(happened.event),
    ...(happened.before === undefined ? ['opened' as const] : ofChange(happened.before, happened)),
  ]);
  return happenings.filter((each) => found.has(each));
}

function ofKind(event: TicketEvent): readonly Happening[] {
  switch (event.kind) {
    case 'delivery':
      return (event.fields.get('delivery') ?? []).flatMap(ofDelivery);
    case 'escalation':
      return ['escalated'];
    default:
      return happenings.filter((each) => each === event.kind);
  }
}

function ofDelivery(value: string): readonly Happening[] {
  const state = parseParameters(value).get('');
  if (state === 'sent') return ['sent'];
  return state === 'failed' ? ['undelivered'] : [];
}

function ofChange(before: Ticket, { event, after }: Happened): readonly Happening[] {
  const found: Happening[] = [];
  if (event.changes.length > 0) found.push('changed');
  if (before.queue !== after.queue) found.push('moved');
  if (after.owner !== undefined && before.owner !== after.owner) found.push('assigned');
  if (isEnded(before.state) && !isEnded(after.state)) found.push('reopened');
  if (before.state === after.state) return found;
  if (after.state === 'merged') found.push('merged');
  else if (after.state === 'removed') found.push('removed');
  else if (isEnded(after.state) && !isEnded(before.state)) found.push('closed');
  return found;
}
