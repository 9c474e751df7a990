/**
 * Changes of a ticket's fields and sets: whether a value can stand there, and what of them differs from the ticket as it is.
 *
 * Promises: pure; every "no" names what was expected and what came.
 * Leaves to others: fields that a desk declares, waits and locks (decide-fields.ts), who may change what (needs.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { parseAddress } from '../message/address.ts';
import {
  checkOwnMember,
  checkOwnSetting,
  checkPending,
  currentExtra,
  expandStates,
  type FieldRefusal,
  ownFields,
} from './decide-fields.ts';
import type { DeskFacts } from './desk-facts.ts';
import type { Change } from './event.ts';
import type { Ticket } from './fold.ts';
import { choosableStates, isPriority, isTicketState, priorities } from './states.ts';
import { fieldKey, noTicketRules, stateKeys } from './ticket-rules.ts';

export type ChangeRefusal =
  | { readonly code: 'unknown-field'; readonly field: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-state'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-priority'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-queue'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    }
  | FieldRefusal;

const settable = [
  'state',
  'priority',
  'queue',
  'owner',
  'responsible',
  'subject',
  'language',
  'customer',
  'pending-until',
] as const;
const sets = [
  'tag',
  'watcher',
  'participant',
  'link',
  'also-queue',
  'foreign',
  'mention',
  'advice',
] as const;

/** The changes in the words of the desk, or the first that cannot be made. */
export function checkChanges(
  ticket: Pick<Ticket, 'state' | 'extra'>,
  changes: readonly Change[],
  desk: DeskFacts,
): Result<readonly Change[], ChangeRefusal> {
  const checked: Change[] = [];
  const inner = changes.find((change) => change.kind === 'set' && change.field === 'state-name');
  if (inner !== undefined) return refuse(unknownField('state-name', desk));
  for (const change of expandStates(ticket, changes, desk)) {
    const result = change.kind === 'set' ? checkSetting(change, desk) : checkMember(change, desk);
    if (!result.ok) return result;
    checked.push(result.value);
  }
  return ok(checked);
}

type Setting = Extract<Change, { kind: 'set' }>;

function checkSetting(change: Setting, desk: DeskFacts): Result<Change, ChangeRefusal> {
  const { field, value } = change;
  switch (field) {
    case 'state':
      if (isTicketState(value) && choosableStates.includes(value)) return ok(change);
      return refuse({
        code: 'unknown-state',
        value,
        known: stateKeys(desk.rules ?? noTicketRules),
      });
    case 'priority':
      return isPriority(value)
        ? ok(change)
        : refuse({ code: 'unknown-priority', value, known: priorities });
    case 'queue':
      return checkQueue(change, desk);
    case 'owner':
    case 'responsible':
      if (value === '' || desk.agents.includes(value)) return ok(change);
      return refuse({ code: 'unknown-agent', value, known: desk.agents });
    case 'pending-until':
      return checkPending(change);
    case 'customer':
      if (parseAddress(value) !== undefined) return ok(change);
      return refuse({
        code: 'bad-value',
        field,
        value,
        expected: 'an address such as Name <name@example.org>',
      });
    case 'language':
      if (value === '' || /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(value)) return ok(change);
      return refuse({
        code: 'bad-value',
        field,
        value,
        expected: 'a language tag such as de or zh-Hans',
      });
    case 'subject':
      if (value.trim() !== '') return ok(change);
      return refuse({ code: 'bad-value', field, value, expected: 'some text' });
    default:
      return checkOwnSetting(change, desk) ?? refuse(unknownField(field, desk));
  }
}

function unknownField(field: string, { rules = noTicketRules }: DeskFacts): ChangeRefusal {
  const declared = rules.fields.map(({ name }) => fieldKey(name));
  return { code: 'unknown-field', field, known: [...settable, ...ownFields, ...declared, ...sets] };
}

export function checkQueue(change: Change, desk: DeskFacts): Result<Change, ChangeRefusal> {
  const wanted = change.value.toLowerCase();
  const queue = desk.queues.find((name) => name.toLowerCase() === wanted);
  if (queue === undefined)
    return refuse({ code: 'unknown-queue', value: change.value, known: desk.queues });
  return ok({ ...change, value: queue });
}

function checkMember(
  change: Exclude<Change, { kind: 'set' }>,
  desk: DeskFacts,
): Result<Change, ChangeRefusal> {
  if (!(sets as readonly string[]).includes(change.set)) {
    return refuse(unknownField(change.set, desk));
  }
  const own = checkOwnMember(change, desk);
  if (own !== undefined) return own;
  if (change.set === 'also-queue' && change.kind === 'add') return checkQueue(change, desk);
  const isOfAgents = change.set === 'mention' || change.set === 'advice';
  if (isOfAgents && change.kind === 'add' && !desk.agents.includes(change.value))
    return refuse({ code: 'unknown-agent', value: change.value, known: desk.agents });
  if (change.value.trim() !== '') return ok(change);
  return refuse({
    code: 'bad-value',
    field: change.set,
    value: change.value,
    expected: 'some text',
  });
}

/** Only what differs from the ticket as it is: an event says what changed, not what was clicked. */
export function effective(ticket: Ticket, changes: readonly Change[]): readonly Change[] {
  return changes.filter((change) => {
    if (change.kind === 'set') return currentValue(ticket, change.field) !== change.value;
    const members = membersOf(ticket, change.set);
    return members.has(change.value) !== (change.kind === 'add');
  });
}

function currentValue(ticket: Ticket, field: string): string | undefined {
  switch (field) {
    case 'state':
      return ticket.extra.get('state-name') ?? ticket.state;
    case 'priority':
      return ticket.priority;
    case 'queue':
      return ticket.queue;
    case 'owner':
      return ticket.owner ?? '';
    case 'responsible':
      return ticket.responsible ?? '';
    case 'subject':
      return ticket.subject;
    case 'language':
      return ticket.language ?? '';
    default:
      return currentExtra(ticket, field);
  }
}

function membersOf(ticket: Ticket, set: string): ReadonlySet<string> {
  switch (set) {
    case 'tag':
      return ticket.tags;
    case 'watcher':
      return ticket.watchers;
    case 'link':
      return ticket.links;
    case 'also-queue':
      return ticket.alsoQueues;
    case 'foreign':
      return ticket.foreign;
    case 'mention':
      return ticket.mentions;
    case 'advice':
      return ticket.advice;
    default:
      return ticket.participants;
  }
}
