/**
 * Records in the order of a column, kept from one request to the next.
 *
 * Promises: reading an order costs a sort once, and afterwards one pass for all that changed since it
 * was last read; equal values are ordered by number, so an order has no ties.
 */
import type { Instant } from '../../../base/clock.ts';
import { displayName } from '../../../core/message/address.ts';
import { foldText } from '../../../core/search/analyse.ts';
import { dayOf, type TicketNumber } from '../../../core/ticket/number.ts';
import { priorities } from '../../../core/ticket/states.ts';
import type { SortKey, TicketRecord } from '../index.ts';

/** What a record is ordered by. */
export interface Rank {
  readonly value: string | number;
  readonly number: TicketNumber;
}

export interface Ranked extends Rank {
  readonly record: TicketRecord;
}

export interface Orderings {
  /** Ascending. */
  read(sort: SortKey): readonly Ranked[];
  /** The ticket's record was put or removed. */
  note(number: TicketNumber): void;
}

/** When tickets are due, as far as the index needs it. */
export interface DueSource {
  dueOf(record: TicketRecord): Instant | undefined;
  /** Another value when due times of unchanged tickets may be others. */
  revision(): number;
}

export interface OrderingSource {
  get(number: TicketNumber): TicketRecord | undefined;
  records(): Iterable<TicketRecord>;
}

interface Order {
  readonly revision: number;
  ranked: readonly Ranked[];
  readonly changed: Set<TicketNumber>;
}

const neverDue: DueSource = { dueOf: () => undefined, revision: () => 0 };

export function createOrderings(source: OrderingSource, due: DueSource = neverDue): Orderings {
  const orders = new Map<SortKey, Order>();

  return {
    read(sort) {
      const known = orders.get(sort);
      const revision = sort === 'due' ? due.revision() : 0;
      if (known?.revision !== revision) {
        const ranked = rank(sort, source.records(), due);
        orders.set(sort, { revision, ranked, changed: new Set() });
        return ranked;
      }
      if (known.changed.size > 0) {
        known.ranked = repair(sort, known, source, due);
        known.changed.clear();
      }
      return known.ranked;
    },
    note(number) {
      for (const { changed } of orders.values()) changed.add(number);
    },
  };
}

function rank(sort: SortKey, records: Iterable<TicketRecord>, due: DueSource): readonly Ranked[] {
  return [...records]
    .map((record) => ({ value: sortValue(sort, record, due), number: record.number, record }))
    .sort(compareRanks);
}

function repair(
  sort: SortKey,
  { ranked, changed }: Order,
  source: OrderingSource,
  due: DueSource,
): readonly Ranked[] {
  const current = [...changed].flatMap((number) => source.get(number) ?? []);
  const fresh = rank(sort, current, due);
  const repaired: Ranked[] = [];
  let next = 0;
  for (const entry of ranked) {
    if (changed.has(entry.number)) continue;
    for (let other = fresh[next]; other !== undefined; other = fresh[next]) {
      if (compareRanks(other, entry) > 0) break;
      repaired.push(other);
      next += 1;
    }
    repaired.push(entry);
  }
  for (const other of fresh.slice(next)) repaired.push(other);
  return repaired;
}

/** Long texts are compared by their beginning; it also stands in cursors. */
const mostCompared = 80;

/** Later than anything can be due; of what is not due, the newest comes first. */
const notDue = 9e15;

function sortValue(sort: SortKey, record: TicketRecord, due: DueSource): string | number {
  switch (sort) {
    case 'updated':
      return record.updated;
    case 'created':
      return record.created;
    case 'number':
      return 0;
    case 'priority':
      return priorities.indexOf(record.priority);
    case 'subject':
      return foldText(record.subject).slice(0, mostCompared);
    case 'customer':
      return record.customer === undefined
        ? ''
        : foldText(displayName(record.customer)).slice(0, mostCompared);
    // Where no words are asked for, all fits alike.
    case 'relevance':
      return -record.updated;
    case 'due':
      return due.dueOf(record) ?? notDue - record.updated;
  }
}

export function compareRanks(one: Rank, other: Rank): number {
  if (one.value !== other.value) return one.value < other.value ? -1 : 1;
  return compareNumbers(one.number, other.number);
}

/** By day, then by counter, which may have more digits than another. */
function compareNumbers(one: TicketNumber, other: TicketNumber): number {
  if (one === other) return 0;
  const [day, otherDay] = [dayOf(one), dayOf(other)];
  if (day !== otherDay) return day < otherDay ? -1 : 1;
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}

/** How many entries come before the rank; with `isAfter`, also the entry of the rank itself. */
export function countBefore(ranked: readonly Ranked[], rank: Rank, isAfter: boolean): number {
  let low = 0;
  let high = ranked.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = ranked[middle];
    const order = entry === undefined ? 1 : compareRanks(entry, rank);
    if (order < 0 || (isAfter && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
