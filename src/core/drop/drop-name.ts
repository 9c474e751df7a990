/**
 * What the name of a dropped file says: ticket, numbers, time, direction.
 *
 * Owns: the patterns of fax servers and telephone systems, and the language they are written in. Promises: pure and total;
 * time in proportion to name times pattern. Leaves to others: whether the ticket exists, whose number it is.
 */
import { ok, type Result, refuse } from '../../base/result.ts';

export interface DropName {
  /** Digits that stand where a ticket number does; perhaps with wrong check digits. */
  readonly ticket?: string;
  /** Who called, and who was called, as written. */
  readonly from?: string;
  readonly to?: string;
  readonly at?: NamedTime;
  readonly direction?: 'in' | 'out';
  /** The pattern that fits. */
  readonly pattern?: string;
}

/** A time of day on a calendar day, in the zone of whoever wrote the name. */
export interface NamedTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export interface NamePattern {
  readonly source: string;
  readonly direction: 'in' | 'out' | undefined;
  readonly expression: RegExp;
}

/**
 * In the order in which they are tried. `{…}` stands for what its name says, `_` for any of `-`, `_` and blanks, everything
 * else for itself without regard to case; a word and a colon in front say the direction.
 */
const known: readonly string[] = [
  // Our own: what DESIGN and README.txt tell people to write.
  '{ticket}_{from}',
  '{ticket}_{from}_{rest}',
  '{ticket}',
  // FreePBX and MixMonitor as it names its files.
  'out:out-{to}-{from}-{date}-{time}-{rest}',
  'in:external-{to}-{from}-{date}-{time}-{rest}',
  'in:in-{to}-{from}-{date}-{time}-{rest}',
  'in:q-{word}-{from}-{date}-{time}-{rest}',
  'in:rg-{word}-{from}-{date}-{time}-{rest}',
  // FRITZ!Box: 26.11.23_14.30_Telefax.0301234567
  '{date}_{time}_telefax.{from}',
  '{date}_{time}_fax.{from}',
  // 3CX: [Anna]_101-+49301234567_20261123143015(77)
  '[{word}]_{to}-{from}_{date}{time}({rest})',
  // Date and number in any order, with or without a word for the direction.
  '{date}_{time}_{way}_{from}',
  '{way}_{date}_{time}_{from}',
  '{way}_{from}_{date}_{time}',
  '{date}_{time}_{from}',
  '{date}_{time}_{from}_{rest}',
  '{from}_{date}_{time}',
  '{date}{time}_{from}',
  '{from}_{date}{time}',
  '{way}_{from}',
  'fax_{from}',
  'fax_{date}_{time}',
  '{word}_{date}_{time}',
  '{from}',
  '{date}_{time}',
  // HylaFAX (fax000000123) and Asterisk's voicemail (msg0001) say nothing more.
  'fax{digits}',
  'msg{digits}',
];

const parts: Readonly<Record<string, string>> = {
  ticket: '(?<ticket>[0-9]{14,20})',
  from: '(?<from>\\+?[0-9]{3,20}|anonymous|unknown|private|restricted)',
  to: '(?<to>\\+?[0-9]{1,20}|s)',
  date: '(?<date>[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}|[0-9]{2}\\.[0-9]{2}\\.(?:[0-9]{4}|[0-9]{2}))',
  time: '(?<time>[0-9]{2}[-.:h]?[0-9]{2}(?:[-.:m]?[0-9]{2})?)',
  way: '(?<way>in|out|incoming|outgoing|inbound|outbound|received|sent|eingehend|ausgehend)',
  digits: '[0-9]+',
  word: '[^-_]+',
  rest: '.+',
};

const longestPattern = 200;

