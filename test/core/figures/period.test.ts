import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  day,
  formatInstant,
  hour,
  type Instant,
  parseInstant,
  toInstant,
  toWallTime,
} from '../../../src/base/clock.ts';
import { formatDate } from '../../../src/core/escalation/calendar.ts';
import {
  daysBefore,
  parseDate,
  partOf,
  periodOf,
  presetDays,
  steps,
  wallHour,
  weekOf,
} from '../../../src/core/figures/period.ts';

const zones = [
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'UTC',
];

function dateOf(text: string): number {
  return parseDate(text) ?? Number.NaN;
}

function at(text: string): Instant {
  return parseInstant(text) ?? (0 as Instant);
}

it('periodOf gives the day of a clock change 23 or 25 hours', () => {
  const spring = dateOf('2026-03-29');
  const autumn = dateOf('2026-10-25');
  const lengths = [spring, autumn, autumn + 1].map((date) => {
    const { from, to, bounds } = periodOf({ first: date, last: date }, 'Europe/Berlin');
    return [(to - from) / hour, bounds.length - 1];
  });
  expect(lengths).toEqual([
    [23, 23],
    [25, 25],
    [24, 24],
  ]);
});

it('periodOf cuts weeks on Monday and months on their first', () => {
  const days = { first: dateOf('2026-11-26'), last: dateOf('2026-12-08') };
  const shown = (by: 'week' | 'month') =>
    periodOf(days, 'Europe/Berlin', by).bounds.map(formatInstant);
  expect(shown('week')).toEqual([
    '2026-11-25T23:00:00.000Z',
    '2026-11-29T23:00:00.000Z',
    '2026-12-06T23:00:00.000Z',
    '2026-12-08T23:00:00.000Z',
  ]);
  expect(shown('month')).toEqual([
    '2026-11-25T23:00:00.000Z',
    '2026-11-30T23:00:00.000Z',
    '2026-12-08T23:00:00.000Z',
  ]);
});

it('bounds rise, are few, and each instant of the period is in exactly one part', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 18_000, max: 22_000 }),
      fc.integer({ min: 0, max: 900 }),
      fc.constantFrom(...zones),
      fc.constantFrom(...steps, undefined),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (first, length, zone, step, share) => {
        const period = periodOf({ first, last: first + length }, zone, step);
        const { bounds, from, to } = period;
        expect(bounds[0]).toBe(from);
        expect(bounds.at(-1)).toBe(to);
        expect(bounds.length).toBeLessThan(930);
        expect(bounds.every((bound, n) => n === 0 || bound > (bounds[n - 1] ?? bound))).toBe(true);
        const instant = toInstant(from + Math.floor(share * (to - from)));
        const part = partOf(bounds, instant);
        expect(bounds[part]).toBeLessThanOrEqual(instant);
        expect(bounds[part + 1]).toBeGreaterThan(instant);
        expect([partOf(bounds, (from - 1) as Instant), partOf(bounds, to)]).toEqual([-1, -1]);
      },
    ),
    { numRuns: 60 },
  );
});

it('wallHour says what a clock on the wall shows, also on the days of a change', () => {
  for (const zone of zones) {
    const period = periodOf({ first: dateOf('2026-01-01'), last: dateOf('2026-12-31') }, zone);
    for (
      let instant = period.from;
      instant < period.to;
      instant = (instant + 17.3 * hour) as Instant
    ) {
      const { weekday, minute } = toWallTime(instant, zone);
      expect(wallHour(period, instant)).toEqual({
        weekday: (weekday + 6) % 7,
        hour: Math.floor(minute / 60),
      });
    }
  }
});

it('presets follow the calendar of the zone', () => {
  // In Berlin it is New Year's Day already.
  const now = at('2026-12-31T23:30:00Z');
  const shown = (preset: Parameters<typeof presetDays>[0], zone: string) => {
    const { first, last } = presetDays(preset, now, zone);
    return `${formatDate(first)} ${formatDate(last)}`;
  };
  expect(shown('today', 'Europe/Berlin')).toBe('2027-01-01 2027-01-01');
  expect(shown('today', 'UTC')).toBe('2026-12-31 2026-12-31');
  expect(shown('7d', 'Europe/Berlin')).toBe('2026-12-26 2027-01-01');
  expect(shown('month', 'Europe/Berlin')).toBe('2027-01-01 2027-01-01');
  expect(shown('last-month', 'Europe/Berlin')).toBe('2026-12-01 2026-12-31');
  expect(shown('last-month', 'UTC')).toBe('2026-11-01 2026-11-30');
});

it('weekOf begins on Monday, and daysBefore is as long and ends the day before', () => {
  expect(weekOf(dateOf('2026-11-29'))).toEqual({
    first: dateOf('2026-11-23'),
    last: dateOf('2026-11-29'),
  });
  expect(daysBefore({ first: 100, last: 106 })).toEqual({ first: 93, last: 99 });
  expect(parseDate('2026-02-30')).toBeUndefined();
  expect(dateOf('1970-01-02') * day).toBe(day);
});
