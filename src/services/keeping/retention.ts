/**
 * Moves aged tickets to the archive, and removes for good what a rule says.
 *
 * Promises: a ticket that changed since it was found due is left alone; what comes while it is removed brings it back; a held
 * ticket is not removed. Each removal leaves its trace before the first byte goes. Any number of processes may do the same.
 * Leaves to others: what is due (core/ticket/keeping.ts), when (night.ts).
 */
import { type Clock, type Duration, nextTurn } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { ageIn } from '../../config/retention.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import { type DueTicket, findDueTickets, type KeepingStep } from '../../core/ticket/keeping.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { isEnded } from '../../core/ticket/states.ts';
import type { Removals } from '../../storage/ticket-removal.ts';
import type { TicketFolder, TicketWriter } from '../../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { Holds } from './holds.ts';

/** `changed`: something happened since it was found due. */
export type KeepingOutcome = 'done' | 'changed' | 'held' | 'gone';

export interface KeepingDone {
  readonly archived: number;
  readonly removed: number;
  /** Due to be removed, and held. */
  readonly held: number;
  /** Changed or gone since they were found due. */
  readonly changed: number;
  /** Due, and left for the next time. */
  readonly left: number;
}

export interface Retention {
  /** What is due now; with `archiveAfter`, as if that were the age of every queue for the archive alone. */
  due(options?: DueOptions): Promise<readonly DueTicket[]>;
  carryOut(due: readonly DueTicket[], most?: number): Promise<KeepingDone>;
}

export interface DueOptions {
  readonly steps?: readonly KeepingStep[];
  readonly archiveAfter?: Duration;
  /** For the archive, where neither queue nor desk says anything. */
  readonly otherwise?: Duration;
  /** Only these; with all that is merged with them. */
  readonly only?: ReadonlySet<TicketNumber>;
}

export interface RetentionDeps {
  readonly store: Pick<TicketWriter, 'read' | 'readFile' | 'move' | 'takeAway'>;
  readonly removals: Removals;
  readonly index: Pick<TicketIndex, 'records' | 'apply' | 'find'>;
  readonly holds: Pick<Holds, 'holdOf'>;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
}

const keyOf = { archive: 'archiveAfter', remove: 'removeAfter', spam: 'spamAfter' } as const;

export function createRetention(deps: RetentionDeps): Retention {
  const { store, removals, index, holds, config, clock, log } = deps;

  async function due({ steps, archiveAfter, otherwise, only }: DueOptions = {}) {
    const records: TicketRecord[] = [];
    for await (const slice of index.records()) records.push(...slice);
    const rules = {
      ageOf: (queue: string, step: KeepingStep) =>
        steps?.includes(step) === false
          ? undefined
          : step === 'archive' && archiveAfter !== undefined
            ? archiveAfter
            : ageIn(config(), queue, keyOf[step], otherwise),
      junkQueue: config().desk.junkQueue,
    };
    const found = findDueTickets(records, rules, clock.now());
    return only === undefined ? found : found.filter(({ number }) => only.has(number));
  }

  async function archive({ number, since }: DueTicket): Promise<KeepingOutcome> {
    const folder = await store.read(number);
    if (folder === undefined) return 'gone';
    if (!isAsFound(folder, since) || !isEnded(folder.ticket.state)) return 'changed';
    await store.move(number, 'archive');
    await index.apply(number);
    log.info('keeping.archived', { ticket: number });
    return 'done';
  }

  async function remove(ticket: DueTicket): Promise<KeepingOutcome> {
    const { number, step, since } = ticket;
    const folder = await store.read(number);
    if (folder === undefined) return 'gone';
    if (!isAsFound(folder, since)) return 'changed';
    if (holds.holdOf(folder) !== undefined) return 'held';
    const digests = await digestsOf(folder);
    const taken = await store.takeAway(number);
    if (taken === undefined) return 'gone';
    const known = new Set<MessageName>(digests.map(({ name }) => name));
    // Who wrote while it was taken away found it where it was: nothing of that may go.
    if (taken.entries.some(({ name }) => !known.has(name)) || taken.entries.length < known.size) {
      await taken.putBack();
      return 'changed';
    }
    await removals.write({
      number,
      rule: keyOf[step],
      time: clock.now(),
      queue: folder.ticket.queue,
      created: folder.ticket.created,
      rested: since,
      heads: [...folder.ticket.heads].sort(),
      messages: digests,
    });
    await taken.remove();
    await index.apply(number);
    log.info('keeping.removed', { ticket: number, rule: keyOf[step], messages: known.size });
    return 'done';
  }

  async function digestsOf({ messages, drafts = [] }: TicketFolder) {
    return [...messages, ...drafts].map(({ event: { name, digest } }) => ({ name, digest }));
  }

  return {
    due,
    async carryOut(found, most = Number.POSITIVE_INFINITY) {
      const done = { archived: 0, removed: 0, held: 0, changed: 0, left: 0 };
      let tried = 0;
      for (const ticket of found) {
        if (ticket.isHeld) {
          done.held += 1;
          continue;
        }
        if (tried >= most) {
          done.left += 1;
          continue;
        }
        tried += 1;
        const outcome = await (ticket.step === 'archive' ? archive(ticket) : remove(ticket));
        if (outcome === 'done') done[ticket.step === 'archive' ? 'archived' : 'removed'] += 1;
        else if (outcome === 'held') done.held += 1;
        else done.changed += 1;
        await nextTurn();
      }
      return done;
    },
  };
}

/** Nothing has happened since. */
function isAsFound({ ticket, drafts = [] }: TicketFolder, since: number): boolean {
  return drafts.length === 0 && ticket.updated <= since;
}
