/** Telling agents: each event once, across crashes and processes; by mail in one mail; never of what is old. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDay, minute } from '../../../src/base/clock.ts';
import { toDayText } from '../../../src/core/team/absence.ts';
import type { Actor, Change } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { planImport } from '../../../src/services/carry/import-plan.ts';
import { createNoticeMailer } from '../../../src/services/notifications/mailer.ts';
import {
  createNotifications,
  type Notifications,
} from '../../../src/services/notifications/notifications.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readOutgoing } from '../../../src/storage/message-file.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let directory: string;
let clock: FakeClock;
let open: TestDesk[] = [];
/** Those that a test lets crash are ended here, or they would still write while the directory goes. */
let followers: Notifications[] = [];
const anna: Actor = { kind: 'agent', login: 'anna' };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-notices-'));
  clock = createFakeClock();
});

afterEach(async () => {
  for (const notifications of followers) await notifications.stop();
  for (const test of open) await test.close();
  [followers, open] = [[], []];
  await rm(directory, { recursive: true, force: true });
});

interface Running {
  readonly test: TestDesk;
  readonly notifications: Notifications;
  /** All that is under way has been told and posted. */
  settled(): Promise<void>;
}

async function start(): Promise<Running> {
  const test = await openTestDesk({
    directory,
    clock,
    settings: { confirmations: 'false', smarthost: 'smtp://127.0.0.1:9', notifyPause: '1m' },
  });
  open.push(test);
  const { desk } = test;
  for (const login of ['anna', 'ben'])
    if (desk.accounts.find(login) === undefined)
      await desk.accounts.add({
        login,
        name: login === 'anna' ? 'Anna Adler' : 'Ben Kaya',
        email: `${login}@desk.example`,
        roles: ['agent'],
      });
  const followed = {
    ...desk.notices,
    index: desk.index,
    reader: desk.store,
    agents: desk.accounts.list,
    rightsOf: desk.rightsOf,
    files: desk.parts.files,
    directory: join(directory, 'agents'),
    config: () => desk.config.current(),
    clock,
    random: desk.parts.random,
    log: desk.parts.log,
  };
  const notifications = createNotifications({ ...followed, mailer: createNoticeMailer(followed) });
  followers.push(notifications);
  await notifications.start();
  await desk.index.ready(10 * minute);
  await notifications.catchUp();
  return {
    test,
    notifications,
    async settled() {
      await desk.index.settled();
      await notifications.settled();
    },
  };
}

async function told(login: string) {
  const text = await readFile(join(directory, 'agents', login, 'notifications'), 'utf8').catch(
    () => '',
  );
  const lines = text.split('\n').filter((line) => line.startsWith('told '));
  return lines.map((line) => line.split(' ')[5]);
}

async function posted({ test }: Running) {
  const entries = await test.desk.outboxSpool.list();
  const read = await Promise.all(
    entries.map(async ({ path }) => readOutgoing(await test.desk.parts.files.readFile(path))),
  );
  return Promise.all(
    read
      .filter((outgoing) => outgoing?.notice !== undefined)
      .map(async (outgoing) => ({
        to: outgoing?.recipients[0],
        sender: outgoing?.sender,
        mail: (await decodeMail(outgoing?.mail ?? Buffer.alloc(0), undefined)).mail,
      })),
  );
}

async function receive(running: Running, id: string, fields = {}, text = 'The lamp is dark.') {
  const mail = plainMail({ 'Message-ID': `<${id}@customer.example>`, ...fields }, text);
  const { ticket } = await running.test.receive(mail);
  await running.settled();
  return ticket;
}

async function change(running: Running, number: TicketNumber, changes: readonly Change[]) {
  const done = await running.test.desk.tickets.run(number, { kind: 'update', changes }, anna);
  expect(done.ok).toBe(true);
  await running.settled();
}

const toBen: Change = { kind: 'set', field: 'owner', value: 'ben' };

