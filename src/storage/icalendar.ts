/**
 * Appointments to iCalendar (RFC 5545) and back.
 *
 * Owns: ical.js for mail and feeds. Promises: reading is total, any bytes give a message or a named problem in bounded time; what is
 * written has CR LF line ends and at most 75 bytes a line, and its local times stand beside the changes of clocks that explain them.
 * Leaves to others: what a message means (core/appointment/itip.ts), the mail around it (codec.ts).
 */
import ICAL from 'ical.js';
import {
  formatInstant,
  formatWallTime,
  hasTimeZone,
  type Instant,
  minute,
  offsetMinutes,
  parseWallTime,
  toInstant,
} from '../base/clock.ts';
import {
  type AppointmentTime,
  type AppointmentVersion,
  dayAfter,
  endOf,
  startOf,
  tidyLine,
} from '../core/appointment/appointment.ts';
import { type ZoneChange, zoneChanges } from '../core/appointment/zone-changes.ts';
import type { Address } from '../core/message/address.ts';

export type InvitationMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH';

export interface Invitation {
  readonly method: InvitationMethod;
  readonly version: AppointmentVersion;
  readonly organizer: Address;
  readonly stamp: Instant;
  /** What stands below the text: the ticket number. */
  readonly footer: string;
}

const product = '-//Maildesk//Appointments//EN';

/** A whole calendar with one event, as it goes into a mail (RFC 6047). */
export function formatInvitation(invitation: Invitation): string {
  const { method, version, organizer, stamp, footer } = invitation;
  const { uid, sequence, status, time, summary, place, text, guests } = version;
  const calendar = newCalendar([time]);
  calendar.addPropertyWithValue('method', method);
  const event = new ICAL.Component('vevent');
  event.addPropertyWithValue('uid', uid);
  event.addPropertyWithValue('sequence', sequence);
  event.addProperty(utcProperty('dtstamp', stamp));
  addTimes(event, time);
  event.addPropertyWithValue('summary', summary);
  if (place !== '') event.addPropertyWithValue('location', place);
  event.addPropertyWithValue(
    'description',
    [text, footer].filter((each) => each !== '').join('\n\n'),
  );
  const isOff = status === 'cancelled' || status === 'uninvited';
  event.addPropertyWithValue('status', isOff ? 'CANCELLED' : 'CONFIRMED');
  event.addPropertyWithValue('transp', time.kind === 'days' ? 'TRANSPARENT' : 'OPAQUE');
  event.addPropertyWithValue('class', 'PUBLIC');
  event.addProperty(personProperty('organizer', organizer));
  for (const guest of guests) event.addProperty(attendeeProperty(guest, method));
  calendar.addSubcomponent(event);
  return toText(calendar);
}

/** One entry of a feed. */
export interface FeedEvent {
  readonly uid: string;
  readonly sequence: number;
  readonly stamp: Instant;
  readonly time: AppointmentTime;
  readonly summary: string;
  readonly place: string;
  readonly text: string;
  readonly url: string;
  readonly isCancelled: boolean;
  /** Nobody is busy by it: a reminder. */
  readonly isTransparent: boolean;
}

/** A whole calendar that programs subscribe to. */
export function formatFeed(name: string, events: readonly FeedEvent[]): string {
  const calendar = newCalendar(events.map(({ time }) => time));
  calendar.addPropertyWithValue('method', 'PUBLISH');
  calendar.addPropertyWithValue('x-wr-calname', name);
  // RFC 7986 section 5.7, and the same in the words of older programs.
  const interval = new ICAL.Property('refresh-interval');
  interval.resetType('duration');
  interval.setValue(ICAL.Duration.fromString('PT15M'));
  calendar.addProperty(interval);
  calendar.addPropertyWithValue('x-published-ttl', 'PT15M');
  for (const each of events) calendar.addSubcomponent(feedEvent(each));
  return toText(calendar);
}

function feedEvent(each: FeedEvent): ICAL.Component {
  const event = new ICAL.Component('vevent');
  event.addPropertyWithValue('uid', each.uid);
  event.addPropertyWithValue('sequence', each.sequence);
  event.addProperty(utcProperty('dtstamp', each.stamp));
  addTimes(event, each.time);
  event.addPropertyWithValue('summary', each.summary);
  if (each.place !== '') event.addPropertyWithValue('location', each.place);
  if (each.text !== '') event.addPropertyWithValue('description', each.text);
  event.addPropertyWithValue('url', each.url);
  event.addPropertyWithValue('status', each.isCancelled ? 'CANCELLED' : 'CONFIRMED');
  event.addPropertyWithValue('transp', each.isTransparent ? 'TRANSPARENT' : 'OPAQUE');
  return event;
}

