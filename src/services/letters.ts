/**
 * The mail that an event is: sender, recipients, threading and text of what the desk writes.
 *
 * Promises: every event file reads well in an ordinary mail program. Threading follows RFC 5322
 * section 3.6.4; what the desk writes by itself is marked by RFC 3834.
 * Leaves to others: bytes (storage/codec.ts), whether it may be written (core/ticket/decide.ts).
 */
import type { Instant } from '../base/clock.ts';
import type { Config, QueueConfig } from '../config/config.ts';
import { type Address, domainOf } from '../core/message/address.ts';
import type { MessageId } from '../core/message/mail.ts';
import { type SignedIds, toMessageId } from '../core/message/message-id.ts';
import { answerSubject, tagSubject, tidySubject } from '../core/message/subject.ts';
import type { OutgoingFile, TicketCommand } from '../core/ticket/decide.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  formatActor,
  type MessageName,
} from '../core/ticket/event.ts';
import type { RegroupCommand } from '../core/ticket/regroup.ts';
import type { MailToCompose } from '../storage/codec.ts';
import type { StoredMessage, TicketFolder } from '../storage/ticket-store.ts';

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
}

export interface Letter {
  readonly mail: MailToCompose;
  /** Reverse-path and recipients when it goes out; undefined when it stays here. */
  readonly envelope:
    | { readonly sender: string; readonly recipients: readonly string[] }
    | undefined;
  /** The message that is answered. */
  readonly answered: MessageName | undefined;
}

const longestThread = 30;

export function writeLetter(context: LetterContext): Letter {
  const { command } = context;
  switch (command.kind) {
    case 'reply':
      return writeAnswer(context, command.to, command.cc, command);
    case 'auto-reply':
      return writeAutoReply(context, command.to, command);
    case 'note':
      return writeInternal(context, command.text, false, command.attachments);
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
  }
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
  const { folder, actor, config } = context;
  const { ticket } = folder;
  const answered = findAnswered(folder, inReplyTo);
  const sender = senderAddress(config, ticket.queue);
  return {
    mail: {
      ...frame(context),
      from: {
        name: actor.kind === 'agent' ? nameOf(context, actor.login) : config.desk.name,
        address: sender,
      },
      to,
      cc,
      ...replyTo(context, sender),
      subject:
        subject === undefined || subject.trim() === ''
          ? answerSubject(ticket.number, ticket.subject)
          : withTag(context, subject),
      ...threading(answered),
      text,
      ...withFiles(attachments),
    },
    envelope: { sender, recipients: uniqueAddresses([...to, ...cc]) },
    answered: answered?.event.name,
  };
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

function writeInternal(
  context: LetterContext,
  text: string,
  isAutomatic = false,
  attachments: readonly OutgoingFile[] = [],
): Letter {
  const { folder, actor, config } = context;
  const address = senderAddress(config, folder.ticket.queue);
  const who = actor.kind === 'agent' ? context.agentAddress(actor.login) : undefined;
  return {
    mail: {
      ...frame(context),
      from: who ?? { name: actor.kind === 'agent' ? actor.login : formatActor(actor), address },
      to: [{ name: `Ticket ${folder.number}`, address }],
      subject: tagSubject(folder.number, folder.ticket.subject),
      ...threading(folder.messages.find(({ event }) => event.mail.messageId !== undefined)),
      text: `${text}\n`,
      ...withFiles(attachments),
      ...(isAutomatic ? { fields: [['Auto-Submitted', 'auto-generated'] as const] } : {}),
    },
    envelope: undefined,
    answered: undefined,
  };
}

function withFiles(files: readonly OutgoingFile[] = []): Pick<MailToCompose, 'attachments'> {
  if (files.length === 0) return {};
  return {
    attachments: files.map(({ name, type, bytes }) => ({ name, type, bytes: Buffer.from(bytes) })),
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
  const who = actor.kind === 'agent' ? agentAddress(actor.login) : undefined;
  return {
    date: now,
    timeZone: config.desk.timeZone,
    messageId: toMessageId(`${random}@${domainOf(address)}`),
    from: who ?? { name: actor.kind === 'agent' ? actor.login : formatActor(actor), address },
    to: [{ name: config.desk.name, address }],
    subject: tidySubject(subject),
    text: `${text}\n`,
    fields: [['Auto-Submitted', 'auto-generated']],
  };
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

function replyTo({ config, ids, folder }: LetterContext, sender: string): { replyTo?: Address } {
  if (!config.desk.plusAddresses) return {};
  return {
    replyTo: { name: config.desk.name, address: ids.formatPlusAddress(sender, folder.number) },
  };
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

function nameOf(context: LetterContext, login: string): string {
  return context.agentAddress(login)?.name ?? login;
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
