/** A day and a time as they stand on a wall, as an instant. Promises: pure; undefined for what is in no calendar. */
import { formatInstant, formatMailDate, type Instant, parseInstant } from '../../base/clock.ts';

/** `2026-11-30`, `09:00` in the time zone (IANA name), in the form of `Ticket-Time`. */
export function toWallInstant(day: string, time: string, timeZone: string): string | undefined {
  const asUtc = parseInstant(`${day}T${time}:00.000Z`);
  if (asUtc === undefined || !formatInstant(asUtc).startsWith(`${day}T${time}`)) return undefined;
  const withOffsetAt = (instant: Instant) =>
    parseInstant(`${day}T${time}:00.000${offsetOf(instant, timeZone)}`) ?? instant;
  // The offset that the zone has then, not the one that it has at the same hour in Greenwich.
  return formatInstant(withOffsetAt(withOffsetAt(asUtc)));
}

function offsetOf(instant: Instant, timeZone: string): string {
  const digits = formatMailDate(instant, timeZone).slice(-5);
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}
