/** The sender on a real outbox: retries, restarts, pauses, refusals, and what a crash leaves. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { day, hour, minute, second } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import type { Random } from '../../../src/base/random.ts';
import {
  type DeliveryReport,
  formatDelivery,
  type SendOutcome,
} from '../../../src/core/delivery/delivery.ts';
import type { TicketEvent } from '../../../src/core/ticket/event.ts';
import { foldTicket } from '../../../src/core/ticket/fold.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { createOutbox, type Outbox, type Outgoing } from '../../../src/services/outbound/outbox.ts';
import { createSender, type Sender } from '../../../src/services/outbound/sender.ts';
import {
  createTransport,
  type MailToSend,
  type Transport,
} from '../../../src/services/outbound/transport.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createSpool, type Spool } from '../../../src/storage/spool.ts';
import type { TicketFolder } from '../../../src/storage/ticket-store.ts';
import {
  createFakeClock,
  createRecordedLog,
  eventOf,
  type FakeClock,
  makeDirectory,
  messageName,
  type RecordedLog,
} from './fakes.ts';
import { openSink } from './sink.ts';

const ticket = formatTicketNumber('20261123', 426);
const unknownTicket = formatTicketNumber('20261123', 427);
const noJitter: Random = { bytes: (count) => Buffer.alloc(count) };

/** A desk's outgoing side; a second one on the same directory is the desk after a restart. */
interface Desk {
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly spool: Spool;
}

let root: { path: string; remove: () => Promise<void> };
let clock: FakeClock;
let log: RecordedLog;
/** What the ticket's folder holds; survives a restart. */
let events: TicketEvent[];
let reports: DeliveryReport[];
let troubles: string[];
let sent: MailToSend[];
let script: (
  mail: MailToSend,
  signal: AbortSignal | undefined,
) => SendOutcome | Promise<SendOutcome>;
let reportFailures: Fault[];
let desks: Desk[];

const acceptAll = ({ recipients }: MailToSend): SendOutcome => ({
  accepted: recipients,
  rejected: [],
  reply: '250 2.0.0 Ok',
});
const refuseAll =
  (code: number) =>
  ({ recipients }: MailToSend): SendOutcome => ({
    accepted: [],
    rejected: recipients.map((recipient) => ({ recipient, code, text: 'Scripted' })),
    reply: '',
  });
const beUnreachable = (): never => {
  throw new Fault('smtp-unreachable', { retry: 'later', detail: 'Cannot send: nobody is there' });
};

beforeEach(async () => {
  root = await makeDirectory();
  await mkdir(join(root.path, 'ticket'));
  clock = createFakeClock();
  log = createRecordedLog();
  events = [];
  reports = [];
  troubles = [];
  sent = [];
  script = acceptAll;
  reportFailures = [];
  desks = [];
});
afterEach(async () => {
  for (const { sender } of desks) await sender.stop();
  expect(clock.timers).toBe(0);
  await root.remove();
});

const scripted: Transport = {
  async send(mail, signal) {
    sent.push(mail);
    return script(mail, signal);
  },
  close: () => {},
};

async function openDesk({
  transport = scripted,
  connections = 2,
  host = 'desk',
}: {
  transport?: Transport | undefined;
  connections?: number;
  host?: string;
} = {}): Promise<Desk> {
  return openDeskWith(transport, connections, host);
}

async function openDeskWith(
  transport: Transport | undefined,
  connections = 2,
  host = 'desk',
): Promise<Desk> {
  const spool = createSpool(
    { files: nodeFiles, directory: join(root.path, 'outbox'), host, clock },
    { staleAfterMs: hour },
  );
  await spool.open();
  const tickets = {
    async read(number: string): Promise<TicketFolder | undefined> {
      if (number !== ticket) return undefined;
      const known = [...events];
      const messages = known.map((event) => ({
        event,
        size: 0,
        flags: '',
        fileName: event.name,
        directory: 'new' as const,
      }));
      return {
        number: ticket,
        messages,
        get ticket() {
          return foldTicket(ticket, known);
        },
        stamp: undefined,
      };
    },
  };
  const sender = createSender(
    {
      spool,
      files: nodeFiles,
      transport,
      tickets,
      readOutgoing,
      report: file,
      async toTrouble(claim, reason) {
        troubles.push(`${claim.name}: ${reason}`);
      },
      clock,
      log,
      random: noJitter,
    },
    { connections, giveUpAfterMs: 5 * day },
  );
  const outbox = createOutbox({
    spool,
    files: nodeFiles,
    tickets,
    readOutgoing,
    wake: sender.wake,
  });
  const desk = { sender, outbox, spool };
  desks.push(desk);
  return desk;
}

