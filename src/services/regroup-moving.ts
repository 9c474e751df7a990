/**
 * Moving messages between tickets: into one that is there, into one of their own, and back.
 *
 * Promises: nothing is ever in no ticket. The ticket that a message comes to is written first; the other side follows
 * from it and is completed by `settle`, once, under fixed names. A message gets its name in the new ticket before it
 * loses the one in the old.
 */
import { formatDay } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor, Change, EventKind, MessageName } from '../core/ticket/event.ts';
import { lastMoves, type Move } from '../core/ticket/moves.ts';
import type { Day, TicketNumber } from '../core/ticket/number.ts';
import { movedField } from '../core/ticket/regroup.ts';
import { isEnded } from '../core/ticket/states.ts';
import { mostMerges } from '../core/ticket/survivor.ts';
import type { StoredMessage, TicketFolder } from '../storage/ticket-store.ts';
import { isMessageKind } from './index/projector.ts';
import {
  eventIn,
  eventsOf,
  has,
  isOnly,
  messageIn,
  moveCommand,
  movesOf,
  openingChanges,
  redirect,
  restate,
  type SplitChoice,
} from './regroup-facts.ts';
import type { Merging } from './regroup-merging.ts';
import { findSurvivor, type RegroupDeps, type Regrouped, refuseRegroup } from './regroup-parts.ts';
import type { Occasion, SplitOff } from './tickets.ts';

export interface Moving {
  split(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
    choice?: SplitChoice,
  ): Promise<Result<Regrouped, Refusal>>;
  move(
    number: TicketNumber,
    message: MessageName,
    into: TicketNumber,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>>;
  putBack(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>>;
  /** Brings files and events up to what the ticket's events say of a message that came to it. */
  settle(number: TicketNumber, message: MessageName): Promise<void>;
}

/** What goes out is bound to its ticket by the outbox and by the reports on its delivery; a draft by its author. */
export const boundKinds: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'mail-out',
  'draft',
]);

