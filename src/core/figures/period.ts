/**
 * Periods: from the first to the last day on the wall, cut into hours, days, weeks or months.
 *
 * Promises: pure; every cut lies where a clock on the wall of the zone shows it, so that a day has 23, 24 or 25 hours;
 * a week begins on Monday. However long the period, the cuts stay few: what would be too fine is made coarser.
 */
import { day, hour, type Instant, parseInstant, toInstant, toWallTime } from '../../base/clock.ts';
import { formatDate, isDate, localDay, wallInstant } from '../escalation/calendar.ts';

export const steps = ['hour', 'day', 'week', 'month'] as const;

export type Step = (typeof steps)[number];

export const presets = ['today', '7d', '30d', '90d', 'month', 'last-month', 'year'] as const;

export type Preset = (typeof presets)[number];

/** Days since 1970, both included. */
export interface Days {
  readonly first: number;
  readonly last: number;
}

export interface Period extends Days {
  readonly timeZone: string;
  readonly by: Step;
  readonly from: Instant;
  /** No longer within. */
  readonly to: Instant;
  /** Where each part begins, and at last `to`. */
  readonly bounds: readonly Instant[];
  /** Where each day begins, and at last `to`. */
  readonly midnights: readonly Instant[];
}

/** No desk is older. */
const mostDays = 3700;
const mostParts = 800;

export function isStep(text: string): text is Step {
  return steps.some((step) => step === text);
}

export function isPreset(text: string): text is Preset {
  return presets.some((preset) => preset === text);
}

/** The day of `2026-11-23`; undefined for what is none. */
export function parseDate(text: string): number | undefined {
  if (!isDate(text)) return undefined;
  const midnight = parseInstant(`${text}T00:00:00Z`);
  return midnight === undefined ? undefined : Math.round(midnight / day);
}

export function presetDays(preset: Preset, now: Instant, timeZone: string): Days {
  const today = localDay(now, timeZone);
  switch (preset) {
    case 'today':
      return { first: today, last: today };
    case '7d':
      return { first: today - 6, last: today };
    case '30d':
      return { first: today - 29, last: today };
    case '90d':
      return { first: today - 89, last: today };
    case 'month':
      return { first: firstOfMonth(today), last: today };
    case 'last-month': {
      const last = firstOfMonth(today) - 1;
      return { first: firstOfMonth(last), last };
    }
    case 'year':
      return { first: today - 364, last: today };
  }
}

/** The same number of days right before. */
export function daysBefore({ first, last }: Days): Days {
  return { first: first - (last - first + 1), last: first - 1 };
}

/** Monday to Sunday. */
export function weekOf(date: number): Days {
  // 1 January 1970 was a Thursday.
  const first = date - ((((date + 3) % 7) + 7) % 7);
  return { first, last: first + 6 };
}

/** Without a step the one that gives a readable number of parts. */
export function periodOf(days: Days, timeZone: string, wanted?: Step): Period {
  const first = Math.min(days.first, days.last);
  const last = Math.min(days.last, first + mostDays - 1);
  const midnights = Array.from({ length: last - first + 2 }, (_, ahead) =>
    wallInstant(first + ahead, 0, timeZone),
  );
  const [from, to] = [midnights[0] ?? toInstant(0), midnights.at(-1) ?? toInstant(0)];
  const by = steps
    .slice(steps.indexOf(wanted ?? usual(last - first + 1)))
    .find((step) => step === 'month' || (to - from) / shortest[step] <= mostParts);
  const step = by ?? 'month';
  return {
    first,
    last,
    timeZone,
    by: step,
    from,
    to,
    midnights,
    bounds: cut(step, first, midnights),
  };
}

const shortest = { hour, day, week: 7 * day };

function usual(length: number): Step {
  if (length <= 2) return 'hour';
  if (length <= 100) return 'day';
  return length <= 800 ? 'week' : 'month';
}

function cut(step: Step, first: number, midnights: readonly Instant[]): readonly Instant[] {
  if (step === 'day') return midnights;
  const end = midnights.slice(-1);
  const starts = midnights.slice(0, -1);
  if (step !== 'hour') {
    const isFirst = step === 'week' ? isMonday : isFirstOfMonth;
    return [...starts.filter((_, ahead) => ahead === 0 || isFirst(first + ahead)), ...end];
  }
  const hours = starts.flatMap((start, ahead) => {
    const next = midnights[ahead + 1] ?? start;
    return Array.from({ length: Math.ceil((next - start) / hour) }, (_, position) =>
      toInstant(start + position * hour),
    );
  });
  return [...hours, ...end];
}

function isMonday(date: number): boolean {
  return weekOf(date).first === date;
}

function isFirstOfMonth(date: number): boolean {
  return formatDate(date).endsWith('-01');
}

function firstOfMonth(date: number): number {
  return date - (Number(formatDate(date).slice(8)) - 1);
}

/** Which part of the bounds holds the instant; -1 for none. */
export function partOf(bounds: readonly Instant[], at: Instant): number {
  const position = firstFrom(bounds, at + 1) - 1;
  return position >= bounds.length - 1 ? -1 : position;
}

/** Position of the first bound that is not earlier than the time; their number when all are. */
export function firstFrom(bounds: readonly Instant[], at: number): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Weekday (0 for Monday) and hour on the wall; undefined outside the period. */
export function wallHour(
  period: Period,
  at: Instant,
): { readonly weekday: number; readonly hour: number } | undefined {
  const ahead = partOf(period.midnights, at);
  const start = period.midnights[ahead];
  const next = period.midnights[ahead + 1];
  if (ahead < 0 || start === undefined || next === undefined) return undefined;
  const weekday = (((period.first + ahead + 3) % 7) + 7) % 7;
  const isPlain = next - start === day;
  return {
    weekday,
    // Asking the zone is slow, and only days with a change of clocks need it.
    hour: isPlain
      ? Math.floor((at - start) / hour)
      : Math.floor(toWallTime(at, period.timeZone).minute / 60),
  };
}
