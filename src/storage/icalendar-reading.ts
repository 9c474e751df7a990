/**
 * The calendar part of a mail as what it says (iTIP in iMIP, RFC 5546 and 6047).
 *
 * Promises: total and bounded: any bytes give the first event of the first calendar, or the reason why there is none. Nothing
 * is expanded: neither recurrences nor the rules of zones, which could go on for ever.
 */
import { isUtf8 } from 'node:buffer';
import ICAL from 'ical.js';
import {
  hasTimeZone,
  type Instant,
  parseInstant,
  parseWallTime,
  toInstant,
} from '../base/clock.ts';
import { errorText } from '../base/fault.ts';
import { type AppointmentTime, dayAfter, isDay } from '../core/appointment/appointment.ts';
import type {
  CalendarAttendee,
  CalendarMessage,
  CalendarReading,
} from '../core/appointment/itip.ts';
import { windowsZone } from '../core/appointment/windows-zones.ts';
import { instantByRules, type ZoneRule } from '../core/appointment/zone-rules.ts';
import type { Address } from '../core/message/address.ts';
import { withoutTurns } from '../core/message/direction.ts';

const longest = 256 * 1024;
const mostAttendees = 200;
const longestText = 10_000;
const mostEvents = 1000;

/** `zone`: where a time without a zone is meant. */
export function readCalendar(bytes: Buffer, zone: string): CalendarReading {
  if (bytes.length > longest)
    return {
      kind: 'unreadable',
      reason: `It has ${bytes.length} bytes, at most ${longest} are read`,
    };
  try {
    const calendar = parseCalendar(decode(bytes));
    const event = calendar?.getFirstSubcomponent('vevent');
    if (calendar === undefined || event === undefined || event === null)
      return { kind: 'unreadable', reason: 'There is no event in it' };
    return { kind: 'message', message: readEvent(calendar, event, zone) };
  } catch (error) {
    return { kind: 'unreadable', reason: errorText(error) };
  }
}

/**
 * Lines may be folded inside of a character (RFC 5545 section 3.1), so that goes first. Some programs still write the charset of
 * their system, whatever they say.
 */
function decode(bytes: Buffer): string {
  const unfolded = Buffer.from(bytes.toString('latin1').replace(/\r?\n[ \t]/g, ''), 'latin1');
  return unfolded.toString(isUtf8(unfolded) ? 'utf8' : 'latin1').replace(/^\uFEFF/, '');
}

function parseCalendar(text: string): ICAL.Component | undefined {
  const parsed = parseLines(text) ?? parseLines(wellFormedLines(text));
  const found = [parsed].flat(1);
  const first: unknown = typeof found[0] === 'string' ? parsed : found[0];
  return Array.isArray(first) ? new ICAL.Component(first) : undefined;
}

function parseLines(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = ICAL.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    // Tried once more without the lines that are none.
    return undefined;
  }
}

function wellFormedLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => /^(?:[ \t]|[A-Za-z0-9-]+[;:])/.test(line));
  const isClosed = lines.some((line) => /^END:VCALENDAR/i.test(line));
  const isEventClosed = lines.some((line) => /^END:VEVENT/i.test(line));
  // The end may have been cut off on the way.
  return [
    ...lines,
    ...(isEventClosed || isClosed ? [] : ['END:VEVENT']),
    ...(isClosed ? [] : ['END:VCALENDAR']),
  ].join('\r\n');
}

function readEvent(calendar: ICAL.Component, event: ICAL.Component, zone: string): CalendarMessage {
  return {
    method: textOf(calendar, 'method').trim().toUpperCase(),
    uid: textOf(event, 'uid').trim(),
    sequence: readSequence(textOf(event, 'sequence')),
    stamp: instantOf(fieldOf(event, 'dtstamp'), calendar, 'UTC'),
    time: readTime(calendar, event, zone),
    summary: textOf(event, 'summary'),
    place: textOf(event, 'location'),
    text: textOf(event, 'description'),
    comment: textOf(event, 'comment'),
    organizer: event.getAllProperties('organizer').map(toPerson)[0],
    attendees: event.getAllProperties('attendee').slice(0, mostAttendees).map(toAttendee),
    ...readSeries(calendar, event),
  };
}

/** That it repeats, and how many other events there are; changed instances of a series have its UID. */
function readSeries(
  calendar: ICAL.Component,
  event: ICAL.Component,
): Pick<CalendarMessage, 'repeats' | 'others'> {
  const repeats = ruleText(event);
  const uids = new Set(
    calendar
      .getAllSubcomponents('vevent')
      .slice(0, mostEvents)
      .map((each) => textOf(each, 'uid').trim()),
  );
  return {
    ...(repeats === '' ? {} : { repeats: repeats.replace(/^RRULE:/i, '') }),
    ...(uids.size < 2 ? {} : { others: uids.size - 1 }),
  };
}