describe('telling in the page and by mail', () => {
  it('a new ticket is told in the page, what is one’s own by mail as well', async () => {
    const running = await start();
    const number = await receive(running, '1');
    expect([await told('anna'), await told('ben')]).toEqual([['opened'], ['opened']]);
    await change(running, number, [toBen]);
    await receive(running, '2', { 'In-Reply-To': '<1@customer.example>' }, 'Still dark.');
    expect([await told('anna'), await told('ben')]).toEqual([
      ['opened'],
      ['opened', 'assigned', 'answered'],
    ]);
    expect(await posted(running)).toEqual([]);

    await clock.advance(minute);
    await running.settled();
    const [mail, ...others] = await posted(running);
    expect(others).toEqual([]);
    expect([mail?.to, mail?.sender]).toEqual(['ben@desk.example', '']);
    expect(mail?.mail.subject).toBe(`[#${number}] Kim Berg wrote in your ticket: Lamp`);
    expect(mail?.mail.text).toContain('Anna Adler gave you this ticket.');
    expect(mail?.mail.text).toContain('Still dark.');
    expect(mail?.mail.text).toContain(`/tickets/${number}`);
    expect(mail?.mail.text.startsWith(`--=[ ${number} ]=--\n`)).toBe(true);
    const field = (name: string) => mail?.mail.fields.get(name)?.[0];
    expect([
      field('auto-submitted'),
      field('precedence'),
      field('x-auto-response-suppress'),
    ]).toEqual(['auto-generated', 'bulk', 'All']);
    // It is no message of the ticket.
    const folder = await running.test.desk.store.read(number);
    expect(folder?.messages.map(({ event }) => event.kind)).toEqual([
      'mail-in',
      'update',
      'mail-in',
    ]);
  });

  it('what is imported is told to nobody, of whatever day it is', async () => {
    const running = await start();
    const { desk } = running.test;
    await clock.advance(minute);
    const path = join(directory, 'old.eml');
    const now = { Date: new Date(clock.now()).toUTCString(), 'Message-ID': '<old@x.example>' };
    await writeFile(path, plainMail(now));
    const plan = await planImport({ files: desk.parts.files, now: clock.now() }, 'eml', [path]);
    const choice = { state: 'open', openDays: 0, queueFromFolder: false, tags: [] } as const;
    const report = await desk.mailImport.run({
      kind: 'eml',
      plan,
      choice: { ...choice, queue: undefined, owner: 'ben', ownAddresses: [] },
      actor: { kind: 'user', account: 'root' },
      signal: new AbortController().signal,
    });
    await running.settled();
    expect(report.rows.map(({ outcome }) => outcome)).toEqual(['made']);
    expect([await told('anna'), await told('ben')]).toEqual([[], []]);
  });

  it('mentions made by a file put there by hand are told', async () => {
    const running = await start();
    const number = await receive(running, '1');
    const folder = running.test.desk.folderPath(number);
    await clock.advance(1000);
    const time = new Date(clock.now()).toISOString();
    await writeFile(
      join(folder, 'new', 'by-hand'),
      `Ticket-Event: note\nTicket-Time: ${time}\nTicket-Actor: agent anna\nTicket-Add: mention=ben\nTicket-Add: advice=ben\n\nLook @ben.\n`,
    );
    await running.test.desk.index.apply(number);
    await running.settled();
    expect(await told('ben')).toEqual(['opened', 'mentioned,advice']);
  });

  it('writes in the language of the agent', async () => {
    const running = await start();
    await running.test.desk.accounts.setLanguage('ben', 'de');
    const number = await receive(running, '1');
    await change(running, number, [toBen]);
    await clock.advance(minute);
    await running.settled();
    const [mail] = await posted(running);
    expect(mail?.mail.subject).toContain('Anna Adler hat dir dieses Ticket gegeben');
  });

  it('never writes to an address of the desk itself', async () => {
    const running = await start();
    const { accounts } = running.test.desk;
    await accounts.add({
      login: 'desk',
      name: 'Desk',
      email: 'support@localhost',
      roles: ['agent'],
    });
    const number = await receive(running, '1');
    await change(running, number, [{ kind: 'set', field: 'owner', value: 'desk' }]);
    await clock.advance(minute);
    await running.settled();
    expect(await told('desk')).toEqual(['opened', 'assigned']);
    expect(await posted(running)).toEqual([]);
  });

  it('nothing sounds for whoever is away today, unless he wants mail all the same', async () => {
    const running = await start();
    const pops: string[] = [];
    running.notifications.onTold((login, _, isQuiet) => {
      if (login === 'ben') pops.push(isQuiet ? 'silently' : 'aloud');
    });
    const { accounts } = running.test.desk;
    await receive(running, '1');
    const today = toDayText(
      formatDay(clock.now(), running.test.desk.config.current().desk.timeZone),
    );
    await accounts.setAbsence('ben', {
      from: today,
      until: today,
      standIn: undefined,
      text: '',
      handOver: false,
    });
    await receive(running, '2');
    const ben = accounts.find('ben');
    if (ben === undefined) throw new Error('Ben is gone');
    await accounts.setNotify('ben', { ...ben.notify, mailAway: true });
    await receive(running, '3');
    expect(pops).toEqual(['aloud', 'silently', 'aloud']);
  });

  it('an agent’s wishes are kept', async () => {
    const running = await start();
    await running.test.desk.accounts.setNotify('ben', {
      page: new Set(['new']),
      mail: new Set(),
      queues: ['Billing'],
    });
    const number = await receive(running, '1');
    await change(running, number, [toBen]);
    expect(await told('ben')).toEqual([]);
    await change(running, number, [
      { kind: 'set', field: 'owner', value: '' },
      { kind: 'set', field: 'queue', value: 'Billing' },
    ]);
    expect(await told('ben')).toEqual(['moved']);
  });
});

