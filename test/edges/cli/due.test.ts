import { afterAll, beforeAll, expect, it } from 'vitest';
import { hour, toInstant } from '../../../src/base/clock.ts';
import type { Calendar } from '../../../src/core/escalation/calendar.ts';
import { dueTimes } from '../../../src/core/escalation/due.ts';
import { layTargets } from '../../../src/core/escalation/targets.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
beforeAll(async () => {
  cli = await openTestCli();
});
afterAll(() => cli.desk.close());

async function open() {
  const raw =
    'From: kim@customer.example\r\nTo: support@desk.example\r\nSubject: Lamp\r\n\r\nDark.\r\n';
  return (await cli.desk.open(raw)).ticket;
}

const calendar: Calendar = {
  timeZone: 'UTC',
  week: Array.from({ length: 7 }, () => [{ from: 0, to: 24 * 60 }]),
  holidays: new Set(),
};

/** A ticket that came three hours ago, waited for the customer for one, and has to be answered within two. */
function withTargets(): void {
  const opened = toInstant(cli.desk.clock.now() - 3 * hour);
  const state = (after: number, value: string) =>
    ({ kind: 'set', at: toInstant(opened + after * hour), field: 'state', value }) as const;
  const targets = layTargets(
    [{ times: { firstResponse: 2 * hour, solution: 10 * hour } }],
    'normal',
  );
  const course = [
    { kind: 'theirs', at: opened } as const,
    state(1, 'pending-customer'),
    state(2, 'open'),
  ];
  cli.machine.parts = {
    due: {
      of: () => dueTimes(course, { opened, targets, calendar }),
      measureOf: () => ({ targets, calendar, calendarName: 'always', sla: 'gold' }),
    },
  };
}

it('tells that nothing is due where there are no targets', async () => {
  cli.machine.parts = undefined;
  const number = await open();
  const { out, code } = await cli.run('due', number);
  expect([code, out]).toEqual([0, 'Nothing is due\n']);
});

it('tells what is due, with pauses and the time used', async () => {
  const number = await open();
  withTargets();
  const { out } = await cli.run('due', number);
  const text = out.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');
  expect(text).toBe(
    [
      'First response: due TIME, late',
      '  started TIME: the customer wrote',
      '  used 3 h of 2 h working time',
      'Solution: due TIME',
      '  started TIME: the ticket was opened',
      '  paused TIME to TIME (pending-customer)',
      '  used 2 h of 10 h working time',
      'By service level gold, calendar always (UTC)',
      '',
    ].join('\n'),
  );
});

it('gives the same as JSON', async () => {
  const number = await open();
  withTargets();
  const { out } = await cli.run('due', '--json', number);
  expect(JSON.parse(out)).toMatchObject({
    sla: 'gold',
    calendar: 'always',
    due: { update: null },
    clocks: [
      { kind: 'firstResponse', late: true, paused: false, targetMinutes: 120, usedMinutes: 180 },
      { kind: 'solution', late: false, usedMinutes: 120, spans: [{}, { kind: 'paused' }, {}] },
    ],
  });
});

it('names a ticket that there is not', async () => {
  expect((await cli.run('due', '20261123004266')).code).not.toBe(0);
});
