/**
 * The one road for every change of a ticket: read, fold, decide, append, announce.
 *
 * Owns: the ticket writer. Promises: what is returned is durable and already in the index; changes of
 * one ticket by this process come one after another, those of other processes need no waiting.
 */
import { createHash } from 'node:crypto';
import { type Clock, formatDay, parseInstant } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Random, randomText } from '../base/random.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import { createKeyedSerial } from '../base/serial.ts';
import type { Config } from '../config/config.ts';
import type { Address } from '../core/message/address.ts';
import type { MailFacts } from '../core/message/mail.ts';
import type { SignedIds } from '../core/message/message-id.ts';
import { decide, type Refusal, type TicketCommand } from '../core/ticket/decide.ts';
import type { Actor, EventDraft, MessageName } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import { rightsNeeded } from '../core/ticket/needs.ts';
import { type Day, dayOf, type TicketNumber } from '../core/ticket/number.ts';
import { isRegroup, type RegroupCommand } from '../core/ticket/regroup.ts';
import type { Right } from '../core/ticket/rights.ts';
import { composeMail } from '../storage/codec.ts';
import { fixedName } from '../storage/maildir.ts';
import type { NewMessage } from '../storage/message-file.ts';
import type {
  Appended,
  MessagePlace,
  TicketFolder,
  TicketWriter,
} from '../storage/ticket-store.ts';
import { type Letter, writeLetter, writeNotice } from './letters.ts';
import { type Way, withWay } from './ways.ts';
import { withMerged } from './whole.ts';

export interface Receipt {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly folder: TicketFolder;
}

/** A mail from outside, as intake hands it over. */
export interface ReceivedMail {
  readonly raw: Buffer;
  readonly trace: readonly string[];
  readonly facts: MailFacts;
  /** Given when a repetition must find the same name. */
  readonly name?: MessageName;
}

export interface SplitOff {
  readonly source: MessagePlace;
  readonly draft: EventDraft;
  readonly queue: string;
  readonly subject: string;
}

