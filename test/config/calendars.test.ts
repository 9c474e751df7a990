import { describe, expect, it, test } from 'vitest';
import { calendarOf, parseCalendarFile } from '../../src/config/calendars.ts';
import { parseConfig } from '../../src/config/parse.ts';

const parse = (text: string) => parseCalendarFile(text, 'calendars/office.yaml', 'Europe/Berlin');

describe('parseCalendarFile', () => {
  it('reads hours by days, breaks and holidays', () => {
    const { calendar, problems } = parse(
      [
        'timeZone: Asia/Tokyo',
        'hours:',
        '  mon-thu: 09:00-18:00',
        '  fri: [08:00-12:00, 13:00-15:00]',
        'breaks: 12:00-12:30',
        'holidays: [2026-12-25, 2027-01-01]',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    const long = [
      { from: 540, to: 720 },
      { from: 750, to: 1080 },
    ];
    expect(calendar).toEqual({
      name: 'office',
      timeZone: 'Asia/Tokyo',
      week: [
        [],
        long,
        long,
        long,
        long,
        [
          { from: 480, to: 720 },
          { from: 780, to: 900 },
        ],
        [],
      ],
      holidays: new Set(['2026-12-25', '2027-01-01']),
      holidayNames: { '2026-12-25': '', '2027-01-01': '' },
    });
  });

  it('says nothing and means office hours in the zone of the desk', () => {
    const { calendar } = parse('holidays: []');
    expect(calendar?.timeZone).toBe('Europe/Berlin');
    expect(calendar?.week.map((spans) => spans.length)).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });

  it('unites hours that touch, and breaks may cover all of a day', () => {
    const { calendar } = parse(
      'hours: { sat: [08:00-10:00, 10:00-12:00], sun: 09:00-10:00 }\nbreaks: { sun: 08:00-24:00 }',
    );
    expect(calendar?.week.at(6)).toEqual([{ from: 480, to: 720 }]);
    expect(calendar?.week.at(0)).toEqual([]);
  });

  it.each([
    ['hours: { mon: 17:00-17:00 }', 1, 'times such as'],
    ['hours: 09:00-17:00\nholidays:\n  - 12-25\n  - 3rd mondy of may', 4, '3rd mondy of may'],
    ['holidays: [germany.ics]', 1, 'no .ics file'],
    ['holidays: { 02-30: Nothing }', 1, '02-30'],
    ['hours: { moon: 09:00-17:00 }', 1, 'names "moon"'],
    ['hours: {}', 1, 'no open hours'],
    ['hours: 09:00-17:00\nbreaks: noon', 2, 'times such as'],
    ['timeZone: Berlin', 1, 'timeZone'],
    ['holidays: [2026-02-30]', 1, '2026-02-30'],
    ['houres: 09:00-17:00', 1, 'did you mean "hours"'],
    ['- list', 1, 'table'],
  ])('%j is a problem', (text, line, reason) => {
    const { calendar, problems } = parse(text);
    expect(calendar).toBeUndefined();
    expect(problems[0]).toMatchObject({ file: 'calendars/office.yaml', line });
    expect(problems[0]?.reason).toContain(reason);
  });
});

it('hours may go over midnight, breaks too, from Saturday into Sunday as well', () => {
  const { calendar } = parse('hours: { fri-sat: 22:00-06:00 }\nbreaks: { fri: 23:30-00:30 }');
  expect(calendar?.week).toEqual([
    [{ from: 0, to: 360 }],
    [],
    [],
    [],
    [],
    [{ from: 1320, to: 1410 }],
    [
      { from: 30, to: 360 },
      { from: 1320, to: 1440 },
    ],
  ]);
});

it('holidays are rules with names, for every year', () => {
  const { calendar, problems } = parse(
    'holidays:\n  - 12-25: Christmas Day\n  - easter+1: Easter Monday\n  - last monday of may\n  - 2026-06-05\n',
  );
  expect(problems).toEqual([]);
  const names = calendar?.holidayNames ?? {};
  expect(names['2026-12-25']).toBe('Christmas Day');
  expect(names['2099-12-25']).toBe('Christmas Day');
  expect(names['2026-04-06']).toBe('Easter Monday');
  expect(names['2031-05-26']).toBe('');
  expect(calendar?.holidays.has('2026-06-05')).toBe(true);
  expect(calendar?.holidays.has('2027-06-05')).toBe(false);
  expect(parse('holidays: { 12-25: Christmas Day }').calendar?.holidays.size).toBe(110);
});

function configOf(
  queues: Readonly<Record<string, string>>,
  calendars: Readonly<Record<string, string>>,
) {
  const files = (folder: string, texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([name, text]) => ({ file: `${folder}/${name}.yaml`, text }));
  return parseConfig({
    desk: undefined,
    queues: files('queues', queues),
    calendars: files('calendars', calendars),
    environment: {},
    flags: {},
    hostName: 'machine.example',
    directory: '/srv/desk',
  });
}

test('a queue works by its own calendar, that of the queue above, or the default one', () => {
  const config = configOf(
    {
      support: 'name: Support',
      billing: 'name: Billing\ncalendar: money',
      refunds: 'name: "Billing::Refunds"',
      night: 'name: "Billing::Night"\ncalendar: night',
    },
    { money: '', night: 'hours: 20:00-24:00', default: 'hours: 10:00-16:00' },
  );
  if (!config.ok) throw new Error(JSON.stringify(config.refusal));
  const opening = (queue: string) => calendarOf(config.value, queue).week[1]?.[0]?.from;
  expect(['Support', 'Billing', 'billing::refunds', 'Billing::Night', 'Gone'].map(opening)).toEqual(
    [600, 540, 540, 1200, 600],
  );
});

test('without any calendar a desk works Monday to Friday from 9 to 17', () => {
  const config = configOf({}, {});
  if (!config.ok) throw new Error(JSON.stringify(config.refusal));
  const { week, timeZone } = calendarOf(config.value, 'Support');
  expect([timeZone, week[1], week[6]]).toEqual(['UTC', [{ from: 540, to: 1020 }], []]);
});

test('a queue that names a calendar nobody wrote is a problem', () => {
  const config = configOf({ support: 'name: Support\ncalendar: ofice' }, { office: '' });
  expect(config).toMatchObject({
    ok: false,
    refusal: [
      {
        file: 'queues/support.yaml',
        line: 2,
        reason: 'Unknown calendar "ofice" (did you mean "office"?)',
      },
    ],
  });
});
