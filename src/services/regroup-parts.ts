/**
 * What merging and moving have in common: what they are given, what they answer, and whether the actor may.
 *
 * Promises: the right `move` is asked for in the queue of every ticket that would change, before anything is written.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor, MessageName } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { followMerges } from '../core/ticket/survivor.ts';
import type { TicketReader, TicketWriter } from '../storage/ticket-store.ts';
import type { TicketIndex } from './index/index.ts';
import type { Tickets } from './tickets.ts';

/** The ticket that a person goes on in. */
export interface Regrouped {
  readonly ticket: TicketNumber;
  /** All tickets that changed. */
  readonly changed: readonly TicketNumber[];
  /** The decisive event, and the ticket whose it is: what an undo names. */
  readonly event: { readonly ticket: TicketNumber; readonly name: MessageName } | undefined;
}

export interface RegroupDeps {
  readonly tickets: Pick<Tickets, 'run' | 'splitOff' | 'mayNot'>;
  readonly store: TicketWriter;
  readonly index: Pick<TicketIndex, 'apply' | 'find' | 'findRegrouped'>;
  readonly timeZone: () => string;
  /** Names of the queues there are. */
  readonly queues: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The first of the tickets that the actor may not regroup, with the reason. */
export async function refuseRegroup(
  tickets: Pick<Tickets, 'mayNot'>,
  numbers: readonly TicketNumber[],
  actor: Actor,
): Promise<Refusal | undefined> {
  for (const number of numbers) {
    const refusal = await tickets.mayNot(number, { kind: 'unmerge' }, actor);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** What the ticket leads to; undefined when there is no such ticket. */
export async function findSurvivor(
  store: Pick<TicketReader, 'read'>,
  number: TicketNumber,
): Promise<TicketNumber | undefined> {
  if ((await store.read(number)) === undefined) return undefined;
  const way = await followMerges(
    number,
    async (each) => (await store.read(each))?.ticket.mergedInto,
  );
  return way.at(-1);
}
