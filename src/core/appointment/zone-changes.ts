/**
 * When the clocks of a time zone change: what a calendar program must be told beside a local time (RFC 5545 section 3.6.5).
 *
 * Promises: pure; exact to the quarter of an hour, at which zones change, for every zone that the system knows.
 */
import { day, type Instant, minute, offsetMinutes, toInstant } from '../../base/clock.ts';

export interface ZoneChange {
  readonly at: Instant;
  /** Minutes east of Greenwich. */
  readonly before: number;
  readonly after: number;
}

/** How far one looks for a change: a zone that has changes has two a year. */
const farthest = 400 * day;
const step = 7 * day;
const quarter = 15 * minute;

/** The last change before the span, those within it, and the first one after it, in order. */
export function zoneChanges(zone: string, from: Instant, to: Instant): readonly ZoneChange[] {
  const found: ZoneChange[] = [];
  for (let at = from - farthest; at < to + farthest; at += step) {
    const change = changeBetween(zone, at, at + step);
    if (change !== undefined) found.push(change);
    if (at > to && found.some((each) => each.at > to)) break;
  }
  const before = found.filter(({ at }) => at <= from).slice(-1);
  const within = found.filter(({ at }) => at > from && at <= to);
  const after = found.filter(({ at }) => at > to).slice(0, 1);
  return [...before, ...within, ...after];
}

function changeBetween(zone: string, from: number, to: number): ZoneChange | undefined {
  const offset = (at: number) => offsetMinutes(toInstant(at), zone);
  const [before, after] = [offset(from), offset(to)];
  if (before === after) return undefined;
  let low = Math.floor(from / quarter);
  let high = Math.ceil(to / quarter);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * quarter) === before) low = middle;
    else high = middle;
  }
  return { at: toInstant(high * quarter), before, after: offset(high * quarter) };
}
