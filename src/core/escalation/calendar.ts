/**
 * Working-time arithmetic: "eight open hours from now", "the next morning of work".
 *
 * Owns: what a calendar is, and turning open time into instants and back. Promises: pure; an instant is open when
 * the wall clock of the zone shows a time within the hours of that day, so an hour that a clock change skips does
 * not count and one that it repeats counts twice; a holiday beats weekly hours; `addOpenTime` is monotonic and
 * additive. Leaves to others: files (config/calendars.ts), which calendar a ticket has (config/calendars.ts).
 */
import {
  type Duration,
  day,
  formatInstant,
  type Instant,
  minute,
  parseInstant,
  toInstant,
  zoneOffset,
} from '../../base/clock.ts';

/** Minutes since midnight; `to` is no longer within. */
export interface OpenSpan {
  readonly from: number;
  readonly to: number;
}

export interface Calendar {
  /** IANA name. */
  readonly timeZone: string;
  /** By weekday, 0 for Sunday to 6 for Saturday; in order, none touches another. */
  readonly week: readonly (readonly OpenSpan[])[];
  /** Days without open hours: `2026-12-25`. */
  readonly holidays: ReadonlySet<string>;
}

interface Piece {
  readonly start: Instant;
  readonly end: Instant;
}

/** A calendar without a single open hour in so many days has none. */
const mostDays = 4000;

/** The first instant at which so much open time has passed since the start; a negative amount counts as none. */
export function addOpenTime(calendar: Calendar, start: Instant, amount: Duration): Instant {
  let left = Math.max(0, amount);
  if (left === 0) return start;
  for (const piece of openPieces(calendar, start)) {
    const from = Math.max(piece.start, start);
    const length = piece.end - from;
    if (length >= left) return toInstant(from + left);
    left -= Math.max(0, length);
  }
  return toInstant(Number.MAX_SAFE_INTEGER);
}

/** Open time from one instant to another; none when the second is not later. */
export function openTimeBetween(calendar: Calendar, from: Instant, to: Instant): Duration {
  let sum = 0;
  if (to <= from) return sum;
  for (const { start, end } of openPieces(calendar, from)) {
    if (start >= to) break;
    sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
  }
  return sum;
}

export function isOpenAt(calendar: Calendar, instant: Instant): boolean {
  return piecesWithin(calendar, Math.floor(instant / day)).some(
    ({ start, end }) => start <= instant && instant < end,
  );
}

/** When work begins on the first working day after the day of the instant; undefined when there is none. */
export function nextMorning(calendar: Calendar, instant: Instant): Instant | undefined {
  const today = localDay(instant, calendar.timeZone);
  for (let ahead = 1; ahead <= mostDays; ahead += 1) {
    const first = piecesOf(calendar, today + ahead)[0];
    if (first !== undefined) return first.start;
  }
  return undefined;
}

/**
 * Open hours from the instant on, in order. They are asked for by days of UTC, each of which knows the hours of the
 * local days that reach into it: where a clock goes back over midnight the hours of two local days take turns.
 */
function* openPieces(calendar: Calendar, start: Instant): Generator<Piece> {
  if (calendar.week.every((spans) => spans.length === 0)) return;
  const first = Math.floor(start / day);
  for (let ahead = 0; ahead <= mostDays; ahead += 1)
    for (const piece of piecesWithin(calendar, first + ahead)) if (piece.end > start) yield piece;
}

interface KnownDays {
  /** By day of UTC. */
  readonly utc: Map<number, readonly Piece[]>;
  readonly local: Map<number, readonly Piece[]>;
}

const known = new WeakMap<Calendar, KnownDays>();
/** More than a look ahead takes. */
const mostKnownDays = 5000;

function knownDays(calendar: Calendar): KnownDays {
  const found = known.get(calendar);
  if (found !== undefined) return found;
  const days = { utc: new Map(), local: new Map() };
  known.set(calendar, days);
  return days;
}