export interface Tickets {
  /** Opens a ticket with a received mail as its first message. */
  open(draft: EventDraft, received: ReceivedMail): Promise<Receipt>;
  /**
   * Files a received mail in a ticket; `draft` says what it does to the ticket as it is then. The folder shows the
   * messages of merged tickets too.
   */
  receive(
    number: TicketNumber,
    draft: (ticket: Ticket, folder: TicketFolder) => EventDraft,
    received: ReceivedMail,
  ): Promise<Receipt>;
  /** A mail that is known already may be acknowledged once more: it is durable from then on. */
  sync(number: TicketNumber): Promise<void>;
  /** Opens a ticket for a message that lies in another one; it is in both then, until the other lets it go. */
  splitOff(day: Day, request: SplitOff): Promise<TicketNumber>;
  /** Carries out what an agent, a program or the desk itself wants. */
  run(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Result<Receipt, Refusal>>;
}

/** A ticket that a command has put into another queue. */
export interface QueueMove {
  /** As it is now. */
  readonly folder: TicketFolder;
  readonly from: string;
}

export interface TicketsDeps {
  readonly writer: TicketWriter;
  /** Told of every folder after a change. */
  readonly announce: (number: TicketNumber, folder: TicketFolder) => Promise<void>;
  /** Given every mail that is to be sent. */
  readonly send: (path: string, name: MessageName) => Promise<void>;
  /** Told of every ticket that changed its queue, after that is durable. */
  readonly moved?: (move: QueueMove) => void;
  readonly desk: DeskDirectory;
  /** By which way somebody acts at this moment, as far as it is known. */
  readonly way?: () => Way | undefined;
  readonly ids: SignedIds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What the rules and letters must know of the desk at this moment. */
export interface DeskDirectory {
  config(): Config;
  agents(): readonly string[];
  agentAddress(login: string): Address | undefined;
  /** What the agent may do in the queue; nothing for somebody unknown. */
  rightsOf(login: string, queue: string): ReadonlySet<Right>;
}

export function createTickets(deps: TicketsDeps): Tickets {
  const { writer, announce, send, desk, ids, clock, random, log } = deps;
  const serial = createKeyedSerial();

  async function open(draft: EventDraft, received: ReceivedMail): Promise<Receipt> {
    const today = formatDay(clock.now(), desk.config().desk.timeZone);
    const folder = await writer.create(today, toNewMessage(draft, received));
    await announce(folder.number, folder);
    return { ticket: folder.number, message: lastName(folder), folder };
  }

  async function receive(
    number: TicketNumber,
    draft: (ticket: Ticket, folder: TicketFolder) => EventDraft,
    received: ReceivedMail,
  ): Promise<Receipt> {
    return serial.run(number, async () => {
      const before = (await writer.read(number)) ?? noTicket(number);
      // Whom it answers or reports on may lie in a ticket that was merged into this one.
      const whole = await withMerged(before, writer);
      const appended = await writer.append(
        number,
        toNewMessage(draft(before.ticket, whole), received),
      );
      await announce(number, appended.folder);
      return { ticket: number, message: appended.name, folder: appended.folder };
    });
  }

  async function splitOff(
    day: Day,
    { source, draft, queue, subject }: SplitOff,
  ): Promise<TicketNumber> {
    const mail = writeNotice({
      queue,
      subject,
      text: `Split off from ticket ${source.number}.`,
      actor: draft.actor,
      config: desk.config(),
      agentAddress: desk.agentAddress,
      random: randomText(random, 12),
      now: clock.now(),
    });
    const content = { kind: 'composed', bytes: await composeMail(mail) } as const;
    const folder = await writer.createFrom(day, source, {
      draft: withWay(draft, deps.way?.()),
      content,
    });
    await announce(folder.number, folder);
    return folder.number;
  }

  async function run(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Result<Receipt, Refusal>> {
    return serial.run(number, async () => {
      const folder = await writer.read(number);
      if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
      const refusal = refuseByRights(folder.ticket, command, actor, desk);
      if (refusal !== undefined) return refuse(refusal);
      // An answer may be to a message of a ticket that was merged into this one.
      const whole = command.kind === 'reply' ? await withMerged(folder, writer) : folder;
      if (command.kind === 'reply' && isUnknown(whole, command.inReplyTo)) {
        return refuse({ code: 'unknown-message', message: command.inReplyTo ?? '' });
      }
      const config = desk.config();
      const facts = { queues: config.queues.map(({ name }) => name), agents: desk.agents() };
      const decision = decide(folder.ticket, command, actor, facts);
      if (!decision.ok) return decision;
      const draft = withWay(decision.value, deps.way?.());
      const letter = writeLetter({
        folder: whole,
        command,
        draft,
        actor,
        config,
        agentAddress: desk.agentAddress,
        ids,
        random: randomText(random, 12),
        now: clock.now(),
      });
      const appended = await file(folder, command, draft, letter);
      await announce(number, appended.folder);
      const from = folder.ticket.queue;
      if (appended.folder.ticket.queue !== from) deps.moved?.({ folder: appended.folder, from });
      return ok({ ticket: number, message: appended.name, folder: appended.folder });
    });
  }

  async function file(
    folder: TicketFolder,
    command: TicketCommand,
    draft: EventDraft,
    letter: Letter,
  ): Promise<Appended> {
    const { envelope } = letter;
    const fields: EventDraft['fields'] =
      envelope === undefined
        ? draft.fields
        : [
            ...draft.fields,
            ['Sender', `<${envelope.sender}>`],
            ...envelope.recipients.map((recipient) => ['Recipient', recipient] as const),
          ];
    const name = onceName(folder, command);
    const appended = await writer.append(folder.number, {
      draft: { ...draft, fields },
      content: { kind: 'composed', bytes: await composeMail(letter.mail) },
      ...(name === undefined ? {} : { name }),
      ...('notBefore' in command ? { notBefore: command.notBefore } : {}),
    });
    if (appended.created && envelope !== undefined) await send(appended.path, appended.name);
    if (letter.answered !== undefined) await flagAnswered(folder.number, letter.answered);
    return appended;
  }

  /** A courtesy to mail programs: without it nothing is wrong. */
  async function flagAnswered(number: TicketNumber, name: MessageName): Promise<void> {
    try {
      await writer.addFlags(number, name, 'RS');
    } catch (error) {
      log.warn('tickets.flag-failed', { ticket: number, cause: String(error) });
    }
  }

  return { open, receive, sync: (number) => writer.sync(number), splitOff, run };
}

function toNewMessage(draft: EventDraft, { raw, trace, facts, name }: ReceivedMail): NewMessage {
  return {
    draft,
    content: { kind: 'received', raw, trace, facts },
    ...(name === undefined ? {} : { name }),
  };
}

function lastName(folder: TicketFolder): MessageName {
  const last = folder.messages.at(-1);
  if (last === undefined) throw new RangeError(`Ticket ${folder.number} has no message`);
  return last.event.name;
}

function noTicket(number: TicketNumber): never {
  throw new Fault('not-found', { retry: 'later', detail: `There is no ticket ${number} any more` });
}

/** Whoever is no agent has the rights of the system's account, and the desk itself may do everything. */
function refuseByRights(
  ticket: Ticket,
  command: TicketCommand,
  actor: Actor,
  desk: DeskDirectory,
): Refusal | undefined {
  if (actor.kind !== 'agent') return undefined;
  const given = desk.rightsOf(actor.login, ticket.queue);
  // That a ticket exists is nothing to tell somebody who may not see it.
  if (!given.has('see')) return { code: 'unknown-ticket', number: ticket.number };
  const right = rightsNeeded(ticket, command).find((needed) => !given.has(needed));
  return right === undefined ? undefined : { code: 'not-allowed', right, queue: ticket.queue };
}

function isUnknown(folder: TicketFolder, name: string | undefined): boolean {
  return name !== undefined && !folder.messages.some(({ event }) => event.name === name);
}

/** The name of an event that must exist once, from what it is about. */
function onceName(
  { number, ticket }: TicketFolder,
  command: TicketCommand,
): MessageName | undefined {
  if (isRegroup(command)) return regroupName(number, command);
  if (command.kind !== 'delivery' && command.kind !== 'auto-reply') return undefined;
  const key = createHash('sha256')
    .update(`${number} ${command.kind} ${command.once}`)
    .digest('hex')
    .slice(0, 24);
  return fixedName(ticket.created / 1000, command.kind === 'delivery' ? 'D' : 'A', key);
}

/** The side of a merge or a move that only completes the other one. */
function regroupName(number: TicketNumber, command: RegroupCommand): MessageName | undefined {
  if (!('once' in command)) return undefined;
  const key = createHash('sha256')
    .update(`${number} ${command.kind} ${command.once}`)
    .digest('hex')
    .slice(0, 24);
  const day = dayOf(number);
  // Not by the first message's time: that one may be moved away.
  const opened = parseInstant(
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`,
  );
  return fixedName((opened ?? 0) / 1000, 'R', key);
}
