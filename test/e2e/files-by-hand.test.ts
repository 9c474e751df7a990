/**
 * Files that other programs and people put, change and take away while the desk runs. The sweep is an hour
 * away here, so what shows at once was seen by a watch.
 */
import { cp, link, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor } from '../helpers/visitor.ts';

let desk: TestApp;
let beside: string;

beforeEach(async () => {
  desk = await startTestApp({ settings: { sweepEvery: '1h' } });
  beside = await mkdtemp(join(tmpdir(), 'maildesk-beside-'));
}, 60_000);

afterEach(async () => {
  await desk.stop();
  await rm(beside, { recursive: true, force: true });
});

async function allNumbers(): Promise<readonly TicketNumber[]> {
  const numbers: TicketNumber[] = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  return numbers;
}

async function openTicket(subject: string): Promise<{ number: TicketNumber; path: string }> {
  const before = new Set(await allNumbers());
  await desk.send(plainMail({ Subject: subject, 'Message-ID': `<${subject}@customer.example>` }));
  await desk.settled();
  const number = (await allNumbers()).find((each) => !before.has(each));
  if (number === undefined) throw new Error(`"${subject}" opened no ticket`);
  return { number, path: desk.desk.folderPath(number) };
}

const atOnce = { timeout: 10_000, interval: 50 };
const record = (number: TicketNumber) => desk.desk.index.find(number);

describe('a mail put into inbox/new', () => {
  async function put(name: string, text: string): Promise<string> {
    const path = join(desk.directory, 'inbox/new', name);
    await writeFile(join(beside, name), text);
    await rename(join(beside, name), path);
    return path;
  }
  const waiting = async () => [
    ...(await readdir(join(desk.directory, 'inbox/new'))),
    ...(await readdir(join(desk.directory, 'inbox/cur'))),
  ];

  it('by mv becomes a ticket with its bytes as they were, and leaves the inbox', async () => {
    const mail = plainMail({ Subject: 'By hand' }, 'Line one.\nLine two, bare.');
    await put('1795000000.M1P1.mda', mail);
    await expect.poll(allNumbers, atOnce).toHaveLength(1);
    await desk.settled();
    expect(await waiting()).toEqual([]);
    const [number] = await allNumbers();
    const folder = number === undefined ? undefined : await desk.desk.store.read(number);
    const first = folder?.messages[0]?.event;
    if (number === undefined || first === undefined) throw new Error('There is no message');
    expect(first.mail.subject).toBe('By hand');
    expect((await desk.desk.store.readOriginal(number, first.name))?.toString()).toBe(mail);
  });

  it('twice, and once more by SMTP, is there once', async () => {
    const mail = plainMail({ 'Message-ID': '<once@customer.example>' });
    await put('1795000000.M1P1.mda', mail);
    await put('1795000001.M2P1.mda', mail);
    await desk.send(mail);
    await expect.poll(waiting, atOnce).toEqual([]);
    await desk.settled();
    const [number, ...others] = await allNumbers();
    expect(others).toEqual([]);
    const folder = number === undefined ? undefined : await desk.desk.store.read(number);
    expect(folder?.messages.filter(({ event }) => event.kind === 'mail-in')).toHaveLength(1);
  });

  it('believes no Ticket block of its own', async () => {
    await put('1795000000.M1P1.mda', `Ticket-Set: state=closed\n${plainMail()}`);
    await expect.poll(allNumbers, atOnce).toHaveLength(1);
    await desk.settled();
    const [number] = await allNumbers();
    expect(number === undefined ? undefined : (await record(number))?.state).toBe('new');
  });
});

