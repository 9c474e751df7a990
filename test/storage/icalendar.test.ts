import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../src/base/clock.ts';
import { tidyText } from '../../src/core/appointment/appointment.ts';
import { calendarPartOf, decodeMail } from '../../src/storage/codec.ts';
import { formatFeed, formatInvitation } from '../../src/storage/icalendar.ts';
import { readCalendar } from '../../src/storage/icalendar-reading.ts';
import { versions } from '../core/appointment/arbitrary.ts';

const organizer = { name: 'Anna "Adler"', address: 'support@desk.example' };
const stamp = toInstant(Date.parse('2026-11-23T15:00:00Z'));
const write = (version: Parameters<typeof formatInvitation>[0]['version']) =>
  formatInvitation({ method: 'REQUEST', version, organizer, stamp, footer: 'Ticket 1' });

describe('an invitation', () => {
  it('is read as it was meant, in lines that every mail program takes', () => {
    fc.assert(
      fc.property(versions, (version) => {
        const text = write(version);
        for (const line of text.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line).not.toContain('\n');
        }
        const read = readCalendar(Buffer.from(text), version.time.zone);
        expect(read.kind).toBe('message');
        if (read.kind !== 'message') return;
        const { message } = read;
        const { uid, sequence, summary, place } = version;
        expect(message).toMatchObject({ method: 'REQUEST', uid, sequence, summary, place, stamp });
        expect(message.time).toEqual(version.time);
        expect(tidyText(message.text)).toBe(tidyText(`${version.text}\n\nTicket 1`));
        expect(message.organizer).toEqual({ name: 'Anna Adler', address: organizer.address });
        expect(message.attendees.map(({ address, status }) => [address, status])).toEqual(
          version.guests.map(({ address }) => [address, 'NEEDS-ACTION']),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('says the same time to a program that knows only the zone that stands in it', () => {
    fc.assert(
      fc.property(versions, (version) => {
        const { time } = version;
        if (time.kind === 'days' || time.zone === 'UTC') return;
        const calendar = new ICAL.Component(ICAL.parse(write(version)));
        const component = calendar.getFirstSubcomponent('vtimezone');
        const event = calendar.getFirstSubcomponent('vevent');
        const zone = new ICAL.Timezone({ component, tzid: time.zone });
        for (const [name, instant] of [
          ['dtstart', time.start],
          ['dtend', time.end],
        ] as const) {
          const wall = event?.getFirstPropertyValue(name);
          if (!(wall instanceof ICAL.Time)) throw new Error(`No ${name}`);
          if (wall.zone !== ICAL.Timezone.utcTimezone) wall.zone = zone;
          expect(formatInstant(toInstant(wall.toUnixTime() * 1000))).toBe(formatInstant(instant));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('names the second of two hours that look alike', () => {
    const zone = 'America/New_York';
    const start = toInstant(Date.parse('2029-11-04T05:00:00Z'));
    const end = toInstant(Date.parse('2029-11-04T06:00:00Z'));
    const text = write({ ...sample, time: { kind: 'timed', start, end, zone } });
    expect(text).toContain('DTSTART;TZID=America/New_York:20291104T010000\r\n');
    expect(text).toContain('DTEND:20291104T060000Z\r\n');
    const read = readCalendar(Buffer.from(text), 'UTC');
    expect(read.kind === 'message' && read.message.time).toEqual({
      kind: 'timed',
      start,
      end,
      zone,
    });
  });

  it('looks as it should', () => {
    const text = write({
      uid: '1.a.b@desk.example',
      sequence: 3,
      status: 'confirmed',
      time: {
        kind: 'timed',
        start: toInstant(Date.parse('2026-10-24T08:00:00Z')),
        end: toInstant(Date.parse('2026-10-25T09:00:00Z')),
        zone: 'Europe/Berlin',
      },
      summary: 'Lamp, with care; please',
      place: 'Shop',
      text: 'First line\nsecond',
      guests: [{ name: 'Kim Berg', address: 'kim@customer.example' }],
      agents: ['anna'],
    });
    expect(text.split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Maildesk//Appointments//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:DAYLIGHT',
      'DTSTART:20260329T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'DTSTART:20261025T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:20270328T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:1.a.b@desk.example',
      'SEQUENCE:3',
      'DTSTAMP:20261123T150000Z',
      'DTSTART;TZID=Europe/Berlin:20261024T100000',
      'DTEND;TZID=Europe/Berlin:20261025T100000',
      'SUMMARY:Lamp\\, with care\\; please',
      'LOCATION:Shop',
      'DESCRIPTION:First line\\nsecond\\n\\nTicket 1',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
      'CLASS:PUBLIC',
      'ORGANIZER;CN=Anna Adler:mailto:support@desk.example',
      'ATTENDEE;CN=Kim Berg;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-',
      ' ACTION;RSVP=TRUE:mailto:kim@customer.example',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it.each([
    ['the sign for what could not be read', 'Caf\u00E9 \uFFFD', 'utf8', 'Caf\u00E9 \uFFFD'],
    ['the charset of a system', 'Caf\u00E9', 'latin1', 'Caf\u00E9'],
    ['a character folded in its middle', 'Caf\u00C3\r\n \u00A9', 'latin1', 'Caf\u00E9'],
  ] as const)('is read with %s in it', (_, summary, charset, expected) => {
    const text = write(sample).replace('SUMMARY:Fair', `SUMMARY:${summary}`);
    const read = readCalendar(Buffer.from(text, charset), 'UTC');
    expect(read.kind === 'message' && read.message.summary).toBe(expected);
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readCalendar(Buffer.from(bytes), 'UTC');
      }),
    );
    const text = Buffer.from(write(sample));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.uint8Array({ maxLength: 20 }),
        (at, end, bytes) => {
          const broken = Buffer.concat([
            text.subarray(0, at),
            Buffer.from(bytes),
            text.subarray(end),
          ]);
          readCalendar(broken, 'Europe/Berlin');
        },
      ),
    );
    expect(readCalendar(Buffer.alloc(300_000, 'A'), 'UTC')).toMatchObject({ kind: 'unreadable' });
  });
});

const sample = {
  uid: '1.a.b@desk.example',
  sequence: 0,
  status: 'confirmed',
  time: { kind: 'days', first: '2026-11-27', last: '2026-11-28', zone: 'Europe/Berlin' },
  summary: 'Fair',
  place: '',
  text: '',
  guests: [{ name: '', address: 'kim@customer.example' }],
  agents: [],
} as const;

describe('a feed', () => {
  it('of many zones can be read, each with what explains it', () => {
    fc.assert(
      fc.property(fc.array(versions, { maxLength: 5 }), (all) => {
        const text = formatFeed(
          'Desk: Anna',
          all.map((each, at) => ({
            ...each,
            uid: `${at}@desk.example`,
            stamp,
            url: 'https://desk.example/tickets/1',
            isCancelled: false,
            isTransparent: false,
          })),
        );
        const calendar = new ICAL.Component(ICAL.parse(text));
        expect(calendar.getAllSubcomponents('vevent')).toHaveLength(all.length);
        const zones = new Set(
          all.flatMap(({ time }) =>
            time.kind === 'days' || time.zone === 'UTC' ? [] : [time.zone],
          ),
        );
        expect(calendar.getAllSubcomponents('vtimezone')).toHaveLength(zones.size);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what calendar programs send', () => {
  const folder = join(import.meta.dirname, '../corpus/calendar');
  const expected: Readonly<Record<string, object>> = {
    'apple-declined': { method: 'REPLY', sequence: 0, attendees: [{ status: 'DECLINED' }] },
    broken: { kind: 'unreadable' },
    'cancel-of-customer': { method: 'CANCEL', sequence: 1, summary: 'Visit of the shop' },
    'file-accepted': { method: 'REPLY', attendees: [{ status: 'ACCEPTED' }] },
    'gmail-accepted': { method: 'REPLY', sequence: 0, attendees: [{ status: 'ACCEPTED' }] },
    'outlook-accepted': { method: 'REPLY', sequence: 0, attendees: [{ status: 'ACCEPTED' }] },
    'outlook-counter': {
      method: 'COUNTER',
      time: { start: Date.parse('2026-11-27T14:00Z'), end: Date.parse('2026-11-27T15:00Z') },
    },
    'outlook-declined-with-words': { method: 'REPLY', comment: 'I am away all week.\n' },
    'request-of-customer': {
      method: 'REQUEST',
      place: 'Lindenstrasse 4, Hamburg',
      organizer: { name: 'Kim Berg', address: 'kim@customer.example' },
      time: { start: Date.parse('2026-07-06T12:00Z'), end: Date.parse('2026-07-06T13:30Z') },
    },
    'thunderbird-tentative': {
      method: 'REPLY',
      attendees: [{ status: 'TENTATIVE' }],
      time: { start: Date.parse('2026-11-27T09:00Z'), end: Date.parse('2026-11-27T10:00Z') },
    },
  };

  it.each(readdirSync(folder))('%s', async (file) => {
    const decoded = await decodeMail(readFileSync(join(folder, file)));
    const part = calendarPartOf(decoded);
    const read = part === undefined ? undefined : readCalendar(part, 'UTC');
    const name = file.replace('.eml', '');
    expect(read?.kind === 'message' ? read.message : read).toMatchObject(
      expected[name] ?? { kind: 'listed' },
    );
  });
});
