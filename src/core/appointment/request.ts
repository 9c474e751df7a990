/**
 * An appointment as people type it: in boxes of a form, as words of a command, as values of the API.
 *
 * Promises: pure; what cannot be read is refused with what was expected. Leaves to others: whether it may stand (decide-appointment.ts).
 */
import {
  hasTimeZone,
  hour,
  type Instant,
  minute,
  parseInstant,
  parseWallTime,
  toInstant,
} from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { type AppointmentTime, isDay } from './appointment.ts';

export interface TimeRequest {
  /** `2026-11-27 10:00` or `2026-11-27T10:00` by the clock of the zone, an instant such as `2026-11-27T09:00:00Z`, or a day. */
  readonly start: string;
  /** Likewise, or a time of the same day; one hour later, or the same day, when empty. */
  readonly end: string;
  readonly zone: string;
}

export interface BadTime {
  readonly code: 'bad-value';
  readonly field: string;
  readonly value: string;
  readonly expected: string;
}

/** Two days are whole days, the last one within. */
export function readTimeRequest(request: TimeRequest): Result<AppointmentTime, BadTime> {
  const zone = request.zone.trim().replaceAll(' ', '_');
  const [start, end] = [request.start.trim(), request.end.trim()];
  if (!hasTimeZone(zone)) return bad('zone', request.zone, 'a time zone such as Europe/Berlin');
  if (isDay(start)) {
    const last = end === '' ? start : end;
    if (!isDay(last)) return bad('end', end, 'a day, as the beginning is one');
    return ok({ kind: 'days', first: start, last, zone });
  }
  const from = readInstant(start, zone);
  if (from === undefined) return bad('start', start, 'a time such as 2026-11-27 10:00');
  const to =
    end === ''
      ? toInstant(from + hour)
      : readInstant(/^\d{1,2}:\d{2}$/.test(end) ? `${start.slice(0, 10)}T${end}` : end, zone);
  if (to === undefined) return bad('end', end, 'a time such as 2026-11-27 11:00');
  return ok({ kind: 'timed', start: from, end: to, zone });
}

/** To the minute: calendars show no more. */
function readInstant(text: string, zone: string): Instant | undefined {
  const [, date = '', time = ''] = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2})$/.exec(text) ?? [];
  if (date !== '') return parseWallTime(`${date}T${time.padStart(5, '0')}`, zone);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text))
    return undefined;
  const instant = parseInstant(text);
  return instant === undefined ? undefined : toInstant(Math.floor(instant / minute) * minute);
}

function bad(field: string, value: string, expected: string): Result<never, BadTime> {
  return refuse({ code: 'bad-value', field, value, expected });
}
