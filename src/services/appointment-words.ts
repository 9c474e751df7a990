/** When an appointment is, and how somebody answered, in words. Promises: pure. */
import { type Instant, parseWallTime, toInstant } from '../base/clock.ts';
import { type AnswerWord, type AppointmentTime, startOf } from '../core/appointment/appointment.ts';
import type { Locale } from './render/locale.ts';

/** How somebody answered; `none` for not yet. */
export const answerKeys: Readonly<Record<AnswerWord | 'none', string>> = {
  accepted: 'appointment.answer.accepted',
  declined: 'appointment.answer.declined',
  tentative: 'appointment.answer.tentative',
  counter: 'appointment.answer.counter',
  unreadable: 'appointment.answer.unreadable',
  none: 'appointment.answer.none',
};

export interface WhenText {
  /** `Friday, 27 November 2026` */
  readonly day: string;
  /** `10:00 – 11:00`, or that it takes all day. */
  readonly hours: string;
  /** Both in one. */
  readonly whole: string;
}

/** As somebody sees it whose clock hangs in this zone. */
export function whenText(time: AppointmentTime, zone: string, locale: Locale): WhenText {
  if (time.kind === 'days') return wholeDays(time, locale);
  const dates = locale.dates(zone);
  const day = dayText(time.start, zone, locale);
  const isOneDay = dates.isSameDay(time.start, time.end);
  const hours = isOneDay
    ? locale.text('appointment.hours', { from: dates.time(time.start), to: dates.time(time.end) })
    : locale.text('appointment.hours-over', {
        from: dates.time(time.start),
        day: dayText(time.end, zone, locale),
        to: dates.time(time.end),
      });
  return { day, hours, whole: locale.text('appointment.when-whole', { day, hours }) };
}

function wholeDays(
  { first, last, zone }: Extract<AppointmentTime, { kind: 'days' }>,
  locale: Locale,
): WhenText {
  const text = (day: string) => dayText(noon(day, zone), zone, locale);
  const day =
    first === last
      ? text(first)
      : locale.text('appointment.days', { first: text(first), last: text(last) });
  const hours = locale.text('appointment.all-day');
  return { day, hours, whole: locale.text('appointment.when-whole', { day, hours }) };
}

function noon(day: string, zone: string): Instant {
  return parseWallTime(`${day}T12:00`, zone) ?? toInstant(0);
}

/** Always with the year, for it may be the next one. */
function dayText(instant: Instant, zone: string, locale: Locale): string {
  return locale.dates(zone).dayHeading(instant, toInstant(0));
}

/** Whether clocks in both zones show the same while it begins. */
export function showsSameTime(
  time: AppointmentTime,
  one: string,
  other: string,
  locale: Locale,
): boolean {
  if (time.kind === 'days' || one === other) return true;
  const start = startOf(time);
  const [here, there] = [locale.dates(one), locale.dates(other)];
  return here.time(start) === there.time(start) && here.day(start) === there.day(start);
}

/** `Europe/Berlin`, `America/New York` */
export function zoneText(zone: string): string {
  return zone.replaceAll('_', ' ');
}
