/**
 * Rules of states with names, waiting, locks, custom fields and reasons, and what follows from a change of them.
 *
 * Promises: pure. What follows from a change stands in the same event, so that whoever reads it sees all.
 * Leaves to others: the commands that ask for changes (decide.ts), when a wait is over (services/clockwork.ts).
 */
import { formatInstant, type Instant, parseInstant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { isAddress, parseAddress } from '../message/address.ts';
import type { DeskFacts } from './desk-facts.ts';
import type { Actor, Change, EventDraft } from './event.ts';
import type { Ticket } from './fold.ts';
import { holdField } from './hold.ts';
import { isTicketNumber, type TicketNumber } from './number.ts';
import { isEnded, isTicketState, type TicketState } from './states.ts';
import {
  appliesIn,
  expectedOf,
  fieldKey,
  findField,
  isFieldKey,
  noTicketRules,
  readFieldValue,
  typeOfState,
} from './ticket-rules.ts';

export type FieldRefusal =
  | { readonly code: 'field-required'; readonly field: string }
  | { readonly code: 'not-removed'; readonly number: string }
  | { readonly code: 'nothing-to-change' }
  | { readonly code: 'ticket-merged'; readonly into: TicketNumber }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    };

/** Hides the ticket from every list but that of removed ones. */
export interface RemoveCommand {
  readonly kind: 'remove';
}

/** Brings a removed ticket back as it was. */
export interface RestoreCommand {
  readonly kind: 'restore';
}

/** The time of a reminder, or of closing by itself, has come. */
export interface FallDueCommand {
  readonly kind: 'fall-due';
  readonly until: Instant;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

/** The other side of a link. */
export interface MirrorCommand {
  readonly kind: 'mirror';
  readonly changes: readonly Change[];
}

export type LifeCommand = RemoveCommand | RestoreCommand | FallDueCommand | MirrorCommand;

export function isLife(command: { readonly kind: string }): command is LifeCommand {
  return lifeKinds.has(command.kind);
}

const lifeKinds: ReadonlySet<string> = new Set<LifeCommand['kind']>([
  'remove',
  'restore',
  'fall-due',
  'mirror',
]);

export function decideLife(
  ticket: Ticket,
  command: LifeCommand,
  actor: Actor,
): Result<EventDraft, FieldRefusal> {
  const draft = (changes: readonly Change[]): Result<EventDraft, FieldRefusal> =>
    changes.length === 0
      ? refuse({ code: 'nothing-to-change' })
      : ok({ kind: 'update', actor, changes, fields: [] });
  if (command.kind === 'mirror') {
    return draft(
      command.changes.filter(
        (change) =>
          change.kind !== 'set' && ticket.links.has(change.value) !== (change.kind === 'add'),
      ),
    );
  }
  if (ticket.mergedInto !== undefined)
    return refuse({ code: 'ticket-merged', into: ticket.mergedInto });
  switch (command.kind) {
    case 'remove':
      return draft(ticket.state === 'removed' ? [] : removal(ticket));
    case 'restore':
      return ticket.state === 'removed'
        ? draft(restoration(ticket))
        : refuse({ code: 'not-removed', number: ticket.number });
    case 'fall-due':
      return draft(ticket.pendingUntil === command.until ? dueChanges(ticket) : []);
  }
}

function removal(ticket: Ticket): readonly Change[] {
  return [
    set('state', 'removed'),
    set('state-before-removal', ticket.state),
    ...lockCleared(ticket),
  ];
}

function restoration(ticket: Ticket): readonly Change[] {
  const before = ticket.extra.get('state-before-removal') ?? '';
  const name = ticket.extra.get('state-name');
  // A ticket that was removed by hand says nothing of before.
  const state = isTicketState(before) && before !== 'removed' ? before : 'open';
  return [
    set('state', state),
    ...(name === undefined ? [] : [set('state-name', name)]),
    // The other waits keep their time by themselves.
    ...(state === 'pending-customer' && ticket.pendingUntil !== undefined
      ? [set('pending-until', formatInstant(ticket.pendingUntil))]
      : []),
    set('state-before-removal', ''),
  ];
}

function dueChanges(ticket: Ticket): readonly Change[] {
  if (!waits(ticket.state) && ticket.state !== 'pending-customer') return [];
  const changes = [set('state', ticket.state === 'pending-close' ? 'closed' : 'open')];
  return [...changes, ...consequences(ticket, changes)];
}

/** Own states become their type and their key; the same one again is no change. */
export function expandStates(
  ticket: Pick<Ticket, 'state' | 'extra'>,
  changes: readonly Change[],
  { rules = noTicketRules }: DeskFacts,
): readonly Change[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'set' || change.field !== 'state' || isTicketState(change.value))
      return [change];
    const type = typeOfState(change.value, rules);
    if (type === undefined) return [change];
    const isSame = ticket.state === type && ticket.extra.get('state-name') === change.value;
    return isSame ? [] : [set('state', type), set('state-name', change.value)];
  });
}

