/**
 * Holidays as rules: a short text that names a day of every year.
 *
 *     2026-12-25                 that day alone
 *     12-25                      every year
 *     12-25 observed             on a Saturday the Friday before, on a Sunday the Monday after
 *     easter, easter+1, easter-2, orthodox-easter+1
 *     3rd monday of january, last monday of may
 *     monday before 05-25, thursday after 06-19, saturday on or after 06-20
 *
 * Promises: pure and total; a rule gives at most one day a year, always the same.
 * Leaves to others: files (config/calendars.ts), for how many years rules are asked.
 */
import { formatDate, isDate } from './calendar.ts';

export type HolidayRule =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'yearly'; readonly on: MonthDay; readonly isObserved: boolean }
  | { readonly kind: 'easter'; readonly isOrthodox: boolean; readonly days: number }
  | {
      readonly kind: 'weekday-of';
      /** From 1 to 5; -1 for the last. */
      readonly which: number;
      readonly weekday: number;
      readonly month: number;
    }
  | {
      readonly kind: 'weekday-near';
      readonly weekday: number;
      /** The nearest day that may be it is so far from the date. */
      readonly from: number;
      readonly step: 1 | -1;
      readonly on: MonthDay;
    };

interface MonthDay {
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

export const expectedHoliday =
  'a day such as 2026-12-25, 12-25, "12-25 observed", easter+1, orthodox-easter, "3rd monday of january", "last monday of may" or "monday before 05-25", or the name of an .ics file';

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];
const mostEasterDays = 120;

/** Undefined for anything else; capitals and blanks make no difference. */
export function parseHolidayRule(text: string): HolidayRule | undefined {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (words.length > 100) return undefined;
  if (isDate(words)) return { kind: 'date', date: words };
  return (
    parseYearly(words) ?? parseEaster(words) ?? parseWeekdayOf(words) ?? parseWeekdayNear(words)
  );
}

function parseYearly(words: string): HolidayRule | undefined {
  const [, text = '', observed] = /^(\d\d-\d\d)( observed)?$/.exec(words) ?? [];
  const on = parseMonthDay(text);
  return on === undefined ? undefined : { kind: 'yearly', on, isObserved: observed !== undefined };
}

/** Also 29 February, which not every year has. */
function parseMonthDay(text: string): MonthDay | undefined {
  if (!isDate(`2000-${text}`)) return undefined;
  const [month = 0, day = 0] = text.split('-').map(Number);
  return { month, day };
}

function parseEaster(words: string): HolidayRule | undefined {
  const [, orthodox, sign = '+', digits = '0'] =
    /^(orthodox[- ])?easter(?: ?([+-]) ?(\d{1,3}))?$/.exec(words) ?? [undefined, undefined, ''];
  if (sign === '' || Number(digits) > mostEasterDays) return undefined;
  const days = (sign === '-' ? -1 : 1) * Number(digits);
  return { kind: 'easter', isOrthodox: orthodox !== undefined, days };
}

function parseWeekdayOf(words: string): HolidayRule | undefined {
  const [, which = '', day = '', of = ''] = /^(\S+) (\S+) (?:of|in) (\S+)$/.exec(words) ?? [];
  const weekday = weekdays.indexOf(day);
  const month = months.findIndex((name) => name === of || name.slice(0, 3) === of) + 1;
  const count = parseOrdinal(which);
  if (weekday < 0 || month === 0 || count === undefined) return undefined;
  return { kind: 'weekday-of', which: count, weekday, month };
}

function parseOrdinal(word: string): number | undefined {
  if (word === 'last') return -1;
  const named = ordinals.indexOf(word);
  if (named >= 0) return named + 1;
  const [, digit] = /^([1-5])(?:st|nd|rd|th|\.)$/.exec(word) ?? [];
  return digit === undefined ? undefined : Number(digit);
}

