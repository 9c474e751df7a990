/**
 * The middle and the slow end of a heap of times.
 *
 * Promises: pure; by nearest rank: the smallest value that so many per cent of all values do not pass. It is always a
 * value that occurred, and with an even number the lower one of the two in the middle.
 */
import type { Duration } from '../../base/clock.ts';

export interface Distribution {
  readonly count: number;
  /** Undefined when there is none. */
  readonly median: Duration | undefined;
  /** So many were not slower: nine of ten. */
  readonly ninth: Duration | undefined;
}

export function distributionOf(values: readonly Duration[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  return { count: sorted.length, median: rankOf(sorted, 50), ninth: rankOf(sorted, 90) };
}

function rankOf(sorted: Float64Array, percent: number): Duration | undefined {
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1];
}