type Setting = Extract<Change, { kind: 'set' }>;

/** Further fields that may be set, beside the custom ones. */
export const ownFields = ['lock', 'close-reason', 'sla', 'auto-close', 'hold'] as const;

/** Undefined when the field is none of this file. */
export function checkOwnSetting(
  change: Setting,
  desk: DeskFacts,
): Result<Change, FieldRefusal> | undefined {
  const { field, value } = change;
  if (field === 'lock') return checkLock(change, desk);
  if (field === 'sla') return checkSla(change, desk);
  if (field === 'close-reason' || field === holdField) {
    if (value.length <= 200 && !/\p{Cc}/u.test(value)) return ok(change);
    return badValue(change, 'text in one line, at most 200 characters');
  }
  if (field === 'auto-close')
    return value === '' || value === 'no'
      ? ok(change)
      : badValue(change, 'no, or nothing for what the queue does');
  // Made by `expandStates` from a key that was declared.
  if (field === 'state-name') return ok(change);
  if (!isFieldKey(field)) return undefined;
  const declared = findField(field, desk.rules ?? noTicketRules);
  // What nobody declares any more can still be taken away.
  if (value === '') return ok(change);
  if (declared === undefined) return undefined;
  const read = readFieldValue(declared, value);
  return read === undefined
    ? badValue(change, expectedOf(declared))
    : ok({ ...change, value: read });
}

function checkLock(change: Setting, desk: DeskFacts): Result<Change, FieldRefusal> {
  const { value } = change;
  if (value !== '' && !desk.agents.includes(value))
    return refuse({ code: 'unknown-agent', value, known: desk.agents });
  if (value === '' || desk.lockUntil !== undefined) return ok(change);
  return badValue(change, 'no lock, because this desk has switched locks off (lockHours: 0)');
}

/** By the name that its file has. */
function checkSla(change: Setting, { slas = [] }: DeskFacts): Result<Change, FieldRefusal> {
  const wanted = change.value.trim().toLowerCase();
  if (wanted === '') return ok({ ...change, value: '' });
  const found = slas.find((name) => name.toLowerCase() === wanted);
  if (found !== undefined) return ok({ ...change, value: found });
  const expected =
    slas.length === 0
      ? 'none, because no file in slas/ declares a service level'
      : `one of ${slas.join(', ')}`;
  return badValue(change, expected);
}

/** A time as it is stored; one that is over already ends the wait at once. */
export function checkPending(change: Setting): Result<Change, FieldRefusal> {
  if (change.value === '') return ok(change);
  const time = parseInstant(change.value);
  if (time === undefined) return badValue(change, 'a time such as 2026-11-25T08:00:00Z');
  return ok({ ...change, value: formatInstant(time) });
}

const linkKinds = ['related', 'parent', 'child', 'duplicate', 'apart', 'suggested', 'connected'];

