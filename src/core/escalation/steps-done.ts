/**
 * Steps of escalation chains that a ticket has gone through, as far as lists and the next step need them.
 *
 * Promises: pure; in the order of the history; bounded, the newest are kept.
 */
import { type Instant, toInstant } from '../../base/clock.ts';
import type { Change, MessageName, TicketEvent } from '../ticket/event.ts';
import type { StepKey } from './chain.ts';
import { readStep } from './step-event.ts';

export interface StepDone extends StepKey {
  readonly due: Instant | undefined;
  /** When it was done. */
  readonly time: Instant;
  /** The event. */
  readonly message: MessageName;
  /** What it changed and whom it told: `level=2`, `queue=Support::Asia`, `tell=ben`. */
  readonly did: readonly string[];
}

/** When it last came to something that somebody may be told of: a step is none of what moves `updated`. */
export function newestEventOf({
  updated,
  escalations = [],
}: {
  readonly updated: Instant;
  readonly escalations?: readonly StepDone[];
}): Instant {
  return toInstant(Math.max(updated, ...escalations.map(({ time }) => time)));
}

/** A clock that starts a hundred times begins no step a hundred times. */
const mostKept = 60;

export function stepsDone(events: readonly TicketEvent[]): readonly StepDone[] {
  return events
    .flatMap((event): readonly StepDone[] => {
      const step = readStep(event);
      if (step === undefined) return [];
      const { clock, started, percent, due, tell, isToldLater } = step;
      const did = [
        ...event.changes.flatMap(wordOf),
        ...(isToldLater ? [] : tell.map((login) => `tell=${login}`)),
      ];
      return [{ clock, started, percent, due, time: event.time, message: event.name, did }];
    })
    .slice(-mostKept);
}

const shown: ReadonlySet<string> = new Set(['level', 'queue', 'owner', 'priority']);

function wordOf(change: Change): readonly string[] {
  return change.kind === 'set' && shown.has(change.field)
    ? [`${change.field}=${change.value}`]
    : [];
}
