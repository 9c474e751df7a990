/**
 * Times for answers that go out later: what is offered, how they are said, how they are read.
 *
 * Promises: pure; a time that was chosen lies in the future and less than a year away.
 */
import {
  day,
  formatDay,
  formatInstant,
  formatWallTime,
  type Instant,
  minute,
  parseInstant,
  parseWallTime,
  toInstant,
  toWallTime,
} from '../../../base/clock.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';

export interface WhenWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
  readonly timeZone: string;
}

export interface TimeChoice {
  readonly value: string;
  readonly text: string;
}

const morning = '09:00';

/** In an hour, tomorrow morning, Monday morning. */
export function offerTimes(words: WhenWords): readonly TimeChoice[] {
  const { locale, now, timeZone } = words;
  const choices: TimeChoice[] = [{ value: '+60', text: locale.text('later.in-hour') }];
  const { weekday } = toWallTime(now, timeZone);
  const toMonday = (8 - weekday) % 7 || 7;
  for (const days of new Set([1, toMonday])) {
    const date = formatWallTime(toInstant(now + days * day), timeZone).slice(0, 10);
    const at = parseWallTime(`${date}T${morning}`, timeZone);
    if (at !== undefined) choices.push({ value: formatInstant(at), text: formatWhen(at, words) });
  }
  return choices;
}

/** `09:00`, `tomorrow, 09:00`, `Monday, 30 November, 09:00`. */
export function formatWhen(at: Instant, { locale, dates, now, timeZone }: WhenWords): string {
  const time = dates.time(at);
  if (dates.isSameDay(at, now)) return locale.text('later.today', { time });
  if (formatDay(at, timeZone) === formatDay(toInstant(now + day), timeZone))
    return locale.text('later.tomorrow', { time });
  return locale.text('later.day', { day: dates.dayHeading(at, now), time });
}

/** What the field for a time of one's own holds at first: tomorrow morning. */
export function firstOwnTime({ now, timeZone }: WhenWords): string {
  return `${formatWallTime(toInstant(now + day), timeZone).slice(0, 10)}T${morning}`;
}

/** `+MINUTES`, an instant, or what the field for a time holds; undefined unless it lies ahead. */
export function readSendTime(
  value: string,
  { now, timeZone }: { readonly now: Instant; readonly timeZone: string },
): Instant | undefined {
  const minutes = /^\+(\d{1,5})$/.exec(value.trim())?.[1];
  const at =
    minutes === undefined
      ? (parseWallTime(value, timeZone) ?? parseInstant(value))
      : toInstant(now + Number(minutes) * minute);
  return at !== undefined && at > now && at < now + 366 * day ? at : undefined;
}
