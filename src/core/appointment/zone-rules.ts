/**
 * A time zone that a calendar program describes by rules (`VTIMEZONE`, RFC 5545 section 3.6.5), under a name that only it knows.
 *
 * Promises: pure, total, bounded: of the rules only the yearly ones are understood, "the last Sunday of October"; no other is in use.
 */
import { formatInstant, type Instant, minute, parseInstant, toInstant } from '../../base/clock.ts';

export interface ZoneRule {
  /** Local time by the clock before the change: `1601-10-28T03:00:00`. */
  readonly start: string;
  /** `FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10`; empty for once. */
  readonly rule: string;
  /** Minutes east of Greenwich from then on. */
  readonly offset: number;
}

/** When the local time `2026-11-27T10:00:00` is; undefined when no rule explains it. */
export function instantByRules(local: string, rules: readonly ZoneRule[]): Instant | undefined {
  const wall = parseInstant(`${local}Z`);
  if (wall === undefined) return undefined;
  const year = Number(local.slice(0, 4));
  let best: { readonly onset: number; readonly offset: number } | undefined;
  for (const each of rules.slice(0, 500)) {
    for (const onset of [onsetIn(year - 1, each), onsetIn(year, each)]) {
      if (onset === undefined || onset > wall || (best !== undefined && onset <= best.onset))
        continue;
      best = { onset, offset: each.offset };
    }
  }
  const offset = best?.offset ?? rules[0]?.offset;
  return offset === undefined ? undefined : toInstant(wall - offset * minute);
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The change that belongs to the year, as if its clock showed UTC; one that happened once long ago holds since then. */
function onsetIn(year: number, { start, rule }: ZoneRule): number | undefined {
  const first = parseInstant(`${start}Z`);
  if (first === undefined) return undefined;
  const month = Number(/BYMONTH=(\d{1,2})/i.exec(rule)?.[1] ?? '0');
  const [, which = '', weekday = ''] = /BYDAY=([+-]?\d)(SU|MO|TU|WE|TH|FR|SA)/i.exec(rule) ?? [];
  if (month < 1 || month > 12 || weekday === '') return first;
  if (Number(start.slice(0, 4)) > year) return undefined;
  const day = nthWeekday(year, month, Number(which), weekdays.indexOf(weekday.toUpperCase()));
  return day === undefined
    ? undefined
    : parseInstant(`${isoDate(year, month, day)}T${start.slice(11, 19)}Z`);
}

function nthWeekday(
  year: number,
  month: number,
  which: number,
  weekday: number,
): number | undefined {
  const days = [1, 2, 3, 4, 5].flatMap((week) => {
    const firstOfMonth = weekdayOf(isoDate(year, month, 1));
    const day = 1 + ((weekday - firstOfMonth + 7) % 7) + (week - 1) * 7;
    return isIn(year, month, day) ? [day] : [];
  });
  return which < 0 ? days.at(which) : days[which - 1];
}

function weekdayOf(date: string): number {
  // 1970-01-01 was a Thursday.
  return ((((parseInstant(`${date}T00:00:00Z`) ?? 0) / 86_400_000 + 4) % 7) + 7) % 7;
}

function isIn(year: number, month: number, day: number): boolean {
  const date = isoDate(year, month, day);
  const instant = parseInstant(`${date}T00:00:00Z`);
  return instant !== undefined && formatInstant(instant).startsWith(date);
}

function isoDate(year: number, month: number, day: number): string {
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}