/** Later than everything in the ticket, as the writer of tickets sees to it. */
function nextTime(): number {
  return Math.max(clock.now(), (events.at(-1)?.time ?? 0) + 1);
}

/** As the desk files it: one event a message and attempt, however often it is reported. */
async function file(report: DeliveryReport): Promise<void> {
  const failure = reportFailures.shift();
  if (failure !== undefined) throw failure;
  reports.push(report);
  const name = `d-${report.message}-${report.attempt}`;
  if (events.some((event) => event.name === name)) return;
  events.push(
    eventOf(name, { kind: 'delivery', time: nextTime(), delivery: formatDelivery(report) }),
  );
}

function readOutgoing(bytes: Buffer): Outgoing | undefined {
  const [head = '', ...rest] = bytes.toString('latin1').split('\n\n');
  const values = (name: string) =>
    [...head.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].map((match) => match[1] ?? '');
  const number = values('Ticket-Number')[0];
  const recipients = values('Ticket-Recipient');
  if (recipients.length === 0) return undefined;
  return {
    ticket: number === ticket ? ticket : number === unknownTicket ? unknownTicket : undefined,
    sender: 'support@desk.example',
    recipients,
    subject: values('Subject')[0] ?? '',
    mail: Buffer.from(rest.join('\n\n')),
  };
}

/** Files an answer in the ticket and puts it into the outbox. */
async function answer(
  desk: Desk,
  name: string,
  recipients: readonly string[] = ['kim@a.example'],
  number: string = ticket,
) {
  const path = join(root.path, 'ticket', name);
  const head = [
    `Ticket-Number: ${number}`,
    ...recipients.map((address) => `Ticket-Recipient: ${address}`),
    `Subject: About ${name}`,
  ];
  await writeFile(path, `${head.join('\n')}\n\nText of ${name}\n`);
  events.push(eventOf(name, { kind: 'mail-out', time: nextTime() }));
  await desk.outbox.put(path, messageName(name));
}

const left = async () =>
  (await Promise.all(['new', 'cur'].map((part) => readdir(join(root.path, 'outbox', part)))))
    .flat()
    .sort();
const states = () => reports.map(({ message, state, attempt }) => `${message} ${state} ${attempt}`);
async function pass(desk: Desk, by: number): Promise<void> {
  clock.advance(by);
  await desk.sender.settled();
}

