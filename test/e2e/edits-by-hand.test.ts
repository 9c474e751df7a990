/**
 * What people do to tickets with an editor, `printf`, `mv` and `cp`, and what they leave behind, while the desk runs. The sweep
 * is an hour away: what shows without asking for one was seen by a watch.
 */
import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { formatTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, textOf, type Visitor } from '../helpers/visitor.ts';

let desk: TestApp;
let beside: string;
let agent: Visitor;

/** Names of files that the system lets us not read: root may read everything. */
const locked = new Set<string>();
const files: FileOps = {
  ...nodeFiles,
  readFile: (path) =>
    [...locked].some((name) => path.includes(name))
      ? Promise.reject(new Fault('permission-denied', { retry: 'later', detail: path }))
      : nodeFiles.readFile(path),
};

beforeAll(async () => {
  desk = await startTestApp({ files, settings: { sweepEvery: '1h', confirmations: 'false' } });
  beside = await makeTemporaryDirectory('file');
  agent = createVisitor(desk.url);
  const path = desk.started.firstLogin?.path ?? '';
  await agent.get(path);
  await agent.post(path, {});
}, 60_000);

afterAll(() => desk.stop());

interface Opened {
  readonly number: TicketNumber;
  readonly path: string;
}

let count = 0;
async function openTicket(): Promise<Opened> {
  count += 1;
  const reply = await desk.send(
    plainMail({ Subject: `Lamp ${count}`, 'Message-ID': `<lamp-${count}@customer.example>` }),
  );
  await desk.settled();
  const text = / ([0-9]{14})\b/.exec(reply)?.[1] ?? '';
  for await (const number of desk.desk.store.numbers())
    if (number === text) return { number, path: desk.desk.folderPath(number) };
  throw new Error(`No ticket: ${reply}`);
}

const atOnce = { timeout: 30_000, interval: 50 };
const record = (number: TicketNumber) => desk.desk.index.find(number);
const stateOf = async (number: TicketNumber) => (await record(number))?.state;
const spokenIn = async (number: TicketNumber) => (await record(number))?.messageCount;
const page = async (number: TicketNumber) => textOf((await agent.open(`/tickets/${number}`)).text);
const history = async (number: TicketNumber) =>
  textOf((await agent.open(`/tickets/${number}/history`)).text);

const note = (text: string) =>
  `Ticket-Event: note\nFrom: Ben <ben@desk.example>\nSubject: ${text}\n\n${text}\n`;

async function firstFile(path: string): Promise<string> {
  const [name = ''] = await readdir(join(path, 'new'));
  return name;
}

