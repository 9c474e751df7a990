/**
 * A clock that stands still until a test moves it.
 *
 * Promises: timers fire in the order of their times, then of their making; a timer that is set while
 * others fire and falls within the same span fires in it. Between two of them promises settle.
 * Leaves to others: waiting for real disks and sockets, which no clock can hurry.
 */
import {
  type Clock,
  type Duration,
  type Instant,
  nextTurn,
  toInstant,
} from '../../src/base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on and runs what becomes due. Rejects with what a timer throws. */
  advance(ms: Duration): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

interface Timer {
  readonly at: Instant;
  readonly run: () => void;
}

/** Starts at 2026-11-23T10:00:00Z unless told otherwise. */
export function createFakeClock(start: number = Date.UTC(2026, 10, 23, 10)): FakeClock {
  const timers = new Set<Timer>();
  let now = toInstant(start);

  function nextDue(end: Instant): Timer | undefined {
    // A set keeps its order and the sort is stable, so of equal times the older timer comes first.
    const [first] = [...timers].sort((one, other) => one.at - other.at);
    return first !== undefined && first.at <= end ? first : undefined;
  }

  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: toInstant(now + Math.max(0, delayMs)), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = toInstant(now + ms);
      await settle();
      for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
        timers.delete(timer);
        now = toInstant(Math.max(now, timer.at));
        timer.run();
        await settle();
      }
      now = toInstant(Math.max(now, end));
    },
    pending: () => timers.size,
  };
}

/** Each turn of the loop runs every promise that can go on; a few let chains over `nextTurn` end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}
