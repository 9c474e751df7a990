/**
 * Times of the week: `mon-fri 09:00-17:00`, `sat,sun`, `22:00-06:00 Europe/Berlin`.
 *
 * Promises: pure and total. A span over midnight belongs to the day on which it begins.
 */
import { type Instant, toWallTime } from '../../base/clock.ts';

export interface Schedule {
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekdays: ReadonlySet<number>;
  /** Minutes since midnight; `to` is no longer within. */
  readonly from: number;
  readonly to: number;
  /** Undefined: the desk's. */
  readonly timeZone: string | undefined;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const wholeDay = 24 * 60;

/** Undefined when the text is no schedule. `isTimeZone` knows the zones. */
export function parseSchedule(
  text: string,
  isTimeZone: (text: string) => boolean,
): Schedule | undefined {
  const words = text.trim().split(/\s+/);
  let weekdays: ReadonlySet<number> | undefined;
  let span: readonly [number, number] | undefined;
  let timeZone: string | undefined;
  for (const word of words) {
    const days = weekdays === undefined && span === undefined ? parseDays(word) : undefined;
    const times = span === undefined ? parseSpan(word) : undefined;
    if (days !== undefined) weekdays = days;
    else if (times !== undefined) span = times;
    else if (timeZone === undefined && isTimeZone(word)) timeZone = word;
    else return undefined;
  }
  if (weekdays === undefined && span === undefined) return undefined;
  const [from, to] = span ?? [0, wholeDay];
  return { weekdays: weekdays ?? new Set(dayNames.keys()), from, to, timeZone };
}

function parseDays(word: string): ReadonlySet<number> | undefined {
  const days = new Set<number>();
  for (const part of word.toLowerCase().split(',')) {
    const [first = '', last = first, ...more] = part.split('-');
    const [from, to] = [dayNames.indexOf(first), dayNames.indexOf(last)];
    if (from < 0 || to < 0 || more.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
}

function parseSpan(word: string): readonly [number, number] | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] =
    /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$/.exec(word) ?? [];
  if (fromHour === undefined) return undefined;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from === to || to > wholeDay ? undefined : [from, to];
}

export function isWithin(schedule: Schedule, now: Instant, deskZone: string): boolean {
  const { weekdays, from, to, timeZone } = schedule;
  const { weekday, minute } = toWallTime(now, timeZone ?? deskZone);
  if (from < to) return weekdays.has(weekday) && minute >= from && minute < to;
  if (minute >= from) return weekdays.has(weekday);
  return minute < to && weekdays.has((weekday + 6) % 7);
}

/** `Wed 19:38 Europe/Berlin` */
export function formatWallTime(now: Instant, timeZone: string): string {
  const { weekday, minute } = toWallTime(now, timeZone);
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${dayNames[weekday]} ${digits(Math.floor(minute / 60))}:${digits(minute % 60)} ${timeZone}`;
}