function newCalendar(times: readonly AppointmentTime[]): ICAL.Component {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', product);
  calendar.addPropertyWithValue('calscale', 'GREGORIAN');
  const spans = new Map<string, { from: Instant; to: Instant }>();
  for (const time of times) {
    if (time.kind === 'days' || isUtc(time.zone)) continue;
    const span = spans.get(time.zone) ?? { from: time.start, to: time.end };
    spans.set(time.zone, {
      from: toInstant(Math.min(span.from, time.start)),
      to: toInstant(Math.max(span.to, time.end)),
    });
  }
  for (const [zone, { from, to }] of spans) calendar.addSubcomponent(zoneComponent(zone, from, to));
  return calendar;
}

/** The zone as it is around the span: its changes one by one, without rules. */
function zoneComponent(zone: string, from: Instant, to: Instant): ICAL.Component {
  const component = new ICAL.Component('vtimezone');
  component.addPropertyWithValue('tzid', zone);
  const changes = zoneChanges(zone, from, to);
  const first = changes[0];
  const offset = offsetMinutes(from, zone);
  const since: ZoneChange = { at: toInstant(0), before: offset, after: offset };
  // Before the first change nothing may be without an explanation (RFC 5545 section 3.6.5).
  const all = first === undefined || first.at > from ? [since, ...changes] : changes;
  const lowest = Math.min(...all.map(({ after }) => after));
  for (const { at, before, after } of all) {
    const part = new ICAL.Component(after > lowest ? 'daylight' : 'standard');
    const start = new ICAL.Property('dtstart');
    // The clock as it was before the change says when it comes.
    start.setValue(wallValue(formatInstant(toInstant(at + before * minute)).slice(0, 19)));
    part.addProperty(start);
    part.addProperty(offsetProperty('tzoffsetfrom', before));
    part.addProperty(offsetProperty('tzoffsetto', after));
    component.addSubcomponent(part);
  }
  return component;
}

function addTimes(event: ICAL.Component, time: AppointmentTime): void {
  if (time.kind === 'days') {
    event.addProperty(dayProperty('dtstart', time.first));
    event.addProperty(dayProperty('dtend', dayAfter(time.last)));
    return;
  }
  event.addProperty(timeProperty('dtstart', startOf(time), time.zone));
  event.addProperty(timeProperty('dtend', endOf(time), time.zone));
}

function timeProperty(name: string, at: Instant, zone: string): ICAL.Property {
  const shown = formatWallTime(at, zone);
  // In the hour that a change of clocks repeats, local time means the first one (RFC 5545 section 3.3.5); the second needs UTC.
  if (isUtc(zone) || parseWallTime(shown, zone) !== at) return utcProperty(name, at);
  const property = new ICAL.Property(name);
  property.setParameter('tzid', zone);
  property.setValue(wallValue(`${shown}:00`));
  return property;
}

function dayProperty(name: string, day: string): ICAL.Property {
  const property = new ICAL.Property(name);
  property.resetType('date');
  property.setValue(ICAL.Time.fromDateString(day));
  return property;
}

function utcProperty(name: string, at: Instant): ICAL.Property {
  const property = new ICAL.Property(name);
  property.setValue(wallValue(`${formatInstant(at).slice(0, 19)}Z`));
  return property;
}

function wallValue(text: string): ICAL.Time {
  return ICAL.Time.fromDateTimeString(text);
}

function offsetProperty(name: string, minutes: number): ICAL.Property {
  const property = new ICAL.Property(name);
  property.setValue(ICAL.UtcOffset.fromSeconds(minutes * 60));
  return property;
}

function personProperty(name: string, { name: shown, address }: Address): ICAL.Property {
  const property = new ICAL.Property(name);
  // Programs disagree on how a quotation mark is written in a parameter (RFC 6868), so there is none.
  const plain = tidyLine(shown.replaceAll('"', ' '));
  property.setParameter('cn', plain === '' ? address : plain);
  property.setValue(`mailto:${address}`);
  return property;
}

function attendeeProperty(guest: Address, method: InvitationMethod): ICAL.Property {
  const property = personProperty('attendee', guest);
  property.setParameter('role', 'REQ-PARTICIPANT');
  property.setParameter('cutype', 'INDIVIDUAL');
  if (method === 'REQUEST') {
    property.setParameter('partstat', 'NEEDS-ACTION');
    property.setParameter('rsvp', 'TRUE');
  }
  return property;
}

function isUtc(zone: string): boolean {
  return !hasTimeZone(zone) || /^(?:Etc\/)?(?:UTC|GMT|Z|UCT|Zulu)$/i.test(zone);
}

function toText(calendar: ICAL.Component): string {
  const lines = calendar.toString().replaceAll('\r\n ', '').split('\r\n');
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

/** RFC 5545 section 3.1: at most 75 bytes, the blank of a continued line among them; no character is torn. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= 75) return line;
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const sign of line) {
    const size = Buffer.byteLength(sign);
    if (bytes + size > 75) {
      parts.push(part);
      [part, bytes] = [' ', 1];
    }
    part += sign;
    bytes += size;
  }
  return [...parts, part].join('\r\n');
}
