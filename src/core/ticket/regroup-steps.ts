/**
 * What an event says of merges and moved messages, and whether that still holds: how it is taken back follows from it.
 *
 * Promises: pure and total. Both sides of a merge or of a moved message give the same step.
 */
import type { TicketEvent } from './event.ts';
import { compareEvents } from './fold.ts';
import { type Move, readMoves } from './moves.ts';
import { parseTicketNumber, type TicketNumber } from './number.ts';

export type RegroupStep =
  | {
      readonly kind: 'merged' | 'parted';
      readonly absorbed: TicketNumber;
      readonly survivor: TicketNumber;
    }
  | {
      readonly kind: 'moved';
      readonly message: Move['message'];
      readonly from: TicketNumber;
      readonly to: TicketNumber;
    };

/** `number` is the ticket whose event it is. */
export function readRegroupStep(number: TicketNumber, event: TicketEvent): RegroupStep | undefined {
  if (event.kind === 'split') return readMove(number, event);
  if (event.kind !== 'merge' && event.kind !== 'unmerge') return undefined;
  const kind = event.kind === 'merge' ? 'merged' : 'parted';
  for (const change of event.changes) {
    if (change.kind === 'set' && change.field === 'merged-into') {
      const survivor = parseTicketNumber(change.value) ?? relatedOf(event);
      if (survivor !== undefined) return { kind, absorbed: number, survivor };
    }
    if (change.kind !== 'set' && change.set === 'merged') {
      const absorbed = parseTicketNumber(change.value);
      if (absorbed !== undefined) return { kind, absorbed, survivor: number };
    }
  }
  return undefined;
}

function readMove(number: TicketNumber, event: TicketEvent): RegroupStep | undefined {
  const [move] = readMoves([event]);
  if (move === undefined) return undefined;
  const { message, way, other } = move;
  return way === 'in'
    ? { kind: 'moved', message, from: other, to: number }
    : { kind: 'moved', message, from: number, to: other };
}

/** An unmerge does not say from what, but that the two are linked since. */
function relatedOf({ changes }: TicketEvent): TicketNumber | undefined {
  for (const change of changes) {
    if (change.kind !== 'add' || change.set !== 'link') continue;
    const number = parseTicketNumber(change.value.replace(/^related:/, ''));
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The steps of a ticket that nothing later in it made void, by event. */
export function stepsInForce(
  number: TicketNumber,
  events: readonly TicketEvent[],
): ReadonlyMap<TicketEvent, RegroupStep> {
  const newest = new Map<string, readonly [TicketEvent, RegroupStep]>();
  for (const event of [...events].sort(compareEvents)) {
    const step = readRegroupStep(number, event);
    if (step === undefined) continue;
    const key = step.kind === 'moved' ? step.message : step.absorbed;
    newest.set(key, [event, step]);
  }
  return new Map(newest.values());
}