describe('exactly once', () => {
  it('a crash forgets nothing and repeats nothing', async () => {
    const first = await start();
    const number = await receive(first, '1');
    await change(first, number, [toBen]);
    // Killed here: the mail is not posted yet, and nothing was marked since the start.
    await clock.advance(10_000);
    const second = await start();
    await second.settled();
    expect(await told('ben')).toEqual(['opened', 'assigned']);
    expect(await posted(second)).toHaveLength(1);
    const third = await start();
    await third.settled();
    expect(await told('ben')).toEqual(['opened', 'assigned']);
    expect(await posted(third)).toHaveLength(1);
  });

  it('what was filed while nobody followed is told at the next start', async () => {
    const first = await start();
    await first.notifications.stop();
    await clock.advance(minute);
    await receive(first, '1');
    expect(await told('ben')).toEqual([]);
    const second = await start();
    await second.settled();
    expect(await told('ben')).toEqual(['opened']);
  });

  it('two processes over one directory tell once and post one mail', async () => {
    const one = await start();
    const other = await start();
    const number = await receive(one, '1');
    await other.test.desk.index.apply(number);
    await other.settled();
    await change(one, number, [toBen]);
    await other.test.desk.index.apply(number);
    await other.settled();
    await clock.advance(minute);
    await Promise.all([one.settled(), other.settled()]);
    expect(await told('ben')).toEqual(['opened', 'assigned']);
    expect(await posted(one)).toHaveLength(1);
  });

  it('tickets that were there before anybody followed are no news', async () => {
    const before = await openTestDesk({ directory, clock, settings: { confirmations: 'false' } });
    open.push(before);
    await before.desk.accounts.add({
      login: 'ben',
      name: 'Ben',
      email: 'ben@desk.example',
      roles: ['agent'],
    });
    await before.receive(plainMail({ 'Message-ID': '<old@customer.example>' }));
    await clock.advance(minute);
    const running = await start();
    await running.settled();
    expect(await told('ben')).toEqual([]);
    await receive(running, 'new', { 'In-Reply-To': '' });
    expect(await told('ben')).toEqual(['opened']);
  });

  it('what happened more than a day before a start is no news', async () => {
    const first = await start();
    await first.notifications.stop();
    await clock.advance(minute);
    await receive(first, '1');
    await clock.advance(25 * 60 * minute);
    const second = await start();
    await second.settled();
    expect(await told('ben')).toEqual([]);
  });
});
