/** Default times, the reminder to the customer and the end after it: over years, restarts and two desks on one folder. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, formatInstant, hour, minute, parseInstant, second } from '../../../src/base/clock.ts';
import { readAutoClose } from '../../../src/core/escalation/auto-close.ts';
import type { Actor, Change, MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { Desk } from '../../../src/desk.ts';
import { decodeMail } from '../../../src/storage/codec.ts';
import { readOutgoing } from '../../../src/storage/message-file.ts';
import { createLeapingClock, type LeapingClock } from '../../helpers/leaping-clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };
const rule = 'autoClose:\n  remindAfter: 5d\n  closeAfter: 7d\n';

let directory: string;
let clock: LeapingClock;
let open: TestDesk[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-waiting-'));
  clock = createLeapingClock(Date.UTC(2026, 10, 23, 10));
});

afterEach(async () => {
  for (const test of open.splice(0)) await stop(test);
  await rm(directory, { recursive: true, force: true });
});

/** A desk whose queue has these lines. */
async function start(
  lines = rule,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestDesk> {
  const options = {
    directory,
    clock,
    settings: { confirmations: 'false', timeZone: 'Europe/Berlin', ...settings },
  };
  const first = await openTestDesk(options);
  const queue = join(directory, 'config/queues/support.yaml');
  const text = await readFile(queue, 'utf8');
  if (!text.includes(lines)) await writeFile(queue, `${text}\n${lines}`);
  await first.desk.config.reload();
  expect(first.desk.config.problems()).toEqual([]);
  open.push(first);
  if (first.desk.accounts.find('anna') === undefined)
    await first.desk.accounts.add({
      login: 'anna',
      name: 'Anna Adler',
      email: 'anna@desk.example',
      roles: ['agent'],
    });
  await first.desk.index.ready(minute);
  first.desk.autoCloser.start();
  await first.desk.autoCloser.catchUp();
  await settled(first);
  return first;
}

async function stop(test: TestDesk): Promise<void> {
  open = open.filter((each) => each !== test);
  await test.desk.autoCloser.stop();
  await test.close();
}

async function settled({ desk }: TestDesk): Promise<void> {
  await clock.runDue();
  await desk.autoCloser.settled();
  await desk.index.settled();
}

/** A second more: events of one moment are milliseconds apart. */
async function leap(test: TestDesk, ms: number): Promise<void> {
  await clock.leapTo(clock.now() + ms + second);
  await settled(test);
}

async function receive(test: TestDesk, id: string, fields = {}): Promise<TicketNumber> {
  const mail = plainMail({ 'Message-ID': `<${id}@customer.example>`, ...fields });
  return (await test.receive(mail)).ticket;
}

async function set(
  { desk }: TestDesk,
  number: TicketNumber,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const changes = Object.entries(settings).map(
    ([field, value]): Change => ({ kind: 'set', field, value }),
  );
  const done = await desk.tickets.run(number, { kind: 'update', changes }, admin);
  expect(done.ok).toBe(true);
}

async function answer({ desk }: TestDesk, number: TicketNumber, changes: readonly Change[] = []) {
  const to = [{ name: 'Kim Berg', address: 'kim@customer.example' }];
  const command = { kind: 'reply', to, cc: [], text: 'Is it on?', changes } as const;
  const done = await desk.tickets.run(number, command, { kind: 'agent', login: 'anna' });
  expect(done.ok).toBe(true);
}

const waits: Change = { kind: 'set', field: 'state', value: 'pending-customer' };

async function ticketOf({ store }: Desk, number: TicketNumber) {
  const folder = await store.read(number);
  if (folder === undefined) throw new RangeError(number);
  return folder;
}

async function marks(test: TestDesk, number: TicketNumber) {
  const { messages } = await ticketOf(test.desk, number);
  return messages.flatMap(({ event }) => {
    const mark = readAutoClose(event);
    return mark === undefined ? [] : [`${mark.kind} ${formatInstant(event.time).slice(0, 16)}`];
  });
}

async function outgoing(test: TestDesk, name?: MessageName) {
  const entries = await test.desk.outboxSpool.list();
  const found = entries.filter((entry) => name === undefined || entry.name === name);
  return Promise.all(
    found.map(async ({ path }) => {
      const read = readOutgoing(await test.desk.parts.files.readFile(path));
      const { mail } = await decodeMail(read?.mail ?? Buffer.alloc(0), undefined);
      return { sender: read?.sender, recipients: read?.recipients, mail };
    }),
  );
}

const stateOf = async (test: TestDesk, number: TicketNumber) =>
  (await ticketOf(test.desk, number)).ticket.state;

describe('a customer who does not answer', () => {
  it('is reminded once, in his language and his thread, and the ticket closed after that', async () => {
    const test = await start();
    const number = await receive(test, '1', { Subject: 'Lampe' });
    await set(test, number, { language: 'de', state: 'pending-customer' });
    await leap(test, 5 * day - minute);
    expect(await marks(test, number)).toEqual([]);
    await leap(test, minute);
    expect(await marks(test, number)).toEqual(['reminder 2026-11-28T10:00']);
    const [sent, ...others] = await outgoing(test);
    expect(others).toEqual([]);
    expect([sent?.sender, sent?.recipients]).toEqual(['', ['kim@customer.example']]);
    expect(sent?.mail.text).toContain('Guten Tag Kim Berg,');
    expect(sent?.mail.text).toContain('Am\n5. Dezember 2026 schließen wir');
    expect(sent?.mail.subject).toContain(`[#${number}] Lampe`);
    expect(sent?.mail.inReplyTo).toEqual(['1@customer.example']);
    const field = (name: string) => sent?.mail.fields.get(name)?.[0];
    expect([field('auto-submitted'), field('precedence')]).toEqual(['auto-generated', 'bulk']);
    await leap(test, 7 * day - minute);
    expect(await stateOf(test, number)).toBe('pending-customer');
    await leap(test, minute);
    const { ticket } = await ticketOf(test.desk, number);
    expect([ticket.state, ticket.extra.get('close-reason')]).toEqual([
      'closed-unsuccessful',
      'no-reply',
    ]);
    expect(await marks(test, number)).toEqual([
      'reminder 2026-11-28T10:00',
      'closed 2026-12-05T10:00',
    ]);
    expect(await outgoing(test)).toHaveLength(1);
  });

  it('ends it by an answer at any time, which joins the ticket', async () => {
    const test = await start();
    const number = await receive(test, '1');
    await answer(test, number, [waits]);
    await leap(test, 6 * day);
    expect(await marks(test, number)).toHaveLength(1);
    const reminder = (await outgoing(test)).find(({ sender }) => sender === '');
    const id = reminder?.mail.messageId ?? '';
    expect(await receive(test, '2', { 'In-Reply-To': `<${id}>`, Subject: 'Re: hello' })).toBe(
      number,
    );
    await leap(test, 60 * day);
    expect(await stateOf(test, number)).toBe('open');
    expect(await marks(test, number)).toHaveLength(1);
    // And waits anew with the next answer, with a reminder of its own.
    await answer(test, number, [waits]);
    await leap(test, 6 * day);
    expect(await marks(test, number)).toHaveLength(2);
  });

  it('gets the whole time again when we write once more', async () => {
    const test = await start();
    const number = await receive(test, '1');
    await answer(test, number, [waits]);
    await leap(test, 3 * day);
    await answer(test, number);
    await leap(test, 3 * day);
    expect(await marks(test, number)).toEqual([]);
    await leap(test, 2 * day);
    expect(await marks(test, number)).toHaveLength(1);
  });

  it('is left alone when somebody says so, and reminded when he takes it back', async () => {
    const test = await start();
    const number = await receive(test, '1');
    await answer(test, number, [waits]);
    await leap(test, 6 * day);
    await set(test, number, { 'auto-close': 'no' });
    await leap(test, 30 * day);
    expect(await stateOf(test, number)).toBe('pending-customer');
    await set(test, number, { 'auto-close': '' });
    await leap(test, 5 * day);
    await leap(test, 7 * day);
    expect(await stateOf(test, number)).toBe('closed-unsuccessful');
    expect((await marks(test, number)).map((mark) => mark.split(' ')[0])).toEqual([
      'reminder',
      'reminder',
      'closed',
    ]);
  });

  it('a close is taken back, and then waits anew', async () => {
    const test = await start();
    const number = await receive(test, '1');
    await answer(test, number, [waits]);
    await leap(test, 5 * day);
    await leap(test, 7 * day);
    const { messages } = await ticketOf(test.desk, number);
    const last = messages.findLast(({ event }) => readAutoClose(event)?.kind === 'closed');
    const event = last?.event.name;
    if (event === undefined) throw new RangeError('It was not closed');
    const undone = await test.desk.tickets.run(number, { kind: 'undo', event }, admin);
    expect(undone.ok).toBe(true);
    const { ticket } = await ticketOf(test.desk, number);
    expect([ticket.state, ticket.extra.has('close-reason')]).toEqual(['pending-customer', false]);
    await leap(test, 5 * day - minute);
    expect(await marks(test, number)).toHaveLength(2);
    await leap(test, minute);
    expect(await marks(test, number)).toHaveLength(3);
  });

  it('says goodbye where the queue wants it, with success where it wants that', async () => {
    const test = await start(`${rule}  closing: yes\n  state: closed\n`);
    const number = await receive(test, '1');
    await answer(test, number, [waits]);
    await leap(test, 5 * day);
    await leap(test, 7 * day);
    expect(await stateOf(test, number)).toBe('closed');
    const mails = await outgoing(test);
    expect(mails).toHaveLength(3);
    expect(mails.some(({ mail }) => mail.text.includes('we have closed'))).toBe(true);
  });
});

describe('who is not reminded', () => {
  it.each([
    ['a list', { 'List-Id': '<news.example>' }, 'automatic'],
    ['a program', { 'Auto-Submitted': 'auto-generated' }, 'automatic'],
  ])('%s, and its ticket is not closed', async (_who, fields, reason) => {
    const test = await start();
    const number = await receive(test, '1', fields);
    await set(test, number, { state: 'pending-customer' });
    await leap(test, 5 * day);
    await leap(test, 90 * day);
    const { messages, ticket } = await ticketOf(test.desk, number);
    const mark = messages.map(({ event }) => readAutoClose(event)).find((each) => each);
    expect(mark).toMatchObject({ kind: 'none', reason });
    expect(ticket.state).toBe('pending-customer');
    expect(await outgoing(test)).toEqual([]);
  });

  it('somebody muted', async () => {
    const test = await start();
    const number = await receive(test, '1');
    await mkdir(join(directory, 'config/customers'), { recursive: true });
    await writeFile(
      join(directory, 'config/customers/kim.yaml'),
      'name: Kim Berg\naddresses: [kim@customer.example]\nmuted: true\n',
    );
    await test.desk.customers.load();
    expect(test.desk.config.problems()).toEqual([]);
    await answer(test, number, [waits]);
    await leap(test, 5 * day);
    expect(await marks(test, number)).toEqual(['none 2026-11-28T10:00']);
  });
});

describe('exactly once', () => {
  it('after weeks without a desk the reminder comes first, and the end keeps its distance', async () => {
    const first = await start();
    const number = await receive(first, '1');
    await answer(first, number, [waits]);
    await stop(first);
    await clock.leapTo(clock.now() + 60 * day);
    const second = await start();
    expect(await marks(second, number)).toEqual(['reminder 2027-01-22T10:00']);
    await leap(second, 7 * day - minute);
    expect(await stateOf(second, number)).toBe('pending-customer');
    await stop(second);
    await clock.leapTo(clock.now() + 2 * minute);
    const third = await start();
    expect(await stateOf(third, number)).toBe('closed-unsuccessful');
    expect(await marks(third, number)).toHaveLength(2);
  });

  it('two desks on one folder remind once and close once', async () => {
    const one = await start();
    const other = await start();
    const numbers = [await receive(one, '1'), await receive(one, '2'), await receive(one, '3')];
    for (const number of numbers) await answer(one, number, [waits]);
    for (const step of [5 * day, 7 * day]) {
      await other.desk.index.sweep();
      await other.desk.autoCloser.catchUp();
      await clock.leapTo(clock.now() + step + minute);
      await Promise.all([settled(one), settled(other)]);
    }
    await one.desk.index.sweep();
    for (const number of numbers)
      expect((await marks(one, number)).map((mark) => mark.split(' ')[0])).toEqual([
        'reminder',
        'closed',
      ]);
    expect(await outgoing(one)).toHaveLength(6);
  });

  it('what the desk may send by itself in an hour is kept to, and the rest follows', async () => {
    const test = await start(rule, { autoRepliesPerHour: '2' });
    const numbers: TicketNumber[] = [];
    for (const id of ['1', '2', '3'])
      numbers.push(await receive(test, id, { From: `kim${id}@customer.example` }));
    for (const number of numbers) await set(test, number, { state: 'pending-customer' });
    await leap(test, 5 * day);
    const reminded = async () =>
      (await Promise.all(numbers.map((number) => marks(test, number)))).flat().length;
    expect(await reminded()).toBe(2);
    await leap(test, hour + minute);
    expect(await reminded()).toBe(3);
  });
});

describe('default times', () => {
  it('of the queue, of the queue above it, of the desk', async () => {
    const test = await start('pending: { reminder: 3wd, close: 7d, customer: 14d }\n');
    await writeFile(
      join(directory, 'config/queues/technical.yaml'),
      'name: Support::Technical\npending: { customer: no }\n',
    );
    await test.desk.config.reload();
    const until = async (queue: string, state: string, id: string) => {
      const number = await receive(test, id);
      if (queue !== 'Support') await set(test, number, { queue });
      await set(test, number, { state });
      const { pendingUntil } = (await ticketOf(test.desk, number)).ticket;
      return pendingUntil === undefined ? undefined : formatInstant(pendingUntil);
    };
    expect([
      await until('Support', 'pending-reminder', '1'),
      await until('Support', 'pending-close', '2'),
      await until('Support', 'pending-customer', '3'),
      await until('Support::Technical', 'pending-reminder', '4'),
      await until('Support::Technical', 'pending-customer', '5'),
      await until('Billing', 'pending-reminder', '6'),
      await until('Billing', 'pending-customer', '7'),
    ]).toEqual([
      '2026-11-26T08:00:00.000Z',
      '2026-11-30T10:00:00.000Z',
      '2026-12-07T10:00:00.000Z',
      '2026-11-26T08:00:00.000Z',
      undefined,
      '2026-11-24T08:00:00.000Z',
      undefined,
    ]);
  });

  it('a time that somebody says counts, and an answer gives a waiting customer the whole time again', async () => {
    const test = await start('pending: { customer: 14d }\n');
    const number = await receive(test, '1');
    const until = async () => {
      const { pendingUntil, state } = (await ticketOf(test.desk, number)).ticket;
      return [state, pendingUntil === undefined ? undefined : formatInstant(pendingUntil)];
    };
    await answer(test, number, [waits]);
    expect(await until()).toEqual(['pending-customer', '2026-12-07T10:00:00.000Z']);
    await set(test, number, { 'pending-until': '2026-11-25T10:00:00Z' });
    expect(await until()).toEqual(['pending-customer', '2026-11-25T10:00:00.000Z']);
    await leap(test, day);
    await answer(test, number);
    expect(await until()).toEqual(['pending-customer', '2026-12-08T10:00:01.000Z']);
    await test.desk.tickets.run(number, { kind: 'remove' }, admin);
    await test.desk.tickets.run(number, { kind: 'restore' }, admin);
    expect(await until()).toEqual(['pending-customer', '2026-12-08T10:00:01.000Z']);
  });
});

describe('a year of waiting', () => {
  it.each(['Europe/Berlin', 'America/New_York'])(
    'in %s reminders and ends come with the beginning of work, never on a holiday',
    async (timeZone) => {
      clock = createLeapingClock(Date.UTC(2026, 0, 5, 9));
      // A new desk has its calendars in a folder of its own.
      await stop(await start('', { timeZone }));
      await mkdir(join(directory, 'config/calendars'), { recursive: true });
      await writeFile(
        join(directory, 'config/calendars/default.yaml'),
        `timeZone: ${timeZone}\nhours:\n  mon-fri: 09:00-17:00\nholidays: [2026-03-30, 2026-10-27]\n`,
      );
      const lines = 'autoClose:\n  remindAfter: 2wd\n  closeAfter: 3wd\n';
      const test = await start(lines, { timeZone, sweepEvery: '1h' });
      const shown = new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
      const moments: string[] = [];
      for (let begin = clock.now(); begin < Date.UTC(2027, 0, 5); begin = clock.now()) {
        const number = await receive(test, `at-${begin}`);
        await answer(test, number, [waits]);
        // Every minute of the hours in which it may happen, every hour else.
        while ((await stateOf(test, number)) === 'pending-customer') {
          const hours = shown.formatToParts(clock.now()).find(({ type }) => type === 'hour');
          await leap(test, hours?.value === '08' || hours?.value === '09' ? 20 * minute : hour);
          expect(clock.now() - begin).toBeLessThan(20 * day);
        }
        for (const mark of await marks(test, number)) {
          const time = parseInstant(`${mark.slice(-16)}:00Z`);
          if (time !== undefined) moments.push(shown.format(time));
          expect(mark).not.toMatch(/2026-(03-30|10-27)/);
        }
        await leap(test, 17 * day + 5 * hour);
      }
      expect(moments.length).toBeGreaterThan(24);
      for (const moment of moments) expect(moment).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? 09:[0-3]/);
    },
    120_000,
  );
});