describe('a mail in the outbox', () => {
  test('is sent, reported and gone', async () => {
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one', ['kim@a.example', 'lee@a.example']);
    await desk.sender.settled();
    expect(sent).toMatchObject([
      { sender: 'support@desk.example', recipients: ['kim@a.example', 'lee@a.example'] },
    ]);
    expect(sent[0]?.mail.toString()).toBe('Text of one\n');
    expect(reports).toEqual([
      {
        ticket,
        message: 'one',
        state: 'sent',
        attempt: 1,
        reply: '250 2.0.0 Ok',
        next: undefined,
        done: ['kim@a.example', 'lee@a.example'],
        failed: [],
      },
    ]);
    expect(await left()).toEqual([]);
    expect(await desk.outbox.waiting()).toEqual([]);
    expect(log.events('warn', 'error')).toEqual([]);
  });

  test('is found at the start and by the regular scan, without being told of', async () => {
    const desk = await openDesk();
    await answer(desk, 'before');
    desk.sender.start();
    await desk.sender.settled();
    await writeFile(
      join(root.path, 'outbox', 'new', 'by-hand'),
      `Ticket-Number: ${ticket}\nTicket-Recipient: kim@a.example\n\nHi\n`,
    );
    await pass(desk, minute);
    expect(states()).toEqual(['before sent 1', 'by-hand sent 1']);
  });

  test('waits, visibly, while there is no smarthost', async () => {
    const desk = await openDeskWith(undefined);
    desk.sender.start();
    await answer(desk, 'one');
    await desk.sender.settled();
    expect(await desk.outbox.waiting()).toMatchObject([
      {
        name: 'one',
        ticket,
        recipients: ['kim@a.example'],
        subject: 'About one',
        attempts: 0,
        nextAttempt: undefined,
      },
    ]);
    const configured = await openDesk();
    configured.sender.start();
    await configured.sender.settled();
    expect(states()).toEqual(['one sent 1']);
  });

  test('goes out through a real smarthost', async () => {
    const sink = await openSink();
    const transport = createTransport(
      { log },
      {
        host: '127.0.0.1',
        port: sink.port,
        secure: false,
        user: undefined,
        password: undefined,
        hostName: 'desk.example',
        connections: 2,
      },
    );
    const desk = await openDesk({ transport });
    desk.sender.start();
    for (let n = 0; n < 10; n += 1) await answer(desk, `mail-${n}`);
    await desk.sender.settled();
    expect(sink.mails.map(({ raw }) => raw).sort()).toEqual(
      Array.from({ length: 10 }, (_, n) => `Text of mail-${n}\r\n`),
    );
    expect(sink.connections()).toBeLessThanOrEqual(2);
    transport.close();
    await sink.close();
  });
});

describe('a mail that is deferred', () => {
  test('is tried again after 1, 5 and 15 minutes, not before', async () => {
    script = refuseAll(451);
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    await desk.sender.settled();
    await pass(desk, minute - 1);
    expect(states()).toEqual(['one deferred 1']);
    await pass(desk, 1);
    await pass(desk, 5 * minute - 1);
    expect(states()).toEqual(['one deferred 1', 'one deferred 2']);
    await pass(desk, 1);
    script = acceptAll;
    await pass(desk, 15 * minute);
    expect(states()).toEqual(['one deferred 1', 'one deferred 2', 'one deferred 3', 'one sent 4']);
    expect(await left()).toEqual([]);
  });

  test('shows its attempts, the reply and the next time', async () => {
    script = refuseAll(451);
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    await desk.sender.settled();
    expect(await desk.outbox.waiting()).toMatchObject([
      { attempts: 1, reply: '451 Scripted', nextAttempt: clock.now() + minute },
    ]);
  });

  test('keeps its time over a restart, and goes on counting', async () => {
    script = refuseAll(451);
    const before = await openDesk();
    before.sender.start();
    await answer(before, 'one');
    await before.sender.settled();
    await before.sender.stop();
    clock.advance(30 * second);
    const after = await openDesk();
    after.sender.start();
    await after.sender.settled();
    expect(sent).toHaveLength(1);
    await pass(after, 30 * second);
    expect(states()).toEqual(['one deferred 1', 'one deferred 2']);
  });

  test('is given up after the patience has ended', async () => {
    script = refuseAll(451);
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    await desk.sender.settled();
    for (let hours = 0; hours < 5 * 24 + 5; hours += 1) await pass(desk, hour);
    expect(reports.at(-1)).toMatchObject({
      state: 'failed',
      reply: 'Given up after 451 Scripted',
      failed: ['kim@a.example'],
    });
    expect(reports.length).toBeLessThan(45);
    expect(await left()).toEqual([]);
  });
});

