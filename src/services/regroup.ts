/**
 * Merging and parting tickets, and moving messages between them: both sides, whatever stops in between.
 *
 * Promises: nothing is ever in no ticket. The decisive side is written first (the absorbed ticket of a merge, the ticket
 * that a message comes to); the other side follows from it and is completed by `complete`, once, under fixed names.
 * A message gets its name in the new ticket before it loses the one in the old. Leaves to others: what each event says
 * (core/ticket/regroup.ts), when to complete (app.ts, with the sweep).
 */
import { type Clock, formatDay, type Instant, toInstant } from '../base/clock.ts';
import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor, Change, EventKind, MessageName, TicketEvent } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import { lastMoves, type Move, readMoves } from '../core/ticket/moves.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { type MoveCommand, movedField } from '../core/ticket/regroup.ts';
import { isEnded } from '../core/ticket/states.ts';
import { followMerges } from '../core/ticket/survivor.ts';
import type { StoredMessage, TicketFolder, TicketWriter } from '../storage/ticket-store.ts';
import type { TicketIndex } from './index/index.ts';
import { isMessageKind } from './index/projector.ts';
import type { Tickets } from './tickets.ts';

/** The ticket that a person goes on in. */
export interface Regrouped {
  readonly ticket: TicketNumber;
  /** All tickets that changed. */
  readonly changed: readonly TicketNumber[];
}

