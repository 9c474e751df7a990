/**
 * What came to a ticket since somebody looked.
 *
 * Promises: pure. Seen is every event that a seen head names, directly or through others (`Ticket-Prev`); a file that was
 * put there by hand is named by nobody and so a head of its own. News is what a person would tell another: mails, notes,
 * calls, answers, and changes of state or owner, all by others; reports of deliveries and what the desk does by itself are none.
 */
import type { Instant } from '../../base/clock.ts';
import {
  type Actor,
  type Digest,
  type EventKind,
  firstBlockField,
  parseParameters,
  type TicketEvent,
} from './event.ts';

export type SeenMark =
  /** Heads of the history when the writer looked. */
  | { readonly kind: 'heads'; readonly heads: readonly Digest[] }
  /** Everything up to this time. */
  | { readonly kind: 'time'; readonly time: Instant };

type Linked = Pick<TicketEvent, 'digest' | 'previous'>;

/** Digests that no event names: what somebody who sees all of them has seen. */
export function headsOf(events: readonly Linked[]): readonly Digest[] {
  const named = new Set(events.flatMap(({ previous }) => previous));
  return [...new Set(events.map(({ digest }) => digest))].filter((digest) => !named.has(digest));
}

/** Events that the mark does not cover, in the order given. */
export function unseenEvents<T extends Linked & Pick<TicketEvent, 'time'>>(
  events: readonly T[],
  mark: SeenMark,
): readonly T[] {
  if (mark.kind === 'time') return events.filter(({ time }) => time > mark.time);
  const byDigest = new Map(events.map((event) => [event.digest, event]));
  const seen = new Set<Digest>();
  const open = [...mark.heads];
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    open.push(...(byDigest.get(digest)?.previous ?? []));
  }
  return events.filter(({ digest }) => !seen.has(digest));
}

const spoken: ReadonlySet<EventKind> = new Set<EventKind>([
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'import',
]);

/** What others did since then that a person would call news. */
export function newsSince<T extends TicketEvent>(
  events: readonly T[],
  mark: SeenMark,
  reader: Actor,
): readonly T[] {
  return unseenEvents(events, mark).filter((event) => isNews(event, reader));
}

function isNews(event: TicketEvent, reader: Actor): boolean {
  if (isSameActor(event.actor, reader)) return false;
  if (event.kind === 'mail-in') return true;
  if (event.actor.kind === 'system') return false;
  if (event.kind === undefined || spoken.has(event.kind)) return true;
  return (
    event.kind === 'update' &&
    event.changes.some(
      (change) => change.kind === 'set' && (change.field === 'state' || change.field === 'owner'),
    )
  );
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === 'agent' && other.kind === 'agent' && one.login === other.login;
}

/** Kinds of automatic mail that are no word of a person. */
const ofPrograms: ReadonlySet<string> = new Set([
  'auto-replied',
  'auto-generated',
  'bounce',
  'own',
]);

/** Mails of people outside that the mark does not cover. */
export function contactsSince<T extends TicketEvent>(
  events: readonly T[],
  mark: SeenMark,
): readonly T[] {
  return unseenEvents(events, mark).filter((event) => {
    const automatic = parseParameters(firstBlockField(event, 'automatic') ?? '').get('') ?? '';
    return event.kind === 'mail-in' && !ofPrograms.has(automatic);
  });
}
