/**
 * Merging and parting tickets, and moving messages between them: both sides, whatever stops in between.
 *
 * Promises: the decisive side is written first (the absorbed ticket of a merge, the ticket that a message comes to); the
 * other side follows from it and is completed by `complete`. Leaves to others: what each event says
 * (core/ticket/regroup.ts), the steps (regroup-merging.ts, regroup-moving.ts), when to complete (app.ts, with the sweep).
 */
import { errorText } from '../base/fault.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { createMerging, type Merging } from './regroup-merging.ts';
import { createMoving, type Moving } from './regroup-moving.ts';
import type { RegroupDeps } from './regroup-parts.ts';

export interface Regroup
  /** Merges a ticket into the other one, or into what that one was merged into; and parts them. */
  extends Pick<Merging, 'merge' | 'unmerge'>,
    /** A ticket that is left without messages leads to the other one from then. */
    Pick<Moving, 'split' | 'move' | 'putBack'> {
  /** Completes what a crash left half done. */
  complete(): Promise<void>;
}

export function createRegroup(deps: RegroupDeps): Regroup {
  const { index, log } = deps;
  const { merge, unmerge, settle: settleMerge } = createMerging(deps);
  const { split, move, putBack, settle: settleMove } = createMoving(deps, settleMerge);

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
