/**
 * What an agent writes beside answers and notes: mails sent on, calls noted, new tickets.
 *
 * Promises: pure. A forwarded or resent mail is no answer: it changes neither state nor owner, and whoever
 * gets it takes no part in the ticket unless a change says so.
 * Leaves to others: which changes are allowed (decide.ts), the mail itself (services/letters.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { type Address, addressKey, formatAddress, isAddress } from '../message/address.ts';
import { phoneOf } from '../phone/phone-number.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  type EventKind,
  formatParameters,
} from './event.ts';
import type { Ticket } from './fold.ts';

/** A file that goes out with a mail, or lies beside a note. */
export interface OutgoingFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Of an image within the text, which names it as `![name](cid:ID)`. */
  readonly contentId?: string;
}

/** A message of the ticket goes to somebody else, with words of the agent's own. */
export interface ForwardCommand {
  readonly kind: 'forward';
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** As the forwarded one, with `Fwd:`, when absent. */
  readonly subject?: string;
  /** Everything that is said, the forwarded text included. */
  readonly text: string;
  /** Name of the forwarded message. */
  readonly message: string;
  /** Ids of its attachments to take along, or the whole of it as an attached mail. */
  readonly attach: readonly number[] | 'original';
  readonly attachments?: readonly OutgoingFile[];
  readonly changes?: readonly Change[];
}

/** A mail of the ticket goes to somebody else exactly as it is (RFC 5322 section 3.6.6). */
export interface ResendCommand {
  readonly kind: 'resend';
  readonly to: readonly Address[];
  readonly message: string;
}

/** What was said in a telephone call. */
export interface CallCommand {
  readonly kind: 'call';
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly phone?: string;
  readonly attachments?: readonly OutgoingFile[];
  readonly changes?: readonly Change[];
}

export type ComposeCommand = ForwardCommand | ResendCommand | CallCommand;

interface NewTicketBase {
  readonly queue: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments?: readonly OutgoingFile[];
  readonly changes?: readonly Change[];
}

/** A ticket that begins with a mail to a customer: the first of `to` unless another is named. */
export interface NewTicketByMail extends NewTicketBase {
  readonly via: 'mail';
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly customer?: Address;
}

/** A ticket that begins with a call; the caller is known by address, by number, or by both. */
export interface NewTicketByPhone extends NewTicketBase {
  readonly via: 'phone';
  readonly direction?: 'in' | 'out';
  readonly customer?: Address;
  readonly phone?: string;
}

export type NewTicket = NewTicketByMail | NewTicketByPhone;

export type ComposeRefusal =
  | { readonly code: 'no-recipient' }
  | { readonly code: 'bad-recipient'; readonly value: string }
  | { readonly code: 'empty-text' }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    }
  | { readonly code: 'unknown-attachment'; readonly message: string; readonly attachment: number }
  | { readonly code: 'cannot-forward'; readonly message: string }
  | { readonly code: 'attachments-too-large'; readonly bytes: number; readonly most: number }
  | { readonly code: 'no-customer' };

export function isCompose<C extends { readonly kind: string }>(
  command: C,
): command is Extract<C, ComposeCommand> {
  return command.kind === 'forward' || command.kind === 'resend' || command.kind === 'call';
}

/** `asked`: the changes that come with it, checked, and only those that change something. */
export function decideCompose(
  ticket: Ticket,
  command: ComposeCommand,
  actor: Actor,
  asked: readonly Change[],
): Result<EventDraft, ComposeRefusal> {
  switch (command.kind) {
    case 'forward':
      return decideForward(command, actor, asked);
    case 'resend':
      return decideResend(command, actor);
    case 'call':
      return decideCall(ticket, command, actor, asked);
  }
}

function decideForward(
  command: ForwardCommand,
  actor: Actor,
  asked: readonly Change[],
): Result<EventDraft, ComposeRefusal> {
  const wrong = findWrongRecipient(command);
  if (wrong !== undefined) return refuse(wrong);
  if (command.text.trim() === '' && command.attach !== 'original')
    return refuse({ code: 'empty-text' });
  const field = formatParameters('', { message: command.message });
  return ok({ kind: 'mail-out', actor, changes: asked, fields: [['Forward', field]] });
}

function decideResend(command: ResendCommand, actor: Actor): Result<EventDraft, ComposeRefusal> {
  const wrong = findWrongRecipient({ to: command.to, cc: [] });
  if (wrong !== undefined) return refuse(wrong);
  return ok({ kind: 'mail-out', actor, changes: [], fields: [] });
}

function decideCall(
  ticket: Ticket,
  command: CallCommand,
  actor: Actor,
  asked: readonly Change[],
): Result<EventDraft, ComposeRefusal> {
  if (command.text.trim() === '') return refuse({ code: 'empty-text' });
  const phone = readPhone(command.phone);
  if (!phone.ok) return phone;
  const learned: readonly Change[] =
    phone.value === undefined || ticket.extra.has('phone') ? [] : [setTo('phone', phone.value)];
  // Whoever talked to the customer has begun to work on it.
  const begun: readonly Change[] =
    ticket.state === 'new' && !asks(asked, 'state') ? [setTo('state', 'open')] : [];
  return ok({
    kind: callKind(command.direction),
    actor,
    changes: [...asked, ...begun, ...learned],
    fields: phone.value === undefined ? [] : [['Phone', phone.value]],
  });
}

