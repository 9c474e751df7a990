/**
 * How the embedded text index does, and whether the desk has outgrown it.
 *
 * Owns: the bounds, taken from `npm run bench:search` (docs/ARCHITECTURE.md has the figures). Promises: pure.
 */
import { type Duration, minute, second } from '../../base/clock.ts';

export interface TextHealth {
  /** Tickets outside the archive. */
  readonly tickets: number;
  /** Bytes that the thread of the index holds; 0 before it was asked. */
  readonly memory: number;
  /** Of the last searches, the time that 19 in 20 stay below; 0 before there were enough. */
  readonly slowSearchMs: Duration;
  /** How long the last start took until every ticket was searchable; 0 before. */
  readonly fillMs: Duration;
}

export type OutgrownSign = 'tickets' | 'memory' | 'search' | 'fill';

export const textBounds = {
  tickets: 100_000,
  memory: 1024 * 1024 * 1024,
  slowSearchMs: second,
  fillMs: 10 * minute,
} as const;

/** By what the index is outgrown; empty while all is well. */
export function outgrownSigns(health: TextHealth): readonly OutgrownSign[] {
  const signs: readonly (readonly [OutgrownSign, boolean])[] = [
    ['tickets', health.tickets > textBounds.tickets],
    ['memory', health.memory > textBounds.memory],
    ['search', health.slowSearchMs > textBounds.slowSearchMs],
    ['fill', health.fillMs > textBounds.fillMs],
  ];
  return signs.filter(([, holds]) => holds).map(([sign]) => sign);
}

const fewest = 20;

/** The time that 19 in 20 stay below. */
export function slowOf(times: readonly Duration[]): Duration {
  if (times.length < fewest) return 0;
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}
