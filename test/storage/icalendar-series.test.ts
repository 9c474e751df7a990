/** Calendars as Outlook, Exchange and booking pages write them: zones, series, several events, no method. */
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../src/base/clock.ts';
import { readVersion, versionIn } from '../../src/core/appointment/appointment.ts';
import { findCalendar } from '../../src/core/appointment/itip.ts';
import { readRecurrence, toRepeats } from '../../src/core/appointment/recurrence.ts';
import { windowsZone } from '../../src/core/appointment/windows-zones.ts';
import { createSignedIds } from '../../src/core/message/message-id.ts';
import { readCalendar } from '../../src/storage/icalendar-reading.ts';

const calendar = (lines: readonly string[], method = 'METHOD:REQUEST') =>
  Buffer.from(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', method, ...lines, 'END:VCALENDAR', ''].join('\r\n'),
  );

const event = (times: readonly string[], uid = 'a@b') => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  ...times,
  'SUMMARY:Visit',
  'END:VEVENT',
];

function timeOf(lines: readonly string[], zone = 'America/New_York') {
  const read = readCalendar(calendar(lines), zone);
  return read.kind === 'message' ? read.message.time : undefined;
}

const at = (text: string) => toInstant(Date.parse(text));

describe('the time of an event', () => {
  it.each([
    ['W. Europe Standard Time', '2026-07-06T08:00Z', 'Europe/Berlin'],
    ['Tokyo Standard Time', '2026-07-06T01:00Z', 'Asia/Tokyo'],
    ['/example.org/2026/Europe/London', '2026-07-06T09:00Z', 'Europe/London'],
    ['Nobody knows', '2026-07-06T14:00Z', 'America/New_York'],
  ])('stands in the zone %s', (name, start, zone) => {
    const times = [`DTSTART;TZID="${name}":20260706T100000`, 'DURATION:PT1H'];
    expect(timeOf(event(times))).toEqual({
      kind: 'timed',
      start: at(start),
      end: toInstant(at(start) + 3_600_000),
      zone,
    });
  });

  it('follows the rules that come with a name, also one of Windows', () => {
    const rules = [
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0300',
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
    const times = ['DTSTART;TZID=W. Europe Standard Time:20260706T100000', 'DURATION:PT1H'];
    expect(timeOf([...rules, ...event(times)])).toMatchObject({
      start: at('2026-07-06T07:00Z'),
      zone: 'Europe/Berlin',
    });
  });

  it('without a zone is by the clock of the desk; whole days stay days', () => {
    expect(timeOf(event(['DTSTART:20260706T100000', 'DTEND:20260706T110000']))).toMatchObject({
      start: at('2026-07-06T14:00Z'),
    });
    expect(timeOf(event(['DTSTART;VALUE=DATE:20260706', 'DTEND;VALUE=DATE:20260709']))).toEqual({
      kind: 'days',
      first: '2026-07-06',
      last: '2026-07-08',
      zone: 'America/New_York',
    });
  });
});

describe('findCalendar', () => {
  const ids = createSignedIds(Buffer.from('secret'));
  const find = (bytes: Buffer) => findCalendar(readCalendar(bytes, 'UTC'), ids);
  const versionOf = (bytes: Buffer) => versionIn(find(bytes)?.fields ?? []);
  const times = ['DTSTART:20260706T100000Z', 'DTEND:20260706T110000Z'];

  it.each([
    ['METHOD:PUBLISH', 'invited'],
    ['METHOD:REQUEST', 'invited'],
    ['METHOD:CANCEL', 'withdrawn'],
    ['X-NONE:1', 'invited'],
  ])('of a file with %s is what is %s', (method, status) => {
    expect(versionOf(calendar(event(times), method))?.status).toBe(status);
  });

  it('says how it repeats and how many others there are, and reads it back', () => {
    const lines = [
      ...event([...times, 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20270301T100000Z']),
      ...event(['RECURRENCE-ID:20260713T100000Z', ...times]),
      ...event(times, 'other@b'),
      ...event(times, 'third@b'),
    ];
    const version = versionOf(calendar(lines));
    expect(version).toMatchObject({
      repeats: 'FREQ=WEEKLY INTERVAL=2 BYDAY=MO,WE UNTIL=20270301T100000Z',
      others: 2,
    });
    expect(readRecurrence(version?.repeats ?? '')).toEqual({
      every: 'weekly',
      interval: 2,
      weekdays: [1, 3],
      until: '2027-03-01',
      times: undefined,
    });
  });

  it('of one event alone says neither', () => {
    const version = versionOf(calendar(event(times)));
    expect(version).toBeDefined();
    expect(version).not.toHaveProperty('repeats');
    expect(version).not.toHaveProperty('others');
    expect(readVersion({ fields: new Map() })).toBeUndefined();
  });
});

describe('readRecurrence', () => {
  it.each([
    ['FREQ=DAILY;COUNT=5', { every: 'daily', interval: 1, times: 5 }],
    ['FREQ=YEARLY', { every: 'yearly' }],
    ['FREQ=MONTHLY;BYDAY=2MO', { every: undefined }],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', { every: undefined }],
    ['FREQ=HOURLY', { every: undefined }],
    ['FREQ=WEEKLY;BYDAY=XX;INTERVAL=0;UNTIL=20269999', { every: undefined, until: undefined }],
  ])('of %s', (rule, expected) => {
    expect(readRecurrence(toRepeats(rule) ?? '')).toMatchObject(expected);
  });

  it('knows nothing of what is no rule', () => {
    expect(toRepeats('')).toBeUndefined();
    expect(toRepeats('hello; world')).toBeUndefined();
  });
});

it('windowsZone names zones that exist', () => {
  for (const name of [
    'GMT Standard Time',
    'AUS Eastern Standard Time',
    'UTC',
    'E. South America Standard Time',
  ])
    expect(() => new Intl.DateTimeFormat('en', { timeZone: windowsZone(name) })).not.toThrow();
  expect(windowsZone('constructor')).toBeUndefined();
});