describe('a mail that is refused', () => {
  test('fails at once and is gone', async () => {
    script = refuseAll(550);
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    await desk.sender.settled();
    await pass(desk, day);
    expect(reports).toMatchObject([
      { state: 'failed', reply: '550 Scripted', failed: ['kim@a.example'] },
    ]);
    expect(sent).toHaveLength(1);
    expect(await left()).toEqual([]);
  });

  test('by some: only who was deferred is tried again, also by a sender that starts anew', async () => {
    script = () => ({
      accepted: ['a@x.example'],
      rejected: [
        { recipient: 'b@x.example', code: 550, text: 'No' },
        { recipient: 'c@x.example', code: 450, text: 'Later' },
      ],
      reply: '250 Ok',
    });
    const before = await openDesk();
    before.sender.start();
    await answer(before, 'one', ['a@x.example', 'b@x.example', 'c@x.example']);
    await before.sender.settled();
    await before.sender.stop();
    script = acceptAll;
    const after = await openDesk();
    after.sender.start();
    await after.sender.settled();
    await pass(after, minute);
    expect(sent.map(({ recipients }) => recipients)).toEqual([
      ['a@x.example', 'b@x.example', 'c@x.example'],
      ['c@x.example'],
    ]);
    expect(reports.at(-1)).toMatchObject({
      state: 'failed',
      attempt: 2,
      done: ['a@x.example', 'c@x.example'],
      failed: ['b@x.example'],
    });
    expect(await left()).toEqual([]);
  });
});