/** Members of sets whose values mean something; undefined when any text will do. */
export function checkOwnMember(
  change: Exclude<Change, { kind: 'set' }>,
  desk: DeskFacts,
): Result<Change, FieldRefusal> | undefined {
  if (change.kind === 'remove') return undefined;
  const { value } = change;
  const bad = (expected: string): Result<Change, FieldRefusal> =>
    refuse({ code: 'bad-value', field: change.set, value, expected });
  switch (change.set) {
    case 'watcher':
      if (desk.agents.includes(value)) return ok(change);
      return refuse({ code: 'unknown-agent', value, known: desk.agents });
    case 'participant': {
      const address = parseAddress(value)?.address ?? value;
      if (!isAddress(address)) return bad('an address such as name@example.org');
      return ok({ ...change, value: address.toLowerCase() });
    }
    case 'link': {
      const [kind = '', number = ''] = value.split(':');
      if (linkKinds.includes(kind) && isTicketNumber(number)) return ok(change);
      return bad('a kind and a number such as related:20261123004266');
    }
    case 'tag':
      if (value.trim() === '' || (value.length <= 100 && !/\p{Cc}/u.test(value))) return undefined;
      return bad('text in one line, at most 100 characters');
    default:
      return undefined;
  }
}

/** What the ticket has now in a field that is kept among the further ones. */
export function currentExtra(ticket: Ticket, field: string): string | undefined {
  if (field === 'pending-until')
    return ticket.pendingUntil === undefined ? '' : formatInstant(ticket.pendingUntil);
  const isKnown = isFieldKey(field) || ownFields.some((known) => known === field);
  return isKnown ? (ticket.extra.get(field) ?? '') : undefined;
}

/** Effective changes with all that follows from them, or what stands against them. */
export function completeChanges(
  ticket: Ticket,
  changes: readonly Change[],
  desk: DeskFacts,
): Result<readonly Change[], FieldRefusal> {
  const waiting = [...changes, ...impliedWait(ticket, changes, desk)];
  const missing = findMissing(ticket, waiting, desk);
  if (missing !== undefined) return refuse({ code: 'field-required', field: missing });
  const reason = lastSet(waiting, 'close-reason') ?? '';
  if (reason !== '' && !isEnded(stateAfter(ticket, waiting))) {
    const expected = 'none while the ticket is open; close it in the same step';
    return refuse({ code: 'bad-value', field: 'close-reason', value: reason, expected });
  }
  return ok([...waiting, ...consequences(ticket, waiting), ...lockSpan(waiting, desk)]);
}

/** Whoever answers an open ticket has it for a while. */
export function lockBy(
  ticket: Ticket,
  actor: Actor,
  changes: readonly Change[],
  { lockUntil }: DeskFacts,
): readonly Change[] {
  if (lockUntil === undefined || actor.kind !== 'agent') return [];
  if (isEnded(stateAfter(ticket, changes)) || changes.some(isSetting('lock'))) return [];
  const owner = lastSet(changes, 'owner') ?? ticket.owner;
  // Handed to somebody in the same step: that one is not locked out.
  if (owner !== undefined && owner !== actor.login && changes.some(isSetting('owner'))) return [];
  const isHeld = ticket.extra.get('lock') === actor.login;
  return [isHeld ? set('lock-until', formatInstant(lockUntil)) : set('lock', actor.login)];
}

/** A lock lasts so long; without one no time is left. */
function lockSpan(changes: readonly Change[], { lockUntil }: DeskFacts): readonly Change[] {
  const lock = lastSet(changes, 'lock');
  if (lock === undefined || changes.some(isSetting('lock-until'))) return [];
  if (lock === '') return [set('lock-until', '')];
  return lockUntil === undefined ? [] : [set('lock-until', formatInstant(lockUntil))];
}

/** A reminder without a time would be forgotten; a time without a state is a reminder. */
function impliedWait(
  ticket: Ticket,
  changes: readonly Change[],
  desk: DeskFacts,
): readonly Change[] {
  const until = lastSet(changes, 'pending-until');
  const state = stateAfter(ticket, changes);
  if (until !== undefined && until !== '')
    return waits(state) || state === 'pending-customer' || changes.some(isSetting('state'))
      ? []
      : [set('state', 'pending-reminder')];
  const usual = usualEnd(state, desk);
  if (!changes.some(isSetting('state')) || usual === undefined) return [];
  const isTimed =
    waits(state) && waits(ticket.state) && ticket.pendingUntil !== undefined && until === undefined;
  // "No time" is a choice where a ticket waits for the customer; a reminder without one would be forgotten.
  if (isTimed || (state === 'pending-customer' && until === '')) return [];
  return [set('pending-until', formatInstant(usual))];
}

