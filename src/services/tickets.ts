/**
 * The one road for every change of a ticket: read, fold, decide, append, announce.
 *
 * Owns: the ticket writer. Promises: what is returned is durable and already in the index; changes of
 * one ticket by this process come one after another, those of other processes need no waiting.
 */
import { type Clock, formatDay, type Instant } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Random, randomText } from '../base/random.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import { createKeyedSerial } from '../base/serial.ts';
import { isAppointment } from '../core/appointment/decide-appointment.ts';
import type { EscalationFacts } from '../core/escalation/facts.ts';
import type { MailFacts } from '../core/message/mail.ts';
import type { SignedIds } from '../core/message/message-id.ts';
import { isOfWait } from '../core/ticket/auto-close.ts';
import {
  decide,
  decideNew,
  type NewTicket,
  type Refusal,
  type TicketCommand,
} from '../core/ticket/decide.ts';
import type { Actor, EventDraft, MessageName } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import type { Hold } from '../core/ticket/hold.ts';
import { newsSince } from '../core/ticket/news.ts';
import type { Day, TicketNumber } from '../core/ticket/number.ts';
import { composeMail } from '../storage/codec.ts';
import type { NewMessage } from '../storage/message-file.ts';
import type {
  Appended,
  MessagePlace,
  TicketFolder,
  TicketWriter,
} from '../storage/ticket-store.ts';
import { fieldsOf, mailedFields, type Occasion, withOccasion } from './event-fields.ts';
import { readSentOn, type SentOn } from './forwarding.ts';
import { bytesOf, type Letter, writeFirst, writeLetter, writeNotice } from './letters.ts';
import { onceName } from './once-names.ts';
import { type FactsDirectory, factsOf } from './ticket-facts.ts';
import { type RightsDirectory, refuseByRights, refuseNewByRights } from './ticket-rights.ts';
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
  /** When it was written and its Maildir flags, where it is imported. */
  readonly past?: { readonly time: Instant; readonly flags: string };
}

/** A mail that the desk writes around a file that was put into `drop/`. */
export interface DroppedMail {
  readonly compose: (number: TicketNumber) => Promise<Buffer>;
  /** A repetition finds it by this. */
  readonly name: MessageName;
}

export interface SplitOff {
  readonly source: MessagePlace;
  readonly draft: EventDraft;
  readonly queue: string;
  readonly subject: string;
}

