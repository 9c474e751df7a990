/**
 * The mail that an event is: sender, recipients, threading and text of what the desk writes.
 *
 * Promises: every event file reads well in an ordinary mail program. Threading follows RFC 5322
 * section 3.6.4; what the desk writes by itself is marked by RFC 3834.
 * Leaves to others: bytes (storage/codec.ts), whether it may be written (core/ticket/decide.ts).
 */
import { formatInstant, type Instant } from '../base/clock.ts';
import { invariant } from '../base/fault.ts';
import type { Config, QueueConfig } from '../config/config.ts';
import type {
  AppointCommand,
  CancelAppointmentCommand,
} from '../core/appointment/decide-appointment.ts';
import { stepText } from '../core/escalation/step-text.ts';
import { type Address, domainOf } from '../core/message/address.ts';
import type { MessageId } from '../core/message/mail.ts';
import { type SignedIds, toMessageId } from '../core/message/message-id.ts';
import { answerSubject, forwardSubject, tagSubject, tidySubject } from '../core/message/subject.ts';
import type { DeskMail } from '../core/ticket/auto-close.ts';
import type {
  CallCommand,
  ForwardCommand,
  NewTicket,
  OutgoingFile,
  ResendCommand,
} from '../core/ticket/compose.ts';
import type { ReplyCommand, TicketCommand } from '../core/ticket/decide.ts';
import type { ReturnDraftCommand } from '../core/ticket/draft.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  formatActor,
  type MessageName,
} from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { redactText } from '../core/ticket/redact.ts';
import type { RegroupCommand } from '../core/ticket/regroup.ts';
import { composeMail, type MailToCompose } from '../storage/codec.ts';
import type { StoredMessage, TicketFolder } from '../storage/ticket-store.ts';
import { toAnswerBody } from './answer-body.ts';
import { invitationOf } from './appointment-letter.ts';
import { composeResent, formatResent, forwardedFiles, type SentOn } from './forwarding.ts';

export interface LetterContext {
  readonly folder: TicketFolder;
  readonly command: TicketCommand;
  readonly draft: EventDraft;
  readonly actor: Actor;
  readonly config: Config;
  /** Name and address of an agent by login. */
  readonly agentAddress: (login: string) => Address | undefined;
  readonly ids: SignedIds;
  readonly random: string;
  readonly now: Instant;
  /** Of a command that sends a message on. */
  readonly sentOn?: SentOn | undefined;
}

export interface Letter {
  readonly mail: LetterMail;
  /** Reverse-path and recipients when it goes out; undefined when it stays here. */
  readonly envelope:
    | { readonly sender: string; readonly recipients: readonly string[] }
    | undefined;
  /** The message that is answered. */
  readonly answered: MessageName | undefined;
  /** The message that is sent on. */
  readonly passed?: SentOn;
  /** Further fields of the block. */
  readonly fields?: EventDraft['fields'];
}

/** A mail to be composed, or the bytes of one that stays as it is. */
export type LetterMail = MailToCompose | { readonly bytes: Buffer };

export async function bytesOf(mail: LetterMail): Promise<Buffer> {
  return 'bytes' in mail ? mail.bytes : composeMail(mail);
}

const longestThread = 30;

