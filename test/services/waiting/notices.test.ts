/** Quiet times, digests, absence and snoozes: told once, mailed once, at the right time, across restarts and two desks. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, formatInstant, hour, minute, parseInstant, second } from '../../../src/base/clock.ts';
import { readNotify } from '../../../src/config/agent-notify.ts';
import { askedBy } from '../../../src/core/search/personal.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import type { Actor, Change } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { askerOf } from '../../../src/services/asker.ts';
import { createClockwork } from '../../../src/services/clockwork.ts';
import { createNoticeMailer } from '../../../src/services/notifications/mailer.ts';
import { createNotifications } from '../../../src/services/notifications/notifications.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readOutgoing } from '../../../src/storage/message-file.ts';
import { createLeapingClock, type LeapingClock } from '../../helpers/leaping-clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };

interface Running {
  readonly test: TestDesk;
  readonly pops: readonly string[];
  settled(): Promise<void>;
  stop(): Promise<void>;
}

let directory: string;
let clock: LeapingClock;
let running: Running[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-quiet-'));
  clock = createLeapingClock(Date.UTC(2026, 10, 23, 10));
});

afterEach(async () => {
  for (const each of running) {
    await each.stop();
    await each.test.close();
  }
  running = [];
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<Running> {
  const test = await openTestDesk({
    directory,
    clock,
    settings: {
      confirmations: 'false',
      smarthost: 'smtp://127.0.0.1:9',
      notifyPause: '1m',
      timeZone: 'Europe/Berlin',
    },
  });
  const { desk } = test;
  for (const [login, name] of [
    ['anna', 'Anna Adler'],
    ['ben', 'Ben Kaya'],
    ['cem', 'Cem Demir'],
  ] as const)
    if (desk.accounts.find(login) === undefined)
      await desk.accounts.add({ login, name, email: `${login}@desk.example`, roles: ['agent'] });
  const followed = {
    ...desk.notices,
    index: desk.index,
    reader: desk.store,
    agents: desk.accounts.list,
    rightsOf: desk.rightsOf,
    snoozes: desk.snoozes,
    files: desk.parts.files,
    directory: join(directory, 'agents'),
    config: () => desk.config.current(),
    clock,
    random: desk.parts.random,
    log: desk.parts.log,
  };
  const notifications = createNotifications({ ...followed, mailer: createNoticeMailer(followed) });
  const clockwork = createClockwork({
    tickets: desk.tickets,
    reader: desk.store,
    index: desk.index,
    clock,
    log: desk.parts.log,
  });
  const pops: string[] = [];
  notifications.onTold((login, { reasons }, isQuiet) => {
    pops.push(`${login} ${reasons.join()}${isQuiet ? ' silently' : ''}`);
  });
  await notifications.start();
  await desk.snoozes.load();
  desk.snoozes.start(notifications.tellOver);
  clockwork.start();
  await desk.index.ready(10 * minute);
  await clockwork.catchUp();
  await notifications.catchUp();
  await desk.snoozes.catchUp();
  const settled = async () => {
    // One may give work to the next.
    for (let round = 0; round < 2; round += 1) {
      await clock.runDue();
      await clockwork.settled();
      await desk.snoozes.settled();
      await desk.index.settled();
      await notifications.settled();
    }
  };
  await settled();
  const each: Running = {
    test,
    pops,
    settled,
    async stop() {
      await clockwork.stop();
      await desk.snoozes.stop();
      await notifications.stop();
    },
  };
  running.push(each);
  return each;
}

/** Everything of the running desk ends, without a word to the next one. */
async function restart(before: Running): Promise<Running> {
  await before.stop();
  await before.test.close();
  running = running.filter((each) => each !== before);
  return start();
}

async function leap(each: Running, ms: number): Promise<void> {
  await clock.leapTo(clock.now() + ms + second);
  await each.settled();
}

async function wish({ test }: Running, login: string, notify: object): Promise<void> {
  const read = readNotify(notify);
  if (read === undefined) throw new RangeError(JSON.stringify(notify));
  await test.desk.accounts.setNotify(login, read);
}

async function receive(each: Running, id: string, fields = {}): Promise<TicketNumber> {
  const mail = plainMail({ 'Message-ID': `<${id}@customer.example>`, Subject: id, ...fields });
  const { ticket } = await each.test.receive(mail);
  await each.settled();
  return ticket;
}