/** When a wait ends for which nobody said a time; undefined for one that may last for ever. */
function usualEnd(state: TicketState, { morning, waits: ends }: DeskFacts): Instant | undefined {
  switch (state) {
    case 'pending-reminder':
      return ends?.reminder ?? morning;
    case 'pending-close':
      return ends?.close ?? morning;
    case 'pending-customer':
      return ends?.customer;
    default:
      return undefined;
  }
}

/** Who answers once more while the ticket waits for the customer gives him the whole time again. */
export function renewedWait(
  ticket: Ticket,
  changes: readonly Change[],
  { waits: ends }: DeskFacts,
): readonly Change[] {
  const isWaiting = ticket.state === 'pending-customer' && ticket.pendingUntil !== undefined;
  const isTouched = changes.some(isSetting('state')) || changes.some(isSetting('pending-until'));
  return !isWaiting || isTouched || ends?.customer === undefined
    ? []
    : [set('pending-until', formatInstant(ends.customer))];
}

/** What no longer holds after the changes. */
export function consequences(ticket: Ticket, changes: readonly Change[]): readonly Change[] {
  const more: Change[] = [];
  const state = stateAfter(ticket, changes);
  if (changes.some(isSetting('state'))) {
    if (ticket.pendingUntil !== undefined && !waits(state) && !isGone(state))
      more.push(set('pending-until', ''));
    if (ticket.extra.has('close-reason') && !isEnded(state)) more.push(set('close-reason', ''));
  }
  const owner = lastSet(changes, 'owner');
  const isHandedOn = owner !== undefined && owner !== ticket.extra.get('lock');
  const ends = changes.some(isSetting('state')) && isEnded(state);
  if ((ends || isHandedOn) && !changes.some(isSetting('lock'))) more.push(...lockCleared(ticket));
  return more.filter((change) => change.kind !== 'set' || !changes.some(isSetting(change.field)));
}

function lockCleared(ticket: Ticket): readonly Change[] {
  return ticket.extra.has('lock') ? [set('lock', ''), set('lock-until', '')] : [];
}

/** The first required field without a value; only closing with success asks for them. */
function findMissing(
  ticket: Ticket,
  changes: readonly Change[],
  { rules = noTicketRules }: DeskFacts,
): string | undefined {
  if (!changes.some(isSetting('state')) || stateAfter(ticket, changes) !== 'closed')
    return undefined;
  const queue = lastSet(changes, 'queue') ?? ticket.queue;
  return rules.fields
    .filter((field) => field.isRequired && appliesIn(field, queue))
    .map(({ name }) => fieldKey(name))
    .find((key) => (lastSet(changes, key) ?? ticket.extra.get(key) ?? '') === '');
}

function stateAfter(ticket: Ticket, changes: readonly Change[]): TicketState {
  const asked = lastSet(changes, 'state') ?? '';
  return isTicketState(asked) ? asked : ticket.state;
}

function waits(state: TicketState): boolean {
  return state === 'pending-reminder' || state === 'pending-close';
}

function isGone(state: TicketState): boolean {
  return state === 'merged' || state === 'removed';
}

function lastSet(changes: readonly Change[], field: string): string | undefined {
  return changes.findLast(isSetting(field))?.value;
}

function isSetting(field: string): (change: Change) => boolean {
  return (change) => change.kind === 'set' && change.field === field;
}

function set(field: string, value: string): Setting {
  return { kind: 'set', field, value };
}

function badValue({ field, value }: Setting, expected: string): Result<Change, FieldRefusal> {
  return refuse({ code: 'bad-value', field, value, expected });
}
