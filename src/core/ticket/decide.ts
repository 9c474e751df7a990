/**
 * What may be done to a ticket, and which event it makes.
 *
 * Promises: pure; a decision, once folded, gives a valid ticket. Every "no" is a `Refusal` that names
 * what was expected and what came.
 * Leaves to others: the text of the mail (core/message/letters.ts), writing (services/tickets.ts).
 */
import { parseInstant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { type Address, addressKey, isAddress, parseAddress } from '../message/address.ts';
import { type Automatic, effectOf } from '../message/automatic.ts';
import type { Actor, Change, EventDraft } from './event.ts';
import type { Ticket } from './fold.ts';
import type { TicketNumber } from './number.ts';
import { decideRegroup, isRegroup, type RegroupCommand, type RegroupRefusal } from './regroup.ts';
import type { Right } from './rights.ts';
import { choosableStates, isEnded, isPriority, isTicketState, priorities } from './states.ts';

/** What the rules must know of the desk. */
export interface DeskFacts {
  readonly queues: readonly string[];
  readonly agents: readonly string[];
}

export interface ReplyCommand {
  readonly kind: 'reply';
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject?: string;
  readonly text: string;
  /** Message that is answered; the newest of a customer when absent. */
  readonly inReplyTo?: string;
  /** Made with the answer, for example the state afterwards. */
  readonly changes?: readonly Change[];
  readonly attachments?: readonly OutgoingFile[];
  readonly mailed?: MailedOrigin;
}

/** A file that goes with what is written. */
export interface OutgoingFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The mail by which an agent gave the command. */
export interface MailedOrigin {
  /** Value of the block field `Mailed`. */
  readonly field: string;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

export interface NoteCommand {
  readonly kind: 'note';
  readonly text: string;
  readonly changes?: readonly Change[];
  readonly attachments?: readonly OutgoingFile[];
  readonly mailed?: MailedOrigin;
}

export interface UpdateCommand {
  readonly kind: 'update';
  readonly changes: readonly Change[];
  readonly mailed?: MailedOrigin;
}

/** The outcome of an attempt to send a mail of this ticket. */
export interface DeliveryCommand {
  readonly kind: 'delivery';
  /** Value of the block field, made by `formatParameters`. */
  readonly outcome: string;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

/** An answer that the desk itself gives, such as the confirmation of a new ticket. */
export interface AutoReplyCommand {
  readonly kind: 'auto-reply';
  readonly to: Address;
  readonly subject: string;
  readonly text: string;
  readonly changes: readonly Change[];
  /** Value of the block field `Auto-Reply`. */
  readonly field: string;
  /** The message that is answered. */
  readonly inReplyTo: string;
  /** Repeating a command with the same key finds the first one's mail. */
  readonly once: string;
}

export type TicketCommand =
  | ReplyCommand
  | NoteCommand
  | UpdateCommand
  | DeliveryCommand
  | AutoReplyCommand
  | RegroupCommand;

export type Refusal =
  | { readonly code: 'unknown-ticket'; readonly number: string }
  | { readonly code: 'ticket-merged'; readonly into: TicketNumber }
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
  | { readonly code: 'unknown-message'; readonly message: string }
  | { readonly code: 'no-recipient' }
  | { readonly code: 'bad-recipient'; readonly value: string }
  | { readonly code: 'empty-text' }
  | { readonly code: 'nothing-to-change' }
  | { readonly code: 'not-allowed'; readonly right: Right; readonly queue: string }
  | RegroupRefusal;

export type RefusalCode = Refusal['code'];

export function decide(
  ticket: Ticket,
  command: TicketCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  if (command.kind === 'delivery') {
    return ok({ kind: 'delivery', actor, changes: [], fields: [['Delivery', command.outcome]] });
  }
  if (isRegroup(command)) return decideRegroup(ticket, command, actor);
  if (ticket.mergedInto !== undefined)
    return refuse({ code: 'ticket-merged', into: ticket.mergedInto });
  switch (command.kind) {
    case 'reply':
      return decideReply(ticket, command, actor, desk);
    case 'auto-reply':
      return ok({
        kind: 'mail-out',
        actor,
        changes: command.changes,
        fields: [['Auto-Reply', command.field]],
      });
    case 'note':
      return decideNote(ticket, command, actor, desk);
    case 'update':
      return decideUpdate(ticket, command, actor, desk);
  }
}

function decideReply(
  ticket: Ticket,
  command: ReplyCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  const recipients = [...command.to, ...command.cc];
  const bad = recipients.find(({ address }) => !isAddress(address));
  if (bad !== undefined) return refuse({ code: 'bad-recipient', value: bad.address });
  if (command.to.length === 0) return refuse({ code: 'no-recipient' });
  if (command.text.trim() === '') return refuse({ code: 'empty-text' });
  const asked = checkChanges(command.changes ?? [], desk);
  if (!asked.ok) return asked;
  const followed: Change[] = [];
  if (!asked.value.some(isSetting('state')) && (ticket.state === 'new' || isEnded(ticket.state))) {
    followed.push({ kind: 'set', field: 'state', value: 'open' });
  }
  if (
    ticket.owner === undefined &&
    actor.kind === 'agent' &&
    !asked.value.some(isSetting('owner'))
  ) {
    followed.push({ kind: 'set', field: 'owner', value: actor.login });
  }
  for (const { address } of recipients) {
    const key = addressKey(address);
    if (!ticket.participants.has(key))
      followed.push({ kind: 'add', set: 'participant', value: key });
  }
  return ok({
    kind: 'mail-out',
    actor,
    changes: [...effective(ticket, asked.value), ...followed],
    fields: [],
  });
}

function decideNote(
  ticket: Ticket,
  command: NoteCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  if (command.text.trim() === '') return refuse({ code: 'empty-text' });
  const asked = checkChanges(command.changes ?? [], desk);
  if (!asked.ok) return asked;
  return ok({ kind: 'note', actor, changes: effective(ticket, asked.value), fields: [] });
}

function decideUpdate(
  ticket: Ticket,
  command: UpdateCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  const asked = checkChanges(command.changes, desk);
  if (!asked.ok) return asked;
  const changes = effective(ticket, asked.value);
  if (changes.length === 0) return refuse({ code: 'nothing-to-change' });
  return ok({ kind: 'update', actor, changes, fields: [] });
}

/** A mail from outside that joins this ticket. */
export function decideFollowUp(
  ticket: Ticket,
  participants: readonly string[],
  automatic: Automatic | undefined,
): readonly Change[] {
  const joined = participants
    .filter((participant) => !ticket.participants.has(participant))
    .map((value): Change => ({ kind: 'add', set: 'participant', value }));
  // An out-of-office mail must not reopen what was closed, nor end a wait.
  if (!effectOf(automatic).countsAsContact || ticket.state === 'new' || ticket.state === 'open')
    return joined;
  return [{ kind: 'set', field: 'state', value: 'open' }, ...joined];
}

/** A report that mail of this ticket did not arrive: whoever owns it must look at it again. */
export function decideBounce(
  ticket: Ticket,
  bounce: {
    readonly isFailure: boolean;
    /** What came back was a person's answer, not one that the desk gave by itself. */
    readonly isAnswer: boolean;
  },
): readonly Change[] {
  const rests = isEnded(ticket.state) || ticket.state.startsWith('pending');
  const isGone = ticket.state === 'merged' || ticket.state === 'removed';
  if (!bounce.isFailure || !bounce.isAnswer || !rests || isGone) return [];
  return [{ kind: 'set', field: 'state', value: 'open' }];
}

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
const sets = ['tag', 'watcher', 'participant', 'link', 'also-queue', 'foreign'] as const;

function checkChanges(
  changes: readonly Change[],
  desk: DeskFacts,
): Result<readonly Change[], Refusal> {
  const checked: Change[] = [];
  for (const change of changes) {
    const result = change.kind === 'set' ? checkSetting(change, desk) : checkMember(change, desk);
    if (!result.ok) return result;
    checked.push(result.value);
  }
  return ok(checked);
}

type Setting = Extract<Change, { kind: 'set' }>;

function checkSetting(change: Setting, desk: DeskFacts): Result<Change, Refusal> {
  const { field, value } = change;
  switch (field) {
    case 'state':
      if (isTicketState(value) && choosableStates.includes(value)) return ok(change);
      return refuse({ code: 'unknown-state', value, known: choosableStates });
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
      if (value === '' || parseInstant(value) !== undefined) return ok(change);
      return refuse({
        code: 'bad-value',
        field,
        value,
        expected: 'a time such as 2026-11-25T08:00:00Z',
      });
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
      return refuse({ code: 'unknown-field', field, known: [...settable, ...sets] });
  }
}

function checkQueue(change: Change, desk: DeskFacts): Result<Change, Refusal> {
  const wanted = change.value.toLowerCase();
  const queue = desk.queues.find((name) => name.toLowerCase() === wanted);
  if (queue === undefined)
    return refuse({ code: 'unknown-queue', value: change.value, known: desk.queues });
  return ok({ ...change, value: queue });
}

function checkMember(
  change: Exclude<Change, { kind: 'set' }>,
  desk: DeskFacts,
): Result<Change, Refusal> {
  if (!(sets as readonly string[]).includes(change.set)) {
    return refuse({ code: 'unknown-field', field: change.set, known: [...settable, ...sets] });
  }
  if (change.set === 'also-queue' && change.kind === 'add') return checkQueue(change, desk);
  if (change.value.trim() !== '') return ok(change);
  return refuse({
    code: 'bad-value',
    field: change.set,
    value: change.value,
    expected: 'some text',
  });
}

/** Only what differs from the ticket as it is: an event says what changed, not what was clicked. */
function effective(ticket: Ticket, changes: readonly Change[]): readonly Change[] {
  return changes.filter((change) => {
    if (change.kind === 'set') return currentValue(ticket, change.field) !== change.value;
    const members = membersOf(ticket, change.set);
    return members.has(change.value) !== (change.kind === 'add');
  });
}

function currentValue(ticket: Ticket, field: string): string | undefined {
  switch (field) {
    case 'state':
      return ticket.state;
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
      return undefined;
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
    default:
      return ticket.participants;
  }
}

function isSetting(field: string): (change: Change) => boolean {
  return (change) => change.kind === 'set' && change.field === field;
}