export function writeLetter(context: LetterContext): Letter {
  const { command } = context;
  switch (command.kind) {
    case 'reply':
      return context.draft.kind === 'fax-out'
        ? writeFax(context, command)
        : writeAnswer(context, command.to, command.cc, command);
    case 'auto-reply':
      return writeAutoReply(context, command.to, command);
    case 'note':
      return writeInternal(context, command.text, false, command.attachments);
    case 'forward':
      return writeForward(context, command, context.sentOn);
    case 'resend':
      return writeResend(context, command, context.sentOn);
    case 'call':
      return writeInternal(context, callText(command), false, command.attachments);
    case 'update':
      return writeInternal(context, changesText(context), true);
    case 'delivery':
      return writeInternal(context, `Delivery: ${command.outcome}`, true);
    case 'merge':
    case 'unmerge':
    case 'take-in':
    case 'let-go':
    case 'move-in':
    case 'move-out':
      return writeInternal(context, regroupText(context, command), true);
    case 'remove':
    case 'restore':
    case 'fall-due':
    case 'mirror':
      return writeInternal(context, changesText(context), true);
    case 'undo':
      return writeInternal(
        context,
        `Taken back: ${command.event}\n\n${changesText(context)}`,
        true,
      );
    case 'redact':
      return writeRedaction(context, redactText(command));
    case 'escalate-step':
      return writeInternal(context, escalationText(context), true);
    case 'spam':
    case 'not-spam':
      return writeInternal(context, changesText(context), true);
    case 'return-draft':
      return writeInternal(context, returnText(context, command), true);
    case 'hand-over':
    case 'ask-advice':
    case 'escalate':
    case 'bring-back':
      return writeInternal(context, command.text);
    case 'end-advice':
      return command.text === undefined || command.text.trim() === ''
        ? writeInternal(context, changesText(context), true)
        : writeInternal(context, command.text);
    case 'appoint':
    case 'cancel-appointment':
      return writeAppointment(context, command);
    case 'remind-appointment':
      return writeInternal(
        context,
        `An appointment begins at ${formatInstant(command.start)}.`,
        true,
      );
    case 'remind':
      return writeByDesk(context, command.mail);
    case 'auto-close':
      return command.mail === undefined
        ? writeInternal(context, changesText(context), true)
        : writeByDesk(context, command.mail);
    case 'no-reminder':
      return writeInternal(context, `The customer was not reminded: ${command.reason}.`, true);
  }
}

/** The subject of the ticket may hold the very words that go. */
function writeRedaction(context: LetterContext, text: string): Letter {
  const letter = writeInternal(context, text, true);
  const subject = tagSubject(context.folder.number, 'Taken out for good');
  return { ...letter, mail: { ...letter.mail, subject } };
}

function escalationText({ draft, agentAddress }: LetterContext): string {
  return stepText(draft, { nameOf: (login) => agentAddress(login)?.name ?? login, changeLine });
}

/** A mail to whom it invites, else a note; either way any calendar reads it. */
function writeAppointment(
  context: LetterContext,
  { letter }: AppointCommand | CancelAppointmentCommand,
): Letter {
  const { folder, config, draft } = context;
  const sender = senderAddress(config, folder.ticket.queue);
  const { calendar, guests } = invitationOf(draft.fields, {
    organizer: authorOf(context, sender),
    number: folder.number,
    stamp: context.now,
  });
  const written =
    guests.length > 0
      ? writeAnswer(context, guests, [], letter)
      : writeInternal(context, letter.text);
  return { ...written, answered: undefined, mail: { ...written.mail, calendar } };
}

function returnText(context: LetterContext, { login, at, reason }: ReturnDraftCommand): string {
  const why = reason === 'customer-wrote' ? 'the customer wrote first' : 'it was refused';
  const changes = context.draft.changes.length === 0 ? '' : `\n\n${changesText(context)}`;
  return `The answer of ${context.agentAddress(login)?.name ?? login} for ${formatInstant(at)} was not sent: ${why}.${changes}`;
}

function writeAnswer(
  context: LetterContext,
  to: readonly Address[],
  cc: readonly Address[],
  {
    text,
    subject,
    inReplyTo,
    attachments,
  }: {
    text: string;
    subject?: string;
    inReplyTo?: string;
    attachments?: readonly OutgoingFile[];
  },
): Letter {
  const { folder, config } = context;
  const { ticket } = folder;
  const answered = findAnswered(folder, inReplyTo);
  const sender = senderAddress(config, ticket.queue);
  return {
    mail: {
      ...frame(context),
      from: authorOf(context, sender),
      to,
      cc,
      ...replyTo({ ...context, number: folder.number }, sender),
      subject:
        subject === undefined || subject.trim() === ''
          ? answerSubject(ticket.number, ticket.subject)
          : withTag(context, subject),
      ...threading(threadedOn(folder, answered)),
      ...toAnswerBody({ text, attachments, withHtml: config.desk.answerHtml }),
    },
    envelope: { sender, recipients: uniqueAddresses([...to, ...cc]) },
    answered: answered?.event.name,
  };
}

