import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import {
  createTextIndex,
  type TextIndex,
} from '../../../../src/services/index/memory/text-index.ts';
import type { TextDocument } from '../../../../src/services/index/memory/text-segment.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';

const noPause = async () => {};

function document(
  counter: number,
  parts: Partial<Record<'subject' | 'people' | 'body', string | readonly string[]>>,
): TextDocument {
  const passages = (text: string | readonly string[] = []) => [text].flat();
  return {
    number: fakeNumber(counter),
    passages: {
      number: [fakeNumber(counter)],
      subject: passages(parts.subject),
      people: passages(parts.people),
      body: passages(parts.body),
    },
  };
}

function search(index: TextIndex, text: string): readonly string[] {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(`${text} is no query`);
  return index
    .search(splitQuery(query.value).text)
    .map(({ number }) => number)
    .sort();
}

const numbers = (...counters: readonly number[]) =>
  counters.map((counter) => fakeNumber(counter)).sort();

describe('the text index', () => {
  const index = createTextIndex();
  index.add([
    document(1, {
      subject: 'Lampe dunkel',
      people: 'Kim Berg kim@customer.example',
      body: ['Die Lampe ist völlig dunkel.', 'Grüße, Kim'],
    }),
    document(2, {
      subject: 'Rechnung 4711',
      people: 'Lee lee@shop.example',
      body: 'Die Rechnung ist falsch, und es ist dunkel.',
    }),
    document(3, {
      subject: '退款',
      people: 'Wáng wang@shop.example',
      body: '我想申请退款，请尽快处理。',
    }),
    document(4, {
      subject: 'dunkel',
      body: 'siehe www.customer.example/lampe?constructor __proto__',
    }),
  ]);

  it.each([
    ['lampe', numbers(1, 4)],
    ['LAMPE dunkel', numbers(1, 4)],
    ['vollig', numbers(1)],
    ['"lampe ist"', numbers(1)],
    ['"ist dunkel"', numbers(2)],
    ['"dunkel grüße"', []],
    ['dunkel -rechnung', numbers(1, 4)],
    ['-dunkel', numbers(3)],
    ['dunkel -"ist dunkel"', numbers(1, 4)],
    ['lamp*', numbers(1, 4)],
    ['lamp', numbers(1, 4)],
    ['"lamp"', []],
    ['"lampe du*"', numbers(1)],
    ['subject:dunkel', numbers(1, 4)],
    ['subject:"lampe dunkel"', numbers(1)],
    ['subject:ist', []],
    ['kim@customer.example', numbers(1)],
    ['customer.example', numbers(1, 4)],
    ['退款', numbers(3)],
    ['申请退', numbers(3)],
    ['款退', []],
    ['4711', numbers(2)],
    [fakeNumber(3), numbers(3)],
    ['20261123*', numbers(1, 2, 3, 4)],
    ['constructor', numbers(4)],
    ['__proto__', numbers(4)],
    ['toString', []],
    ['hasOwnProperty dunkel', []],
  ])('%s', (text, expected) => {
    expect(search(index, text)).toEqual(expected);
  });

  it('finds a ticket by what was added last', () => {
    const changing = createTextIndex();
    changing.add([document(1, { body: 'old words' }), document(2, { body: 'old friends' })]);
    changing.add([document(1, { body: 'new words' })]);
    expect(search(changing, 'old')).toEqual(numbers(2));
    expect(search(changing, 'words')).toEqual(numbers(1));
    changing.remove(fakeNumber(1));
    expect(search(changing, 'words')).toEqual([]);
    expect(changing.size()).toBe(1);
  });

  it('joins segments into one without losing what changes meanwhile', async () => {
    const busy = createTextIndex();
    const batch = (from: number) =>
      Array.from({ length: 150 }, (_, at) =>
        document(from + at, { subject: `s${from + at}`, body: `word common x${(from + at) % 7}` }),
      );
    for (let from = 1; from <= 1351; from += 150) busy.add(batch(from));
    let pauses = 0;
    await busy.tidy(async () => {
      pauses += 1;
      if (pauses === 3) busy.add([document(5, { body: 'changed' })]);
      if (pauses === 4) busy.remove(fakeNumber(6));
      expect(search(busy, 'subject:s700')).toEqual(numbers(700));
    });
    expect(pauses).toBeGreaterThan(10);
    expect(search(busy, 'common')).toHaveLength(1498);
    expect(search(busy, 'changed')).toEqual(numbers(5));
    expect(search(busy, 'subject:s6')).toEqual([]);
    expect(search(busy, '"common x3" subject:s10')).toEqual(numbers(10));
    expect(search(busy, 'x3')).toHaveLength(214);
  });

  it('answers after any run of changes like one that is built anew', async () => {
    const words = ['a', 'b1', 'c2', '退', '款'];
    const text = fc
      .array(fc.constantFrom(...words), { maxLength: 6 })
      .map((parts) => parts.join(' '));
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        tickets: fc.array(
          fc.record({ counter: fc.integer({ min: 1, max: 6 }), subject: text, body: text }),
          { maxLength: 3 },
        ),
      }),
      fc.record({ kind: fc.constant('remove' as const), counter: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('tidy' as const) }),
    );
    const queries = ['a', 'b1 c2', '"a b1"', '退款', '-a', 'subject:a -b*', 'c* -"b1 c2"'];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const live = createTextIndex();
        const current = new Map<number, TextDocument>();
        for (const each of steps) {
          if (each.kind === 'tidy') await live.tidy(noPause);
          else if (each.kind === 'remove') {
            live.remove(fakeNumber(each.counter));
            current.delete(each.counter);
          } else {
            const last = new Map(
              each.tickets.map((sketch) => [sketch.counter, document(sketch.counter, sketch)]),
            );
            live.add([...last.values()]);
            for (const [counter, added] of last) current.set(counter, added);
          }
        }
        const fresh = createTextIndex();
        fresh.add([...current.values()]);
        for (const query of queries) expect(search(live, query)).toEqual(search(fresh, query));
      }),
    );
  });
});