function parseWeekdayNear(words: string): HolidayRule | undefined {
  const [, day = '', including, side, date = ''] =
    /^(\S+) (on or )?(before|after) (\d\d-\d\d)$/.exec(words) ?? [];
  const weekday = weekdays.indexOf(day);
  const on = parseMonthDay(date);
  if (weekday < 0 || on === undefined) return undefined;
  const step = side === 'before' ? -1 : 1;
  return { kind: 'weekday-near', weekday, from: including === undefined ? step : 0, step, on };
}

/** The day of the rule in the year as `2026-12-25`; undefined when the year has none. Years from 1900 to 2199. */
export function holidayIn(rule: HolidayRule, year: number): string | undefined {
  switch (rule.kind) {
    case 'date':
      return rule.date.startsWith(`${year}-`) ? rule.date : undefined;
    case 'yearly': {
      const day = dayNumber(year, rule.on);
      return day === undefined ? undefined : formatDate(rule.isObserved ? observed(day) : day);
    }
    case 'easter':
      return formatDate((rule.isOrthodox ? orthodoxEaster(year) : easter(year)) + rule.days);
    case 'weekday-of': {
      const day = weekdayOf(rule, year);
      return day === undefined ? undefined : formatDate(day);
    }
    case 'weekday-near': {
      const day = dayNumber(year, rule.on);
      return day === undefined ? undefined : formatDate(weekdayFrom(day + rule.from, rule));
    }
  }
}

function observed(day: number): number {
  const weekday = weekdayOn(day);
  return weekday === 6 ? day - 1 : weekday === 0 ? day + 1 : day;
}

function weekdayOf(
  { which, weekday, month }: Extract<HolidayRule, { kind: 'weekday-of' }>,
  year: number,
): number | undefined {
  const first = daysSince1970(year, { month, day: 1 });
  const next = daysSince1970(year + (month === 12 ? 1 : 0), { month: (month % 12) + 1, day: 1 });
  if (which < 0) return weekdayFrom(next - 1, { weekday, step: -1 });
  const day = weekdayFrom(first, { weekday, step: 1 }) + (which - 1) * 7;
  return day < next ? day : undefined;
}

/** The first such weekday from the day on, itself included. */
function weekdayFrom(
  day: number,
  { weekday, step }: { readonly weekday: number; readonly step: 1 | -1 },
): number {
  const ahead = step * (weekday - weekdayOn(day));
  return day + step * (((ahead % 7) + 7) % 7);
}

/** 1 January 1970 was a Thursday. */
function weekdayOn(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Undefined for 29 February of a year without one. */
function dayNumber(year: number, on: MonthDay): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return on.month === 2 && on.day === 29 && !isLeap ? undefined : daysSince1970(year, on);
}

/** In the Gregorian calendar, with years that begin in March, so that the leap day comes last. */
function daysSince1970(year: number, { month, day }: MonthDay): number {
  const shifted = month <= 2 ? year - 1 : year;
  const before = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leap = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leap + before - 719_468;
}

/** Easter Sunday of the western churches (the method of Meeus, Jones and Butcher). */
function easter(year: number): number {
  const golden = year % 19;
  const [century, rest] = [Math.floor(year / 100), year % 100];
  const correction = Math.floor((century + 8) / 25);
  const moon =
    (19 * golden + century - (century >> 2) - Math.floor((century - correction + 1) / 3) + 15) % 30;
  const week = (32 + 2 * (century % 4) + 2 * (rest >> 2) - moon - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * week) / 451);
  return daysSince1970(year, { month: 3, day: 22 }) + moon + week - 7 * late;
}

/** Of the churches that count by the Julian calendar. */
function orthodoxEaster(year: number): number {
  const moon = (19 * (year % 19) + 15) % 30;
  const week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7;
  const behind = Math.floor(year / 100) - Math.floor(year / 400) - 2;
  return daysSince1970(year, { month: 3, day: 22 }) + moon + week + behind;
}
