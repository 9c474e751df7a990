/**
 * Dates in queries: `2026-11`, `2026-11-23..2026-11-25`, `>2026-11-01`, `<7d`, `today`.
 *
 * Promises: pure and total; days, months and years are those of a calendar in the zone of whoever asks, and a range holds
 * both of its ends. `<7d` is younger than seven days, `>7d` older.
 */
import {
  type Duration,
  day,
  formatDay,
  formatInstant,
  hour,
  type Instant,
  minute,
  parseInstant,
  parseWallTime,
  toInstant,
} from '../../base/clock.ts';

export interface TimeRange {
  /** The first instant that counts; undefined for all before. */
  readonly from: Instant | undefined;
  /** The first one that counts no more. */
  readonly before: Instant | undefined;
}

export interface DateAsker {
  readonly now: Instant;
  /** IANA name. */
  readonly timeZone: string;
}

export type DateBound =
  | { readonly kind: 'span'; readonly from: Span | undefined; readonly until: Span | undefined }
  /** Behind the span, or before it. */
  | { readonly kind: 'beyond'; readonly side: 'after' | 'before'; readonly of: Span }
  | { readonly kind: 'age'; readonly isYounger: boolean; readonly age: Duration };

/** A day, month or year by its first day and that of the next one, `YYYY-MM-DD`; or days before today. */
type Span =
  | { readonly kind: 'dates'; readonly first: string; readonly next: string }
  | { readonly kind: 'ago'; readonly days: number };

export const dateExamples: readonly string[] = [
  '2026-11',
  '2026-11-23..2026-11-25',
  '>2026-11-01',
  '<7d',
  'today',
];

const units: Readonly<Record<string, Duration>> = {
  m: minute,
  h: hour,
  d: day,
  w: 7 * day,
  y: 365 * day,
};

export function parseDateBound(value: string): DateBound | undefined {
  const text = value.toLowerCase();
  const [, sign = '', digits, unit = ''] = /^([<>])=?(\d{1,5})([mhdwy])$/.exec(text) ?? [];
  const length = units[unit];
  if (digits !== undefined && length !== undefined)
    return { kind: 'age', isYounger: sign === '<', age: Number(digits) * length };
  const [, operator = '', rest = ''] = /^([<>]=?)?(.*)$/s.exec(text) ?? [];
  if (operator === '') return parseRange(rest);
  const of = parseSpan(rest);
  if (of === undefined) return undefined;
  switch (operator) {
    case '>':
      return { kind: 'beyond', side: 'after', of };
    case '<':
      return { kind: 'beyond', side: 'before', of };
    case '>=':
      return { kind: 'span', from: of, until: undefined };
    default:
      return { kind: 'span', from: undefined, until: of };
  }
}

/** Either end of a range may be open, not both. */
function parseRange(text: string): DateBound | undefined {
  const [start = '', end, ...more] = text.split('..');
  if (more.length > 0) return undefined;
  if (end === undefined) {
    const span = parseSpan(start);
    return span && { kind: 'span', from: span, until: span };
  }
  const [from, until] = [parseSpan(start), parseSpan(end)];
  const isRead = (part: string, span: Span | undefined) => part === '' || span !== undefined;
  if (!isRead(start, from) || !isRead(end, until) || start + end === '') return undefined;
  return { kind: 'span', from, until };
}

function parseSpan(text: string): Span | undefined {
  if (text === 'today') return { kind: 'ago', days: 0 };
  if (text === 'yesterday') return { kind: 'ago', days: 1 };
  const [, year, month, date] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const first = `${year}-${month ?? '01'}-${date ?? '01'}`;
  if (!isDate(first)) return undefined;
  if (date !== undefined) return { kind: 'dates', first, next: shiftDate(first, 1) };
  const isLast = month === undefined || month === '12';
  const nextMonth = isLast ? '01' : String(Number(month) + 1).padStart(2, '0');
  const nextYear = String(Number(year) + (isLast ? 1 : 0)).padStart(4, '0');
  return { kind: 'dates', first, next: `${nextYear}-${nextMonth}-01` };
}

function isDate(text: string): boolean {
  const instant = parseInstant(`${text}T00:00:00Z`);
  return instant !== undefined && formatInstant(instant).startsWith(text);
}

function shiftDate(text: string, days: number): string {
  const instant = parseInstant(`${text}T00:00:00Z`) ?? toInstant(0);
  return formatInstant(toInstant(instant + days * day)).slice(0, 10);
}

/** When the bound begins and ends for whoever asks. */
export function rangeOf(bound: DateBound, asker: DateAsker): TimeRange {
  const { now, timeZone } = asker;
  const midnight = (date: string) => parseWallTime(`${date}T00:00`, timeZone);
  const datesOf = (span: Span) => {
    if (span.kind === 'dates') return span;
    const digits = formatDay(now, timeZone);
    const today = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
    return { first: shiftDate(today, -span.days), next: shiftDate(today, 1 - span.days) };
  };
  switch (bound.kind) {
    case 'age': {
      const at = toInstant(now - bound.age);
      return bound.isYounger ? { from: at, before: undefined } : { from: undefined, before: at };
    }
    case 'beyond': {
      const { first, next } = datesOf(bound.of);
      return bound.side === 'after'
        ? { from: midnight(next), before: undefined }
        : { from: undefined, before: midnight(first) };
    }
    case 'span':
      return {
        from: bound.from && midnight(datesOf(bound.from).first),
        before: bound.until && midnight(datesOf(bound.until).next),
      };
  }
}

/** What never happened lies in no range. */
export function isInRange({ from, before }: TimeRange, at: Instant | undefined): boolean {
  if (at === undefined) return false;
  return (from === undefined || at >= from) && (before === undefined || at < before);
}
