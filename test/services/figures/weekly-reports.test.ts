/** The weekly report: when work starts, once a week however many desks run, and of what its reader may see. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  day,
  formatInstant,
  hour,
  minute,
  parseInstant,
  toInstant,
} from '../../../src/base/clock.ts';
import { formatDate } from '../../../src/core/escalation/calendar.ts';
import { createDeskReports } from '../../../src/desk-reports.ts';
import { dueReport, type WeeklyReports } from '../../../src/services/figures/weekly-reports.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readOutgoing } from '../../../src/storage/message-file.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const office = {
  timeZone: 'Europe/Berlin',
  week: [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    weekday >= 1 && weekday <= 5 ? [{ from: 9 * 60, to: 17 * 60 }] : [],
  ),
  holidays: new Set<string>(),
};

function dueAt(now: string, holidays: readonly string[] = []) {
  const due = dueReport(
    { ...office, holidays: new Set(holidays) },
    parseInstant(now) ?? toInstant(0),
  );
  return due === undefined
    ? undefined
    : [formatInstant(due.at).slice(0, 16), formatDate(due.week.first), formatDate(due.week.last)];
}

it('is due when work starts, before and after clocks are changed and over New Year', () => {
  // The clocks change on Sunday, 29 March and 25 October 2026.
  expect(dueAt('2026-03-24T12:00:00Z')).toEqual(['2026-03-23T08:00', '2026-03-16', '2026-03-22']);
  expect(dueAt('2026-03-30T00:00:00Z')).toEqual(['2026-03-30T07:00', '2026-03-23', '2026-03-29']);
  expect(dueAt('2026-10-25T22:30:00Z')).toEqual(['2026-10-19T07:00', '2026-10-12', '2026-10-18']);
  expect(dueAt('2026-10-25T23:30:00Z')).toEqual(['2026-10-26T08:00', '2026-10-19', '2026-10-25']);
  expect(dueAt('2027-01-01T12:00:00Z')).toEqual(['2026-12-28T08:00', '2026-12-21', '2026-12-27']);
  expect(dueAt('2027-01-04T12:00:00Z')).toEqual(['2027-01-04T08:00', '2026-12-28', '2027-01-03']);
  expect(dueAt('2026-12-21T12:00:00Z', ['2026-12-21', '2026-12-22'])).toEqual([
    '2026-12-23T08:00',
    '2026-12-14',
    '2026-12-20',
  ]);
  const whole = ['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', '2027-01-01'];
  expect(dueAt('2026-12-30T12:00:00Z', whole)).toBeUndefined();
});

let directory: string;
let clock: FakeClock;
let desks: TestDesk[] = [];
let running: WeeklyReports[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-reports-'));
  // Friday before the week in which Berlin's clocks change.
  clock = createFakeClock(Date.UTC(2026, 9, 23, 10));
});

afterEach(async () => {
  for (const reports of running) await reports.stop();
  for (const desk of desks) await desk.close();
  [running, desks] = [[], []];
  await rm(directory, { recursive: true, force: true });
});

async function open(report = 'weekly', roles = ['agent']): Promise<TestDesk> {
  const test = await openTestDesk({
    directory,
    clock,
    settings: {
      confirmations: 'false',
      smarthost: 'smtp://127.0.0.1:9',
      timeZone: 'Europe/Berlin',
    },
  });
  desks.push(test);
  if (test.desk.accounts.find('anna') === undefined) {
    await test.desk.accounts.add({
      login: 'anna',
      name: 'Anna Adler',
      email: 'anna@desk.example',
      roles,
    });
    const wish = report === 'weekly' ? undefined : report.split(',');
    await test.desk.accounts.setReport('anna', { queues: wish });
  } else await test.desk.accounts.load();
  await test.desk.index.ready(minute);
  return test;
}

function follow(test: TestDesk): WeeklyReports {
  const reports = createDeskReports(test.desk);
  running.push(reports);
  return reports;
}

async function posted(test: TestDesk) {
  const entries = await test.desk.outboxSpool.waiting();
  return Promise.all(
    entries.map(async ({ path }) => {
      const bytes = await test.desk.parts.files.readFile(path);
      const outgoing = readOutgoing(bytes);
      if (outgoing === undefined) throw new Error('No mail that can be sent');
      const { mail } = await decodeMail(outgoing.mail);
      return { outgoing, mail };
    }),
  );
}

it('goes out at the start of work, with the week beside the one before', async () => {
  const test = await open();
  await test.receive(plainMail({ Subject: 'Before' }, 'One'));
  await clock.advance(3 * day - hour);
  const reports = follow(test);
  // It is Monday, 10 in the morning in Berlin: what was due at 9 is made up for.
  await test.receive(plainMail({ Subject: 'After' }, 'Two'));
  await reports.catchUp();
  await reports.catchUp();
  const mails = await posted(test);
  expect(mails).toHaveLength(1);
  const [{ outgoing, mail } = { outgoing: undefined, mail: undefined }] = mails;
  expect(outgoing).toMatchObject({ sender: '', recipients: ['anna@desk.example'] });
  expect(mail?.subject).toBe('The week from 19 Oct to 25 Oct');
  expect(mail?.text).toMatch(/Came in +1 +0\n/);
  expect(mail?.text).toContain('/overview?from=2026-10-19&to=2026-10-25');
  expect(mail?.html).toContain('<td align="left">Came in</td><td align="right">1</td>');
});

it('waits for the start of work, and comes every week by itself', async () => {
  const test = await open();
  const reports = follow(test);
  await reports.catchUp();
  // What was due on Monday was never sent: it is made up for on Friday.
  expect(await posted(test)).toHaveLength(1);
  reports.start();
  const subjects = async () => (await posted(test)).map(({ mail }) => mail.subject).sort();
  await until('2026-10-26T07:59:00Z');
  await reports.settled();
  expect(await subjects()).toEqual(['The week from 12 Oct to 18 Oct']);
  await until('2026-10-26T08:01:00Z');
  await settled(reports, async () => (await posted(test)).length === 2);
  expect(await subjects()).toEqual([
    'The week from 12 Oct to 18 Oct',
    'The week from 19 Oct to 25 Oct',
  ]);
});

async function until(time: string): Promise<void> {
  const end = parseInstant(time) ?? clock.now();
  while (clock.now() < end) await clock.advance(Math.min(2 * hour, end - clock.now()));
}

/** Disks follow no clock, so what should be there is asked for again and again. */
async function settled(reports: WeeklyReports, isThere: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    await reports.settled();
    if (await isThere()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It never came');
}

it('is sent once by two desks that start at the same time, and by none that starts again', async () => {
  const [one, other] = [await open(), await open()];
  const both = [follow(one), follow(other)];
  await Promise.all(both.map((reports) => reports.catchUp()));
  expect(await posted(one)).toHaveLength(1);
  const [entry] = await one.desk.outboxSpool.waiting();
  if (entry === undefined) throw new Error('Nothing was posted');
  await (await one.desk.outboxSpool.claim(entry))?.done();
  await clock.advance(5 * minute);
  for (const reports of [...both, follow(one)]) await reports.catchUp();
  expect(await posted(one)).toEqual([]);
});

it('takes over what another desk wrote and did not live to send', async () => {
  const test = await open();
  await follow(test).catchUp();
  const [entry] = await test.desk.outboxSpool.waiting();
  if (entry === undefined) throw new Error('Nothing was posted');
  await (await test.desk.outboxSpool.claim(entry))?.done();
  const folder = join(directory, 'agents/anna/reports');
  for (const name of await readdir(folder))
    if (name.endsWith('.sent')) await rm(join(folder, name));
  const reports = follow(test);
  await reports.catchUp();
  expect(await posted(test)).toEqual([]);
  await clock.advance(3 * minute);
  await reports.catchUp();
  expect(await posted(test)).toHaveLength(1);
});

it('tells of nothing that its reader may not see', async () => {
  const test = await open('Support,Secret');
  await writeFile(
    join(directory, 'config/queues/secret.yaml'),
    'name: Secret\nrights:\n  lead: [see]\n',
  );
  await test.desk.config.reload();
  const reports = follow(test);
  await reports.catchUp();
  const [mail] = await posted(test);
  expect(mail?.mail.text).toContain('Support');
  expect(mail?.mail.text).not.toContain('Secret');
  await test.desk.accounts.setReport('anna', undefined);
  expect(test.desk.accounts.find('anna')?.report).toBeUndefined();
});