/** A gateway prints what it gets: plain text as the mail itself, or as a file beside the others. */
function writeFax(context: LetterContext, command: ReplyCommand): Letter {
  const { desk } = context.config;
  const plain = { ...context, config: { ...context.config, desk: { ...desk, answerHtml: false } } };
  if (desk.faxText === 'body') return writeAnswer(plain, command.to, command.cc, command);
  const page = { name: 'fax.txt', type: 'text/plain', bytes: Buffer.from(command.text) };
  const attachments = [page, ...(command.attachments ?? [])];
  return writeAnswer(plain, command.to, command.cc, { ...command, text: '', attachments });
}

/** It begins a conversation of its own: what a third party answers must not become part of the customer's thread. */
function writeForward(
  context: LetterContext,
  command: ForwardCommand,
  sentOn: SentOn | undefined,
): Letter {
  invariant(sentOn !== undefined, 'A forwarded message is read before its letter is written');
  const { folder, config } = context;
  const { to, cc, subject = '', text } = command;
  const sender = senderAddress(config, folder.ticket.queue);
  return {
    mail: {
      ...frame(context),
      from: authorOf(context, sender),
      to,
      cc,
      ...replyTo({ ...context, number: folder.number }, sender),
      subject:
        subject.trim() === ''
          ? forwardSubject(folder.number, folder.ticket.subject)
          : withTag(context, subject),
      ...toAnswerBody({
        text,
        attachments: forwardedFiles(command, sentOn),
        withHtml: config.desk.answerHtml,
      }),
    },
    envelope: { sender, recipients: uniqueAddresses([...to, ...cc]) },
    answered: undefined,
    passed: sentOn,
  };
}

function writeResend(
  context: LetterContext,
  { to }: ResendCommand,
  sentOn: SentOn | undefined,
): Letter {
  invariant(sentOn !== undefined, 'A resent message is read before its letter is written');
  const sender = senderAddress(context.config, context.folder.ticket.queue);
  const { date, timeZone, messageId } = frame(context);
  const from = authorOf(context, sender);
  return {
    mail: { bytes: composeResent(sentOn.original, { from, to, date, timeZone, messageId }) },
    envelope: { sender, recipients: uniqueAddresses(to) },
    answered: undefined,
    passed: sentOn,
    fields: [['Resent', formatResent(sentOn.name, messageId)]],
  };
}

/** The number stands above what was said, for whoever reads the file. */
function callText({ phone, text }: CallCommand): string {
  return phone === undefined || phone.trim() === '' ? text : `${phone.trim()}\n\n${text}`;
}

/** The first message of a ticket that an agent opens; its number is not known before it is claimed. */
export function writeFirst(
  request: NewTicket,
  context: Omit<LetterContext, 'folder' | 'command' | 'draft' | 'sentOn'> & {
    readonly queue: string;
  },
): Omit<Letter, 'mail'> & { readonly mail: (number: TicketNumber) => MailToCompose } {
  const { config, ids, random, now, queue } = context;
  const sender = senderAddress(config, queue);
  const { attachments, text } = request;
  const date = { date: now, timeZone: config.desk.timeZone };
  const messageId = (number: TicketNumber) => ids.formatMessageId(number, random, domainOf(sender));
  if (request.via === 'phone') {
    const mail = (number: TicketNumber) => ({
      ...date,
      messageId: messageId(number),
      from: internalAuthor(context, sender),
      to: [{ name: `Ticket ${number}`, address: sender }],
      subject: tagSubject(number, request.subject),
      ...toAnswerBody({
        text: `${callText({ ...request, kind: 'call', direction: 'in' })}\n`,
        attachments,
        withHtml: false,
      }),
    });
    return { mail, envelope: undefined, answered: undefined };
  }
  const { to, cc } = request;
  const mail = (number: TicketNumber) => ({
    ...date,
    messageId: messageId(number),
    from: authorOf(context, sender),
    to,
    cc,
    ...replyTo({ config, ids, number }, sender),
    subject: tagSubject(number, request.subject),
    ...toAnswerBody({ text, attachments, withHtml: config.desk.answerHtml }),
  });
  const recipients = uniqueAddresses([...to, ...cc]);
  return { mail, envelope: { sender, recipients }, answered: undefined };
}