interface RawValue {
  readonly type: string;
  readonly text: string;
  readonly zone: string;
}

/** As it stands in the text: the library's own times throw where one is broken. */
function fieldOf(component: ICAL.Component, name: string): RawValue | undefined {
  const property = component.getFirstProperty(name);
  return property === null ? undefined : toRaw(property);
}

function toRaw(property: ICAL.Property): RawValue {
  const json: unknown = property.toJSON();
  const [, , type, value]: readonly unknown[] = Array.isArray(json) ? json : [];
  const zone: unknown = property.getParameter('tzid');
  return {
    type: String(type),
    text: typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    zone: String(typeof zone === 'string' ? zone : ''),
  };
}

function textOf(component: ICAL.Component, name: string): string {
  return withoutTurns(fieldOf(component, name)?.text ?? '').slice(0, longestText);
}

function readSequence(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

function toPerson(property: ICAL.Property): Address {
  const name: unknown = property.getParameter('cn');
  return {
    name: plainWords(typeof name === 'string' ? name : ''),
    address: toRaw(property)
      .text.replace(/^mailto:/i, '')
      .replace(/[\s\p{Cc};]+/gu, '')
      .slice(0, 254),
  };
}

function toAttendee(property: ICAL.Property): CalendarAttendee {
  const status: unknown = property.getParameter('partstat');
  return {
    ...toPerson(property),
    status: typeof status === 'string' ? status.trim().toUpperCase() : '',
  };
}

function plainWords(text: string): string {
  return text
    .replace(/[\s\p{Cc};"]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function readTime(
  calendar: ICAL.Component,
  event: ICAL.Component,
  zone: string,
): AppointmentTime | undefined {
  const [start, end] = [fieldOf(event, 'dtstart'), fieldOf(event, 'dtend')];
  if (start === undefined) return undefined;
  if (start.type === 'date' || isDay(start.text)) return readDays(start.text, end?.text, zone);
  const from = instantOf(start, calendar, zone);
  if (from === undefined) return undefined;
  const to = end === undefined ? afterDuration(event, from) : instantOf(end, calendar, zone);
  const shown = zoneNamed(start.zone) ?? zone;
  return {
    kind: 'timed',
    start: from,
    end: to === undefined || to < from ? from : to,
    zone: shown,
  };
}

function readDays(
  first: string,
  end: string | undefined,
  zone: string,
): AppointmentTime | undefined {
  if (!isDay(first)) return undefined;
  const last = end !== undefined && isDay(end) && end > first ? dayAfter(end, -1) : first;
  return { kind: 'days', first, last, zone };
}

function afterDuration(event: ICAL.Component, from: Instant): Instant {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^\+?P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?/i.exec(textOf(event, 'duration')) ??
    [];
  return toInstant(from + ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000);
}

function instantOf(
  value: RawValue | undefined,
  calendar: ICAL.Component,
  zone: string,
): Instant | undefined {
  if (value === undefined) return undefined;
  const [, local, utc] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(Z?)$/.exec(value.text) ?? [];
  if (local === undefined) return undefined;
  if (utc === 'Z') return parseInstant(`${local}Z`);
  const wall = local.slice(0, 16);
  if (hasTimeZone(value.zone)) return parseWallTime(wall, value.zone);
  const byRules = instantByRules(local, rulesOf(calendar, value.zone));
  return byRules ?? parseWallTime(wall, zoneNamed(value.zone) ?? zone);
}

/** Undefined for a name that only its sender knows. */
function zoneNamed(name: string): string | undefined {
  // `/example.org/2026/Europe/Berlin`: a name within a registry of its own.
  const inner = name.split('/').slice(-2).join('/');
  return [name, inner, windowsZone(name) ?? ''].find(hasTimeZone);
}

function rulesOf(calendar: ICAL.Component, zone: string): readonly ZoneRule[] {
  const component = calendar
    .getAllSubcomponents('vtimezone')
    .slice(0, 50)
    .find((each) => zone !== '' && textOf(each, 'tzid') === zone);
  if (component === undefined) return [];
  return ['standard', 'daylight'].flatMap((kind) =>
    component
      .getAllSubcomponents(kind)
      .slice(0, 200)
      .map((part) => ({
        start: textOf(part, 'dtstart'),
        rule: ruleText(part),
        offset: readOffset(textOf(part, 'tzoffsetto')),
      })),
  );
}

function ruleText(part: ICAL.Component): string {
  const property = part.getFirstProperty('rrule');
  return property === null ? '' : property.toICALString().slice(0, 300);
}

/** `+01:00`, or `+0100` as some write it. */
function readOffset(text: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
