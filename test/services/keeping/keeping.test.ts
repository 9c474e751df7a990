import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, hour, minute } from '../../../src/base/clock.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import type { Actor, Change } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };
const year = 366 * day;

let clock: FakeClock;
let test: TestDesk;

beforeEach(async () => {
  // The files' own times are those of the machine: a clock behind it would take them for the future.
  clock = createFakeClock(Date.now());
  test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
  await writeFile(
    join(test.directory, 'config/queues/support.yaml'),
    'name: Support\nretention: { archiveAfter: 90d, removeAfter: 3y }\n',
  );
  await test.desk.config.reload();
  await test.desk.index.ready(minute);
  test.desk.comeback.start();
});

afterEach(async () => {
  await test.desk.comeback.stop();
  await test.close();
});

const mail = (id: string, more: Readonly<Record<string, string>> = {}) =>
  plainMail({ 'Message-ID': `<${id}@customer.example>`, ...more });

async function open(id: string): Promise<TicketNumber> {
  return (await test.receive(mail(id))).ticket;
}

async function run(number: TicketNumber, ...changes: readonly Change[]): Promise<void> {
  const done = await test.desk.tickets.run(number, { kind: 'update', changes }, admin);
  if (!done.ok) throw new Error(done.refusal.code);
}

const set = (field: string, value: string): Change => ({ kind: 'set', field, value });

async function archived(id: string): Promise<TicketNumber> {
  const number = await open(id);
  await run(number, set('state', 'closed'));
  await clock.advance(100 * day);
  await keep();
  expect(await test.desk.store.placeOf(number)).toBe('archive');
  return number;
}

async function keep() {
  const due = await test.desk.retention.due();
  return test.desk.retention.carryOut(due);
}

async function list(query: string): Promise<readonly TicketNumber[]> {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(query);
  await test.desk.index.settled();
  const page = await test.desk.index.list({
    query: parsed.value,
    sort: 'number',
    descending: false,
    limit: 100,
  });
  return page.ok ? page.value.records.map(({ number }) => number) : [];
}

const placeOf = (number: TicketNumber) => test.desk.store.placeOf(number);

describe('an archived ticket', () => {
  it('is found, listed and read as before', async () => {
    const number = await archived('a');
    expect(await list('is:archived')).toEqual([number]);
    expect(await list('-is:archived')).toEqual([]);
    expect(await list('dark')).toEqual([number]);
    expect((await test.desk.reader.read(number))?.messages).toHaveLength(2);
  });

  it('takes a note where it lies, and stays', async () => {
    const number = await archived('a');
    const note = { kind: 'note', text: 'For the record' } as const;
    expect((await test.desk.tickets.run(number, note, admin)).ok).toBe(true);
    await test.desk.comeback.settled();
    expect(await placeOf(number)).toBe('archive');
    expect(await list('record')).toEqual([number]);
  });

  it('is opened by a follow-up to its thread, and comes back, with the mail in it once', async () => {
    const number = await archived('a');
    const more = { 'In-Reply-To': '<a@customer.example>', Subject: 'Re: Lamp' };
    const answer = await test.receive(mail('b', more));
    expect(answer.ticket).toBe(number);
    await test.desk.comeback.settled();
    expect(await placeOf(number)).toBe('tickets');
    const again = await test.receive(mail('b', more));
    expect(again.ticket).toBe(number);
    const folder = await test.desk.store.read(number);
    expect(folder?.ticket.state).toBe('open');
    expect(folder?.messages.filter(({ event }) => event.kind === 'mail-in')).toHaveLength(2);
    expect((await test.desk.index.find(number))?.archived).toBeUndefined();
  });

  it('stays where its queue wants a new ticket for what comes late, and is linked', async () => {
    const number = await archived('a');
    await writeFile(
      join(test.directory, 'config/queues/support.yaml'),
      'name: Support\nfollowUp: { closed: new }\n',
    );
    await test.desk.config.reload();
    const answer = await test.receive(mail('b', { 'In-Reply-To': '<a@customer.example>' }));
    await test.desk.comeback.settled();
    expect(answer.ticket).not.toBe(number);
    expect(await placeOf(number)).toBe('archive');
    expect([...((await test.desk.store.read(answer.ticket))?.ticket.links ?? [])].join()).toContain(
      number,
    );
  });

  it('that was opened while no desk ran comes back with the next look', async () => {
    const number = await archived('a');
    await test.desk.comeback.stop();
    await run(number, set('state', 'open'));
    expect(await placeOf(number)).toBe('archive');
    await test.desk.comeback.catchUp();
    expect(await placeOf(number)).toBe('tickets');
  });

  it('shows with the ticket it was merged into, and goes back when it is taken out again', async () => {
    const [one, other] = [await open('a'), await open('b')];
    await test.desk.regroup.merge(other, one, admin);
    await run(one, set('state', 'closed'));
    await clock.advance(100 * day);
    expect(await keep()).toMatchObject({ archived: 2 });
    const whole = await test.desk.reader.read(one);
    expect(whole?.messages.filter(({ event }) => event.kind === 'mail-in')).toHaveLength(2);
    await test.desk.regroup.unmerge(other, admin);
    await test.desk.comeback.settled();
    expect(await placeOf(other)).toBe('tickets');
    expect(await placeOf(one)).toBe('archive');
  });

  it('has its last change taken back, and comes back with it', async () => {
    const number = await archived('a');
    await test.desk.tickets.run(number, { kind: 'remove' }, admin);
    await test.desk.tickets.run(number, { kind: 'restore' }, admin);
    expect((await test.desk.store.read(number))?.ticket.state).toBe('closed');
    expect(await placeOf(number)).toBe('archive');
  });
});

