import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../../src/core/ticket/number.ts';
import type { SortKey } from '../../../../src/services/index/index.ts';
import { createCatalogue } from '../../../../src/services/index/memory/catalogue.ts';
import { formatCursor, parseCursor } from '../../../../src/services/index/memory/cursor.ts';
import { listRecords } from '../../../../src/services/index/memory/listing.ts';
import { createOrderings } from '../../../../src/services/index/memory/ordering.ts';
import { projectTicket } from '../../../../src/services/index/projector.ts';
import { fakeFolder, fakeNumber } from '../../../helpers/fake-tickets.ts';
import { anyText, holds, total } from '../../../helpers/laws.ts';

const sorts: readonly SortKey[] = [
  'updated',
  'created',
  'number',
  'priority',
  'subject',
  'customer',
];

interface Sketch {
  readonly at: number;
  readonly subject: string;
  readonly priority: string;
  readonly from: string;
  readonly isOpen: boolean;
}

const ticket: fc.Arbitrary<Sketch> = fc.record({
  at: fc.integer({ min: 0, max: 4 }),
  subject: fc.constantFrom('Lamp', 'lámp', 'Zebra', ''),
  priority: fc.constantFrom('low', 'urgent', 'normal'),
  from: fc.constantFrom('Kim <kim@d.example>', 'lee@d.example'),
  isOpen: fc.boolean(),
});

function toRecord(counter: number, { at, subject, priority, from, isOpen }: Sketch) {
  const changes = [`priority=${priority}`, `state=${isOpen ? 'open' : 'closed'}`];
  return projectTicket(
    fakeFolder(fakeNumber(counter), [{ name: 'a', at, subject, from, changes }]),
  );
}

function createList() {
  const catalogue = createCatalogue();
  const orderings = createOrderings(catalogue);
  return {
    catalogue,
    put(counter: number, sketch: Sketch) {
      catalogue.put(toRecord(counter, sketch));
      orderings.note(fakeNumber(counter));
    },
    remove(counter: number) {
      catalogue.remove(fakeNumber(counter));
      orderings.note(fakeNumber(counter));
    },
    page(request: {
      sort: SortKey;
      descending: boolean;
      limit: number;
      after?: string | undefined;
    }) {
      const { sort, after } = request;
      return listRecords({
        ...request,
        ranked: orderings.read(sort),
        test: ({ state }) => state === 'open',
        found: undefined,
        after: after === undefined ? undefined : parseCursor(sort, after),
      });
    },
  };
}

const request = fc.record({
  sort: fc.constantFrom(...sorts),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 7 }),
});

/** Changes between two pages: tickets from 100 on come, change and go. */
const meanwhile = fc.array(
  fc.record({
    counter: fc.integer({ min: 100, max: 104 }),
    sketch: fc.option(ticket, { nil: undefined }),
  }),
  { maxLength: 4 },
);

describe('listRecords', () => {
  it('shows every matching ticket once over all pages, whatever others do meanwhile', () => {
    const cases = fc.tuple(
      fc.array(ticket, { maxLength: 20 }),
      request,
      fc.array(meanwhile, { maxLength: 20 }),
    );
    holds(cases, ([tickets, asked, changes]) => {
      const list = createList();
      for (const [at, sketch] of tickets.entries()) list.put(at + 1, sketch);
      const standing = new Set(
        [...list.catalogue.records()]
          .filter(({ state }) => state === 'open')
          .map(({ number }) => number),
      );
      const seen: TicketNumber[] = [];
      let after: string | undefined;
      for (let round = 0; round < 100; round += 1) {
        const { records, next } = list.page({ ...asked, after });
        seen.push(...records.map(({ number }) => number).filter((number) => standing.has(number)));
        if (next === undefined) break;
        after = next;
        for (const { counter, sketch } of changes[round] ?? []) {
          if (sketch === undefined) list.remove(counter);
          else list.put(counter, sketch);
        }
      }
      expect(seen).toHaveLength(standing.size);
      expect(new Set(seen)).toEqual(standing);
    });
  });

  it('keeps its order repaired: the same as sorted anew', () => {
    const changes = fc.array(
      fc.record({
        counter: fc.integer({ min: 1, max: 8 }),
        sketch: fc.option(ticket, { nil: undefined }),
        look: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    holds(fc.tuple(changes, request), ([steps, asked]) => {
      const live = createList();
      for (const { counter, sketch, look } of steps) {
        if (sketch === undefined) live.remove(counter);
        else live.put(counter, sketch);
        if (look) live.page(asked);
      }
      const fresh = createList();
      for (const record of live.catalogue.records()) fresh.catalogue.put(record);
      expect(live.page(asked)).toEqual(fresh.page(asked));
    });
  });

  it('orders by the column, then by number', () => {
    const list = createList();
    const base: Sketch = {
      at: 0,
      subject: 'b',
      priority: 'normal',
      from: 'kim@d.example',
      isOpen: true,
    };
    list.put(2, { ...base, subject: 'Ábc', priority: 'urgent', at: 2 });
    list.put(1, { ...base, at: 2 });
    list.put(10_000, { ...base, subject: 'abd', priority: 'low' });
    const order = (sort: SortKey, descending = false) =>
      list.page({ sort, descending, limit: 10 }).records.map(({ number }) => number);
    const [one, two, large] = [fakeNumber(1), fakeNumber(2), fakeNumber(10_000)];
    expect(order('subject')).toEqual([two, large, one]);
    expect(order('priority', true)).toEqual([two, one, large]);
    expect(order('updated', true)).toEqual([two, one, large]);
    expect(order('number')).toEqual([one, two, large]);
  });

  it('counts all that match, on every page', () => {
    const list = createList();
    for (let counter = 1; counter <= 5; counter += 1) {
      list.put(counter, {
        at: counter,
        subject: 's',
        priority: 'low',
        from: 'k@d.example',
        isOpen: counter !== 3,
      });
    }
    const first = list.page({ sort: 'updated', descending: true, limit: 3 });
    const second = list.page({ sort: 'updated', descending: true, limit: 3, after: first.next });
    expect([first.total, first.records.length]).toEqual([4, 3]);
    expect([second.total, second.records.length, second.next]).toEqual([4, 1, undefined]);
  });
});

describe('parseCursor', () => {
  it('is total, and takes nothing but cursors of the same order', () => {
    total((text: string) => parseCursor('updated', text), anyText);
    const rank = { value: 5, number: fakeNumber(1) };
    expect(parseCursor('updated', formatCursor('updated', rank))).toEqual(rank);
    expect(parseCursor('created', formatCursor('updated', rank))).toBeUndefined();
    expect(parseCursor('subject', formatCursor('subject', rank))).toBeUndefined();
    expect(parseCursor('updated', 'bm90IG91cnM')).toBeUndefined();
  });
});