type Authorship = Pick<LetterContext, 'actor' | 'config' | 'agentAddress'>;

/** Who writes to people outside: the agent's name at the queue's address. */
function authorOf({ actor, config, agentAddress }: Authorship, sender: string): Address {
  const name =
    actor.kind === 'agent' ? (agentAddress(actor.login)?.name ?? actor.login) : config.desk.name;
  return { name, address: sender };
}

/** Who writes to the team. */
function internalAuthor({ actor, agentAddress }: Authorship, address: string): Address {
  const who = actor.kind === 'agent' ? agentAddress(actor.login) : undefined;
  return who ?? { name: actor.kind === 'agent' ? actor.login : formatActor(actor), address };
}

function writeAutoReply(
  context: LetterContext,
  to: Address,
  { text, subject, inReplyTo }: { text: string; subject: string; inReplyTo: string },
): Letter {
  const answered = findAnswered(context.folder, inReplyTo);
  const sender = senderAddress(context.config, context.folder.ticket.queue);
  return {
    mail: {
      ...frame(context),
      from: { name: context.config.desk.name, address: sender },
      to: [to],
      subject: withTag(context, subject),
      ...threading(answered),
      text,
      fields: [
        ['Auto-Submitted', 'auto-replied'],
        ['X-Auto-Response-Suppress', 'All'],
        // For vacation programs older than RFC 3834; its section 3.1.8 leaves the word open.
        ['Precedence', 'bulk'],
      ],
    },
    // RFC 3834 section 3.3: an automatic answer that cannot be delivered must come back to nobody.
    envelope: { sender: '', recipients: [to.address] },
    answered: undefined,
  };
}

/** A mail that the desk sends of its own accord. It answers no mail, but stands in the customer's thread. */
function writeByDesk(context: LetterContext, { to, subject, text, inReplyTo }: DeskMail): Letter {
  const { folder, config } = context;
  const sender = senderAddress(config, folder.ticket.queue);
  const named = folder.messages.find(({ event }) => event.name === inReplyTo);
  return {
    mail: {
      ...frame(context),
      from: { name: config.desk.name, address: sender },
      to: [to],
      ...replyTo({ ...context, number: folder.number }, sender),
      subject: withTag(context, subject),
      ...threading(named),
      text,
      fields: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['Precedence', 'bulk'],
      ],
    },
    // What cannot be delivered must come back to nobody, as with automatic answers.
    envelope: { sender: '', recipients: [to.address] },
    answered: undefined,
  };
}

function writeInternal(
  context: LetterContext,
  text: string,
  isAutomatic = false,
  attachments: readonly OutgoingFile[] = [],
): Letter {
  const { folder, config } = context;
  const address = senderAddress(config, folder.ticket.queue);
  return {
    mail: {
      ...frame(context),
      from: internalAuthor(context, address),
      to: [{ name: `Ticket ${folder.number}`, address }],
      subject: tagSubject(folder.number, folder.ticket.subject),
      ...threading(folder.messages.find(({ event }) => event.mail.messageId !== undefined)),
      ...toAnswerBody({ text: `${text}\n`, attachments, withHtml: showsPictures(attachments) }),
      ...(isAutomatic ? { fields: [['Auto-Submitted', 'auto-generated'] as const] } : {}),
    },
    envelope: undefined,
    answered: undefined,
  };
}

/** What the desk says at the top of a ticket that has no number yet. */
export function writeNotice({
  queue,
  subject,
  text,
  actor,
  config,
  agentAddress,
  random,
  now,
}: Pick<LetterContext, 'actor' | 'config' | 'agentAddress' | 'random' | 'now'> & {
  readonly queue: string;
  readonly subject: string;
  readonly text: string;
}): MailToCompose {
  const address = senderAddress(config, queue);
  return {
    date: now,
    timeZone: config.desk.timeZone,
    messageId: toMessageId(`${random}@${domainOf(address)}`),
    from: internalAuthor({ actor, config, agentAddress }, address),
    to: [{ name: config.desk.name, address }],
    subject: tidySubject(subject),
    text: `${text}\n`,
    fields: [['Auto-Submitted', 'auto-generated']],
  };
}