async function give(each: Running, number: TicketNumber, owner: string, actor = anna) {
  const changes: readonly Change[] = [{ kind: 'set', field: 'owner', value: owner }];
  const done = await each.test.desk.tickets.run(number, { kind: 'update', changes }, actor);
  expect(done.ok).toBe(true);
  await each.settled();
}

async function mails({ test }: Running, to?: string) {
  const entries = await test.desk.outboxSpool.list();
  const all = await Promise.all(
    entries.map(async ({ path }) => {
      const read = readOutgoing(await test.desk.parts.files.readFile(path));
      const { mail } = await decodeMail(read?.mail ?? Buffer.alloc(0), undefined);
      return { isNotice: read?.notice !== undefined, to: read?.recipients[0], mail };
    }),
  );
  return all.filter(
    (each) => each.isNotice && (to === undefined || each.to === `${to}@desk.example`),
  );
}

async function told(login: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, 'agents', login, 'notifications'), 'utf8').catch(
    () => '',
  );
  // A line that is there twice counts once.
  const lines = [...new Set(text.split('\n'))].filter((line) => line.startsWith('told '));
  return lines.map((line) => line.split(' ').slice(4, 6).join(' '));
}

async function listed({ test }: Running, login: string, text: string) {
  const { accounts, config, index, snoozes } = test.desk;
  const query = parseQuery(text);
  if (!query.ok) throw new RangeError(text);
  const desk = { agents: accounts.list(), config: config.current(), now: clock.now(), snoozes };
  const page = await index.list({
    query: askedBy(query.value, askerOf(login, desk)),
    sort: 'created',
    descending: false,
    limit: 50,
  });
  return page.ok ? page.value.records.map(({ number }) => number) : [];
}

describe('quiet times', () => {
  it('hold mail until the morning, across a restart, and count on in the page without a sound', async () => {
    let desk = await start();
    await wish(desk, 'ben', { quiet: ['22:00-07:00'] });
    const number = await receive(desk, 'one');
    await leap(desk, 12 * hour);
    await give(desk, number, 'ben');
    expect(desk.pops.at(-1)).toBe('ben assigned silently');
    await leap(desk, 2 * minute);
    expect(await mails(desk, 'ben')).toEqual([]);
    desk = await restart(desk);
    expect(await mails(desk, 'ben')).toEqual([]);
    // Seven in Berlin is six in Greenwich.
    await clock.leapTo(Date.UTC(2026, 10, 24, 5, 59));
    await desk.settled();
    expect(await mails(desk, 'ben')).toEqual([]);
    await leap(desk, minute);
    expect(await mails(desk, 'ben')).toHaveLength(1);
    desk = await restart(desk);
    await leap(desk, 2 * day);
    expect(await mails(desk, 'ben')).toHaveLength(1);
  });

  it('let through what is urgent, with what else is known of that ticket', async () => {
    const desk = await start();
    await wish(desk, 'ben', { quiet: ['00:00-23:59'], urgent: ['mentioned'] });
    const [one, other] = [await receive(desk, 'one'), await receive(desk, 'other')];
    await give(desk, one, 'ben');
    await give(desk, other, 'ben');
    await desk.test.desk.tickets.run(one, { kind: 'note', text: 'Look @ben' }, anna);
    await desk.settled();
    expect(desk.pops.at(-1)).toBe('ben mentioned');
    await leap(desk, minute);
    const [mail, ...others] = await mails(desk, 'ben');
    expect(others).toEqual([]);
    expect(mail?.mail.subject).toContain(one);
    expect(mail?.mail.text).toContain('mentioned you');
  });
});

