/** Due times of a whole desk: its lists, its JSON, what happens when files change. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, hour, minute, toInstant } from '../../../src/base/clock.ts';
import { askedBy } from '../../../src/core/search/personal.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { subjectOf } from '../../../src/services/escalation/due-book.ts';
import type { ListRequest } from '../../../src/services/index/index.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { readTicketJson } from '../../../src/services/present/ticket-json.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };
/** Monday, 10 o'clock. */
let clock: FakeClock;
let test: TestDesk;

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
  await write(
    'queues/support.yaml',
    'name: Support\ntargets: { firstResponse: 4h, solution: 8h }\n',
  );
  await test.desk.config.reload();
  await test.desk.index.ready(minute);
});
afterEach(() => test.close());

async function write(file: string, text: string): Promise<void> {
  const path = join(test.directory, 'config', file);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

async function open(id: string, from = 'kim@customer.example'): Promise<TicketNumber> {
  const fields = { 'Message-ID': `<${id}@customer.example>`, From: from, Subject: `Lamp ${id}` };
  return (await test.receive(plainMail(fields), { sender: from })).ticket;
}

async function set(number: TicketNumber, field: string, value: string) {
  const changes = [{ kind: 'set', field, value } as const];
  return test.desk.tickets.run(number, { kind: 'update', changes }, admin);
}

async function list(text: string, request: Partial<ListRequest> = {}) {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.refusal.code);
  const asked = askedBy(query.value, {
    login: undefined,
    now: clock.now(),
    standsInFor: () => [],
  });
  const page = await test.desk.index.list({
    query: asked,
    sort: 'due',
    descending: false,
    limit: 50,
    ...request,
  });
  if (!page.ok) throw new Error(page.refusal.code);
  return page.value;
}

const numbers = async (text: string, request: Partial<ListRequest> = {}) =>
  (await list(text, request)).records.map(({ number }) => number);

describe('the index', () => {
  it('orders by what is due first, over pages, and then what is not due', async () => {
    const first = await open('1');
    await clock.advance(hour);
    const second = await open('2');
    const third = await open('3');
    await set(second, 'queue', 'Billing');
    await set(first, 'state', 'pending-customer');
    // The first response is not paused.
    expect(await numbers('is:open')).toEqual([first, third, second]);
    const page = await list('is:open', { limit: 2 });
    const rest = await list('is:open', { limit: 2, after: page.next ?? '' });
    expect(rest.records.map(({ number }) => number)).toEqual([second]);
  });

  it('finds what is late, and counts what is due by when', async () => {
    const first = await open('1');
    await clock.advance(2 * hour);
    const second = await open('2');
    expect(await numbers('is:late')).toEqual([]);
    await clock.advance(2 * hour + minute);
    expect(await numbers('is:late')).toEqual([first]);
    expect(await numbers('due:<3h')).toEqual([first, second]);
    expect(await numbers('due:>1h')).toEqual([second]);
    const { dueCounts } = await list('is:open', {
      dueBy: [clock.now(), toInstant(clock.now() + 24 * hour)],
    });
    expect(dueCounts).toEqual([1, 2]);
    const late = await test.desk.index.findDue(clock.now());
    expect(late.map(({ number }) => number)).toEqual([first]);
  });

  it('orders anew when the configuration or a file about customers changes', async () => {
    const kim = await open('1');
    const lu = await open('2', 'lu@other.example');
    await clock.advance(minute);
    expect(await numbers('is:open')).toEqual([kim, lu]);
    await write('slas/gold.yaml', 'targets: { firstResponse: 1h }\n');
    await write('customers/lu.yaml', 'addresses: [lu@other.example]\nsla: gold\n');
    expect(await test.desk.config.reload()).toEqual([]);
    await test.desk.customers.load();
    expect(await numbers('is:open')).toEqual([lu, kim]);
    const revision = test.desk.due.revision();
    await test.desk.config.reload();
    await test.desk.customers.load();
    // What says the same changes nothing.
    expect(test.desk.due.revision()).toBe(revision);
  });
});

it('a service level is set by name, and only one that there is', async () => {
  const number = await open('1');
  expect(await set(number, 'sla', 'gold')).toMatchObject({ ok: false });
  await write('slas/gold.yaml', 'targets: { firstResponse: 1h }\n');
  await test.desk.config.reload();
  expect(await set(number, 'sla', 'GOLD')).toMatchObject({ ok: true });
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error('The ticket is gone');
  expect(folder.ticket.extra.get('sla')).toBe('gold');
  expect(test.desk.due.measureOf(subjectOf(folder)).sla).toBe('gold');
  expect(await set(number, 'sla', 'gold')).toMatchObject({
    ok: false,
    refusal: { code: 'nothing-to-change' },
  });
});

it('a folder and its record in the index give the same times', async () => {
  const number = await open('1');
  await set(number, 'state', 'pending-customer');
  await clock.advance(hour);
  await set(number, 'state', 'open');
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error('The ticket is gone');
  const { due } = test.desk;
  expect(due.of(subjectOf(folder))).toEqual(due.of(projectTicket(folder)));
  const json = await readTicketJson(test.desk.reader, number, (read) => due.of(subjectOf(read)));
  expect(json?.due).toEqual({
    firstResponse: '2026-11-23T14:00:00.000Z',
    update: null,
    // Of eight hours one was paused, and the day ends at five. The pause is an event later than the mail.
    solution: formatInstant(toInstant(Date.UTC(2026, 10, 24, 11) - 1)),
  });
});
