/**
 * Merging tickets and parting them: the absorbed ticket's event first, then the survivor's.
 *
 * Promises: what a crash left half done is completed by `settle`, once, under a fixed name.
 */
import { ok, type Result, refuse } from '../base/result.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor, TicketEvent } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { findSurvivor, type RegroupDeps, type Regrouped, refuseRegroup } from './regroup-parts.ts';
import type { Occasion } from './tickets.ts';

export interface Merging {
  merge(
    number: TicketNumber,
    into: TicketNumber,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>>;
  unmerge(
    number: TicketNumber,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>>;
  /** Brings the events of the other ticket up to what the first one's say of its merge. */
  settle(absorbed: TicketNumber, other: TicketNumber): Promise<void>;
}

export function createMerging({ tickets, store }: Pick<RegroupDeps, 'tickets' | 'store'>): Merging {
  async function merge(
    number: TicketNumber,
    into: TicketNumber,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>> {
    const survivor = await findSurvivor(store, into);
    if (survivor === undefined) return refuse({ code: 'unknown-ticket', number: into });
    const refusal = await refuseRegroup(tickets, [number, survivor], actor);
    if (refusal !== undefined) return refuse(refusal);
    const done = await tickets.run(number, { kind: 'merge', into: survivor }, actor, occasion);
    if (!done.ok) return done;
    await settle(number, survivor);
    const event = { ticket: number, name: done.value.message };
    return ok({ ticket: survivor, changed: [number, survivor], event });
  }

  async function unmerge(
    number: TicketNumber,
    actor: Actor,
    occasion?: Occasion,
  ): Promise<Result<Regrouped, Refusal>> {
    const survivor = (await store.read(number))?.ticket.mergedInto;
    const changed = survivor === undefined ? [number] : [number, survivor];
    const refusal = await refuseRegroup(tickets, changed, actor);
    if (refusal !== undefined) return refuse(refusal);
    const done = await tickets.run(number, { kind: 'unmerge' }, actor, occasion);
    if (!done.ok) return done;
    if (survivor !== undefined) await settle(number, survivor);
    return ok({ ticket: number, changed, event: { ticket: number, name: done.value.message } });
  }

  async function settle(absorbed: TicketNumber, other: TicketNumber): Promise<void> {
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

  return { merge, unmerge, settle };
}

function setsMerge({ changes }: TicketEvent): boolean {
  return changes.some((change) => change.kind === 'set' && change.field === 'merged-into');
}

function isEndedText(state: string): boolean {
  return state.startsWith('closed') || state === 'removed';
}
