/**
 * What a search with groups makes of several questions to the text index.
 *
 * Promises: pure. Leaves to others: the questions (core/search/match.ts), their answers (text-search.ts, archive-search.ts).
 */
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { ArchiveProgress, ListPage } from '../index.ts';
import type { Ranked } from './ordering.ts';
import type { FoundText } from './text-search.ts';

/** The scores of what must hold, else the sum of what may. */
export function scoresOf(
  found: FoundText | undefined,
  within: readonly FoundText[],
): ReadonlyMap<TicketNumber, number> {
  if (found !== undefined) return found.numbers;
  const scores = new Map<TicketNumber, number>();
  for (const { numbers } of within)
    for (const [number, score] of numbers) scores.set(number, (scores.get(number) ?? 0) + score);
  return scores;
}

/** Behind what was found by its words comes what matches without them, the newest first. */
export function withUnscored(
  scored: readonly Ranked[],
  newestFirst: readonly Ranked[],
): readonly Ranked[] {
  const known = new Set(scored.map(({ number }) => number));
  const others = newestFirst.filter(({ number }) => !known.has(number));
  // The scale of relevance.ts, where nothing is found.
  return [...scored, ...others.map((entry) => ({ ...entry, value: -entry.record.updated / 1e14 }))];
}

/** Of several searches of the archive the one that has come least far. */
export function leastSearched(
  asked: readonly Pick<ListPage, 'archive'>[],
): Pick<ListPage, 'archive'> {
  const states = asked.flatMap(({ archive }) => archive ?? []);
  const [least] = states.toSorted((one, other) => one.searched - other.searched);
  return least === undefined ? {} : { archive: least };
}

/** Several searches of the same months as one. */
export async function* allProgress(
  searches: readonly AsyncIterable<ArchiveProgress>[],
): AsyncGenerator<ArchiveProgress> {
  const iterators = searches.map((search) => search[Symbol.asyncIterator]());
  for (;;) {
    const steps = await Promise.all(iterators.map((iterator) => iterator.next()));
    const [first, ...others] = steps.flatMap((step) => (step.done === true ? [] : [step.value]));
    if (first === undefined) return;
    yield { ...first, found: Math.max(first.found, ...others.map(({ found }) => found)) };
  }
}