describe('digests', () => {
  it('are one mail over all tickets, once a day, and nobody can answer them by mistake', async () => {
    let desk = await start();
    await wish(desk, 'ben', { digest: 'daily 08:00' });
    for (const id of ['one', 'two', 'three']) await give(desk, await receive(desk, id), 'ben');
    await leap(desk, hour);
    desk = await restart(desk);
    expect(await mails(desk, 'ben')).toEqual([]);
    await clock.leapTo(Date.UTC(2026, 10, 24, 7));
    await desk.settled();
    const [mail, ...others] = await mails(desk, 'ben');
    expect(others).toEqual([]);
    expect(mail?.mail.subject).toBe('News in 3 tickets');
    for (const id of ['one', 'two', 'three'])
      expect(mail?.mail.text).toContain(`${id}\n- Anna Adler`);
    expect(mail?.mail.messageId).toMatch(/^digest\./);
    expect(mail?.mail.replyTo).toEqual([]);
    desk = await restart(desk);
    await leap(desk, 3 * day);
    expect(await mails(desk, 'ben')).toHaveLength(1);
  });

  it('about one ticket are an ordinary mail', async () => {
    const desk = await start();
    await wish(desk, 'ben', { digest: 'hourly' });
    const number = await receive(desk, 'one');
    await give(desk, number, 'ben');
    await leap(desk, 58 * minute);
    expect(await mails(desk, 'ben')).toEqual([]);
    await leap(desk, 2 * minute);
    const [mail] = await mails(desk, 'ben');
    expect(mail?.mail.subject).toContain(`[#${number}]`);
  });

  it('are written once by two desks on one folder', async () => {
    const one = await start();
    await wish(one, 'ben', { digest: 'hourly' });
    const other = await start();
    for (const id of ['a', 'b', 'c', 'd']) {
      const number = await receive(one, id);
      await give(one, number, 'ben');
      await other.test.desk.index.apply(number);
      await other.settled();
    }
    await clock.leapTo(clock.now() + hour);
    await Promise.all([one.settled(), other.settled()]);
    await leap(one, 2 * minute);
    await leap(other, 2 * minute);
    const all = await mails(one, 'ben');
    expect(all.map(({ mail }) => mail.subject)).toEqual(['News in 4 tickets']);
  });
});

describe('absence', () => {
  it('keeps mail from who is away, and tells the stand-in for whom it is', async () => {
    const desk = await start();
    const { accounts } = desk.test.desk;
    const away = { from: '2026-11-23', until: '2026-11-27', text: '', handOver: false };
    expect((await accounts.setAbsence('ben', { ...away, standIn: 'cem' })).ok).toBe(true);
    const number = await receive(desk, 'one');
    await give(desk, number, 'ben');
    await receive(desk, 'answer', { 'In-Reply-To': '<one@customer.example>' });
    await leap(desk, minute);
    expect(await told('ben')).toEqual(['page opened', 'page assigned', 'page answered']);
    expect(await told('cem')).toEqual([
      'page opened',
      'page,mail,for=ben assigned',
      'page,mail,for=ben answered',
    ]);
    expect(await mails(desk, 'ben')).toEqual([]);
    const [mail] = await mails(desk, 'cem');
    expect(mail?.mail.text).toContain('For Ben Kaya, who is away: Kim Berg wrote in your ticket.');
    // Who did it himself is not told; and back at work everything is as before.
    await clock.leapTo(Date.UTC(2026, 10, 28, 10));
    await receive(desk, 'again', { 'In-Reply-To': '<one@customer.example>' });
    await leap(desk, minute);
    expect(await mails(desk, 'ben')).toHaveLength(1);
    expect(await mails(desk, 'cem')).toHaveLength(1);
  });

  it('leaves mail to who wants it', async () => {
    const desk = await start();
    await wish(desk, 'ben', { mailAway: true });
    const away = { from: '2026-11-23', until: '2026-11-27', text: '', handOver: false };
    await desk.test.desk.accounts.setAbsence('ben', { ...away, standIn: undefined });
    await give(desk, await receive(desk, 'one'), 'ben');
    await leap(desk, minute);
    expect(await mails(desk, 'ben')).toHaveLength(1);
  });
});

describe('reminders', () => {
  async function remind(desk: Running, number: TicketNumber, state: string): Promise<void> {
    const until = formatInstant(desk.test.desk.parts.clock.now());
    const changes: readonly Change[] = [
      { kind: 'set', field: 'state', value: state },
      { kind: 'set', field: 'pending-until', value: until.replace('T10', 'T12') },
    ];
    const done = await desk.test.desk.tickets.run(number, { kind: 'update', changes }, anna);
    expect(done.ok).toBe(true);
    await desk.settled();
  }

  it('are told to the owner, else to everybody who has the queue', async () => {
    const desk = await start();
    const [owned, free] = [await receive(desk, 'owned'), await receive(desk, 'free')];
    await give(desk, owned, 'ben');
    await remind(desk, owned, 'pending-reminder');
    await remind(desk, free, 'pending-customer');
    await leap(desk, 2 * hour);
    const reminded = async (login: string) =>
      (await told(login)).filter((line) => line.includes('reminder')).length;
    expect([await reminded('anna'), await reminded('ben'), await reminded('cem')]).toEqual([
      1, 2, 1,
    ]);
    await leap(desk, minute);
    const [mail] = (await mails(desk, 'ben')).filter(({ mail: { text } }) =>
      text.includes('You wanted to be reminded'),
    );
    expect(mail).toBeDefined();
  });
});

