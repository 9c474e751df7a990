/**
 * Calendar files: config/calendars/*.yaml, and which calendar a queue works by.
 *
 * A file gives hours by days, breaks, holidays as dates, rules and .ics files, and a time zone. Promises: pure and total; every
 * thing wrong is a problem with its line. Holidays are known for the years from 1990 to 2099. A desk without a calendar named `default` works Monday to Friday from 9 to 17.
 */
import type { Calendar, OpenSpan } from '../core/escalation/calendar.ts';
import {
  expectedHoliday,
  type HolidayRule,
  holidayIn,
  parseHolidayRule,
} from '../core/escalation/holidays.ts';
import { parseSchedule } from '../core/rules/schedule.ts';
import type { Holiday, HolidayFile, Years } from './calendar-ics.ts';
import type { CalendarConfig, Config, ConfigProblem } from './config.ts';
import { timeZone } from './values.ts';
import { unknownKey } from './yaml.ts';
import {
  describeNode,
  nodeTexts,
  type ReportLine,
  readYamlTree,
  type YamlNode,
} from './yaml-tree.ts';

export interface CalendarFile {
  readonly file: string;
  readonly calendar: CalendarConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

const keys = ['timeZone', 'hours', 'breaks', 'holidays'];
const officeHours: readonly OpenSpan[] = [{ from: 9 * 60, to: 17 * 60 }];
const officeWeek = [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
  weekday >= 1 && weekday <= 5 ? officeHours : [],
);

/** Years for which holidays are known. */
export const holidayYears: Years = { first: 1990, last: 2099 };

/** `deskZone` is that of a calendar that names none; `holidayFiles` are the .ics files beside it. */
export function parseCalendarFile(
  text: string,
  file: string,
  deskZone: string,
  holidayFiles: readonly HolidayFile[] = [],
): CalendarFile {
  const tree = readYamlTree(text, file);
  const problems: ConfigProblem[] = [...tree.problems];
  const report: ReportLine = (line, reason) => void problems.push({ file, line, reason });
  const name = calendarNameOf(file);
  const { root } = tree;
  const pairs = root.kind === 'table' ? root.pairs : [];
  if (root.kind !== 'table' && root.kind !== 'nothing')
    report(root.line, 'The file should be a table of "key: value" lines');
  for (const { key, line } of pairs)
    if (!keys.includes(key)) report(line, unknownKey('calendar setting', key, keys));
  const node = (key: string) => {
    const found = pairs.find((pair) => pair.key === key)?.node;
    return found?.kind === 'nothing' ? undefined : found;
  };
  const zone = readZone(node('timeZone'), report) ?? deskZone;
  const open = readSpans(node('hours'), 'hours', report);
  const shut = readSpans(node('breaks'), 'breaks', report);
  const week = subtract(node('hours') === undefined ? officeWeek : open, shut);
  if (problems.length === 0 && week.every((spans) => spans.length === 0))
    report(node('hours')?.line ?? 1, 'The calendar has no open hours in the week');
  const holidayNames = readHolidays(node('holidays'), { file, holidayFiles, report });
  const holidays = new Set(Object.keys(holidayNames));
  return {
    file,
    calendar:
      problems.length > 0 ? undefined : { name, timeZone: zone, week, holidays, holidayNames },
    problems,
  };
}

/** `calendars/berlin.yaml`: `berlin`. */
export function calendarNameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

function readZone(node: YamlNode | undefined, report: ReportLine): string | undefined {
  if (node === undefined) return undefined;
  const parsed = node.kind === 'scalar' ? timeZone.parse(node.text) : undefined;
  if (parsed === undefined)
    report(node.line, `"timeZone" is ${describeNode(node)}, but should be ${timeZone.expected}`);
  return parsed?.value;
}

const dayWords = 'days such as mon-fri or sat,sun';

/** A table of days with spans, or spans alone for every day; by weekday. */
function readSpans(
  node: YamlNode | undefined,
  key: string,
  report: ReportLine,
): readonly (readonly OpenSpan[])[] {
  const week: OpenSpan[][] = [[], [], [], [], [], [], []];
  if (node === undefined) return week;
  const groups =
    node.kind === 'table'
      ? node.pairs.map(({ key: days, node: spans, line }) => ({ days, spans, line }))
      : [{ days: 'mon-sun', spans: node, line: node.line }];
  for (const { days, spans, line } of groups) {
    const weekdays = parseSchedule(days, () => false)?.weekdays;
    if (weekdays === undefined || /\d/.test(days)) {
      report(line, `"${key}" names "${days.slice(0, 100)}", but should name ${dayWords}`);
      continue;
    }
    for (const text of spans.kind === 'nothing' ? [] : (nodeTexts(spans) ?? [''])) {
      const span = parseSpan(text);
      if (span === undefined)
        report(line, `"${key}" is ${describeNode(spans)}, but should be times such as 09:00-17:00`);
      else for (const weekday of weekdays) addSpan(week, weekday, span);
    }
  }
  return week.map(unite);
}

function parseSpan(text: string): OpenSpan | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] =
    /^([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (fromHour === undefined) return undefined;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from !== to && to <= 24 * 60 ? { from, to } : undefined;
}

/** 22:00-06:00 ends on the day after. */
function addSpan(week: readonly OpenSpan[][], weekday: number, { from, to }: OpenSpan): void {
  week[weekday]?.push({ from, to: from < to ? to : 24 * 60 });
  if (to < from && to > 0) week[(weekday + 1) % 7]?.push({ from: 0, to });
}

function unite(spans: readonly OpenSpan[]): readonly OpenSpan[] {
  const united: OpenSpan[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = united.at(-1);
    if (last === undefined || span.from > last.to) united.push(span);
    else united.splice(-1, 1, { from: last.from, to: Math.max(last.to, span.to) });
  }
  return united;
}

function subtract(
  open: readonly (readonly OpenSpan[])[],
  shut: readonly (readonly OpenSpan[])[],
): readonly (readonly OpenSpan[])[] {
  return open.map((spans, weekday) =>
    (shut[weekday] ?? []).reduce(
      (rest, { from, to }) =>
        rest
          .flatMap((span) => [
            { from: span.from, to: Math.min(span.to, from) },
            { from: Math.max(span.from, to), to: span.to },
          ])
          .filter((span) => span.from < span.to),
      spans,
    ),
  );
}

interface HolidaySources {
  /** Of the calendar. */
  readonly file: string;
  readonly holidayFiles: readonly HolidayFile[];
  readonly report: ReportLine;
}

/** Names by date. The .ics file of the calendar's own name counts without being named. */
function readHolidays(
  node: YamlNode | undefined,
  { file, holidayFiles, report }: HolidaySources,
): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  const add = ({ date, name }: Holiday) => {
    names[date] = [names[date], name].find((each) => each !== undefined && each !== '') ?? '';
  };
  const fromFile = (wanted: string): boolean => {
    const found = holidayFiles.find((each) => each.file === `calendars/${wanted}`);
    for (const holiday of found?.holidays ?? []) add(holiday);
    return found !== undefined;
  };
  for (const { text, name, line } of holidayEntries(node, report)) {
    if (/\.ics$/i.test(text)) {
      const known = holidayFiles.map((each) => each.file.replace(/^.*\//, ''));
      if (!fromFile(text)) report(line, unknownFile(text, known));
      continue;
    }
    const rule = parseHolidayRule(text);
    if (rule === undefined)
      report(line, `"holidays" holds "${text.slice(0, 100)}", but should be ${expectedHoliday}`);
    else for (const date of datesOf(rule)) add({ date, name });
  }
  fromFile(`${calendarNameOf(file)}.ics`);
  return names;
}

function unknownFile(wanted: string, known: readonly string[]): string {
  return known.length === 0
    ? `"holidays" names "${wanted.slice(0, 100)}", but there is no .ics file in calendars/`
    : unknownKey('holiday file', wanted, known);
}

function datesOf(rule: HolidayRule): readonly string[] {
  if (rule.kind === 'date') return [rule.date];
  const years = holidayYears.last - holidayYears.first + 1;
  return Array.from({ length: years }, (_, ahead) =>
    holidayIn(rule, holidayYears.first + ahead),
  ).flatMap((date) => date ?? []);
}

interface HolidayEntry {
  readonly text: string;
  readonly name: string;
  readonly line: number;
}

/** `- 12-25`, `- 12-25: Christmas Day`, a table of such pairs, or one text. */
function holidayEntries(node: YamlNode | undefined, report: ReportLine): readonly HolidayEntry[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item): readonly HolidayEntry[] => {
    if (item.kind === 'scalar') return [{ text: item.text, name: '', line: item.line }];
    if (item.kind === 'table') {
      return item.pairs.map(({ key, line, node: value }) => ({
        text: key,
        name: value.kind === 'scalar' ? value.text.slice(0, 100) : '',
        line,
      }));
    }
    report(item.line, `"holidays" holds ${describeNode(item)}, but should be ${expectedHoliday}`);
    return [];
  });
}

