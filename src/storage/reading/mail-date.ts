/**
 * Dates of mails (RFC 5322 section 3.3, with the obsolete forms of 4.3), and what programs write instead.
 *
 * Promises: total; undefined for a day or an hour that does not exist and for prose. A date without a zone, or with one that
 * nobody knows, is taken as UTC, as RFC 5322 says.
 */
import { type Instant, minute, toInstant } from '../../base/clock.ts';

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly time: string;
  readonly zone: string;
}

const longest = 200;
const clockTime = String.raw`(\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2}(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?)`;
const zoneName = String.raw`(?: ?\(?((?:gmt|utc|ut)? ?[+-] ?\d{1,2}:?\d{0,2}|[a-z]{1,5})\b\)?)?`;

/** `23 Nov 2026 10:15:30 +0100`, with or without the day of the week. */
const dayFirst = new RegExp(
  String.raw`(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|\.)?[ -]?(?:de )?([^\d\s.,-]{3,12})[.,]?[ -](?:de )?(\d{2,4})\b[ ,T]*(?:[^\d\s]{1,4} )?${clockTime}${zoneName}`,
  'u',
);
/** `Nov 23 10:15:30 2026`, as C writes it, with a zone before or behind the year; or `Nov 23, 2026 10:15`. */
const monthFirst = new RegExp(
  String.raw`([^\d\s.,-]{3,12})\.? (\d{1,2}),? (?:(\d{4}),? )?${clockTime}${zoneName}(?: (\d{4}))?${zoneName}`,
  'u',
);
const yearFirst = new RegExp(
  String.raw`(?:^|[^\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]+${clockTime}${zoneName})?`,
  'u',
);
const numbers = new RegExp(
  String.raw`(?:^|[^\d])(\d{1,2})([./-])(\d{1,2})[./-](\d{4})[ ,]+${clockTime}${zoneName}`,
  'u',
);

