/**
 * Taking a change back: what stood before it, as far as nobody changed the same since.
 *
 * Promises: pure; one pass forwards and one backwards over the events, however many are asked for. An event that was
 * taken back and the one that took it back count as if neither had been, so an undo can be undone.
 * Leaves to others: merges and moved messages, which have commands of their own (regroup.ts); who may (needs.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { addressKey, formatAddress } from '../message/address.ts';
import { tidySubject } from '../message/subject.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  type EventKind,
  firstBlockField,
  formatActor,
  type MessageName,
  type TicketEvent,
} from './event.ts';
import { compareEvents } from './fold.ts';

/** Takes the changes of one event back. */
export interface UndoCommand {
  readonly kind: 'undo';
  readonly event: MessageName;
}

export type UndoRefusal =
  /** Somebody changed the same field after the event. */
  | {
      readonly code: 'changed-since';
      readonly field: string;
      /** What it was changed to. */
      readonly value: string;
      /** An actor as text. */
      readonly by: string;
      readonly time: Instant;
    }
  | { readonly code: 'undone-already'; readonly by: string; readonly time: Instant }
  /** It changed nothing that could be taken back. */
  | { readonly code: 'cannot-undo'; readonly event: string }
  /** The actor has no change of his own in the ticket. */
  | { readonly code: 'nothing-to-undo' };

export interface Reversal {
  readonly event: TicketEvent;
  /** What brings back what stood before; nothing when the event changed nothing of that kind. */
  readonly changes: readonly Change[];
  readonly blocked: UndoRefusal | undefined;
}

/** What a mail from outside brings with it is not a change that somebody made. */
const reversible: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'update',
  'note',
  'mail-out',
  'call-in',
  'call-out',
  'escalation',
  'fax-out',
]);

/** What the desk keeps for itself, and what belongs to merges. */
const kept: ReadonlySet<string> = new Set([
  'confirmation',
  'breaker',
  'state-before-merge',
  'merged-into',
  'merged',
]);

/** How each event of the ticket would be taken back. */
export function readReversals(events: readonly TicketEvent[]): ReadonlyMap<MessageName, Reversal> {
  const ordered = [...events].sort(compareEvents);
  const inverse = invertEach(ordered);
  const blocked = findBlocks(ordered, inverse);
  return new Map(
    ordered.map((event) => [
      event.name,
      { event, changes: inverse.get(event.name) ?? [], blocked: blocked.get(event.name) },
    ]),
  );
}

/** The event of `Ticket-Undo: NAME`. */
export function undoneBy(event: Pick<TicketEvent, 'fields'>): string | undefined {
  return firstBlockField(event, 'undo');
}

interface Known {
  readonly queues: readonly string[];
  readonly agents: readonly string[];
}

export function decideUndo(
  events: readonly TicketEvent[],
  command: UndoCommand,
  actor: Actor,
  desk: Known,
): Result<
  EventDraft,
  | UndoRefusal
  | { readonly code: 'unknown-message'; readonly message: string }
  | {
      readonly code: 'unknown-queue' | 'unknown-agent';
      readonly value: string;
      readonly known: readonly string[];
    }
> {
  const found = readReversals(events).get(command.event);
  if (found === undefined) return refuse({ code: 'unknown-message', message: command.event });
  if (found.blocked !== undefined) return refuse(found.blocked);
  if (found.changes.length === 0) return refuse({ code: 'cannot-undo', event: command.event });
  for (const change of found.changes) {
    if (change.kind !== 'set' || change.value === '') continue;
    const { field, value } = change;
    // A queue may be gone since then, and so may a colleague.
    if (field === 'queue' && !desk.queues.includes(value))
      return refuse({ code: 'unknown-queue', value, known: desk.queues });
    if ((field === 'owner' || field === 'responsible') && !desk.agents.includes(value))
      return refuse({ code: 'unknown-agent', value, known: desk.agents });
  }
  return ok({ kind: 'update', actor, changes: found.changes, fields: [['Undo', command.event]] });
}

/** By field, or by set and member: what a change is about. */
function keyOf(change: Change): string {
  if (change.kind === 'set') return change.field;
  const value = change.set === 'participant' ? addressKey(change.value) : change.value;
  return `${change.set}=${value}`;
}

function nameOf(change: Change): string {
  return change.kind === 'set' ? change.field : change.set;
}

/** For each event the changes that lead back; `events` are in the order of the history. */
function invertEach(events: readonly TicketEvent[]): ReadonlyMap<MessageName, readonly Change[]> {
  const values = new Map<string, string>([
    ['state', 'new'],
    ['priority', 'normal'],
  ]);
  const members = new Set<string>();
  const inverse = new Map<MessageName, readonly Change[]>();
  for (const [position, event] of events.entries()) {
    readMail(values, event);
    // Before the first event there was no ticket.
    const back =
      position === 0 || !reversible.has(event.kind) ? [] : invert(event, values, members);
    for (const change of event.changes) apply(change, values, members);
    inverse.set(
      event.name,
      back.filter((change) => !isSo(change, values, members)),
    );
  }
  return inverse;
}

