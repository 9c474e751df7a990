/**
 * When a ticket comes back: the quick choices, and a date with a time as people type them.
 *
 * Promises: pure; every choice lies in the future; a date that is none gives undefined.
 */
import { day, type Instant, parseInstant, toInstant, toWallTime } from '../../base/clock.ts';
import {
  type Calendar,
  formatDate,
  isDate,
  localDay,
  nextMorning,
  wallInstant,
} from './calendar.ts';

export const quickTimes = ['tomorrow', 'three-days', 'next-week', 'two-weeks'] as const;

export type QuickTime = (typeof quickTimes)[number];

export function isQuickTime(text: string): text is QuickTime {
  return quickTimes.some((known) => known === text);
}

/** Always the beginning of a working day; nine o'clock where the calendar has none. */
export function quickInstant(quick: QuickTime, calendar: Calendar, now: Instant): Instant {
  return morningFrom(calendar, localDay(now, calendar.timeZone) + daysAhead(quick, calendar, now));
}

function daysAhead(quick: QuickTime, { timeZone }: Calendar, now: Instant): number {
  switch (quick) {
    case 'tomorrow':
      return 1;
    case 'three-days':
      return 3;
    case 'next-week': {
      const weekday = (((localDay(now, timeZone) + 4) % 7) + 7) % 7;
      return ((1 - weekday + 6) % 7) + 1;
    }
    case 'two-weeks':
      return 14;
  }
}

/** The first morning of work on this day or after it. */
function morningFrom(calendar: Calendar, number: number): Instant {
  const eve = wallInstant(number - 1, 12 * 60, calendar.timeZone);
  return nextMorning(calendar, eve) ?? wallInstant(number, 9 * 60, calendar.timeZone);
}

/** What people type into two boxes. */
export interface WallText {
  /** `2026-11-25` */
  readonly date: string;
  /** `09:00`; empty for the beginning of the day's work. */
  readonly time: string;
}

/** The instant in the zone of whoever types; undefined when it is no time. */
export function parseWallTime(
  { date, time }: WallText,
  calendar: Calendar,
  timeZone: string,
): Instant | undefined {
  const midnight = isDate(date) ? parseInstant(`${date}T00:00:00Z`) : undefined;
  if (midnight === undefined) return undefined;
  const number = Math.floor(midnight / day);
  if (time === '') return morningFrom(calendar, number);
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)(?::\d\d)?$/.exec(time) ?? [];
  if (hours === undefined) return undefined;
  return toInstant(wallInstant(number, Number(hours) * 60 + Number(minutes), timeZone));
}

/** What stands in the two boxes for the instant. */
export function formatWallTime(instant: Instant, timeZone: string): WallText {
  const { minute: ofDay } = toWallTime(instant, timeZone);
  const digits = (value: number) => String(value).padStart(2, '0');
  const time = `${digits(Math.floor(ofDay / 60))}:${digits(ofDay % 60)}`;
  return { date: formatDate(localDay(instant, timeZone)), time };
}