export interface Tickets {
  /** Opens a ticket with a received mail as its first message. */
  open(draft: EventDraft, received: ReceivedMail | DroppedMail): Promise<Receipt>;
  /**
   * Files a received mail in a ticket; `draft` says what it does to the ticket as it is then. The folder shows the
   * messages of merged tickets too.
   */
  receive(
    number: TicketNumber,
    draft: (ticket: Ticket, folder: TicketFolder) => EventDraft,
    received: ReceivedMail | DroppedMail,
  ): Promise<Receipt>;
  /** A mail that is known already may be acknowledged once more: it is durable from then on. */
  sync(number: TicketNumber): Promise<void>;
  /** Opens a ticket for a message that lies in another one; it is in both then, until the other lets it go. */
  splitOff(day: Day, request: SplitOff): Promise<TicketNumber>;
  /** Opens a ticket that begins with a mail to a customer, or with a call. */
  openNew(request: NewTicket, actor: Actor): Promise<Result<Receipt, Refusal>>;
  /** Carries out what an agent, a program or the desk itself wants. */
  run(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Receipt, Refusal>>;
  /** What `run` would write, or why it would not; writes nothing. */
  foresee(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Result<EventDraft, Refusal>>;
  /** Why the actor has not the right to the command on this ticket; undefined when he has. */
  mayNot(number: TicketNumber, command: TicketCommand, actor: Actor): Promise<Refusal | undefined>;
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
  /** What a step of an escalation chain must know. */
  readonly escalation?: (folder: TicketFolder) => Promise<EscalationFacts>;
  /** By which way somebody acts at this moment, as far as it is known. */
  readonly way?: () => Way | undefined;
  readonly ids: SignedIds;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What the rules and letters must know of the desk at this moment. */
export interface DeskDirectory extends RightsDirectory, FactsDirectory {
  /** What holds the ticket against removal; absent where nothing but its own events does. */
  holdOf?(folder: TicketFolder): Hold | undefined;
}

export type { Occasion } from './event-fields.ts';

export function createTickets(deps: TicketsDeps): Tickets {
  const { writer, announce, send, desk, ids, clock, random, log } = deps;
  const serial = createKeyedSerial();

  async function open(draft: EventDraft, received: ReceivedMail | DroppedMail): Promise<Receipt> {
    const opened = ('past' in received ? received.past?.time : undefined) ?? clock.now();
    const today = formatDay(opened, desk.config().desk.timeZone);
    const folder = await writer.create(today, toNewMessage(draft, received));
    await announce(folder.number, folder);
    return { ticket: folder.number, message: lastName(folder), folder };
  }

  async function receive(
    number: TicketNumber,
    draft: (ticket: Ticket, folder: TicketFolder) => EventDraft,
    received: ReceivedMail | DroppedMail,
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
    occasion: Occasion = {},
  ): Promise<Result<Receipt, Refusal>> {
    return serial.run(number, async () => {
      const before = await findOnce(number, command);
      if (before !== undefined) return ok(before);
      const examined = await examine(number, command, actor);
      if (!examined.ok) return examined;
      const { folder, whole, sentOn } = examined.value;
      const draft = withWay(withOccasion(examined.value.draft, occasion), deps.way?.());
      const letter = writeLetter({
        folder: whole,
        command,
        draft,
        actor,
        config: desk.config(),
        agentAddress: desk.agentAddress,
        ids,
        random: randomText(random, 12),
        now: clock.now(),
        sentOn,
      });
      const appended = await file(folder, command, draft, letter);
      await announce(number, appended.folder);
      const from = folder.ticket.queue;
      if (appended.folder.ticket.queue !== from) deps.moved?.({ folder: appended.folder, from });
      return ok({ ticket: number, message: appended.name, folder: appended.folder });
    });
  }

  /** Rights first: who may not do it need not learn what else speaks against it. */
  function decideOn(
    folder: TicketFolder,
    command: TicketCommand,
    actor: Actor,
    escalation?: EscalationFacts,
  ): Result<EventDraft, Refusal> {
    const { ticket, messages } = folder;
    const refusal = refuseByRights(ticket, command, actor, desk);
    if (refusal !== undefined) return refuse(refusal);
    const hold = command.kind === 'remove' ? desk.holdOf?.(folder) : undefined;
    const facts = { ...factsOf(desk, ticket.queue, clock.now()), escalation, hold };
    const asksHistory = command.kind === 'undo' || isAppointment(command) || isOfWait(command);
    const events = asksHistory ? messages.map(({ event }) => event) : [];
    const decision = decide(ticket, command, actor, facts, events);
    if (!decision.ok || command.kind !== 'undo') return decision;
    const back = refuseByRights(
      ticket,
      { kind: 'update', changes: decision.value.changes },
      actor,
      desk,
    );
    return back === undefined ? decision : refuse(back);
  }

  async function foresee(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Result<EventDraft, Refusal>> {
    const examined = await examine(number, command, actor);
    return examined.ok ? ok(examined.value.draft) : examined;
  }

  async function mayNot(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Refusal | undefined> {
    if (actor.kind !== 'agent') return undefined;
    const folder = await writer.read(number);
    if (folder === undefined) return { code: 'unknown-ticket', number };
    return refuseByRights(folder.ticket, command, actor, desk);
  }

  /** An answer that went out already, before the desk could note that; rules of today do not matter for it. */
  async function findOnce(
    number: TicketNumber,
    command: TicketCommand,
  ): Promise<Receipt | undefined> {
    if (command.kind !== 'reply' || command.once === undefined) return undefined;
    const folder = await writer.read(number);
    const name = folder === undefined ? undefined : onceName(folder, command);
    const isThere = name !== undefined && folder?.ticket.names.has(name) === true;
    if (folder === undefined || name === undefined || !isThere) return undefined;
    await writer.sync(number);
    return { ticket: number, message: name, folder };
  }

  /** What the rules say of a command, and what they decided by. */
  async function examine(
    number: TicketNumber,
    command: TicketCommand,
    actor: Actor,
  ): Promise<Result<Examined, Refusal>> {
    const folder = await writer.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    // An answer may be to a message of a ticket that was merged into this one.
    const whole =
      namesMessage(command) || isAppointment(command) || 'seen' in command
        ? await withMerged(folder, writer)
        : folder;
    if (command.kind === 'reply' && isUnknown(whole, command.inReplyTo)) {
      const hidden = refuseByRights(folder.ticket, command, actor, desk);
      return refuse(hidden ?? { code: 'unknown-message', message: command.inReplyTo ?? '' });
    }
    const escalation =
      command.kind === 'escalate-step' ? await deps.escalation?.(folder) : undefined;
    // Likewise an appointment; the rules are those of the ticket itself.
    const asked = isAppointment(command) ? { ...whole, ticket: folder.ticket } : folder;
    const decision = decideOn(asked, command, actor, escalation);
    if (!decision.ok) return decision;
    const sentOn = await sentOnBy(command, whole);
    if (!sentOn.ok) return sentOn;
    const changed = refuseUnseen(whole, command, actor);
    return changed === undefined
      ? ok({ folder, whole, draft: decision.value, sentOn: sentOn.value })
      : refuse(changed);
  }

  async function file(
    folder: TicketFolder,
    command: TicketCommand,
    draft: EventDraft,
    letter: Letter,
  ): Promise<Appended> {
    const { envelope, passed } = letter;
    const fields = [...fieldsOf(draft, letter), ...mailedFields(command)];
    const name = onceName(folder, command);
    const appended = await writer.append(folder.number, {
      draft: { ...draft, fields },
      content: { kind: 'composed', bytes: await bytesOf(letter.mail) },
      ...(name === undefined ? {} : { name }),
      ...('notBefore' in command ? { notBefore: command.notBefore } : {}),
    });
    if (appended.created && envelope !== undefined) await send(appended.path, appended.name);
    if (letter.answered !== undefined) await flag(folder.number, letter.answered, 'RS');
    if (passed !== undefined) await flag(passed.home, passed.name, 'PS');
    return appended;
  }

  async function sentOnBy(
    command: TicketCommand,
    folder: TicketFolder,
  ): Promise<Result<SentOn | undefined, Refusal>> {
    return command.kind === 'forward' || command.kind === 'resend'
      ? readSentOn(writer, folder, command)
      : ok(undefined);
  }

  async function openNew(request: NewTicket, actor: Actor): Promise<Result<Receipt, Refusal>> {
    const refusal = refuseNewByRights(request, actor, desk);
    if (refusal !== undefined) return refuse(refusal);
    const config = desk.config();
    const decision = decideNew(request, actor, factsOf(desk, request.queue, clock.now()));
    if (!decision.ok) return decision;
    const now = clock.now();
    const letter = writeFirst(request, {
      queue: request.queue,
      actor,
      config,
      agentAddress: desk.agentAddress,
      ids,
      random: randomText(random, 12),
      now,
    });
    const compose = (number: TicketNumber) => bytesOf(letter.mail(number));
    const folder = await writer.create(formatDay(now, config.desk.timeZone), {
      draft: withWay({ ...decision.value, fields: fieldsOf(decision.value, letter) }, deps.way?.()),
      content: { kind: 'numbered', compose },
    });
    const { number } = folder;
    const message = lastName(folder);
    await announce(number, folder);
    const path = letter.envelope === undefined ? undefined : await writer.pathOf(number, message);
    if (path !== undefined) await send(path, message);
    return ok({ ticket: number, message, folder });
  }

  /** A courtesy to mail programs: without it nothing is wrong. */
  async function flag(number: TicketNumber, name: MessageName, flags: string): Promise<void> {
    try {
      await writer.addFlags(number, name, flags);
    } catch (error) {
      log.warn('tickets.flag-failed', { ticket: number, cause: String(error) });
    }
  }

  return {
    open,
    receive,
    sync: (number) => writer.sync(number),
    splitOff,
    openNew,
    run,
    foresee,
    mayNot,
  };
}

interface Examined {
  readonly folder: TicketFolder;
  /** With the messages of merged tickets, where the command may be about them. */
  readonly whole: TicketFolder;
  readonly draft: EventDraft;
  readonly sentOn: SentOn | undefined;
}

/** Somebody did something that the writer of this has not seen. */
function refuseUnseen(
  { messages }: TicketFolder,
  command: TicketCommand,
  actor: Actor,
): Refusal | undefined {
  const seen = 'seen' in command ? command.seen : undefined;
  if (seen === undefined) return undefined;
  const news = newsSince(
    messages.map(({ event }) => event),
    seen,
    actor,
  );
  return news.length === 0
    ? undefined
    : { code: 'ticket-changed', events: news.map(({ name }) => name) };
}

/** Whether the message that it names may lie in a ticket that was merged into this one. */
function namesMessage({ kind }: TicketCommand): boolean {
  return kind === 'reply' || kind === 'forward' || kind === 'resend';
}

function toNewMessage(draft: EventDraft, received: ReceivedMail | DroppedMail): NewMessage {
  if ('compose' in received) {
    const { compose, name } = received;
    return { draft, content: { kind: 'numbered', compose }, name };
  }
  const { raw, trace, facts, name, past } = received;
  return {
    draft,
    content: { kind: 'received', raw, trace, facts },
    ...(name === undefined ? {} : { name }),
    ...past,
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

function isUnknown(folder: TicketFolder, name: string | undefined): boolean {
  return name !== undefined && !folder.messages.some(({ event }) => event.name === name);
}
