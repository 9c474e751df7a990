/** Waits as people write them, and when they are over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, formatInstant, hour, parseInstant, toInstant } from '../../../src/base/clock.ts';
import type { Calendar } from '../../../src/core/escalation/calendar.ts';
import { addSpan, formatSpan, parseSpan, spanUnits } from '../../../src/core/escalation/span.ts';

const office = [{ from: 540, to: 1020 }];
const berlin: Calendar = {
  timeZone: 'Europe/Berlin',
  week: [[], office, office, office, office, office, []],
  holidays: new Set(['2026-12-25', '2027-01-01']),
};

const endOf = (text: string, start: string, calendar = berlin) => {
  const span = parseSpan(text);
  const from = parseInstant(start);
  if (span === undefined || from === undefined) throw new RangeError(`${text} ${start}`);
  return formatInstant(addSpan(calendar, from, span));
};

describe('parseSpan', () => {
  it('reads its units and nothing else', () => {
    expect(parseSpan('3wd')).toEqual({ amount: 3, unit: 'wd' });
    expect(parseSpan(' 8 WH ')).toEqual({ amount: 8, unit: 'wh' });
    for (const text of ['', '3', 'd', '0d', '-1d', '1.5d', '3 weeks', '9999999d'])
      expect(parseSpan(text)).toBeUndefined();
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom(...spanUnits),
        (amount, unit) => {
          expect(parseSpan(formatSpan({ amount, unit }))).toEqual({ amount, unit });
        },
      ),
    );
  });
});

describe('addSpan', () => {
  it('counts days on the wall, also where clocks are changed', () => {
    expect(endOf('1d', '2026-10-24T12:00:30.500Z')).toBe('2026-10-25T13:00:30.500Z');
    expect(endOf('24h', '2026-10-24T12:00:00Z')).toBe('2026-10-25T12:00:00.000Z');
    // Half past two is skipped that night.
    expect(endOf('1d', '2027-03-27T01:30:00Z')).toBe('2027-03-28T01:00:00.000Z');
  });

  it('ends working days in the morning, over weekends and holidays', () => {
    expect(endOf('1wd', '2026-11-27T15:00:00Z')).toBe('2026-11-30T08:00:00.000Z');
    expect(endOf('2wd', '2026-12-24T22:00:00Z')).toBe('2026-12-29T08:00:00.000Z');
    expect(endOf('3wd', '2026-12-30T10:00:00Z')).toBe('2027-01-05T08:00:00.000Z');
    expect(endOf('8wh', '2026-11-27T15:00:00Z')).toBe('2026-11-30T15:00:00.000Z');
  });

  it('counts plain days where nobody ever works', () => {
    const never = { ...berlin, week: [[], [], [], [], [], [], []] };
    expect(endOf('2wd', '2026-11-27T15:00:00Z', never)).toBe('2026-11-29T15:00:00.000Z');
  });

  it('is never before the start, and monotonic', () => {
    const start = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) });
    fc.assert(
      fc.property(
        start,
        fc.integer({ min: 0, max: 40 * day }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(...spanUnits),
        (from, ahead, amount, unit) => {
          const [one, other] = [from, from + ahead].map((at) =>
            addSpan(berlin, toInstant(at), { amount, unit }),
          );
          expect(one).toBeGreaterThanOrEqual(from);
          // An hour that comes twice shows the same time twice.
          expect(other).toBeGreaterThanOrEqual((one ?? 0) - (unit === 'd' ? hour : 0));
        },
      ),
      { numRuns: 300 },
    );
  });
});
