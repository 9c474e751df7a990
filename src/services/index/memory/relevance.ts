/**
 * What was found by its words, the best first.
 *
 * Promises: pure; a word as it is written comes before its other forms wherever it stands and however old it is.
 * Among what fits alike to that degree, age counts mildly: in half a year a hit loses a sixth, never more than a third.
 */
import { day, type Instant } from '../../../base/clock.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketRecord } from '../index.ts';
import { compareRanks, type Ranked } from './ordering.ts';
import { degreeOf } from './text-find.ts';

const mildly = 1 / 3;
const halfLost = 180;

export function rankByRelevance(
  found: ReadonlyMap<TicketNumber, number>,
  get: (number: TicketNumber) => TicketRecord | undefined,
  now: Instant,
): readonly Ranked[] {
  const ranked: Ranked[] = [];
  for (const [number, score] of found) {
    const record = get(number);
    if (record !== undefined)
      ranked.push({ value: -relevance(score, record.updated, now), number, record });
  }
  return ranked.sort(compareRanks);
}

/** By whole days, so that the order stays while somebody turns pages; the time itself only decides between equals. */
function relevance(score: number, updated: Instant, now: Instant): number {
  const degree = degreeOf(score);
  const days = Math.max(0, Math.floor((now - updated) / day));
  const freshness = 1 - mildly + mildly / (1 + days / halfLost);
  return degree + (score - degree) * freshness + updated / 1e12;
}
