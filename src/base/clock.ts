/**
 * Time: instants, their text forms, and the clock that parts of the system are given.
 *
 * Owns: every use of `Date` and of timers. Others take `Instant` values and a `Clock`.
 * Promises: formatting and parsing are total; `parseInstant` returns undefined, never throws.
 */

declare const instantBrand: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: 'Instant' };

/** A span of time in milliseconds. */
export type Duration = number;

export const second: Duration = 1000;
export const minute: Duration = 60 * second;
export const hour: Duration = 60 * minute;
export const day: Duration = 24 * hour;

export interface Clock {
  now(): Instant;
  /** Runs once after the delay; the returned function cancels. Does not keep the process alive. */
  after(delayMs: Duration, run: () => void): () => void;
}

const maxInstantMs = 8.64e15;

export function toInstant(milliseconds: number): Instant {
  const bounded = Number.isFinite(milliseconds) ? Math.trunc(milliseconds) : 0;
  return Math.max(-maxInstantMs, Math.min(maxInstantMs, bounded)) as Instant;
}

/** ISO 8601 in UTC with milliseconds: `2026-11-23T10:15:30.120Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** Reads ISO 8601 and RFC 5322 dates; undefined for anything else. */
export function parseInstant(text: string): Instant | undefined {
  const milliseconds = Date.parse(text.trim());
  return Number.isNaN(milliseconds) ? undefined : toInstant(milliseconds);
}

/** The date as an RFC 5322 `Date:` value in the time zone (IANA name): `Mon, 23 Nov 2026 11:15:30 +0100`. */
export function formatMailDate(instant: Instant, timeZone: string): string {
  const offset = offsetMinutes(instant, timeZone);
  const shifted = new Date(instant + offset * minute).toUTCString().replace(' GMT', '');
  const size = Math.abs(offset);
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${shifted} ${offset < 0 ? '-' : '+'}${digits(Math.floor(size / 60))}${digits(size % 60)}`;
}

interface KnownOffsets {
  /** Of the quarter of an hour that was asked for last. */
  quarter: number;
  minutes: number;
  /** By spans of four days since 1970 in UTC; undefined for one within which the offset changes. */
  readonly spans: Map<number, number | undefined>;
}

const knownOffsets = new Map<string, KnownOffsets>();
const offsetSpan = 4 * day;
const mostKnownSpans = 5000;

/**
 * Minutes east of Greenwich. Zones change theirs at whole quarters of an hour, and never twice within four days, so such a
 * span that begins and ends with the same offset has it throughout.
 */
export function offsetMinutes(instant: Instant, timeZone: string): number {
  const known = knownOffsets.get(timeZone) ?? { quarter: Number.NaN, minutes: 0, spans: new Map() };
  knownOffsets.set(timeZone, known);
  const quarter = Math.floor(instant / (15 * minute));
  if (known.quarter === quarter) return known.minutes;
  const minutes = offsetOfSpan(known, Math.floor(instant / offsetSpan), timeZone);
  known.minutes = minutes ?? readOffset(instant, timeZone);
  known.quarter = quarter;
  return known.minutes;
}

function offsetOfSpan(
  { spans }: KnownOffsets,
  position: number,
  timeZone: string,
): number | undefined {
  if (spans.has(position)) return spans.get(position);
  const first = readOffset(toInstant(position * offsetSpan), timeZone);
  const isSame = first === readOffset(toInstant((position + 1) * offsetSpan), timeZone);
  if (spans.size >= mostKnownSpans) spans.clear();
  spans.set(position, isSame ? first : undefined);
  return isSame ? first : undefined;
}

function readOffset(instant: Instant, timeZone: string): number {
  const text = offsetFormat(timeZone)
    .formatToParts(new Date(instant))
    .find(({ type }) => type === 'timeZoneName');
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT([+-])(\d+)(?::(\d+))?/.exec(text?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Whether the text is an IANA name of a time zone that this system knows. */
export function hasTimeZone(name: string): boolean {
  if (offsetFormats.has(name)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  let format = offsetFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    offsetFormats.set(timeZone, format);
  }
  return format;
}

/** The calendar day `YYYYMMDD` that the instant has in the time zone (IANA name). */
export function formatDay(instant: Instant, timeZone: string): string {
  const shifted = new Date(instant + offsetMinutes(instant, timeZone) * minute);
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  const [year, month] = [shifted.getUTCFullYear(), shifted.getUTCMonth() + 1];
  return digits(year, 4) + digits(month, 2) + digits(shifted.getUTCDate(), 2);
}

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  after(delayMs, run) {
    // Longer delays than this overflow the timer and would fire at once.
    const timer = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after the delay, or at once when the signal aborts. */
export function sleep(clock: Clock, delayMs: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Lets everything run that waits for its turn: long work awaits this now and then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export interface WallTime {
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekday: number;
  /** Since midnight, from 0 to 1439. */
  readonly minute: number;
}

/** What calendar and clock on the wall show at the instant in the time zone (IANA name). */
export function toWallTime(instant: Instant, timeZone: string): WallTime {
  const shifted = new Date(instant + offsetMinutes(instant, timeZone) * minute);
  return {
    weekday: shifted.getUTCDay(),
    minute: shifted.getUTCHours() * 60 + shifted.getUTCMinutes(),
  };
}

/** How far the wall clock of the time zone (IANA name) is ahead of UTC at the instant; negative to the west. */
export function zoneOffset(instant: Instant, timeZone: string): Duration {
  return offsetMinutes(instant, timeZone) * minute;
}

/** What a clock on the wall shows in the time zone (IANA name), as form fields have it: `2026-11-23T11:15`. */
export function formatWallTime(instant: Instant, timeZone: string): string {
  const shifted = new Date(instant + offsetMinutes(instant, timeZone) * minute);
  return shifted.toISOString().slice(0, 16);
}

/** When a clock on the wall shows this; in the hour that a change of clocks repeats, the first time. Undefined for no such text. */
export function parseWallTime(text: string, timeZone: string): Instant | undefined {
  const shown = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text.trim())
    ? parseInstant(`${text.trim()}:00Z`)
    : undefined;
  if (shown === undefined) return undefined;
  // The offset before and after is asked for, and the one taken that leads back to what the clock shows.
  const offsets = [-day, 0, day].map((step) => offsetMinutes(toInstant(shown + step), timeZone));
  const found = offsets
    .map((offset) => toInstant(shown - offset * minute))
    .find((instant) => instant + offsetMinutes(instant, timeZone) * minute === shown);
  return found ?? toInstant(shown - (offsets[1] ?? 0) * minute);
}