/** The open time of one day of UTC, in order; what touches is one piece. */
function piecesWithin(calendar: Calendar, utcDay: number): readonly Piece[] {
  return remember(knownDays(calendar).utc, utcDay, () => {
    const [start, end] = [toInstant(utcDay * day), toInstant((utcDay + 1) * day)];
    const pieces = [-1, 0, 1]
      .flatMap((step) => piecesOf(calendar, utcDay + step))
      .map((piece) => ({
        start: toInstant(Math.max(piece.start, start)),
        end: toInstant(Math.min(piece.end, end)),
      }))
      .filter((piece) => piece.start < piece.end)
      .sort((one, other) => one.start - other.start);
    const joined: Piece[] = [];
    for (const piece of pieces) {
      const last = joined.at(-1);
      if (last?.end === piece.start) joined.splice(-1, 1, { start: last.start, end: piece.end });
      else joined.push(piece);
    }
    return joined;
  });
}

/** A desk asks about the same days again and again, and zones are slow to ask. */
function piecesOf(calendar: Calendar, number: number): readonly Piece[] {
  return remember(knownDays(calendar).local, number, () => cutDay(calendar, number));
}

function remember(
  days: Map<number, readonly Piece[]>,
  number: number,
  cut: () => readonly Piece[],
): readonly Piece[] {
  const found = days.get(number);
  if (found !== undefined) return found;
  const pieces = cut();
  if (days.size >= mostKnownDays) days.clear();
  days.set(number, pieces);
  return pieces;
}

function cutDay({ timeZone, week, holidays }: Calendar, number: number): readonly Piece[] {
  // 1 January 1970 was a Thursday.
  const spans = week[(((number + 4) % 7) + 7) % 7] ?? [];
  if (spans.length === 0 || holidays.has(formatDate(number))) return [];
  const phases = offsetsOf(number, timeZone);
  return spans
    .flatMap(({ from, to }) =>
      phases.map(({ offset, start, end }) => ({
        start: toInstant(Math.max(start, number * day + from * minute - offset)),
        end: toInstant(Math.min(end, number * day + to * minute - offset)),
      })),
    )
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start);
}

/** While which offset holds, as far as the local day may reach. */
interface Phase extends Piece {
  readonly offset: Duration;
}

/** No zone is further from Greenwich than this. */
const furthest: Duration = 15 * 60 * minute;

function offsetsOf(number: number, timeZone: string): readonly Phase[] {
  const start = toInstant(number * day - furthest);
  const end = toInstant((number + 1) * day + furthest);
  const [before, after] = [zoneOffset(start, timeZone), zoneOffset(end, timeZone)];
  if (before === after) return [{ start, end, offset: before }];
  const change = findChange(start, end, timeZone);
  return [
    { start, end: change, offset: before },
    { start: change, end, offset: after },
  ];
}

/** The first whole minute of the later offset. */
function findChange(start: Instant, end: Instant, timeZone: string): Instant {
  const before = zoneOffset(start, timeZone);
  let [low, high] = [Math.floor(start / minute), Math.ceil(end / minute)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(toInstant(middle * minute), timeZone) === before) low = middle;
    else high = middle;
  }
  return toInstant(high * minute);
}

/** Days since 1970 on the calendar on the wall. */
export function localDay(instant: Instant, timeZone: string): number {
  return Math.floor((instant + zoneOffset(instant, timeZone)) / day);
}

/** Whether the text is a day that there is: `2026-12-25`. */
export function isDate(text: string): boolean {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : undefined;
  // Some engines read 30 February as a day of March.
  return midnight !== undefined && formatInstant(midnight).startsWith(text);
}

/** `2026-12-25` */
export function formatDate(number: number): string {
  return formatInstant(toInstant(number * day)).slice(0, 10);
}

/**
 * The instant at which the wall clock shows this minute of the day; one that is skipped gives the moment of the
 * change, one that comes twice its first time.
 */
export function wallInstant(number: number, minuteOfDay: number, timeZone: string): Instant {
  const phases = offsetsOf(number, timeZone);
  const wall = number * day + minuteOfDay * minute;
  const found = phases.find(
    ({ offset, start, end }) => wall - offset >= start && wall - offset < end,
  );
  return found === undefined
    ? (phases.at(-1)?.start ?? toInstant(wall))
    : toInstant(wall - found.offset);
}
