import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRanges } from '../../../src/edges/http/ranges.ts';

const ten = (header: string) =>
  parseRanges(header, 10)?.map(({ first, last }) => `${first}-${last}`) ?? 'whole';

it.each([
  ['bytes=0-', ['0-9']],
  ['bytes=0-0', ['0-0']],
  ['bytes=4-7', ['4-7']],
  ['bytes=8-99', ['8-9']],
  ['bytes=-3', ['7-9']],
  ['bytes=-30', ['0-9']],
  ['Bytes = 1-2 , 5-6', ['1-2', '5-6']],
  ['bytes=0-1,20-30', ['0-1']],
  ['bytes=10-', []],
  ['bytes=-0', []],
  ['bytes=5-2', 'whole'],
  ['bytes=a-b', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=', 'whole'],
  ['seconds=0-1', 'whole'],
  ['bytes=0-9,0-9', 'whole'],
  [`bytes=${Array.from({ length: 17 }, (_, at) => `${at}-${at}`).join(',')}`, 'whole'],
])('parseRanges reads %j of ten bytes', (header, ranges) => {
  expect(ten(header)).toEqual(ranges);
});

it('parseRanges gives nothing that lies outside, for any text', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^bytes=(\d{0,4}-\d{0,4},?){1,4}$/)),
      fc.nat(5000),
      (header, size) => {
        for (const { first, last } of parseRanges(header, size) ?? [])
          expect(first >= 0 && first <= last && last < size).toBe(true);
      },
    ),
  );
});
