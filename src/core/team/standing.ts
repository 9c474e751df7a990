/**
 * For whom a ticket waits: who is named in it, who had the last word, until when it rests.
 *
 * Promises: pure; automatic mail, spam and what the desk says by itself are nobody's word.
 */
import type { Instant } from '../../base/clock.ts';
import { readVerdicts } from '../message/verdicts.ts';
import {
  type EventKind,
  firstBlockField,
  parseParameters,
  type TicketEvent,
} from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';

export interface Standing {
  /** Logins. */
  readonly mentions: readonly string[];
  readonly advice: readonly string[];
  readonly watchers: readonly string[];
  /** Who spoke last between the customer and us; undefined when nobody did. */
  readonly lastWord: 'theirs' | 'ours' | undefined;
  readonly pendingUntil: Instant | undefined;
  readonly isEscalated: boolean;
}

const sides: Readonly<Partial<Record<EventKind, 'theirs' | 'ours'>>> = {
  'mail-in': 'theirs',
  'call-in': 'theirs',
  'fax-in': 'theirs',
  recording: 'theirs',
  'mail-out': 'ours',
  'call-out': 'ours',
  'fax-out': 'ours',
};

/** The events in the order of the history. */
export function standingOf(ticket: Ticket, events: readonly TicketEvent[]): Standing {
  const last = events.findLast((event) => sideOf(event) !== undefined);
  return {
    mentions: [...ticket.mentions],
    advice: [...ticket.advice],
    watchers: [...ticket.watchers],
    lastWord: last === undefined ? undefined : sideOf(last),
    pendingUntil: ticket.pendingUntil,
    isEscalated: ticket.extra.get('level') === '2',
  };
}

/** Whose word the event is; undefined for none. */
export function sideOf(event: TicketEvent): 'theirs' | 'ours' | undefined {
  const side = event.kind === undefined ? undefined : sides[event.kind];
  if (side === 'ours') return event.actor.kind === 'system' ? undefined : side;
  return side === undefined || isNobody(event) ? undefined : side;
}

/** The first four kinds of docs/FORMAT.md: a program wrote it. */
const programs: ReadonlySet<string> = new Set(['auto-replied', 'auto-generated', 'bounce', 'own']);

function isNobody({ fields }: TicketEvent): boolean {
  const automatic = parseParameters(firstBlockField({ fields }, 'automatic') ?? '').get('') ?? '';
  return programs.has(automatic) || readVerdicts(fields).spam?.flag === true;
}
