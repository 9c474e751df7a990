/**
 * How long something waits, as people write it: `3d`, `4h`, `30m`, or in working time: `3wd`, `8wh`.
 *
 * Owns: these texts, and when such a wait is over. Promises: pure; a day is a day on the wall, whatever the clocks do in
 * between; so many working days end when work begins on the last of them; the end is never before the start.
 */
import {
  type Duration,
  hour,
  type Instant,
  minute,
  toInstant,
  toWallTime,
} from '../../base/clock.ts';
import { addOpenTime, type Calendar, localDay, nextMorning, wallInstant } from './calendar.ts';

export const spanUnits = ['m', 'h', 'd', 'wh', 'wd'] as const;

export type SpanUnit = (typeof spanUnits)[number];

export interface WaitSpan {
  readonly amount: number;
  readonly unit: SpanUnit;
}

export const spanExpected = 'a time such as 4h, 3d, 8wh (working hours) or 3wd (working days)';

const mostDays = 3650;

const mostOf: Readonly<Record<SpanUnit, number>> = {
  m: mostDays * 1440,
  h: mostDays * 24,
  d: mostDays,
  wh: mostDays,
  wd: 1000,
};

/** Undefined for what is no such text, or longer than ten years. */
export function parseSpan(text: string): WaitSpan | undefined {
  const [, digits = '', written = ''] = /^(\d{1,7}) ?(m|h|d|wh|wd)$/i.exec(text.trim()) ?? [];
  const unit = spanUnits.find((known) => known === written.toLowerCase());
  const amount = Number(digits);
  return unit === undefined || amount < 1 || amount > mostOf[unit] ? undefined : { amount, unit };
}

export function formatSpan({ amount, unit }: WaitSpan): string {
  return `${amount}${unit}`;
}

const plain: Readonly<Record<'m' | 'h', Duration>> = { m: minute, h: hour };

/** When a wait that begins at the instant is over. */
export function addSpan(calendar: Calendar, start: Instant, { amount, unit }: WaitSpan): Instant {
  switch (unit) {
    case 'm':
    case 'h':
      return toInstant(start + amount * plain[unit]);
    case 'd':
      return sameTimeLater(calendar, start, amount);
    case 'wh':
      return addOpenTime(calendar, start, amount * hour);
    case 'wd':
      return morningAfter(calendar, start, amount);
  }
}

/** The wall clock shows the same minute; seconds stay, too. */
function sameTimeLater({ timeZone }: Calendar, start: Instant, days: number): Instant {
  const rest = ((start % minute) + minute) % minute;
  const { minute: ofDay } = toWallTime(start, timeZone);
  return toInstant(wallInstant(localDay(start, timeZone) + days, ofDay, timeZone) + rest);
}

/** A calendar without open days counts plain ones. */
function morningAfter(calendar: Calendar, start: Instant, days: number): Instant {
  let morning = start;
  for (let passed = 0; passed < days; passed += 1) {
    const next = nextMorning(calendar, morning);
    if (next === undefined) return sameTimeLater(calendar, start, days);
    morning = next;
  }
  return morning;
}
