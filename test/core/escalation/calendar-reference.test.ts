/** Calendar arithmetic against a slow reference that asks the clock on the wall minute by minute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, type Instant, minute, toInstant } from '../../../src/base/clock.ts';
import {
  addOpenTime,
  type Calendar,
  isOpenAt,
  openTimeBetween,
} from '../../../src/core/escalation/calendar.ts';

/** What Intl itself shows, without anything of ours. */
function wallOf(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (instant: number) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, value]),
    );
    const date = `${parts.year}-${parts.month}-${parts.day}`;
    return {
      date,
      weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
      minute: Number(parts.hour) * 60 + Number(parts.minute),
    };
  };
}

/** One entry a minute: open or not. */
function openMinutes(calendar: Calendar, start: Instant, minutes: number): readonly boolean[] {
  const wall = wallOf(calendar.timeZone);
  return Array.from({ length: minutes }, (_, ahead) => {
    const { date, weekday, minute: ofDay } = wall(start + ahead * minute);
    const spans = calendar.week[weekday] ?? [];
    return (
      !calendar.holidays.has(date) && spans.some(({ from, to }) => from <= ofDay && ofDay < to)
    );
  });
}

const shifts: readonly Calendar['week'][] = [
  Array.from({ length: 7 }, () => [{ from: 0, to: 24 * 60 }]),
  // 22:00-06:00 each night, with a break.
  Array.from({ length: 7 }, () => [
    { from: 0, to: 150 },
    { from: 195, to: 360 },
    { from: 1320, to: 1440 },
  ]),
  [
    [],
    ...Array.from({ length: 5 }, () => [
      { from: 540, to: 720 },
      { from: 765, to: 1020 },
    ]),
    [],
  ],
];

/** Zone, and a day around which its clock does something odd. */
const oddDays: readonly (readonly [timeZone: string, date: string, what: string])[] = [
  ['Europe/Berlin', '2026-03-29', 'summer begins'],
  ['Europe/Berlin', '2026-10-25', 'summer ends'],
  ['America/New_York', '2026-11-01', 'summer ends'],
  ['Australia/Lord_Howe', '2026-04-05', 'half an hour back'],
  ['Australia/Lord_Howe', '2026-10-04', 'half an hour ahead'],
  ['Asia/Kathmandu', '2026-06-01', 'a quarter past'],
  ['Pacific/Apia', '2011-12-30', 'the day that there was not'],
  ['Europe/Dublin', '2026-10-25', 'winter is the exception'],
  ['Asia/Beirut', '2026-10-25', 'back over midnight'],
  ['America/Sao_Paulo', '2018-11-04', 'midnight is skipped'],
  ['Africa/Casablanca', '2026-02-15', 'back for Ramadan'],
  ['Pacific/Kiritimati', '2026-12-31', 'the year ends early'],
  ['UTC', '2028-02-29', 'leap day'],
];

describe.each(oddDays)('%s around %s: %s', (timeZone, date) => {
  const start = toInstant(Date.parse(`${date}T00:00:00Z`) - day);
  const minutes = 3 * 24 * 60;

  it.each(shifts.map((week, index) => [index, week] as const))('hours %d', (index, week) => {
    const next = new Date(Date.parse(date) + day).toISOString().slice(0, 10);
    const calendar: Calendar = {
      timeZone,
      week,
      holidays: new Set(index === 1 ? [next] : []),
    };
    const open = openMinutes(calendar, start, minutes);
    const before = [0];
    for (const isOpen of open) before.push((before.at(-1) ?? 0) + (isOpen ? 1 : 0));
    fc.assert(
      fc.property(fc.nat(minutes - 1), fc.nat(minutes), (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const at = (ahead: number) => toInstant(start + ahead * minute);
        expect(isOpenAt(calendar, at(one))).toBe(open[one]);
        const sum = (before[to] ?? 0) - (before[from] ?? 0);
        expect(openTimeBetween(calendar, at(from), at(to))).toBe(sum * minute);
        // The first minute by whose beginning so much is over.
        const first = before.findIndex(
          (passed, ahead) => ahead >= from && passed - (before[from] ?? 0) === sum,
        );
        if (sum > 0) expect(addOpenTime(calendar, at(from), sum * minute)).toBe(at(first));
      }),
      { numRuns: 60 },
    );
  });
});
