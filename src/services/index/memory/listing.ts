/** A page of a list: filter, order, cut. Pure; one pass over the order, nothing is copied or sorted. */
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { ListPage, ListRequest, TicketRecord } from '../index.ts';
import { formatCursor } from './cursor.ts';
import { countBefore, type Rank, type Ranked } from './ordering.ts';

export interface Listing extends Pick<ListRequest, 'sort' | 'descending' | 'limit' | 'dueBy'> {
  readonly ranked: readonly Ranked[];
  readonly test: (record: TicketRecord) => boolean;
  /** Tickets whose text matches; undefined when no text is asked for. */
  readonly found: ReadonlyMap<TicketNumber, number> | undefined;
  readonly after: Rank | undefined;
  /** Tickets of the people that the query speaks of, all others cannot match; undefined when it speaks of nobody. */
  readonly narrowed?: ReadonlySet<TicketNumber> | undefined;
}

export function listRecords({
  ranked,
  test,
  found,
  narrowed,
  after,
  sort,
  descending,
  limit,
  dueBy,
}: Listing): Omit<ListPage, 'complete'> {
  const page: Ranked[] = [];
  const skipped = after === undefined ? 0 : countSkipped(ranked, after, descending);
  let total = 0;
  let isMore = false;
  const dueCounts = dueBy?.map(() => 0);
  for (let step = 0; step < ranked.length; step += 1) {
    const entry = ranked[descending ? ranked.length - 1 - step : step];
    if (entry === undefined || (found !== undefined && !found.has(entry.number))) continue;
    if (narrowed !== undefined && !narrowed.has(entry.number)) continue;
    if (!test(entry.record)) continue;
    total += 1;
    if (dueBy !== undefined && dueCounts !== undefined) countDue(entry, dueBy, dueCounts);
    if (step < skipped) continue;
    if (page.length < limit) page.push(entry);
    else isMore = true;
  }
  const last = page.at(-1);
  return {
    records: page.map(({ record }) => record),
    total,
    next: isMore && last !== undefined ? formatCursor(sort, last) : undefined,
    ...(dueCounts === undefined ? {} : { dueCounts }),
  };
}

function countDue({ value }: Ranked, dueBy: readonly number[], counts: number[]): void {
  for (const [at, until] of dueBy.entries())
    if (typeof value === 'number' && value <= until) counts[at] = (counts[at] ?? 0) + 1;
}

function countSkipped(ranked: readonly Ranked[], after: Rank, descending: boolean): number {
  return descending
    ? ranked.length - countBefore(ranked, after, false)
    : countBefore(ranked, after, true);
}