export interface Regroup {
  /** Merges the ticket into the other one, or into what that one was merged into. */
  merge(
    number: TicketNumber,
    into: TicketNumber,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>>;
  unmerge(number: TicketNumber, actor: Actor): Promise<Result<Regrouped, Refusal>>;
  /** Gives a message a ticket of its own. */
  split(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>>;
  /** Moves a message; a ticket that is left without any leads to the other one from then. */
  move(
    number: TicketNumber,
    message: MessageName,
    into: TicketNumber,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>>;
  /** Moves a message to the ticket that it came from. */
  putBack(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>>;
  /** Completes what a crash left half done. */
  complete(): Promise<void>;
}

export interface RegroupDeps {
  readonly tickets: Pick<Tickets, 'run' | 'splitOff'>;
  readonly store: TicketWriter;
  readonly index: Pick<TicketIndex, 'apply' | 'find' | 'findRegrouped'>;
  readonly timeZone: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

const fixed: ReadonlySet<EventKind | undefined> = new Set<EventKind>(['mail-out', 'draft']);

export function createRegroup(deps: RegroupDeps): Regroup {
  const { tickets, store, index, timeZone, clock, log } = deps;

  async function merge(
    number: TicketNumber,
    into: TicketNumber,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>> {
    const survivor = await findSurvivor(into);
    if (survivor === undefined) return refuse({ code: 'unknown-ticket', number: into });
    const done = await tickets.run(number, { kind: 'merge', into: survivor }, actor);
    if (!done.ok) return done;
    await settleMerge(number, survivor);
    return ok({ ticket: survivor, changed: [number, survivor] });
  }

  async function unmerge(number: TicketNumber, actor: Actor): Promise<Result<Regrouped, Refusal>> {
    const before = await store.read(number);
    const done = await tickets.run(number, { kind: 'unmerge' }, actor);
    if (!done.ok) return done;
    const survivor = before?.ticket.mergedInto;
    if (survivor !== undefined) await settleMerge(number, survivor);
    return ok({ ticket: number, changed: survivor === undefined ? [number] : [number, survivor] });
  }

  /** What the ticket leads to; undefined when there is no such ticket. */
  async function findSurvivor(number: TicketNumber): Promise<TicketNumber | undefined> {
    if ((await store.read(number)) === undefined) return undefined;
    const way = await followMerges(
      number,
      async (each) => (await store.read(each))?.ticket.mergedInto,
    );
    return way.at(-1);
  }

  /** Brings the events of the other ticket up to what the first one's say of its merge. */
  async function settleMerge(absorbed: TicketNumber, other: TicketNumber): Promise<void> {
    const folder = await store.read(absorbed);
    const survivor = await store.read(other);
    if (folder === undefined || survivor === undefined) return;
    const isMerged = folder.ticket.mergedInto === other;
    if (survivor.ticket.merged.has(absorbed) === isMerged) return;
    const decision = folder.messages.findLast(({ event }) => setsMerge(event))?.event;
    const actor: Actor = decision?.actor ?? { kind: 'system', part: 'merge' };
    const once = `${absorbed} ${decision?.name ?? ''}`;
    const { queue } = folder.ticket;
    if (!isMerged) {
      await tickets.run(other, { kind: 'let-go', other: absorbed, queue, once }, actor);
      return;
    }
    const isOpen = !isEndedText(folder.ticket.extra.get('state-before-merge') ?? '');
    await tickets.run(other, { kind: 'take-in', other: absorbed, isOpen, queue, once }, actor);
  }

  async function split(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>> {
    const found = await findMovable(number, message);
    if (!found.ok) return found;
    const { folder, stored } = found.value;
    if (isOnly(folder, message)) return refuse({ code: 'only-message', message });
    const begun = await findClaim(folder.number, message);
    if (begun !== undefined) {
      await settleMove(begun, message);
      if (has(await store.read(begun), message))
        return ok({ ticket: begun, changed: [begun, folder.number] });
    }
    const { event } = stored;
    const command = moveCommand(folder, stored, {
      kind: 'move-in',
      other: folder.number,
      changes: openingChanges(folder.ticket, event),
      once: `${folder.number} ${message}`,
    });
    const today = formatDay(clock.now(), timeZone());
    const opened = await tickets.splitOff(today, {
      source: { number: folder.number, name: message },
      queue: folder.ticket.queue,
      subject: event.mail.subject,
      draft: { kind: 'split', actor, changes: command.changes, fields: [movedField(command)] },
    });
    await settleMove(opened, message);
    return ok({ ticket: opened, changed: [opened, folder.number] });
  }

  /** A ticket that says the message came to it, although it is still in the first one: that was not seen to its end. */
  async function findClaim(
    from: TicketNumber,
    message: MessageName,
  ): Promise<TicketNumber | undefined> {
    for (const number of await index.findRegrouped()) {
      const moves = (await index.find(number))?.moves ?? [];
      const isClaim = moves.some(
        (each) => each.message === message && each.way === 'in' && each.other === from,
      );
      if (isClaim) return number;
    }
    return undefined;
  }

  async function move(
    number: TicketNumber,
    message: MessageName,
    into: TicketNumber,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>> {
    const found = await findMovable(number, message);
    if (!found.ok) return found;
    const { folder, stored } = found.value;
    const target = await findSurvivor(into);
    const goal = target === undefined ? undefined : await store.read(target);
    if (target === undefined || goal === undefined)
      return refuse({ code: 'unknown-ticket', number: into });
    if (target === folder.number) return refuse({ code: 'same-ticket', number: target });
    const round = movesOf(goal).filter((each) => each.message === message).length;
    const reopened: readonly Change[] =
      isEnded(goal.ticket.state) && !isEnded(folder.ticket.state)
        ? [{ kind: 'set', field: 'state', value: 'open' }]
        : [];
    const command = moveCommand(folder, stored, {
      kind: 'move-in',
      other: folder.number,
      changes: [...restate(goal.ticket, stored.event, true), ...reopened],
      once: `${folder.number} ${message} ${round}`,
    });
    const done = await tickets.run(target, command, actor);
    if (!done.ok) return done;
    await settleMove(target, message);
    return ok({ ticket: target, changed: [target, folder.number] });
  }

  async function putBack(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
  ): Promise<Result<Regrouped, Refusal>> {
    const folder = await store.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const came = lastMoves(eventsOf(folder)).get(message);
    if (came?.way !== 'in') return refuse({ code: 'not-moved', message });
    return move(number, message, came.other, actor);
  }

  /** The message, if it is one that may change its ticket. */
  async function findMovable(
    number: TicketNumber,
    message: MessageName,
  ): Promise<Result<{ folder: TicketFolder; stored: StoredMessage }, Refusal>> {
    const folder = await store.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const stored = folder.messages.find(({ event }) => event.name === message);
    if (stored === undefined) return refuse({ code: 'unknown-message', message });
    const { kind, kindText } = stored.event;
    // What goes out is bound to this ticket by the outbox and by the reports on its delivery; the other names do not
    // fit into a field of the block.
    const isMovable = isMessageKind(kindText) && !fixed.has(kind) && !/[;\p{Cc}]/u.test(message);
    return isMovable ? ok({ folder, stored }) : refuse({ code: 'cannot-move', message });
  }

  /** Brings files and events up to what the ticket's events say of a message that came to it. */
  async function settleMove(number: TicketNumber, message: MessageName): Promise<void> {
    const goal = await store.read(number);
    const came = goal === undefined ? undefined : lastMoves(eventsOf(goal)).get(message);
    if (goal === undefined || came?.way !== 'in') return;
    const source = await store.read(came.other);
    const left = source === undefined ? undefined : lastMoves(eventsOf(source)).get(message);
    if (left?.way === 'in' && left.time > came.time) {
      // It is back there: from here, which may not be completed yet, or from a third ticket, which makes this claim void.
      if (left.other === number) return settleMove(came.other, message);
      return giveUpClaim(goal, came, came.other);
    }
    if (left?.way === 'out' && left.other !== number && !has(source, message))
      return giveUpClaim(goal, came, left.other);
    const adopted = await store.adopt(number, { number: came.other, name: message });
    if (adopted === undefined) return;
    await index.apply(number, adopted);
    const [here, there] = [messageIn(adopted, message), messageIn(source, message)];
    if (source === undefined || there === undefined) return;
    // Another file under the same name is not the message that was moved.
    if (here?.event.digest !== there.event.digest) return;
    await leave(source, there, came, number);
  }

  async function leave(
    source: TicketFolder,
    stored: StoredMessage,
    came: Move,
    to: TicketNumber,
  ): Promise<void> {
    const actor = eventIn(await store.read(to), came.event)?.actor;
    const rest = restate(source.ticket, stored.event, false);
    const links: readonly Change[] = isOnly(source, came.message)
      ? redirect(source.ticket, to)
      : [{ kind: 'add', set: 'link', value: `related:${to}` }];
    const command = moveCommand(source, stored, {
      kind: 'move-out',
      other: to,
      changes: [...rest, ...links],
      once: `${to} ${came.event}`,
      after: came.time,
    });
    await tickets.run(source.number, command, actor ?? { kind: 'system', part: 'move' });
    const released = await store.release(source.number, came.message);
    await index.apply(source.number, released);
    await settleMerge(source.number, to);
  }

  /** Two tickets were opened for one message, because the first try was not seen to its end: one of them has it. */
  async function giveUpClaim(goal: TicketFolder, came: Move, owner: TicketNumber): Promise<void> {
    const there = messageIn(await store.read(owner), came.message);
    const here = messageIn(goal, came.message);
    if (here === undefined || there?.event.digest !== here.event.digest) return;
    const command = moveCommand(goal, here, {
      kind: 'move-out',
      other: owner,
      changes: isOnly(goal, came.message) ? redirect(goal.ticket, owner) : [],
      once: `${owner} ${came.event}`,
    });
    await tickets.run(goal.number, command, { kind: 'system', part: 'move' });
    await index.apply(goal.number, await store.release(goal.number, came.message));
    await settleMerge(goal.number, owner);
  }

  async function complete(): Promise<void> {
    for (const number of await index.findRegrouped()) {
      try {
        await completeOne(number);
      } catch (error) {
        log.warn('regroup.incomplete', { ticket: number, cause: errorText(error) });
      }
    }
  }

  /** Asks the index first: nearly always there is nothing to do. */
  async function completeOne(number: TicketNumber): Promise<void> {
    const record = await index.find(number);
    if (record === undefined) return;
    if (record.mergedInto !== undefined) {
      const survivor = await index.find(record.mergedInto);
      if (survivor?.merged.includes(number) === false) await settleMerge(number, survivor.number);
    }
    for (const absorbed of record.merged) {
      const other = parseTicketNumber(absorbed);
      const part = other === undefined ? undefined : await index.find(other);
      if (part !== undefined && part.mergedInto !== number) await settleMerge(part.number, number);
    }
    for (const { message, way, other } of record.moves) {
      if (way === 'out') continue;
      const source = await index.find(other);
      const isHere = record.messages.some(({ name }) => name === message);
      const isThere = source?.messages.some(({ name }) => name === message) === true;
      // It left for a third ticket, which only a first try that was not seen to its end brings about.
      const isDisputed = source?.moves.some(
        (each) => each.message === message && each.way === 'out' && each.other !== number,
      );
      if (!isHere || isThere || isDisputed === true) await settleMove(number, message);
    }
  }

  return { merge, unmerge, split, move, putBack, complete };
}

function moveCommand(
  { ticket }: TicketFolder,
  { event }: StoredMessage,
  {
    after = ticket.latest,
    ...words
  }: Pick<MoveCommand, 'kind' | 'other' | 'changes' | 'once'> & { readonly after?: Instant },
): MoveCommand {
  const notBefore = toInstant(after + 1);
  return { ...words, message: event.name, digest: event.digest, notBefore };
}

/** What a message sets beside being there must not change the ticket that it comes to, nor be missed where it was. */
function restate(ticket: Ticket, event: TicketEvent, isComing: boolean): readonly Change[] {
  const current: Readonly<Record<string, string>> = {
    state: ticket.state,
    queue: ticket.queue,
    priority: ticket.priority,
    language: ticket.language ?? '',
    confirmation: ticket.extra.get('confirmation') ?? 'none',
  };
  return event.changes.flatMap((change): readonly Change[] => {
    if (change.kind !== 'set')
      return isComing && change.set === 'link' && !ticket.links.has(change.value)
        ? [{ kind: 'remove', set: 'link', value: change.value }]
        : [];
    const value = current[change.field];
    // A state that the message brought about goes with it: that takes a wrong reopening back.
    if (value === undefined || (change.field === 'state' && !isComing)) return [];
    return [{ kind: 'set', field: change.field, value }];
  });
}

function openingChanges(ticket: Ticket, event: TicketEvent): readonly Change[] {
  const people = [event.mail.from, ...event.mail.replyTo].flatMap((each) => each?.address ?? []);
  const links = event.changes.flatMap((change): readonly Change[] =>
    change.kind === 'add' && change.set === 'link'
      ? [{ kind: 'remove', set: 'link', value: change.value }]
      : [],
  );
  return [
    { kind: 'set', field: 'state', value: 'open' },
    { kind: 'set', field: 'queue', value: ticket.queue },
    { kind: 'set', field: 'priority', value: 'normal' },
    ...(ticket.language === undefined
      ? []
      : [{ kind: 'set', field: 'language', value: ticket.language } as const]),
    { kind: 'set', field: 'confirmation', value: 'none' },
    ...people.map((value) => ({ kind: 'add', set: 'participant', value }) as const),
    ...links,
    { kind: 'add', set: 'link', value: `related:${ticket.number}` },
  ];
}

/** A ticket without messages leads to where they are. */
function redirect(ticket: Ticket, to: TicketNumber): readonly Change[] {
  return [
    { kind: 'set', field: 'state-before-merge', value: ticket.state },
    { kind: 'set', field: 'state', value: 'merged' },
    { kind: 'set', field: 'merged-into', value: to },
    ...[...ticket.links]
      .filter((link) => link.endsWith(`:${to}`))
      .map((value): Change => ({ kind: 'remove', set: 'link', value })),
  ];
}

function setsMerge({ changes }: TicketEvent): boolean {
  return changes.some((change) => change.kind === 'set' && change.field === 'merged-into');
}

function isEndedText(state: string): boolean {
  return state.startsWith('closed') || state === 'removed';
}

function isOnly({ messages }: TicketFolder, name: MessageName): boolean {
  return messages
    .filter(({ event }) => isMessageKind(event.kindText))
    .every(({ event }) => event.name === name);
}

function eventsOf({ messages }: TicketFolder): readonly TicketEvent[] {
  return messages.map(({ event }) => event);
}

function movesOf(folder: TicketFolder): readonly Move[] {
  return readMoves(eventsOf(folder));
}

function messageIn(folder: TicketFolder | undefined, name: MessageName): StoredMessage | undefined {
  return folder?.messages.find(({ event }) => event.name === name);
}

function eventIn(folder: TicketFolder | undefined, name: MessageName): TicketEvent | undefined {
  return messageIn(folder, name)?.event;
}

function has(folder: TicketFolder | undefined, name: MessageName): boolean {
  return messageIn(folder, name) !== undefined;
}
