/** The events of a bulk action in one ticket. Promises: pure. */
import { firstBlockField, type TicketEvent } from '../core/ticket/event.ts';
import { stepsInForce } from '../core/ticket/regroup-steps.ts';
import { readReversals } from '../core/ticket/undo.ts';
import type { TicketFolder } from '../storage/ticket-store.ts';

export function eventsOf({ messages }: TicketFolder): readonly TicketEvent[] {
  return messages.map(({ event }) => event);
}

export function batchOf(event: Pick<TicketEvent, 'fields'>): string | undefined {
  return firstBlockField(event, 'batch');
}

/** What the batch did here and nobody took back, newest first. */
export function eventsOfBatch(folder: TicketFolder, batch: string): readonly TicketEvent[] {
  const events = eventsOf(folder);
  const found = events.filter((event) => batchOf(event) === batch);
  if (found.length === 0) return [];
  const reversals = readReversals(events);
  const steps = stepsInForce(folder.number, events);
  return found
    .filter((event) => {
      const isRegroup =
        event.kind === 'merge' || event.kind === 'unmerge' || event.kind === 'split';
      if (isRegroup) return steps.has(event);
      return reversals.get(event.name)?.blocked?.code !== 'undone-already';
    })
    .toReversed();
}