/** `asked`: the changes that come with it, checked; `queue` as the configuration spells it. */
export function decideNewTicket(
  request: NewTicket,
  actor: Actor,
  { queue, asked }: { readonly queue: string; readonly asked: readonly Change[] },
): Result<EventDraft, ComposeRefusal> {
  if (request.subject.trim() === '')
    return refuse({ code: 'bad-value', field: 'subject', value: '', expected: 'some text' });
  if (request.text.trim() === '') return refuse({ code: 'empty-text' });
  const people = request.via === 'mail' ? readAddressees(request) : readCaller(request);
  if (!people.ok) return people;
  const { customer, participants, phone } = people.value;
  const changes: readonly Change[] = [
    ...(asks(asked, 'state') ? [] : [setTo('state', 'open')]),
    setTo('queue', queue),
    ...(asks(asked, 'priority') ? [] : [setTo('priority', 'normal')]),
    setTo('subject', request.subject.replace(/[\s\p{Cc}]+/gu, ' ').trim()),
    ...(customer === undefined ? [] : [setTo('customer', formatAddress(customer))]),
    ...(phone === undefined ? [] : [setTo('phone', phone)]),
    ...(actor.kind !== 'agent' || asks(asked, 'owner') ? [] : [setTo('owner', actor.login)]),
    ...[...new Set(participants.map(({ address }) => addressKey(address)))].map(
      (value): Change => ({ kind: 'add', set: 'participant', value }),
    ),
    ...asked.filter((change) => change.kind !== 'set' || change.field !== 'queue'),
  ];
  return ok({
    kind: request.via === 'mail' ? 'mail-out' : callKind(request.direction ?? 'in'),
    actor,
    changes,
    fields: phone === undefined ? [] : [['Phone', phone]],
  });
}

interface People {
  readonly customer: Address | undefined;
  readonly participants: readonly Address[];
  readonly phone: string | undefined;
}

function readAddressees(request: NewTicketByMail): Result<People, ComposeRefusal> {
  const wrong = findWrongRecipient(request) ?? findBadAddress(request.customer);
  if (wrong !== undefined) return refuse(wrong);
  const customer = request.customer ?? request.to[0];
  const participants = [...request.to, ...request.cc];
  return ok({ customer, participants, phone: undefined });
}

function readCaller({ customer, phone }: NewTicketByPhone): Result<People, ComposeRefusal> {
  const bad = findBadAddress(customer);
  if (bad !== undefined) return refuse(bad);
  const read = readPhone(phone);
  if (!read.ok) return read;
  if (customer === undefined && read.value === undefined) return refuse({ code: 'no-customer' });
  const participants = customer === undefined ? [] : [customer];
  return ok({ customer, participants, phone: read.value });
}

/** The first reason why nobody can get the mail. */
export function findWrongRecipient({
  to,
  cc,
}: {
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
}): Extract<ComposeRefusal, { code: 'no-recipient' | 'bad-recipient' }> | undefined {
  const bad = [...to, ...cc].find(({ address }) => !isAddress(address));
  if (bad !== undefined) return { code: 'bad-recipient', value: bad.address };
  return to.length === 0 ? { code: 'no-recipient' } : undefined;
}

function findBadAddress(
  person: Address | undefined,
): Extract<ComposeRefusal, { code: 'bad-recipient' }> | undefined {
  const isKnown = person === undefined || isAddress(person.address);
  return isKnown || phoneOf(person.address) !== undefined
    ? undefined
    : { code: 'bad-recipient', value: person.address };
}

/** More than the files of a mail may have, together. */
export function findTooLarge(
  files: readonly OutgoingFile[],
  most: number,
): Extract<ComposeRefusal, { code: 'attachments-too-large' }> | undefined {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return bytes > most ? { code: 'attachments-too-large', bytes, most } : undefined;
}

/** A number as people write it; undefined for none. */
function readPhone(
  text: string | undefined,
): Result<string | undefined, Extract<ComposeRefusal, { code: 'bad-value' }>> {
  const value = text?.trim().replace(/\s+/g, ' ') ?? '';
  if (value === '') return ok(undefined);
  if (/^\+?[0-9 ()./#*-]{2,39}$/.test(value) && /[0-9]{2}/.test(value)) return ok(value);
  const expected = 'a telephone number such as +49 30 123456';
  return refuse({ code: 'bad-value', field: 'phone', value, expected });
}

function callKind(direction: 'in' | 'out'): EventKind {
  return direction === 'in' ? 'call-in' : 'call-out';
}

function setTo(field: string, value: string): Change {
  return { kind: 'set', field, value };
}

function asks(changes: readonly Change[], field: string): boolean {
  return changes.some((change) => change.kind === 'set' && change.field === field);
}