describe('a snooze', () => {
  const mine = 'owner:anna is:open -snoozed:me';
  const until = (text: string) => parseInstant(text) ?? clock.now();

  async function put(desk: Running, login: string, number: TicketNumber, text: string) {
    const since = (await desk.test.desk.store.read(number))?.ticket.latest ?? clock.now();
    await desk.test.desk.snoozes.snooze(login, number, { until: until(text), since });
  }

  it('takes a ticket out of my lists alone, and brings it back at its time, told once', async () => {
    let desk = await start();
    const number = await receive(desk, 'one');
    await give(desk, number, 'anna', { kind: 'user', account: 'root' });
    await put(desk, 'anna', number, '2026-11-24T08:00:00Z');
    expect(await listed(desk, 'anna', mine)).toEqual([]);
    expect(await listed(desk, 'anna', 'snoozed:me')).toEqual([number]);
    expect(await listed(desk, 'anna', 'waiting:me -snoozed:me')).toEqual([]);
    expect(await listed(desk, 'ben', 'owner:anna is:open -snoozed:me')).toEqual([number]);
    expect(await listed(desk, 'ben', 'snoozed:anna')).toEqual([]);
    expect((await desk.test.desk.store.read(number))?.ticket.state).toBe('new');
    // What she does herself wakes nothing.
    await desk.test.desk.tickets.run(number, { kind: 'note', text: 'Later.' }, anna);
    desk = await restart(desk);
    expect(await listed(desk, 'anna', mine)).toEqual([]);
    await clock.leapTo(Date.UTC(2026, 10, 24, 8));
    await desk.settled();
    expect(await listed(desk, 'anna', mine)).toEqual([number]);
    expect((await told('anna')).at(-1)).toBe('page,mail snooze-over');
    desk = await restart(desk);
    await leap(desk, minute);
    expect((await told('anna')).filter((line) => line.includes('snooze'))).toHaveLength(1);
    const last = (await mails(desk, 'anna')).at(-1);
    expect(last?.mail.text).toContain('Your snooze is over.');
  });

  it('ends when the customer writes, and when somebody else acts', async () => {
    const desk = await start();
    const [one, other] = [await receive(desk, 'one'), await receive(desk, 'other')];
    for (const number of [one, other]) await put(desk, 'anna', number, '2026-12-24T08:00:00Z');
    await receive(desk, 'robot', {
      'In-Reply-To': '<one@customer.example>',
      'Auto-Submitted': 'auto-replied',
    });
    expect(await listed(desk, 'anna', 'snoozed:me')).toEqual([one, other]);
    await receive(desk, 'answer', { 'In-Reply-To': '<one@customer.example>' });
    expect(await listed(desk, 'anna', 'snoozed:me')).toEqual([other]);
    await give(desk, other, 'ben', { kind: 'agent', login: 'ben' });
    expect(await listed(desk, 'anna', 'snoozed:me')).toEqual([]);
    expect((await told('anna')).filter((line) => line.includes('woken'))).toHaveLength(2);
    await clock.leapTo(Date.UTC(2026, 11, 25));
    await desk.settled();
    expect((await told('anna')).filter((line) => line.includes('snooze-over'))).toEqual([]);
  });

  it('ends at its time in both of two desks, and is told once; a word of the agent ends it as well', async () => {
    const one = await start();
    const other = await start();
    const numbers = [await receive(one, 'a'), await receive(one, 'b')];
    const [first, second_] = numbers;
    if (first === undefined || second_ === undefined) throw new RangeError('No tickets');
    for (const number of numbers) await put(one, 'anna', number, '2026-11-23T12:00:00Z');
    await other.test.desk.index.sweep();
    await other.test.desk.snoozes.catchUp();
    expect(await listed(other, 'anna', 'snoozed:me')).toEqual(numbers);
    await other.test.desk.snoozes.wake('anna', second_);
    await one.test.desk.snoozes.catchUp();
    expect(await listed(one, 'anna', 'snoozed:me')).toEqual([first]);
    await clock.leapTo(clock.now() + 2 * hour);
    await Promise.all([one.settled(), other.settled()]);
    expect(await listed(one, 'anna', 'snoozed:me')).toEqual([]);
    expect((await told('anna')).filter((line) => line.includes('snooze-over'))).toHaveLength(1);
  });
});
