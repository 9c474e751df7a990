/**
 * What may be done to a ticket, and which event it makes.
 *
 * Promises: pure; a decision, once folded, gives a valid ticket. Every "no" is a `Refusal` that names
 * what was expected and what came.
 * Leaves to others: the text of the mail (core/message/letters.ts), writing (services/tickets.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { readModuleIds } from '../answers/made-with.ts';
import type { ModuleRefusal } from '../answers/offered-modules.ts';
import {
  type AppointmentCommand,
  type AppointmentRefusal,
  decideAppointment,
  isAppointment,
} from '../appointment/decide-appointment.ts';
import { decideStep, type EscalateStepCommand, type StepRefusal } from '../escalation/step.ts';
import { type Address, addressKey } from '../message/address.ts';
import { type Automatic, effectOf } from '../message/automatic.ts';
import { type PhoneNumber, parsePhoneAddress, phoneAddress } from '../phone/phone-number.ts';
import { decideWait, isOfWait, type WaitCommand } from './auto-close.ts';
import { type ChangeRefusal, checkChanges, checkQueue, effective } from './changes.ts';
import {
  type ComposeCommand,
  type ComposeRefusal,
  decideCompose,
  decideNewTicket,
  findTooLarge,
  findWrongRecipient,
  isCompose,
  type NewTicket,
  type OutgoingFile,
} from './compose.ts';
import {
  completeChanges,
  consequences,
  decideLife,
  type FieldRefusal,
  isLife,
  type LifeCommand,
  lockBy,
  renewedWait,
} from './decide-fields.ts';
import type { DeskFacts } from './desk-facts.ts';
import { type DraftRefusal, decideReturn, type ReturnDraftCommand } from './draft.ts';
import type { Actor, Change, EventDraft, TicketEvent } from './event.ts';
import type { Ticket } from './fold.ts';
import { type HoldRefusal, ownHold, refusalOf } from './hold.ts';
import type { SeenMark } from './news.ts';
import type { TicketNumber } from './number.ts';
import { decideRedact, type RedactCommand, type RedactRefusal } from './redact.ts';
import { decideRegroup, isRegroup, type RegroupCommand, type RegroupRefusal } from './regroup.ts';
import type { Right } from './rights.ts';
import { decideSpam, type SpamCommand, type SpamRefusal } from './spam.ts';
import { isEnded } from './states.ts';
import {
  decideTeam,
  formerOwner,
  isTeam,
  mentionChanges,
  type TeamCommand,
  type TeamRefusal,
} from './team.ts';
import { decideUndo, type UndoCommand, type UndoRefusal } from './undo.ts';

export type {
  CallCommand,
  ForwardCommand,
  NewTicket,
  OutgoingFile,
  ResendCommand,
} from './compose.ts';

export type { DeskFacts } from './desk-facts.ts';

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
  /** Ids of the text modules that it was made with, those of which nothing is left taken out. */
  readonly modules?: readonly string[];
  /** What the writer has seen of the ticket; when others did something since, it is refused. */
  readonly seen?: SeenMark;
  /** Repeating a command with the same key finds the first one's mail. */
  readonly once?: string;
  /** The agent's own mail by which it came. */
  readonly mailed?: MailedOrigin;
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
  /** What the writer has seen of the ticket; when others did something since, it is refused. */
  readonly seen?: SeenMark;
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
  | RegroupCommand
  | ComposeCommand
  | LifeCommand
  | UndoCommand
  | SpamCommand
  | ReturnDraftCommand
  | TeamCommand
  | EscalateStepCommand
  | AppointmentCommand
  | WaitCommand
  | RedactCommand;

export type Refusal =
  | { readonly code: 'unknown-ticket'; readonly number: string }
  | ChangeRefusal
  | { readonly code: 'ticket-merged'; readonly into: TicketNumber }
  | { readonly code: 'unknown-message'; readonly message: string }
  | { readonly code: 'no-recipient' }
  | { readonly code: 'bad-recipient'; readonly value: string }
  /** Of whom it goes to, nothing but a telephone number is known. */
  | { readonly code: 'only-phone'; readonly number: string }
  | { readonly code: 'empty-text' }
  | { readonly code: 'nothing-to-change' }
  | { readonly code: 'not-allowed'; readonly right: Right; readonly queue: string }
  | RegroupRefusal
  | ComposeRefusal
  | FieldRefusal
  | UndoRefusal
  | SpamRefusal
  | DraftRefusal
  | TeamRefusal
  | StepRefusal
  | AppointmentRefusal
  | ModuleRefusal
  | HoldRefusal
  | RedactRefusal;

export type RefusalCode = Refusal['code'];