describe('a message', () => {
  it('that is added shows, with its author and in its place', async () => {
    const { number, path } = await openTicket();
    await writeFile(join(path, 'tmp/a-note'), note('Bulbs are in room seven.'));
    await rename(join(path, 'tmp/a-note'), join(path, 'new/a-note'));
    await expect.poll(() => spokenIn(number), atOnce).toBe(2);
    expect(await page(number)).toContain('Bulbs are in room seven.');
  });

  it('that is taken away is gone, and is back when it is put back', async () => {
    const { number, path } = await openTicket();
    await writeFile(join(path, 'new/a-note'), note('Bulbs are in room seven.'));
    await expect.poll(() => spokenIn(number), atOnce).toBe(2);
    await rename(join(path, 'new/a-note'), join(beside, 'a-note'));
    await expect.poll(() => spokenIn(number), atOnce).toBe(1);
    expect(await page(number)).not.toContain('Bulbs are');
    await rename(join(beside, 'a-note'), join(path, 'cur/a-note:2,'));
    await expect.poll(() => spokenIn(number), atOnce).toBe(2);
  });

  it('tells by its flags what people did in mail programs', async () => {
    const { number, path } = await openTicket();
    const name = await firstFile(path);
    const flag = async (before: string, after: string) =>
      rename(join(path, before), join(path, `cur/${name}:2,${after}`));
    await flag(`new/${name}`, 'FS');
    await expect.poll(async () => (await record(number))?.flags, atOnce).toEqual([`${name}:FS`]);
    expect(await page(number)).toMatch(/Kim Berg Flagged Seen/);
    expect(textOf((await agent.open('/?q=is:flagged')).text)).toContain(`Lamp ${count}`);
    await flag(`cur/${name}:2,FS`, 'PRS');
    await expect.poll(async () => (await record(number))?.flags, atOnce).toEqual([`${name}:PRS`]);
    expect(await page(number)).toMatch(/Kim Berg Passed on Answered/);
    await flag(`cur/${name}:2,PRS`, 'T');
    await expect.poll(async () => (await record(number))?.flags, atOnce).toEqual([`${name}:T`]);
    expect(await page(number)).toContain('Marked as deleted in a mail program');
    await flag(`cur/${name}:2,T`, '');
    await expect.poll(async () => (await record(number))?.flags, atOnce).toBeUndefined();
  });

  it('that a mail program keeps as a draft counts when it is finished', async () => {
    const { number, path } = await openTicket();
    await writeFile(join(path, 'cur/1795000000.M1P1.mua:2,DS'), plainMail({ Subject: 'Half' }));
    await desk.app.sweep();
    expect(await spokenIn(number)).toBe(1);
    await rename(
      join(path, 'cur/1795000000.M1P1.mua:2,DS'),
      join(path, 'cur/1795000000.M1P1.mua:2,S'),
    );
    await desk.app.sweep();
    expect(await spokenIn(number)).toBe(2);
  });

  it('that grows while it is written is read to its end', async () => {
    const { number, path } = await openTicket();
    const growing = join(path, 'new/slow');
    await writeFile(growing, 'Ticket-Event: note\nFrom: Ben <ben@desk.example>\n');
    await desk.app.sweep();
    await appendFile(growing, 'Subject: slow\n\nThe first line.\n');
    await desk.app.sweep();
    await appendFile(growing, 'The last line.\n');
    await expect
      .poll(async () => {
        await desk.app.sweep();
        return page(number);
      }, atOnce)
      .toContain('The last line.');
  });

  it('whose size is in its name is not believed before it is whole', async () => {
    const { number, path } = await openTicket();
    const text = note('Bulbs are in room seven.');
    const slow = join(path, `new/1795000000.M2P1.host,S=${text.length}`);
    await writeFile(slow, text.slice(0, 40));
    await desk.app.sweep();
    await appendFile(slow, text.slice(40));
    await expect
      .poll(async () => {
        await desk.app.sweep();
        return page(number);
      }, atOnce)
      .toContain('Bulbs are in room seven.');
  });

  it('that is replaced under its own name is read again', async () => {
    const { number, path } = await openTicket();
    await writeFile(join(path, 'new/change-it'), 'Ticket-Set: priority=high\n\n');
    await desk.app.sweep();
    expect(await record(number)).toMatchObject({ priority: 'high' });
    await writeFile(join(beside, 'change-it'), 'Ticket-Set: priority=urgent\n\n');
    await rename(join(beside, 'change-it'), join(path, 'new/change-it'));
    await desk.app.sweep();
    expect(await record(number)).toMatchObject({ priority: 'urgent' });
  });
});

describe('a command of two lines', () => {
  it.each([
    ['in new', 'new/close-it', 'Ticket-Set: state=closed\n\n'],
    ['in cur', 'cur/close-it:2,S', 'Ticket-Set: state=closed\n\n'],
    ['with CRLF', 'new/close-it.txt', 'Ticket-Set: state=closed\r\n\r\n'],
    ['without an empty line', 'new/close-it', 'Ticket-Set: state=closed'],
    ['in other case', 'new/close-it', 'ticket-set: State = closed\n\n'],
  ])('%s closes the ticket', async (_, name, text) => {
    const { number, path } = await openTicket();
    await writeFile(join(path, name), text);
    await desk.app.sweep();
    expect(await stateOf(number)).toBe('closed');
  });

  it.each([
    ['a field that is none', 'Ticket-Set: colour=red'],
    ['a state that is none', 'Ticket-Set: state=clsoed'],
    ['a priority that is none', 'Ticket-Set: priority=highest'],
    ['a set that is none', 'Ticket-Add: tags=lamp'],
    ['no value', 'Ticket-Set: closed'],
    ['a name that is none', 'Ticket-Sat: state=closed'],
    ['a time that is none', 'Ticket-Set: pending-until=tomorrow'],
  ])('with %s is named, kept and not obeyed', async (_, line) => {
    const { number, path } = await openTicket();
    await writeFile(join(path, 'new/wish'), `${line}\n\n`);
    await desk.app.sweep();
    expect(await page(number)).toContain(`not understood: ${line}`);
    expect(await history(number)).toContain(`not understood: ${line}`);
    expect(await record(number)).toMatchObject({ state: 'new', priority: 'normal', tags: [] });
    expect(await readFile(join(path, 'new/wish'), 'utf8')).toBe(`${line}\n\n`);
  });
});

