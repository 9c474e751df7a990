import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseQuery } from '../../../src/core/search/query.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const anna: Actor = { kind: 'user', account: 'anna' };

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  await writeFile(
    join(test.directory, 'config/queues/billing.yaml'),
    'name: Billing\naddresses: [billing@localhost]\n',
  );
  await test.desk.config.reload();
});

afterEach(() => test.close());

async function queuesOf(number: TicketNumber) {
  const folder = await test.desk.store.read(number);
  return [folder?.ticket.queue, ...(folder?.ticket.alsoQueues ?? [])];
}

async function listed(text: string): Promise<readonly TicketNumber[]> {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.refusal.code);
  const page = await test.desk.index.list({
    query: query.value,
    sort: 'number',
    descending: false,
    limit: 50,
  });
  return page.ok ? page.value.records.map(({ number }) => number) : [];
}

const both = plainMail({
  'Message-ID': '<1@x>',
  To: 'support@localhost',
  Cc: 'billing@localhost',
});

it('one mail to two of our addresses is one ticket, listed and counted in both queues', async () => {
  const { ticket } = await test.receive(both, {
    recipients: ['support@localhost', 'billing@localhost'],
  });
  expect(await queuesOf(ticket)).toEqual(['Support', 'Billing']);
  expect(await listed('queue:Support')).toEqual([ticket]);
  expect(await listed('queue:Billing')).toEqual([ticket]);
  expect(await test.desk.index.counts()).toEqual([
    { queue: 'Billing', open: 1, fresh: 1 },
    { queue: 'Support', open: 1, fresh: 1 },
  ]);
});

it('the same mail delivered to each address by itself adds the second queue, once', async () => {
  const hidden = plainMail({ 'Message-ID': '<1@x>', To: 'undisclosed-recipients:;' });
  const first = await test.receive(hidden, { recipients: ['support@localhost'] });
  const second = await test.receive(hidden, { recipients: ['billing@localhost'] });
  const again = await test.receive(hidden, { recipients: ['billing@localhost'] });
  expect([second, again]).toMatchObject([
    { ticket: first.ticket, rule: 'duplicate' },
    { ticket: first.ticket, rule: 'duplicate' },
  ]);
  expect(await queuesOf(first.ticket)).toEqual(['Support', 'Billing']);
  expect((await test.desk.store.read(first.ticket))?.messages).toHaveLength(2);
});

it('a repeated delivery leaves alone what an agent moved since', async () => {
  const raw = plainMail({ 'Message-ID': '<1@x>' });
  const { ticket } = await test.receive(raw);
  const changes = [{ kind: 'set', field: 'queue', value: 'Billing' } as const];
  await test.desk.tickets.run(ticket, { kind: 'update', changes }, anna);
  await test.receive(raw);
  expect(await queuesOf(ticket)).toEqual(['Billing']);
});