const fallbacks = new Map<string, Calendar>();

/** Monday to Friday from 9 to 17 in the zone; always the same object, so that what is known of its days stays known. */
function officeCalendar(zone: string): Calendar {
  const known = fallbacks.get(zone);
  if (known !== undefined) return known;
  const calendar = { timeZone: zone, week: officeWeek, holidays: new Set<string>() };
  fallbacks.set(zone, calendar);
  return calendar;
}

/** The calendar of this name, else the desk's own. */
export function calendarNamed({ desk, calendars = [] }: Config, name: string): Calendar {
  return (
    calendars.find((each) => each.name === name) ??
    calendars.find((each) => each.name === 'default') ??
    officeCalendar(desk.timeZone)
  );
}

/** The calendar of the queue, of a queue above it, the one named `default`, or the built-in one. */
export function calendarOf(config: Config, queue: string): Calendar {
  return findCalendar(config, queue) ?? officeCalendar(config.desk.timeZone);
}

/** Name of the calendar of a queue; undefined for the built-in one. */
export function calendarName(config: Config, queue: string): string | undefined {
  return findCalendar(config, queue)?.name;
}

function findCalendar(
  { queues, calendars = [] }: Config,
  queue: string,
): CalendarConfig | undefined {
  const parts = queue.toLowerCase().split('::');
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const above = parts.slice(0, depth).join('::');
    const wanted = queues.find(({ name }) => name.toLowerCase() === above)?.calendar;
    const found = calendars.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
  }
  return calendars.find(({ name }) => name === 'default');
}