export function createMoving(deps: RegroupDeps, settleMerge: Merging['settle']): Moving {
  const { tickets, store, index, timeZone, queues, clock } = deps;

  async function split(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
    choice: SplitChoice = {},
  ): Promise<Result<Regrouped, Refusal>> {
    const refusal = (await refuseRegroup(tickets, [number], actor)) ?? refuseQueue(choice.queue);
    if (refusal !== undefined) return refuse(refusal);
    const found = await findMovable(number, message);
    if (!found.ok) return found;
    const { folder, stored } = found.value;
    if (isOnly(folder, message)) return refuse({ code: 'only-message', message });
    const begun = await findClaim(folder.number, message);
    if (begun !== undefined) {
      await settle(begun, message);
      if (has(await store.read(begun), message)) return ok(await regrouped(begun, number, message));
    }
    const { event } = stored;
    const command = moveCommand(folder, stored, {
      kind: 'move-in',
      other: folder.number,
      changes: openingChanges(folder.ticket, event, choice),
      once: `${folder.number} ${message}`,
    });
    const today = formatDay(clock.now(), timeZone());
    const request = {
      source: { number: folder.number, name: message },
      queue: choice.queue ?? folder.ticket.queue,
      subject: choice.subject ?? event.mail.subject,
      draft: {
        kind: 'split' as const,
        actor,
        changes: command.changes,
        fields: [movedField(command)],
      },
    };
    const opened = await openFor(today, request);
    // Somebody in another process was faster.
    if (opened === undefined) return refuse({ code: 'unknown-message', message });
    await settle(opened, message);
    return ok(await regrouped(opened, number, message));
  }

  /** Undefined when the message is no longer where it was. */
  async function openFor(day: Day, request: SplitOff): Promise<TicketNumber | undefined> {
    try {
      return await tickets.splitOff(day, request);
    } catch (error) {
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  function refuseQueue(queue: string | undefined): Refusal | undefined {
    const known = queues();
    return queue === undefined || known.includes(queue)
      ? undefined
      : { code: 'unknown-queue', value: queue, known };
  }

  async function regrouped(
    ticket: TicketNumber,
    from: TicketNumber,
    message: MessageName,
  ): Promise<Regrouped> {
    const folder = await store.read(ticket);
    const name = folder === undefined ? undefined : lastMoves(eventsOf(folder)).get(message)?.event;
    const event = name === undefined ? undefined : { ticket, name };
    return { ticket, changed: [ticket, from], event };
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
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>> {
    const target = await findSurvivor(store, into);
    if (target === undefined) return refuse({ code: 'unknown-ticket', number: into });
    const refusal = await refuseRegroup(tickets, [number, target], actor);
    if (refusal !== undefined) return refuse(refusal);
    const found = await findMovable(number, message);
    if (!found.ok) return found;
    const { folder, stored } = found.value;
    const goal = await store.read(target);
    if (goal === undefined) return refuse({ code: 'unknown-ticket', number: into });
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
    const done = await tickets.run(target, command, actor, occasion);
    if (!done.ok) return done;
    await settle(target, message);
    const event = { ticket: target, name: done.value.message };
    return ok({ ticket: target, changed: [target, folder.number], event });
  }

  async function putBack(
    number: TicketNumber,
    message: MessageName,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>> {
    const folder = await store.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const came = lastMoves(eventsOf(folder)).get(message);
    if (came?.way !== 'in') return refuse({ code: 'not-moved', message });
    return move(number, message, came.other, actor, occasion);
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
    // Other names do not fit into a field of the block.
    const isMovable =
      isMessageKind(kindText) && !boundKinds.has(kind) && !/[;\p{Cc}]/u.test(message);
    return isMovable ? ok({ folder, stored }) : refuse({ code: 'cannot-move', message });
  }

  async function settle(number: TicketNumber, message: MessageName): Promise<void> {
    const goal = await store.read(number);
    const came = goal === undefined ? undefined : lastMoves(eventsOf(goal)).get(message);
    if (goal === undefined || came?.way !== 'in') return;
    const source = await store.read(came.other);
    const left = source === undefined ? undefined : lastMoves(eventsOf(source)).get(message);
    if (left?.way === 'in' && left.time > came.time) {
      // It is back there: from here, which may not be completed yet, or from a third ticket, which makes this claim void.
      if (left.other === number) return settle(came.other, message);
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

  /** Two tickets claim one message, because two writers moved it at once: the one that it was moved to last has it. */
  async function giveUpClaim(goal: TicketFolder, came: Move, owner: TicketNumber): Promise<void> {
    const here = messageIn(goal, came.message);
    const holder = here === undefined ? undefined : await findHolder(owner, came.message);
    if (here === undefined || holder === undefined || holder.number === goal.number) return;
    if (messageIn(holder, came.message)?.event.digest !== here.event.digest) return;
    const command = moveCommand(goal, here, {
      kind: 'move-out',
      other: holder.number,
      changes: isOnly(goal, came.message) ? redirect(goal.ticket, holder.number) : [],
      once: `${holder.number} ${came.event}`,
    });
    await tickets.run(goal.number, command, { kind: 'system', part: 'move' });
    await index.apply(goal.number, await store.release(goal.number, came.message));
    await settleMerge(goal.number, holder.number);
  }

  /** It may have gone on from there since. */
  async function findHolder(
    from: TicketNumber,
    message: MessageName,
  ): Promise<TicketFolder | undefined> {
    let at = from;
    for (let step = 0; step < mostMerges; step += 1) {
      const folder = await store.read(at);
      if (folder === undefined || has(folder, message)) return folder;
      const move = lastMoves(eventsOf(folder)).get(message);
      if (move?.way !== 'out') return undefined;
      at = move.other;
    }
    return undefined;
  }

  return { split, move, putBack, settle };
}