describe('removal by a rule', () => {
  it('happens at its time, and leaves a trace that names every file', async () => {
    const number = await archived('a');
    await test.desk.ledger.check();
    const folder = await test.desk.store.read(number);
    await clock.advance(2 * year);
    expect(await keep()).toMatchObject({ removed: 0 });
    await clock.advance(year);
    expect(await keep()).toMatchObject({ removed: 1 });
    expect(await placeOf(number)).toBeUndefined();
    expect(await list('')).toEqual([]);
    const path = join(test.directory, 'archive', number.slice(0, 4), number.slice(4, 6));
    const [dayName = ''] = await readdir(path);
    const trace = await readFile(join(path, dayName, `${number}.removed`), 'utf8');
    for (const { event } of folder?.messages ?? [])
      expect(trace).toContain(`Ticket-Gone: ${event.digest} ${event.name}`);
    for (const head of folder?.ticket.heads ?? []) expect(trace).toContain(`Ticket-Prev: ${head}`);
    expect(trace).not.toContain('customer.example');
    await test.desk.ledger.check();
    expect(test.desk.ledger.report().missing).toEqual([]);
    const answer = await test.receive(mail('b', { 'In-Reply-To': '<a@customer.example>' }));
    expect(answer.ticket).not.toBe(number);
  });

  it('does not touch a ticket that changed since it was found due', async () => {
    const number = await archived('a');
    await clock.advance(3 * year);
    const due = await test.desk.retention.due();
    expect(due.map(({ step }) => step)).toEqual(['remove']);
    await test.desk.tickets.run(number, { kind: 'note', text: 'Wait' }, admin);
    expect(await test.desk.retention.carryOut(due)).toMatchObject({ removed: 0, changed: 1 });
    expect(await placeOf(number)).toBe('archive');
  });

  it('never happens where no rule says so', async () => {
    await writeFile(join(test.directory, 'config/queues/support.yaml'), 'name: Support\n');
    await test.desk.config.reload();
    const number = await open('a');
    await run(number, set('state', 'closed'));
    await clock.advance(50 * year);
    expect(await keep()).toMatchObject({ archived: 0, removed: 0 });
  });
});

describe('legal hold', () => {
  const rule = async (text: string) => {
    await writeFile(join(test.directory, 'config/holds.yaml'), text);
    await test.desk.holds.load();
    await test.desk.index.reviewHolds();
  };
  const person = async (folder: string, name: string, text: string) => {
    await mkdir(join(test.directory, 'config', folder), { recursive: true });
    await writeFile(join(test.directory, 'config', folder, name), text);
    await test.desk.customers.load();
    await test.desk.index.reviewHolds();
  };

  it.each([
    ['on the ticket', (number: TicketNumber) => run(number, set('hold', 'Case 4711'))],
    [
      'on a customer',
      () => person('customers', 'kim.yaml', 'addresses: [kim@customer.example]\nhold: Case 4711\n'),
    ],
    ['on a company', () => person('companies', 'customer.example.yaml', 'hold: Case 4711\n')],
    ['on a query', () => rule('Case 4711: queue:Support from:customer.example\n')],
  ] as const)('%s keeps it from every rule and from being removed', async (_, hold) => {
    const number = await archived('a');
    await hold(number);
    expect(await list('is:held')).toEqual([number]);
    const folder = await test.desk.store.read(number);
    if (folder === undefined) throw new Error('It is gone');
    expect(test.desk.holds.holdOf(folder)?.reason).toBe('Case 4711');
    const refused = await test.desk.tickets.run(number, { kind: 'remove' }, admin);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'on-hold', reason: 'Case 4711' } });
    await clock.advance(5 * year);
    expect(await test.desk.retention.due()).toMatchObject([{ step: 'remove', isHeld: true }]);
    expect(await keep()).toMatchObject({ removed: 0, held: 1 });
    expect(await placeOf(number)).toBe('archive');
  });

  it('that came after the ticket was found due is still in time', async () => {
    const number = await archived('a');
    await clock.advance(3 * year);
    const due = await test.desk.retention.due();
    await rule('Case 4711: from:kim@customer.example\n');
    expect(await test.desk.retention.carryOut(due)).toMatchObject({ removed: 0, held: 1 });
    expect(await placeOf(number)).toBe('archive');
  });

  it('by a rule that cannot be read is a problem, and what it held before stays held', async () => {
    const number = await archived('a');
    await rule('Case 4711: from:customer.example\n');
    await rule('Case 4711: the lamp\n');
    expect(test.desk.config.problems().map(({ file }) => file)).toEqual(['holds.yaml']);
    expect(await list('is:held')).toEqual([number]);
    await rule('');
    expect(await list('is:held')).toEqual([]);
  });

  it('is lifted again, and then the ticket may go', async () => {
    const number = await archived('a');
    await run(number, set('hold', 'Case 4711'));
    await run(number, set('hold', ''));
    expect(await list('is:held')).toEqual([]);
    expect((await test.desk.tickets.run(number, { kind: 'remove' }, admin)).ok).toBe(true);
  });
});

describe('the night', () => {
  it('archives what is due an hour after the start and at three, and says so once', async () => {
    const number = await open('a');
    await run(number, set('state', 'closed'));
    await clock.advance(100 * day);
    test.desk.night.start();
    await clock.advance(hour);
    await test.desk.night.settled();
    expect(await placeOf(number)).toBe('archive');
    const lines = test.lines.filter(({ event }) => event === 'keeping.night');
    expect(lines).toHaveLength(1);
    await test.desk.night.stop();
  });
});