/** `events` are those of the ticket itself; only taking one back, appointments and a wait for the customer ask for them. */
export function decide(
  ticket: Ticket,
  command: TicketCommand,
  actor: Actor,
  desk: DeskFacts,
  events: readonly TicketEvent[] = [],
): Result<EventDraft, Refusal> {
  if (command.kind === 'delivery') {
    return ok({ kind: 'delivery', actor, changes: [], fields: [['Delivery', command.outcome]] });
  }
  if (command.kind === 'redact') return decideRedact(command, actor);
  if (isRegroup(command)) return decideRegroup(ticket, command, actor);
  const hold = command.kind === 'remove' ? (ownHold(ticket) ?? desk.hold) : undefined;
  if (hold !== undefined) return refuse(refusalOf(ticket.number, hold));
  if (isLife(command)) return decideLife(ticket, command, actor);
  if (isOfWait(command)) return decideWait(ticket, command, actor, events);
  if (ticket.mergedInto !== undefined)
    return refuse({ code: 'ticket-merged', into: ticket.mergedInto });
  const tooLarge = refuseLargeFiles(command, desk);
  if (tooLarge !== undefined) return refuse(tooLarge);
  if (isCompose(command)) {
    const asked = checkChanges(ticket, 'changes' in command ? (command.changes ?? []) : [], desk);
    if (!asked.ok) return asked;
    return decideCompose(ticket, command, actor, effective(ticket, asked.value));
  }
  if (isTeam(command)) return decideTeam(ticket, command, actor, desk);
  if (isAppointment(command))
    return decideAppointment(ticket, command, actor, { agents: desk.agents, events });
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
    case 'undo':
      return decideUndo(events, command, actor, desk);
    case 'spam':
    case 'not-spam':
      return decideSpam(ticket, command, actor, desk);
    case 'return-draft':
      return ok(decideReturn(ticket.state, command, actor));
    case 'escalate-step':
      return decideStep(ticket, command, actor, desk);
  }
}

function decideReply(
  ticket: Ticket,
  command: ReplyCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  const recipients = [...command.to, ...command.cc];
  const silent = recipients.flatMap(({ address }) => parsePhoneAddress(address) ?? [])[0];
  if (silent !== undefined) return refuse({ code: 'only-phone', number: silent.name });
  const wrong = findWrongRecipient(command);
  if (wrong !== undefined) return refuse(wrong);
  const fax = faxOf(recipients, desk);
  if (command.text.trim() === '') return refuse({ code: 'empty-text' });
  const asked = checkChanges(ticket, command.changes ?? [], desk);
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
    const number = desk.faxNumberOf?.(address);
    const key = number === undefined ? addressKey(address) : phoneAddress(number).address;
    if (!ticket.participants.has(key))
      followed.push({ kind: 'add', set: 'participant', value: key });
  }
  const own = [...effective(ticket, asked.value), ...followed];
  own.push(...renewedWait(ticket, own, desk));
  const all = completeChanges(ticket, [...own, ...lockBy(ticket, actor, own, desk)], desk);
  const fields = readModuleIds(command.modules ?? []).map((id) => ['Module', id] as const);
  if (!all.ok) return all;
  return fax === undefined
    ? ok({ kind: 'mail-out', actor, changes: all.value, fields })
    : ok({ kind: 'fax-out', actor, changes: all.value, fields: [...fields, ['Phone', fax]] });
}

/** The number of an answer that goes to the fax gateway alone. */
function faxOf(recipients: readonly Address[], desk: DeskFacts): PhoneNumber | undefined {
  const numbers = recipients.map(({ address }) => desk.faxNumberOf?.(address));
  return numbers.includes(undefined) ? undefined : numbers[0];
}

function decideNote(
  ticket: Ticket,
  command: NoteCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  if (command.text.trim() === '') return refuse({ code: 'empty-text' });
  const asked = checkChanges(ticket, command.changes ?? [], desk);
  if (!asked.ok) return asked;
  const changes = effective(ticket, asked.value);
  const all = completeChanges(ticket, changes, desk);
  if (!all.ok) return all;
  return ok({
    kind: 'note',
    actor,
    changes: [...all.value, ...mentionChanges(command.text, actor, desk)],
    fields: formerOwner(ticket, changes),
  });
}

function decideUpdate(
  ticket: Ticket,
  command: UpdateCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  const asked = checkChanges(ticket, command.changes, desk);
  if (!asked.ok) return asked;
  const changes = effective(ticket, asked.value);
  if (changes.length === 0) return refuse({ code: 'nothing-to-change' });
  const all = completeChanges(ticket, changes, desk);
  return all.ok
    ? ok({ kind: 'update', actor, changes: all.value, fields: formerOwner(ticket, changes) })
    : all;
}

/** The first event of a ticket that an agent opens. */
export function decideNew(
  request: NewTicket,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, Refusal> {
  const queue = checkQueue({ kind: 'set', field: 'queue', value: request.queue }, desk);
  if (!queue.ok) return queue;
  const asked = checkChanges({ state: 'new', extra: new Map() }, request.changes ?? [], desk);
  if (!asked.ok) return asked;
  const tooLarge = refuseLargeFiles(request, desk);
  if (tooLarge !== undefined) return refuse(tooLarge);
  return decideNewTicket(request, actor, { queue: queue.value.value, asked: asked.value });
}

function refuseLargeFiles(
  command: TicketCommand | NewTicket,
  { mostFileBytes = Number.POSITIVE_INFINITY }: DeskFacts,
): Refusal | undefined {
  const files = 'attachments' in command ? (command.attachments ?? []) : [];
  return findTooLarge(files, mostFileBytes);
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
  return [...reopened(ticket), ...joined];
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
  return reopened(ticket);
}

function reopened(ticket: Ticket): readonly Change[] {
  const opened: readonly Change[] = [{ kind: 'set', field: 'state', value: 'open' }];
  return [...opened, ...consequences(ticket, opened)];
}

function isSetting(field: string): (change: Change) => boolean {
  return (change) => change.kind === 'set' && change.field === field;
}