describe('what lies in a ticket and is no message', () => {
  it('hinders nothing, and is not read', async () => {
    const { number, path } = await openTicket();
    const outside = join(beside, 'outside');
    await writeFile(outside, 'Ticket-Set: state=removed\n\n');
    await mkdir(join(path, 'new/folder'));
    await writeFile(join(path, 'new/folder/close-it'), 'Ticket-Set: state=removed\n\n');
    await mkdir(join(path, 'notes'));
    await writeFile(join(path, 'README'), 'Ticket-Set: state=removed\n\n');
    await symlink(outside, join(path, 'new/link'));
    await symlink(join(beside, 'nowhere'), join(path, 'cur/dangling:2,S'));
    await symlink('.', join(path, 'new/circle'));
    for (const name of ['close-it~', '#close-it#', '.close-it.swp', '.#close-it'])
      await writeFile(join(path, 'new', name), 'Ticket-Set: state=removed\n\n');
    // A name of bytes that are no text.
    await writeFile(
      Buffer.concat([Buffer.from(join(path, 'new/')), Buffer.from([0xff, 0xfe])]),
      'Ticket-Set: state=removed\n\n',
    );
    await writeFile(join(path, 'new/wish'), 'Ticket-Set: priority=high\n\n');
    await desk.app.sweep();
    expect(await record(number)).toMatchObject({ priority: 'high', state: 'new' });
    expect(await page(number)).toContain('1 file of this ticket cannot be read');
    const noted = await desk.desk.tickets.run(
      number,
      { kind: 'note', text: 'Work goes on.' },
      { kind: 'agent', login: 'admin' },
    );
    expect(noted.ok).toBe(true);
    await desk.settled();
    expect(textOf((await agent.open('/?q="Work goes on"')).text)).toContain(`Lamp ${count}`);
  });

  it('is named when its rights keep the desk out, and counts when they let it in', async () => {
    const { number, path } = await openTicket();
    locked.add('locked-note');
    await writeFile(join(path, 'new/locked-note'), note('Bulbs are in room seven.'));
    const past = new Date(Date.now() - 60_000);
    await utimes(join(path, 'new/locked-note'), past, past);
    await desk.app.sweep();
    expect(await spokenIn(number)).toBe(1);
    expect(await page(number)).toContain('1 file of this ticket cannot be read: locked-note');
    locked.clear();
    await desk.app.sweep();
    expect(await spokenIn(number)).toBe(2);
    expect(await page(number)).not.toContain('cannot be read');
  });
});

describe('a whole ticket', () => {
  it('moved away is gone, and is back from a copy without its empty folders', async () => {
    const { number, path } = await openTicket();
    await desk.app.sweep();
    desk.expectLog('ledger.missing');
    desk.expectLog('ledger.unaccounted');
    await cp(path, join(beside, number), { recursive: true, preserveTimestamps: true });
    await rm(path, { recursive: true });
    await desk.app.sweep();
    expect(await record(number)).toBeUndefined();
    expect((await agent.open(`/tickets/${number}`)).status).toBe(404);
    await mkdir(join(path, 'new'), { recursive: true });
    await cp(join(beside, number, 'new'), join(path, 'new'), {
      recursive: true,
      preserveTimestamps: true,
    });
    await desk.app.sweep();
    expect(await record(number)).toMatchObject({ subject: `Lamp ${count}` });
    const noted = await desk.desk.tickets.run(
      number,
      { kind: 'note', text: 'Back again.' },
      { kind: 'agent', login: 'admin' },
    );
    expect(noted.ok).toBe(true);
    expect((await readdir(path)).sort()).toEqual(['cur', 'new', 'tmp']);
  });

  it('made with mkdir and cp is a ticket; what stands in a wrong place or is no folder is none', async () => {
    const { number: known, path } = await openTicket();
    const day = known.slice(0, 8);
    const made = formatTicketNumber(day, 4711);
    const folder = join(path, '..', made);
    for (const part of ['tmp', 'new', 'cur']) await mkdir(join(folder, part), { recursive: true });
    await writeFile(join(folder, 'new/first'), plainMail({ Subject: 'By hand' }));
    const wrong = formatTicketNumber('20200101', 1);
    await mkdir(join(path, '..', wrong, 'new'), { recursive: true });
    await writeFile(join(path, '..', wrong, 'new/first'), plainMail());
    await mkdir(join(path, '..', `${made}x`));
    await writeFile(join(path, '..', formatTicketNumber(day, 4712)), 'no folder');
    await desk.app.sweep();
    expect(await record(made)).toMatchObject({ subject: 'By hand', state: 'new' });
    expect(await record(wrong)).toBeUndefined();
    expect(await page(made)).toContain('By hand');
  });
});