function invert(
  { kind, changes }: TicketEvent,
  values: ReadonlyMap<string, string>,
  members: ReadonlySet<string>,
): readonly Change[] {
  const byKey = new Map<string, Change>();
  for (const change of changes) {
    const name = nameOf(change);
    // Whoever got a mail takes part, whatever becomes of the rest.
    if (kept.has(name) || (kind === 'mail-out' && name === 'participant')) continue;
    const key = keyOf(change);
    if (change.kind === 'set')
      byKey.set(key, { kind: 'set', field: change.field, value: values.get(key) ?? '' });
    else
      byKey.set(key, {
        kind: members.has(key) ? 'add' : 'remove',
        set: change.set,
        value: change.value,
      });
  }
  return [...byKey.values()];
}

/** As the fold reads it: the first mail gives subject and customer where no change does. */
function readMail(values: Map<string, string>, { kind, mail }: TicketEvent): void {
  const subject = tidySubject(mail.subject);
  if (!values.has('subject') && subject !== '') values.set('subject', subject);
  const writer = mail.from ?? mail.replyTo[0];
  if (kind === 'mail-in' && !values.has('customer') && writer !== undefined)
    values.set('customer', formatAddress(writer));
}

/** Fields that a ticket always has. */
const filled: ReadonlySet<string> = new Set(['state', 'priority', 'queue', 'subject', 'customer']);

function apply(change: Change, values: Map<string, string>, members: Set<string>): void {
  const key = keyOf(change);
  if (change.kind === 'add') members.add(key);
  else if (change.kind === 'remove') members.delete(key);
  else if (change.value !== '' || !filled.has(key)) values.set(key, change.value);
}

function isSo(
  change: Change,
  values: ReadonlyMap<string, string>,
  members: ReadonlySet<string>,
): boolean {
  const key = keyOf(change);
  if (change.kind !== 'set') return members.has(key) === (change.kind === 'add');
  return (values.get(key) ?? '') === change.value;
}

/** Who changed what an event changed after it, seen from the newest event backwards. */
function findBlocks(
  events: readonly TicketEvent[],
  inverse: ReadonlyMap<MessageName, readonly Change[]>,
): ReadonlyMap<MessageName, UndoRefusal> {
  const names: ReadonlySet<string> = new Set(events.map(({ name }) => name));
  const blocked = new Map<MessageName, UndoRefusal>();
  const later = new Map<string, TicketEvent[]>();
  const undoers = new Map<string, TicketEvent[]>();
  for (const event of events.toReversed()) {
    const undone = undoers.get(event.name);
    if (undone !== undefined) {
      for (const list of later.values())
        list.splice(0, list.length, ...list.filter((one) => !undone.includes(one)));
      const [last] = undone;
      if (last !== undefined)
        blocked.set(event.name, {
          code: 'undone-already',
          by: formatActor(last.actor),
          time: last.time,
        });
      continue;
    }
    const block = firstBlock(inverse.get(event.name) ?? [], later);
    if (block !== undefined) blocked.set(event.name, block);
    const target = undoneBy(event);
    if (target !== undefined && names.has(target))
      undoers.set(target, [...(undoers.get(target) ?? []), event]);
    for (const change of event.changes) {
      const key = keyOf(change);
      later.set(key, [event, ...(later.get(key) ?? []).filter((one) => one !== event)]);
    }
  }
  return blocked;
}

function firstBlock(
  changes: readonly Change[],
  later: ReadonlyMap<string, readonly TicketEvent[]>,
): UndoRefusal | undefined {
  for (const change of changes) {
    const key = keyOf(change);
    const by = later.get(key)?.at(-1);
    if (by === undefined) continue;
    const value = by.changes.findLast((each) => keyOf(each) === key)?.value ?? '';
    return {
      code: 'changed-since',
      field: nameOf(change),
      value,
      by: formatActor(by.actor),
      time: by.time,
    };
  }
  return undefined;
}

/** The newest change of this actor that is not taken back and does not take one back. */
export function lastOwnChange(
  events: readonly TicketEvent[],
  actor: Actor,
  isRegroupInForce: (event: TicketEvent) => boolean,
): TicketEvent | undefined {
  const own = formatActor(actor);
  const reversals = readReversals(events);
  return [...events].sort(compareEvents).findLast((event) => {
    if (formatActor(event.actor) !== own || undoneBy(event) !== undefined) return false;
    if (isRegroupInForce(event)) return true;
    const reversal = reversals.get(event.name);
    return (
      reversal !== undefined &&
      reversal.changes.length > 0 &&
      reversal.blocked?.code !== 'undone-already'
    );
  });
}
