import { expect, it } from 'vitest';
import { formatTicketNumber, type TicketNumber } from '../../../src/core/ticket/number.ts';
import { followMerges } from '../../../src/core/ticket/survivor.ts';

const number = (counter: number) => formatTicketNumber('20261123', counter);

async function survivorOf(from: number, into: Readonly<Record<number, number>>) {
  const next = new Map<TicketNumber, TicketNumber>(
    Object.entries(into).map(([one, other]) => [number(Number(one)), number(other)]),
  );
  return (await followMerges(number(from), async (each) => next.get(each))).at(-1);
}

it('a merged ticket is found where it, and what it was merged into, went', async () => {
  expect(await survivorOf(3, { 3: 2, 2: 1 })).toBe(number(1));
  expect(await survivorOf(1, {})).toBe(number(1));
});

it('of a circle every reader finds the same survivor', async () => {
  for (const from of [1, 2, 3])
    expect(await survivorOf(from, { 1: 2, 2: 3, 3: 1 })).toBe(number(1));
  expect(await survivorOf(5, { 5: 4, 4: 5 })).toBe(number(4));
});

it('a chain without end ends', async () => {
  let counter = 1;
  const way = await followMerges(number(1), async () => {
    counter += 1;
    return number(counter);
  });
  expect(way.length).toBeLessThan(100);
});
