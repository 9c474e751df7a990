/**
 * A clock that leaps: what fell due in between fires after the leap, as on a machine that slept. So a year takes as many
 * steps as a test makes, however often something looks at the time.
 */
import { type Clock, nextTurn, toInstant } from '../../src/base/clock.ts';

export interface LeapingClock extends Clock {
  leapTo(instant: number): Promise<void>;
  /** Runs what is due now, until nothing is. */
  runDue(): Promise<void>;
}

export function createLeapingClock(start: number): LeapingClock {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = toInstant(start);

  async function runDue(): Promise<void> {
    for (let rounds = 0; rounds < 1000; rounds += 1) {
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
      const due = [...timers].filter(({ at }) => at <= now);
      if (due.length === 0) return;
      for (const timer of due) {
        timers.delete(timer);
        timer.run();
      }
    }
    throw new RangeError('Timers set each other without end');
  }

  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + Math.max(0, delayMs), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async leapTo(instant) {
      now = toInstant(Math.max(now, instant));
      await runDue();
    },
    runDue,
  };
}