describe('in the folder of a ticket', () => {
  it('a two-line command shows at once, and a message taken away is gone at once', async () => {
    const { number, path } = await openTicket('Lamp');
    const command = join(path, 'new', 'close-it');
    await writeFile(command, 'Ticket-Set: state=closed\n\n');
    await expect.poll(async () => (await record(number))?.state, atOnce).toBe('closed');
    await rm(command);
    await expect.poll(async () => (await record(number))?.state, atOnce).toBe('new');
  });

  it('a command shows at once where somebody looks, though nothing happened there since the start', async () => {
    const { number, path } = await openTicket('Lamp');
    await desk.halt();
    desk = await startTestApp({ directory: desk.directory, settings: { sweepEvery: '1h' } });
    await desk.settled();
    const agent = createVisitor(desk.url);
    await agent.get(desk.started.firstLogin?.path ?? '');
    await agent.post(desk.started.firstLogin?.path ?? '', {});
    await agent.open(`/tickets/${number}`);
    await writeFile(join(path, 'new/close-it'), 'Ticket-Set: state=closed\n\n');
    await expect.poll(async () => (await record(number))?.state, atOnce).toBe('closed');
  });

  it('a message that a mail program renamed and flagged is the same message', async () => {
    const { number, path } = await openTicket('Lamp');
    const before = await record(number);
    for (const name of await readdir(join(path, 'new')))
      await rename(join(path, 'new', name), join(path, 'cur', `${name}:2,FS`));
    await desk.app.sweep();
    const after = await record(number);
    expect(after?.messages).toEqual(before?.messages);
    const folder = await desk.desk.store.read(number);
    expect(folder?.messages.every(({ flags }) => flags.includes('F'))).toBe(true);
  });

  it('a message moved to another ticket counts there', async () => {
    const from = await openTicket('Lamp');
    const to = await openTicket('Chair');
    const [name = ''] = await readdir(join(from.path, 'new'));
    await rename(join(from.path, 'new', name), join(to.path, 'new', name));
    const counts = async () => [
      (await record(from.number))?.messages.some((key) => key.name === name),
      (await record(to.number))?.messages.some((key) => key.name === name),
    ];
    await expect.poll(counts, atOnce).toEqual([false, true]);
  });

  it('the whole ticket taken away is gone, and restored from a copy is back, after a sweep', async () => {
    const { number, path } = await openTicket('Lamp');
    await cp(path, join(beside, number), { recursive: true, preserveTimestamps: true });
    await rm(path, { recursive: true });
    // An acknowledged mail is gone: that is an alarm until it is back.
    desk.expectLog('ledger.missing');
    desk.expectLog('ledger.unaccounted');
    await desk.app.sweep();
    expect(await record(number)).toBeUndefined();
    expect(desk.desk.ledger.report().unaccounted).toBe(1);
    await cp(join(beside, number), path, { recursive: true, preserveTimestamps: true });
    await desk.app.sweep();
    expect(await record(number)).toMatchObject({ subject: 'Lamp', state: 'new' });
    expect(desk.desk.ledger.report().unaccounted).toBe(0);
  });
});

describe('in the configuration', () => {
  it('a broken file is named with line and reason while the last good one stays in force', async () => {
    const file = join(desk.directory, 'config/queues/billing.yaml');
    const good = await readFile(file, 'utf8');
    await writeFile(file, `${good}\ncolour: red\n`);
    desk.expectLog('config.refused');
    await expect
      .poll(() => desk.desk.config.problems().map((problem) => problem.reason), atOnce)
      .toEqual([expect.stringContaining('"colour"')]);
    expect(desk.desk.config.current().queues.map(({ name }) => name)).toContain('Billing');
    await writeFile(file, good);
    await expect.poll(() => desk.desk.config.problems(), atOnce).toEqual([]);
  });

  it('a new queue is there at once', async () => {
    await writeFile(join(beside, 'sales.yaml'), 'name: Sales\naddresses: [sales@localhost]\n');
    await link(join(beside, 'sales.yaml'), join(desk.directory, 'config/queues/sales.yaml'));
    await expect
      .poll(() => desk.desk.config.current().queues.map(({ name }) => name), atOnce)
      .toContain('Sales');
    await desk.send(plainMail({ To: 'sales@localhost' }), { to: 'sales@localhost' });
    const [number] = await allNumbers();
    expect(number === undefined ? undefined : (await record(number))?.queue).toBe('Sales');
  });
});
