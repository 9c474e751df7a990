/** A ticket as it was, and by which way things came about: over a real desk. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Instant, parseInstant, toInstant } from '../../src/base/clock.ts';
import type { Actor, Change } from '../../src/core/ticket/event.ts';
import { foldTicket } from '../../src/core/ticket/fold.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { wayOf } from '../../src/core/ticket/way.ts';
import { createPastReader } from '../../src/services/past.ts';
import { parseMoment } from '../../src/services/present/moment.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;
const root: Actor = { kind: 'user', account: 'root' };

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
});
afterEach(() => test.close());

async function read(number: TicketNumber) {
  const folder = await test.desk.reader.read(number);
  if (folder === undefined) throw new Error('There is no such ticket');
  return folder;
}

const at = async (number: TicketNumber, moment: Instant) =>
  createPastReader(test.desk.reader, moment).read(number);

async function set(number: TicketNumber, field: string, value: string): Promise<Instant> {
  const change: Change = { kind: 'set', field, value };
  const done = await test.desk.tickets.run(number, { kind: 'update', changes: [change] }, root);
  if (!done.ok) throw new Error(done.refusal.code);
  return done.value.folder.ticket.latest;
}

const before = (moment: Instant) => toInstant(moment - 1);

it('is the fold of what had happened until then, at every moment', async () => {
  const { ticket } = await test.receive(plainMail());
  await set(ticket, 'priority', 'high');
  await set(ticket, 'state', 'closed');
  const { messages } = await read(ticket);
  for (const { event } of messages) {
    const past = await at(ticket, event.time);
    const until = messages.map((each) => each.event).filter(({ time }) => time <= event.time);
    expect(past?.ticket).toEqual(foldTicket(ticket, until));
  }
  expect(await at(ticket, before(messages[0]?.event.time ?? toInstant(0)))).toBeUndefined();
});

it('has what was merged into it then, and has not what came later', async () => {
  const { ticket: one } = await test.receive(plainMail({ Subject: 'One' }));
  const { ticket: two } = await test.receive(plainMail({ Subject: 'Two' }));
  const apart = (await read(two)).ticket.latest;
  const merged = await test.desk.regroup.merge(two, one, root);
  expect(merged.ok).toBe(true);
  const together = (await read(one)).ticket.latest;
  await test.desk.regroup.unmerge(two, root);
  const subjects = async (moment: Instant) =>
    (await at(one, moment))?.messages.flatMap(({ event }) =>
      event.kind === 'mail-in' ? [event.mail.subject] : [],
    );
  expect(await subjects(apart)).toEqual(['One']);
  expect(await subjects(together)).toEqual(['One', 'Two']);
  expect(await subjects((await read(one)).ticket.latest)).toEqual(['One']);
});

it('has again what left it since, with its text', async () => {
  const { ticket, message } = await test.receive(
    plainMail({ 'Message-ID': '<a@customer.example>' }),
  );
  const second = await test.receive(
    plainMail(
      { 'Message-ID': '<b@customer.example>', 'In-Reply-To': '<a@customer.example>' },
      'Another lamp',
    ),
  );
  expect(second.ticket).toBe(ticket);
  const full = (await read(ticket)).ticket.latest;
  const done = await test.desk.regroup.split(ticket, second.message, root);
  if (!done.ok) throw new Error(done.refusal.code);
  const names = async (moment: Instant, number = ticket) =>
    (await at(number, moment))?.messages.map(({ event }) => event.name);
  expect(await names(full)).toEqual([message, second.message]);
  expect(await names((await read(ticket)).ticket.latest)).not.toContain(second.message);
  expect(await at(done.value.ticket, full)).toBeUndefined();
  const mail = await createPastReader(test.desk.reader, full).readMail(ticket, second.message);
  expect(mail?.text).toContain('Another lamp');
});

it('moments are read in the zone of the desk, a day to its end', () => {
  const read = (text: string) => parseMoment(text, 'Europe/Berlin');
  const utc = (text: string) => parseInstant(text);
  expect(read('2026-11-23T10:15:30Z')).toBe(utc('2026-11-23T10:15:30Z'));
  expect(read('2026-11-23T10:15:30.120+01:00')).toBe(utc('2026-11-23T09:15:30.120Z'));
  expect(read('2026-11-23 11:15')).toBe(utc('2026-11-23T10:15:59.999Z'));
  expect(read('2026-07-23')).toBe(utc('2026-07-23T21:59:59.999Z'));
  expect(['', 'yesterday', '2026-13-40', '2026-11-23T25:00'].map(read)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

it('events carry the way by which they came', async () => {
  const { ticket } = await test.receive(plainMail());
  await test.desk.ways.run('viewer', () => set(ticket, 'priority', 'high'));
  await test.desk.ways.run('api', () => set(ticket, 'priority', 'low'));
  await set(ticket, 'priority', 'normal');
  const note = 'Ticket-Set: state=closed\n\n';
  await writeFile(join(test.desk.folderPath(ticket), 'new', 'close-it'), note);
  await test.desk.index.sweep();
  const ways = (await read(ticket)).messages.map(({ event }) => [event.kind, wayOf(event)]);
  // In which order the last two stand is a matter of milliseconds.
  expect(ways.slice(0, 3)).toEqual([
    ['mail-in', 'smtp'],
    ['update', 'viewer'],
    ['update', 'api'],
  ]);
  expect(new Set(ways.slice(3).map(([, way]) => way))).toEqual(new Set([undefined, 'hand']));
});

it('the desk itself has no way, also where a request set it going', async () => {
  const { ticket } = await test.receive(plainMail());
  const part: Actor = { kind: 'system', part: 'clockwork' };
  await test.desk.ways.run('viewer', () =>
    test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'priority', value: 'high' }] },
      part,
    ),
  );
  const last = (await read(ticket)).messages.at(-1)?.event;
  expect(last?.fields.has('via')).toBe(false);
});
