/**
 * Moments as people and programs write them: `2026-11-23T10:15:30Z`, `2026-11-23 11:15`, `2026-11-23`.
 *
 * Promises: total. What names no zone is meant in the desk's; a day alone means its end, for then all of it had happened.
 */
import {
  day,
  type Instant,
  minute,
  offsetMinutes,
  parseInstant,
  toInstant,
} from '../../base/clock.ts';

export const momentForms = 'a time such as 2026-11-23, 2026-11-23 11:15 or 2026-11-23T10:15:30Z';

export function parseMoment(text: string, timeZone: string): Instant | undefined {
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      text.trim(),
    ) ?? [];
  if (date === undefined) return undefined;
  const clockTime = time === undefined ? '00:00:00' : time.length === 5 ? `${time}:00` : time;
  if (zone !== undefined) return parseInstant(`${date}T${clockTime}${zone.toUpperCase()}`);
  const asUtc = parseInstant(`${date}T${clockTime}Z`);
  if (asUtc === undefined) return undefined;
  const wall = time === undefined ? toInstant(asUtc + day - 1) : toInstant(asUtc + restOf(time));
  return toUtc(wall, timeZone);
}

/** A minute or a second means all of it. */
function restOf(time: string): number {
  if (time.includes('.')) return 0;
  return time.length === 5 ? minute - 1 : 999;
}

/** Wall time to the instant; asked twice, because the zone's offset is that of the result. */
function toUtc(wall: Instant, timeZone: string): Instant {
  const first = toInstant(wall - offsetMinutes(wall, timeZone) * minute);
  return toInstant(wall - offsetMinutes(first, timeZone) * minute);
}
