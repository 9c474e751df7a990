/**
 * Holidays out of an iCalendar file (RFC 5545), as calendars of holidays are published: config/calendars/NAME.ics.
 *
 * Every event of whole days counts, with all its days; what repeats each year is followed through the years of a calendar.
 * Events with times of day, and cancelled ones, are none. Promises: total and bounded on any text; what cannot be followed
 * is a problem that names the file and the event.
 */
import ICAL from 'ical.js';
import { errorText } from '../base/fault.ts';
import { isDate } from '../core/escalation/calendar.ts';
import type { ConfigProblem } from './config.ts';
import type { SourceFile } from './reader.ts';

export interface Holiday {
  /** `2026-12-25` */
  readonly date: string;
  /** Empty when the file gives none. */
  readonly name: string;
}

export interface HolidayFile {
  readonly file: string;
  readonly holidays: readonly Holiday[];
  readonly problems: readonly ConfigProblem[];
}

/** Years for which holidays are known. */
export interface Years {
  readonly first: number;
  readonly last: number;
}

const mostCharacters = 2_000_000;
const mostEvents = 10_000;
const mostDaysOfEvent = 400;
const mostRepetitions = 2500;

export function parseHolidayFile({ file, text }: SourceFile, years: Years): HolidayFile {
  const fail = (reason: string): HolidayFile => ({
    file,
    holidays: [],
    problems: [{ file, line: undefined, reason }],
  });
  if (text.length > mostCharacters)
    return fail(`The file is longer than ${mostCharacters} characters`);
  if (!/^\s*BEGIN:VCALENDAR/i.test(text.replace(/^\u{feff}/u, '')))
    return fail('The file should begin with BEGIN:VCALENDAR');
  try {
    const events = readEvents(text.replace(/^\u{feff}/u, ''));
    if (events.length > mostEvents) return fail(`The file has more than ${mostEvents} events`);
    const problems: ConfigProblem[] = [];
    const holidays = events.flatMap((event) => {
      const days = readEvent(event, years);
      if (typeof days !== 'string') return days;
      problems.push({ file, line: undefined, reason: `The event ${describe(event)} ${days}` });
      return [];
    });
    if (holidays.length === 0 && problems.length === 0)
      return fail('The file has no event of whole days');
    return { file, holidays, problems };
  } catch (error) {
    return fail(`The file cannot be read: ${errorText(error).split('\n')[0]?.slice(0, 200)}`);
  }
}

function readEvents(text: string): readonly ICAL.Component[] {
  const parsed: unknown = ICAL.parse(text);
  // Several calendars may follow each other in one file.
  const calendars = Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed : [parsed];
  return calendars.flatMap((calendar: unknown) =>
    Array.isArray(calendar) ? new ICAL.Component(calendar).getAllSubcomponents('vevent') : [],
  );
}

function describe(event: ICAL.Component): string {
  const name = textOf(event, 'summary');
  return `"${(name === '' ? textOf(event, 'uid') : name).slice(0, 100)}"`;
}

function textOf(event: ICAL.Component, property: string): string {
  const value: unknown = event.getFirstPropertyValue(property);
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
}

/** Its holidays, or why it cannot be followed. */
function readEvent(component: ICAL.Component, years: Years): readonly Holiday[] | string {
  if (/^cancelled$/i.test(textOf(component, 'status'))) return [];
  const event = new ICAL.Event(component);
  const { startDate: start } = event;
  if (start?.isDate !== true) return [];
  const name = textOf(component, 'summary');
  const length = Math.round(event.duration.toSeconds() / 86_400);
  if (length > mostDaysOfEvent) return `is longer than ${mostDaysOfEvent} days`;
  const starts = event.isRecurring() ? repetitions(component, event, years) : [start];
  if (typeof starts === 'string') return starts;
  return starts.flatMap((first) =>
    Array.from({ length: Math.max(1, length) }, (_, ahead) => {
      const day = first.clone();
      day.day += ahead;
      return { date: toDate(day), name };
    }).filter(({ date }) => isDate(date) && isWithin(Number(date.slice(0, 4)), years)),
  );
}

function toDate({ year, month, day }: ICAL.Time): string {
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function isWithin(year: number, { first, last }: Years): boolean {
  return year >= first && year <= last;
}

/** The first days of all repetitions that begin in the years. */
function repetitions(
  component: ICAL.Component,
  event: ICAL.Event,
  years: Years,
): readonly ICAL.Time[] | string {
  const tests: ((day: ICAL.Time) => boolean)[] = [];
  for (const property of component.getAllProperties('rrule')) {
    const rule: unknown = property.getFirstValue();
    const test = rule instanceof ICAL.Recur ? followRule(rule, event.startDate) : 'has no rule';
    if (typeof test === 'string') return test;
    tests.push(test);
  }
  const found: ICAL.Time[] = [];
  const iterator = event.iterator();
  for (let turn = 0; turn < mostRepetitions; turn += 1) {
    const next = iterator.next();
    if (next === null || next === undefined || next.year > years.last) return found;
    const isMeant = tests.length === 0 || tests.some((test) => test(next));
    if (isMeant && next.year >= years.first - 1) found.push(next.clone());
  }
  return `repeats more than ${mostRepetitions} times`;
}

const followed = ['BYMONTH', 'BYMONTHDAY', 'BYDAY'];

/** Which days the rule means: the library also names the days after those that a year has not. Else why it is not followed. */
function followRule(
  { freq, parts }: ICAL.Recur,
  start: ICAL.Time,
): ((day: ICAL.Time) => boolean) | string {
  if (freq !== 'YEARLY') return 'repeats in another way than yearly';
  const unknown = Object.keys(parts).find((part) => !followed.includes(part));
  if (unknown !== undefined) return `repeats by ${unknown}, which is not followed`;
  const { BYMONTH: months = [], BYMONTHDAY: monthDays = [], BYDAY: weekdays = [] } = parts;
  // Among weekdays the library looks very long for a day of a month that no month has.
  if (weekdays.length > 0 && monthDays.some((day) => Math.abs(day) > 28))
    return 'repeats by weekdays among the last days of a month, which is not followed';
  return ({ month, day }) => {
    if (months.length === 0 && weekdays.length > 0) return true;
    const isMonth = months.length === 0 ? month === start.month : months.includes(month);
    const isFree = monthDays.length > 0 || weekdays.length > 0;
    return isMonth && (isFree || day === start.day);
  };
}