export function parseMailDate(value: string): Instant | undefined {
  const text = value
    .slice(0, longest)
    .replace(/\((?![+-])[^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?([:,]) ?(?=\d)/g, (sign) => (sign.includes(':') ? ':' : ', '))
    .trim()
    .toLowerCase();
  const fields = readFields(text);
  return fields === undefined ? undefined : toTime(fields);
}

function readFields(text: string): Fields | undefined {
  const day = dayFirst.exec(text);
  const month = day === null ? undefined : monthOf(day[2] ?? '');
  if (day !== null && month !== undefined) return fieldsOf(day[3], month, day[1], day[4], day[5]);
  const name = monthFirst.exec(text);
  const named = name === null ? undefined : monthOf(name[1] ?? '');
  if (name !== null && named !== undefined)
    return fieldsOf(name[3] ?? name[6], named, name[2], name[4], name[5] ?? name[7]);
  const year = yearFirst.exec(text);
  if (year !== null) return fieldsOf(year[1], Number(year[2]), year[3], year[4] ?? '0:00', year[5]);
  const plain = numbers.exec(text);
  if (plain === null) return undefined;
  const [, one = '', sign, other = '', years, time, zone] = plain;
  // With strokes and no day above twelve, the month comes first: who writes so counts from there.
  const isMonthFirst = sign === '/' ? Number(one) <= 12 : Number(other) > 12;
  const [numeral, dayText] = isMonthFirst ? [one, other] : [other, one];
  return fieldsOf(years, Number(numeral), dayText, time, zone);
}

function fieldsOf(
  year: string | undefined,
  month: number,
  day: string | undefined,
  time: string | undefined,
  zone: string | undefined,
): Fields | undefined {
  if (year === undefined) return undefined;
  return {
    year: wholeYear(year),
    month,
    day: Number(day),
    time: time ?? '',
    zone: zone ?? '',
  };
}

/** RFC 5322 section 4.3. */
function wholeYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year + (year < 50 ? 2000 : 1900);
  return digits.length === 3 ? year + 1900 : year;
}

function toTime({ year, month, day, time, zone }: Fields): Instant | undefined {
  const [, hours = '', minutes = '', seconds = '0', half] =
    /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?[^ap]*([ap])?/.exec(time) ?? [];
  const [hourCount, minuteCount, secondCount] = [Number(hours), Number(minutes), Number(seconds)];
  const isHalf = half !== undefined && hourCount >= 1 && hourCount <= 12;
  const wholeHours = isHalf ? (hourCount % 12) + (half === 'p' ? 12 : 0) : hourCount;
  const offset = offsetOf(zone);
  if (
    hours === '' ||
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    wholeHours > 23 ||
    minuteCount > 59 ||
    secondCount > 60 ||
    offset === undefined
  )
    return undefined;
  const minutesSince = (daysSince(year, month, day) * 24 + wholeHours) * 60 + minuteCount - offset;
  return toInstant(minutesSince * minute + secondCount * 1000);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar. */
function daysSince(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Minutes east of Greenwich of names that mail programs write. */
const zones: Readonly<Record<string, number>> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  akdt: -480,
  hst: -600,
  wet: 0,
  west: 60,
  bst: 60,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  mez: 60,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  msd: 240,
  hkt: 480,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
};

/** Undefined for an offset that no place has. */
function offsetOf(zone: string): number | undefined {
  const digits = /([+-]) ?(\d{1,2}):?(\d{0,2})$/.exec(zone);
  if (digits === null) return zones[zone] ?? 0;
  const [, sign, hours = '', minutes = ''] = digits;
  const size = Number(hours) * 60 + Number(minutes || '0');
  if (size > 24 * 60 || Number(minutes || '0') > 59) return undefined;
  return sign === '-' ? -size : size;
}

/** Beginnings of the names of months in the languages that programs have let slip into the field. */
const months: readonly (readonly string[])[] = [
  ['jan', 'jän', 'ene', 'gen', 'янв', 'sty', 'led', 'tam', 'oca', 'ιαν'],
  ['feb', 'fév', 'fev', 'фев', 'lut', 'úno', 'uno', 'hel', 'şub', 'sub', 'φεβ'],
  ['mar', 'mär', 'mrz', 'maa', 'мар', 'bře', 'bre', 'μαρ', 'maart', 'mrt'],
  ['apr', 'avr', 'abr', 'апр', 'kwi', 'dub', 'huh', 'nis', 'απρ'],
  ['may', 'mai', 'mag', 'maj', 'mei', 'май', 'мая', 'kvě', 'kve', 'tou', 'μαϊ', 'μαι'],
  ['jun', 'juin', 'giu', 'июн', 'cze', 'čer', 'kes', 'haz', 'ιουν'],
  ['jul', 'juil', 'lug', 'июл', 'lip', 'čvc', 'hei', 'tem', 'ιουλ'],
  ['aug', 'aoû', 'aou', 'ago', 'авг', 'sie', 'srp', 'elo', 'ağu', 'agu', 'αυγ'],
  ['sep', 'set', 'сен', 'wrz', 'zář', 'zar', 'syy', 'eyl', 'σεπ'],
  ['oct', 'okt', 'ott', 'out', 'окт', 'paź', 'paz', 'říj', 'rij', 'lok', 'eki', 'οκτ'],
  ['nov', 'ноя', 'lis', 'marr', 'kas', 'νοε'],
  ['dec', 'dez', 'dic', 'déc', 'дек', 'gru', 'pro', 'jou', 'ara', 'δεκ'],
];

function monthOf(word: string): number | undefined {
  // The longest beginning decides: `juin` is no `jun`, and `märz` no `mar`.
  let best: { month: number; length: number } | undefined;
  for (const [at, names] of months.entries())
    for (const name of names)
      if (word.startsWith(name) && name.length > (best?.length ?? 0))
        best = { month: at + 1, length: name.length };
  return best?.month;
}