/** A pattern of the desk's own; what is refused is told as a sentence that goes on after "should be". */
export function parseNamePattern(source: string): Result<NamePattern, string> {
  if (source.length > longestPattern) return refuse(`at most ${longestPattern} characters`);
  const [, way, text = ''] = /^(?:(in|out):)?(.*)$/s.exec(source) ?? [];
  const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const wrong = names.find((name) => !Object.hasOwn(parts, name));
  if (wrong !== undefined)
    return refuse(
      `made of ${Object.keys(parts)
        .map((name) => `{${name}}`)
        .join(', ')}, not {${wrong}}`,
    );
  const once = ['ticket', 'from', 'to', 'date', 'time', 'way'];
  if (names.length === 0 || once.some((name) => names.filter((each) => each === name).length > 1))
    return refuse('a text with parts such as {from} and {date}, each once');
  if (names.filter((name) => name === 'rest' || name === 'word').length > 2)
    return refuse('one with at most two of {rest} and {word}');
  const body = text
    .split(/(\{[a-z]+\})/)
    .map((piece) => (piece.startsWith('{') ? (parts[piece.slice(1, -1)] ?? '') : quote(piece)))
    .join('');
  return ok({
    source,
    direction: way === 'in' || way === 'out' ? way : undefined,
    expression: new RegExp(`^${body}$`, 'iu'),
  });
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('_', '[-_\\s]{1,3}');
}

const builtIn: readonly NamePattern[] = known.flatMap((source) => {
  const parsed = parseNamePattern(source);
  return parsed.ok ? [parsed.value] : [];
});

/** Longer names are cut: what they say stands in front. */
const longestName = 255;

/** `stem`: the name without its ending. The desk's own patterns are asked first. */
export function readDropName(stem: string, own: readonly NamePattern[] = []): DropName {
  const name = stem.slice(0, longestName).trim();
  for (const pattern of [...own, ...builtIn]) {
    const groups = pattern.expression.exec(name)?.groups;
    if (groups === undefined) continue;
    const found = toDropName(groups, pattern);
    if (found !== undefined) return found;
  }
  // A number anywhere, if it says by its plus that it is one.
  const from = /(?<![0-9+])\+[1-9][0-9]{6,14}(?![0-9])/.exec(name)?.[0];
  return from === undefined ? {} : { from, pattern: '+' };
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Undefined where what looks like a time, or like a ticket, is none: another pattern may fit better. */
function toDropName(groups: Groups, pattern: NamePattern): DropName | undefined {
  const { ticket, from, to, date, time, way } = groups;
  const at = date === undefined ? undefined : readTime(date, time ?? '');
  if (date !== undefined && at === undefined) return undefined;
  if (ticket !== undefined && !beginsWithDay(ticket)) return undefined;
  const direction = pattern.direction ?? directionOf(way);
  return {
    ...(ticket === undefined ? {} : { ticket }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(at === undefined ? {} : { at }),
    ...(direction === undefined ? {} : { direction }),
    pattern: pattern.source,
  };
}

function directionOf(way: string | undefined): 'in' | 'out' | undefined {
  if (way === undefined) return undefined;
  return /^(?:out|sent|ausgehend)/i.test(way) ? 'out' : 'in';
}

/** Digits that begin with no day were never meant as a ticket; a number with a wrong digit at its end was. */
function beginsWithDay(digits: string): boolean {
  return readTime(digits.slice(0, 8), '') !== undefined && digits.startsWith('20');
}

/** Whether digits that are no ticket number are a time written in one go: 20261123143015. */
export function isTimestamp(digits: string): boolean {
  return digits.length === 14 && readTime(digits.slice(0, 8), digits.slice(8)) !== undefined;
}

/** `20261123`, `2026-11-23`, `23.11.2026` or `23.11.26`; `143015`, `14.30` or nothing. */
export function readTime(date: string, time: string): NamedTime | undefined {
  const digits = date.replace(/[^0-9]/g, '');
  const isDayFirst = /^[0-9]{2}\./.test(date);
  const [year, month, day] = isDayFirst ? readDotted(digits) : split(digits);
  const clock = time.replace(/[^0-9]/g, '').padEnd(6, '0');
  const [hour, minute, second] = [clock.slice(0, 2), clock.slice(2, 4), clock.slice(4, 6)].map(
    Number,
  );
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1980 && year <= 2100;
  return isDay && hour < 24 && minute < 60 && second < 60
    ? { year, month, day, hour, minute, second }
    : undefined;
}

function split(digits: string): readonly number[] {
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number);
}

function readDotted(digits: string): readonly number[] {
  const [first = 0, month = 0, last = 0] = [
    digits.slice(0, 2),
    digits.slice(2, 4),
    digits.slice(4),
  ].map(Number);
  return [last < 100 ? 2000 + last : last, month, first];
}
