import { describe, expect, it } from 'vitest';
import { parseHolidayFile } from '../../src/config/calendar-ics.ts';
import { parseConfig } from '../../src/config/parse.ts';

const years = { first: 1990, last: 2099 };
const event = (...lines: readonly string[]) =>
  ['BEGIN:VEVENT', 'UID:1@example.org', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...events: readonly string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...events, 'END:VCALENDAR', ''].join('\r\n');
const read = (text: string) => parseHolidayFile({ file: 'calendars/germany.ics', text }, years);
const dates = (...lines: readonly string[]) =>
  read(calendar(event(...lines))).holidays.map(({ date }) => date);

describe('parseHolidayFile', () => {
  it('reads days, several days, and names', () => {
    const text = calendar(
      event(
        'DTSTART;VALUE=DATE:20261225',
        'DTEND;VALUE=DATE:20261227',
        'SUMMARY:Weihnachten\\, frei',
      ),
      event('DTSTART;VALUE=DATE:20270101', 'SUMMARY:Neujahr'),
      event('DTSTART;VALUE=DATE:20270501', 'DURATION:P2D'),
    );
    expect(read(text)).toEqual({
      file: 'calendars/germany.ics',
      holidays: [
        { date: '2026-12-25', name: 'Weihnachten, frei' },
        { date: '2026-12-26', name: 'Weihnachten, frei' },
        { date: '2027-01-01', name: 'Neujahr' },
        { date: '2027-05-01', name: '' },
        { date: '2027-05-02', name: '' },
      ],
      problems: [],
    });
  });

  it('leaves out what has a time of day, and what is cancelled', () => {
    const text = calendar(
      event('DTSTART:20261224T140000Z', 'DTEND:20261224T160000Z'),
      event('DTSTART;VALUE=DATE:20261231', 'STATUS:CANCELLED'),
      event('DTSTART;VALUE=DATE:20270101'),
    );
    expect(read(text).holidays).toEqual([{ date: '2027-01-01', name: '' }]);
  });

  it('follows what repeats each year, to the last year that is asked for', () => {
    const yearly = dates('DTSTART;VALUE=DATE:20200501', 'RRULE:FREQ=YEARLY');
    expect([yearly.length, yearly[0], yearly.at(-1)]).toEqual([80, '2020-05-01', '2099-05-01']);
    expect(dates('DTSTART;VALUE=DATE:18710501', 'RRULE:FREQ=YEARLY')).toHaveLength(110);
    expect(
      dates('DTSTART;VALUE=DATE:20250526', 'RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3'),
    ).toEqual(['2025-05-26', '2026-05-25', '2027-05-31']);
    expect(dates('DTSTART;VALUE=DATE:20240101', 'RRULE:FREQ=YEARLY;UNTIL=20260101')).toHaveLength(
      3,
    );
    expect(
      dates(
        'DTSTART;VALUE=DATE:20240101',
        'RRULE:FREQ=YEARLY;UNTIL=20270101',
        'EXDATE;VALUE=DATE:20250101',
      ),
    ).toEqual(['2024-01-01', '2026-01-01', '2027-01-01']);
  });

  it('counts 29 February in leap years alone', () => {
    expect(dates('DTSTART;VALUE=DATE:20200229', 'RRULE:FREQ=YEARLY;UNTIL=20290101')).toEqual([
      '2020-02-29',
      '2024-02-29',
      '2028-02-29',
    ]);
  });

  it.each([
    ['RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'another way than yearly'],
    ['RRULE:FREQ=SECONDLY', 'another way than yearly'],
    ['RRULE:FREQ=YEARLY;BYWEEKNO=20', 'BYWEEKNO'],
    ['RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=FR;BYMONTHDAY=30', 'last days of a month'],
    ['DTEND;VALUE=DATE:20400101', 'longer than 400 days'],
  ])('%s is a problem that names the event', (line, reason) => {
    const { problems } = read(calendar(event('DTSTART;VALUE=DATE:20200101', 'SUMMARY:Odd', line)));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.file).toBe('calendars/germany.ics');
    expect(problems[0]?.reason).toContain('The event "Odd"');
    expect(problems[0]?.reason).toContain(reason);
  });

  it.each([
    '',
    'hello',
    'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n',
    calendar(),
    calendar(event('DTSTART;VALUE=DATE:2026')),
    calendar(event('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=NEVER')),
    calendar(event('RRULE:FREQ=YEARLY')),
    '<html>Not found</html>',
  ])('%j is a problem with the name of the file', (text) => {
    const { holidays, problems } = read(text);
    expect(holidays).toEqual([]);
    expect(problems[0]).toMatchObject({ file: 'calendars/germany.ics', line: undefined });
  });
});

it('a calendar takes the .ics file that it names, and the one of its own name', () => {
  const ics = (day: string) => calendar(event(`DTSTART;VALUE=DATE:${day}`, 'SUMMARY:Free'));
  const parsed = parseConfig({
    desk: undefined,
    queues: [],
    calendars: [{ file: 'calendars/berlin.yaml', text: 'holidays: [germany.ics, 12-25]' }],
    holidays: [
      { file: 'calendars/berlin.ics', text: ics('20260308') },
      { file: 'calendars/germany.ics', text: ics('20261003') },
      { file: 'calendars/japan.ics', text: ics('20260211') },
    ],
    environment: {},
    flags: {},
    hostName: 'test.example',
    directory: '/desk',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const { holidays, holidayNames } = parsed.value.calendars?.[0] ?? { holidays: new Set() };
  expect(
    ['2026-03-08', '2026-10-03', '2026-12-25', '2026-02-11'].map((day) => holidays.has(day)),
  ).toEqual([true, true, true, false]);
  expect(holidayNames?.['2026-10-03']).toBe('Free');
});
