import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  day,
  formatInstant,
  hour,
  type Instant,
  minute,
  parseInstant,
  toInstant,
  toWallTime,
} from '../../../src/base/clock.ts';
import {
  addOpenTime,
  type Calendar,
  formatDate,
  isOpenAt,
  localDay,
  nextMorning,
  type OpenSpan,
  openTimeBetween,
  wallInstant,
} from '../../../src/core/escalation/calendar.ts';

const at = (text: string): Instant => parseInstant(text) ?? toInstant(0);
const office = [{ from: 9 * 60, to: 17 * 60 }];
const berlin: Calendar = {
  timeZone: 'Europe/Berlin',
  week: [[], office, office, office, office, office, []],
  holidays: new Set(['2026-12-25']),
};
const always: Calendar = {
  ...berlin,
  week: Array.from({ length: 7 }, () => [{ from: 0, to: 24 * 60 }]),
  holidays: new Set(),
};
const nights: Calendar = {
  ...always,
  week: Array.from({ length: 7 }, () => [{ from: 90, to: 210 }]),
};

describe('addOpenTime', () => {
  it.each([
    ['within the day', '2026-11-23T08:00:00Z', 4, '2026-11-23T12:00:00.000Z'],
    ['to the very end of the day', '2026-11-23T08:00:00Z', 8, '2026-11-23T16:00:00.000Z'],
    ['over night', '2026-11-23T14:00:00Z', 4, '2026-11-24T10:00:00.000Z'],
    ['over the weekend', '2026-11-27T15:00:00Z', 2, '2026-11-30T09:00:00.000Z'],
    ['from outside the hours', '2026-11-28T03:00:00Z', 1, '2026-11-30T09:00:00.000Z'],
    ['over a holiday', '2026-12-24T15:30:00Z', 1, '2026-12-28T08:30:00.000Z'],
    ['into summer time', '2026-03-27T15:00:00Z', 2, '2026-03-30T08:00:00.000Z'],
  ])('counts %s', (_, start, hours, end) => {
    expect(formatInstant(addOpenTime(berlin, at(start), hours * hour))).toBe(end);
  });

  it('gives the end of time for a calendar without hours', () => {
    const closed = { ...berlin, week: [] };
    expect(addOpenTime(closed, at('2026-11-23T08:00:00Z'), hour)).toBeGreaterThan(8e15);
    expect(nextMorning(closed, at('2026-11-23T08:00:00Z'))).toBeUndefined();
  });
});

it('the hour that spring skips is closed, the one that autumn repeats is open twice', () => {
  const dayOf = (date: string) => [at(`${date}T00:00:00+01:00`), at(`${date}T12:00:00Z`)] as const;
  expect(openTimeBetween(nights, ...dayOf('2026-03-29'))).toBe(hour);
  expect(openTimeBetween(nights, ...dayOf('2026-03-30'))).toBe(2 * hour);
  const autumn = [at('2026-10-25T00:00:00+02:00'), at('2026-10-25T23:00:00+01:00')] as const;
  expect(openTimeBetween(nights, ...autumn)).toBe(3 * hour);
  expect(openTimeBetween(always, ...autumn)).toBe(24 * hour);
});

it('the next morning is the beginning of the next working day', () => {
  const morning = (text: string) => formatInstant(nextMorning(berlin, at(text)) ?? toInstant(0));
  expect(morning('2026-11-23T04:00:00Z')).toBe('2026-11-24T08:00:00.000Z');
  expect(morning('2026-12-24T10:00:00Z')).toBe('2026-12-28T08:00:00.000Z');
});

it('a time on the wall is an instant, also where clocks change', () => {
  const instant = (date: string, hours: number, minutes = 0) =>
    formatInstant(
      wallInstant(at(`${date}T00:00:00Z`) / day, hours * 60 + minutes, 'Europe/Berlin'),
    );
  expect(instant('2026-11-23', 9)).toBe('2026-11-23T08:00:00.000Z');
  expect(instant('2026-03-29', 2, 30)).toBe('2026-03-29T01:00:00.000Z');
  expect(instant('2026-10-25', 2, 30)).toBe('2026-10-25T00:30:00.000Z');
});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'UTC',
];
const spans = fc
  .uniqueArray(fc.integer({ min: 0, max: 24 * 12 }), { minLength: 0, maxLength: 6 })
  .map((marks) => {
    const sorted = marks.map((mark) => mark * 5).sort((one, other) => one - other);
    return sorted.flatMap((from, index) => {
      const to = sorted[index + 1];
      return index % 2 === 0 && to !== undefined ? [{ from, to }] : [];
    });
  });
const minutesOf = (hours: readonly OpenSpan[]) =>
  hours.reduce((sum, { from, to }) => sum + to - from, 0);
const calendars = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    week: fc.array(spans, { minLength: 7, maxLength: 7 }),
    holidays: fc
      .uniqueArray(fc.integer({ min: 20_000, max: 21_500 }).map(formatDate))
      .map((dates) => new Set(dates)),
  })
  // In less than two hours a week the amounts below would take more days than are looked through.
  .filter(({ week }) => minutesOf(week.flat()) >= 120);
const year2026 = Date.UTC(2026, 0, 1);
const instants = fc.integer({ min: 0, max: 366 * day }).map((ms) => toInstant(year2026 + ms));
const amounts = fc.integer({ min: 0, max: 100 * hour });

describe('properties', () => {
  it('addOpenTime is additive', () => {
    fc.assert(
      fc.property(calendars, instants, amounts, amounts, (calendar, start, one, other) => {
        const step = addOpenTime(calendar, addOpenTime(calendar, start, one), other);
        expect(step).toBe(addOpenTime(calendar, start, one + other));
      }),
    );
  });

  it('addOpenTime is monotonic in start and amount', () => {
    fc.assert(
      fc.property(
        calendars,
        instants,
        amounts,
        amounts,
        amounts,
        (calendar, start, one, more, later) => {
          const end = addOpenTime(calendar, start, one);
          expect(addOpenTime(calendar, start, one + more)).toBeGreaterThanOrEqual(end);
          expect(addOpenTime(calendar, toInstant(start + later), one)).toBeGreaterThanOrEqual(end);
        },
      ),
    );
  });

  it('openTimeBetween is what addOpenTime added', () => {
    fc.assert(
      fc.property(calendars, instants, amounts, (calendar, start, amount) => {
        expect(openTimeBetween(calendar, start, addOpenTime(calendar, start, amount))).toBe(amount);
      }),
    );
  });

  it('an instant is open exactly when the clock on the wall says so', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, start) => {
        const instant = toInstant(Math.floor(start / minute) * minute);
        const wall = toWallTime(instant, calendar.timeZone);
        const isHoliday = calendar.holidays.has(formatDate(localDay(instant, calendar.timeZone)));
        const hours = calendar.week[wall.weekday] ?? [];
        const isWithin = hours.some(({ from, to }) => wall.minute >= from && wall.minute < to);
        expect(isOpenAt(calendar, instant)).toBe(isWithin && !isHoliday);
      }),
      { numRuns: 500 },
    );
  });
});