/** A note with pictures in it shows them; any other is plain. */
function showsPictures(attachments: readonly OutgoingFile[]): boolean {
  return attachments.some(({ contentId }) => contentId !== undefined);
}

function frame({ folder, ids, random, config, now }: LetterContext) {
  const domain = domainOf(senderAddress(config, folder.ticket.queue));
  return {
    date: now,
    timeZone: config.desk.timeZone,
    messageId: ids.formatMessageId(folder.number, random, domain),
  };
}

function withTag({ folder }: LetterContext, subject: string): string {
  return subject.includes(`[#${folder.number}]`)
    ? subject.trim()
    : tagSubject(folder.number, subject);
}

function replyTo(
  {
    config,
    ids,
    number,
  }: Pick<LetterContext, 'config' | 'ids'> & { readonly number: TicketNumber },
  sender: string,
): { replyTo?: Address } {
  if (!config.desk.plusAddresses) return {};
  return { replyTo: { name: config.desk.name, address: ids.formatPlusAddress(sender, number) } };
}

/** The named message, else the newest mail of a customer, else the newest of all that has an id. */
function findAnswered(folder: TicketFolder, name: string | undefined): StoredMessage | undefined {
  const named = folder.messages.find(({ event }) => event.name === name);
  if (named !== undefined) return named;
  const newest = folder.messages.toReversed();
  return (
    newest.find(({ event }) => event.kind === 'mail-in') ??
    newest.find(({ event }) => event.mail.messageId !== undefined)
  );
}

/** What the customer has: the answer to a call goes below the newest mail, for nobody outside knows the note of the call. */
function threadedOn(
  { messages }: TicketFolder,
  answered: StoredMessage | undefined,
): StoredMessage | undefined {
  const isMail = ({ event }: StoredMessage) =>
    event.kind === 'mail-in' || event.kind === 'mail-out' || event.kind === 'import';
  return answered !== undefined && isMail(answered) ? answered : messages.findLast(isMail);
}

function threading(answered: StoredMessage | undefined): {
  inReplyTo?: MessageId;
  references?: readonly MessageId[];
} {
  const mail = answered?.event.mail;
  if (mail?.messageId === undefined) return {};
  const thread = [
    ...new Set([
      ...(mail.references.length > 0 ? mail.references : mail.inReplyTo),
      mail.messageId,
    ]),
  ];
  // The first id keeps the thread together in programs that only look there.
  const references =
    thread.length <= longestThread
      ? thread
      : [...thread.slice(0, 1), ...thread.slice(1 - longestThread)];
  return { inReplyTo: mail.messageId, references };
}

/** The address under which a queue writes: its own first one, else the desk's. */
export function senderAddress(config: Config, queue: string): string {
  return findQueue(config, queue)?.addresses[0] ?? config.desk.addresses[0] ?? 'support@localhost';
}

export function findQueue(config: Config, name: string): QueueConfig | undefined {
  return config.queues.find((queue) => queue.name.toLowerCase() === name.toLowerCase());
}

function uniqueAddresses(addresses: readonly Address[]): readonly string[] {
  const byKey = new Map(addresses.map(({ address }) => [address.toLowerCase(), address]));
  return [...byKey.values()];
}

function changesText({ draft, actor }: LetterContext): string {
  return [`Changed by ${formatActor(actor)}:`, '', ...draft.changes.map(changeLine)].join('\n');
}

function regroupText(context: LetterContext, command: RegroupCommand): string {
  const moved =
    command.kind === 'move-in'
      ? [`message ${command.message}: moved here from ${command.other}`]
      : command.kind === 'move-out'
        ? [`message ${command.message}: moved to ${command.other}`]
        : [];
  return [changesText(context), ...moved].join('\n');
}

function changeLine(change: Change): string {
  switch (change.kind) {
    case 'set':
      return change.value === '' ? `${change.field}: cleared` : `${change.field}: ${change.value}`;
    case 'add':
      return `${change.set}: ${change.value} added`;
    case 'remove':
      return `${change.set}: ${change.value} removed`;
  }
}