describe('a smarthost that is away', () => {
  test('costs a few attempts of hundreds of mails, and all go out when it is back', async () => {
    script = beUnreachable;
    const desk = await openDesk({ connections: 5 });
    for (let n = 0; n < 300; n += 1) await answer(desk, `mail-${String(n).padStart(4, '0')}`);
    desk.sender.start();
    await desk.sender.settled();
    expect(reports.length).toBeLessThanOrEqual(5);
    for (let seconds = 0; seconds < 3600; seconds += 10) await pass(desk, 10 * second);
    // One try every five minutes at the most, besides the first ones.
    expect(reports.length).toBeLessThanOrEqual(25);
    expect(reports.every(({ state }) => state === 'deferred')).toBe(true);
    script = acceptAll;
    await pass(desk, 5 * minute);
    for (let minutes = 0; minutes < 60; minutes += 1) await pass(desk, minute);
    expect(
      new Set(reports.filter(({ state }) => state === 'sent').map(({ message }) => message)).size,
    ).toBe(300);
    expect(await left()).toEqual([]);
  });

  test('is asked by one mail at a time, after 10, 20 and 40 seconds', async () => {
    script = beUnreachable;
    const desk = await openDesk({ connections: 1 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await answer(desk, name);
    desk.sender.start();
    await desk.sender.settled();
    const tries = [sent.length];
    for (const pause of [10, 20, 40]) {
      await pass(desk, pause * second - 1);
      tries.push(sent.length);
      await pass(desk, 1);
      tries.push(sent.length);
    }
    expect(tries).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(states().slice(0, 3)).toEqual(['a deferred 1', 'b deferred 1', 'c deferred 1']);
  });
});

describe('whatever cannot be sent', () => {
  test('goes to trouble: no recipient, no ticket, a ticket that is gone', async () => {
    const desk = await openDesk();
    await answer(desk, 'nobody', []);
    await answer(desk, 'no-ticket', ['kim@a.example'], 'none');
    await answer(desk, 'lost', ['kim@a.example'], unknownTicket);
    desk.sender.start();
    await desk.sender.settled();
    expect(troubles.sort()).toEqual([
      `lost: There is no ticket ${unknownTicket}`,
      'no-ticket: The file names no ticket',
      'nobody: The file names no recipient',
    ]);
    expect(log.events('warn', 'error')).toEqual([]);
    expect([sent, await left()]).toEqual([[], []]);
  });
});

describe('a crash', () => {
  test('before sending leaves a claim that the next run sends', async () => {
    const before = await openDesk();
    await answer(before, 'one');
    const [entry] = await before.spool.waiting();
    if (entry !== undefined) await before.spool.claim(entry);
    expect(await left()).toEqual(['one,desk,1']);
    const after = await openDesk();
    after.sender.start();
    await after.sender.settled();
    expect(states()).toEqual(['one sent 1']);
    expect(await left()).toEqual([]);
  });

  test('between report and removal does not send the mail again', async () => {
    const before = await openDesk();
    await answer(before, 'one');
    const [entry] = await before.spool.waiting();
    if (entry !== undefined) await before.spool.claim(entry);
    await file({
      ticket,
      message: messageName('one'),
      state: 'sent',
      attempt: 1,
      reply: '250 Ok',
      next: undefined,
      done: ['kim@a.example'],
      failed: [],
    });
    const after = await openDesk();
    after.sender.start();
    await after.sender.settled();
    expect([sent, await left()]).toEqual([[], []]);
  });

  test('between 250 and report sends it once more, as the same attempt', async () => {
    reportFailures = [new Fault('disk-full', { retry: 'later', detail: 'Cannot write: full' })];
    const before = await openDesk();
    before.sender.start();
    await answer(before, 'one');
    // The first run dies while it waits to report: it is stopped, and its patience cut short.
    while (log.events('error').length === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = before.sender.stop();
    clock.advance(0);
    reportFailures = Array.from(
      { length: 20 },
      () => new Fault('disk-full', { retry: 'later', detail: 'Cannot write: full' }),
    );
    while (
      await Promise.race([
        stopped.then(() => false),
        new Promise((resolve) => setImmediate(() => resolve(true))),
      ])
    ) {
      clock.advance(second);
    }
    reportFailures = [];
    const after = await openDesk();
    after.sender.start();
    await after.sender.settled();
    await pass(after, minute);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.mail).toEqual(sent[1]?.mail);
    expect(states()).toEqual(['one sent 1']);
    expect(await left()).toEqual([]);
  });
});

describe('a report that cannot be filed', () => {
  test('is filed later without sending the mail again', async () => {
    reportFailures = [1, 2, 3].map(
      () => new Fault('disk-full', { retry: 'later', detail: 'Cannot write: full' }),
    );
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    const settled = desk.sender.settled();
    while (
      await Promise.race([
        settled.then(() => false),
        new Promise((resolve) => setImmediate(() => resolve(true))),
      ])
    ) {
      clock.advance(second);
    }
    expect(sent).toHaveLength(1);
    expect(states()).toEqual(['one sent 1']);
    expect(log.events('error')).toEqual([
      'sender.report-failed',
      'sender.report-failed',
      'sender.report-failed',
    ]);
  });
});

describe('stop', () => {
  test('lets an attempt under way end', async () => {
    const finishers: ((outcome: SendOutcome) => void)[] = [];
    script = () => new Promise((resolve) => finishers.push(resolve));
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    await answer(desk, 'two');
    await answer(desk, 'three');
    while (sent.length < 2) await new Promise((resolve) => setImmediate(resolve));
    script = acceptAll;
    const stopped = desk.sender.stop();
    for (const finish of finishers)
      finish({ accepted: ['kim@a.example'], rejected: [], reply: '250 Ok' });
    await stopped;
    expect(sent).toHaveLength(2);
    expect(states().sort()).toEqual(['one sent 1', 'two sent 1']);
    expect(await left()).toEqual(['three']);
  });

  test('drops an attempt after ten seconds; the mail waits for the next run', async () => {
    script = (_mail, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () =>
          reject(new Fault('smtp-unreachable', { retry: 'later', detail: 'Cannot send: aborted' })),
        );
      });
    const desk = await openDesk();
    desk.sender.start();
    await answer(desk, 'one');
    while (sent.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const stopped = desk.sender.stop();
    clock.advance(10 * second);
    await stopped;
    expect([states(), await left()]).toEqual([[], ['one']]);
    expect(log.events('warn', 'error')).toEqual([]);
  });
});

test('two senders on one outbox send each mail once', async () => {
  const one = await openDesk({ host: 'one' });
  const two = await openDesk({ host: 'two' });
  for (let n = 0; n < 100; n += 1) await answer(one, `mail-${n}`);
  one.sender.start();
  two.sender.start();
  await Promise.all([one.sender.settled(), two.sender.settled()]);
  expect(sent).toHaveLength(100);
  expect(new Set(reports.map(({ message }) => message)).size).toBe(100);
  expect(await left()).toEqual([]);
});
