/** What an agent may not see is not there, on every page; what may not be done is not offered, and refused when asked for. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let secret: TicketNumber;
let shared: TicketNumber;
let open: TicketNumber;

beforeAll(async () => {
  viewer = await startViewer();
  const { test } = viewer;
  const rights = 'rights:\n  agent: []\n  billing: [see, note]\n';
  await writeFile(
    join(test.directory, 'config/queues/billing.yaml'),
    `name: Billing\naddresses: [billing@desk.example]\n${rights}`,
  );
  await test.desk.config.reload();
  await test.desk.accounts.add({
    login: 'bill',
    name: 'Bill',
    email: 'bill@desk.example',
    roles: ['billing'],
  });
  await test.desk.accounts.setPassword('bill', password);
  secret = (await test.receive(plainMail({ Subject: 'Secret invoice' }))).ticket;
  shared = (await test.receive(plainMail({ Subject: 'Shared invoice', From: 'lee@x.example' })))
    .ticket;
  open = (await test.receive(plainMail({ Subject: 'Broken lamp', From: 'pat@x.example' }))).ticket;
  const admin = { kind: 'system', part: 'test' } as const;
  for (const number of [secret, shared]) {
    const changes = [
      { kind: 'set', field: 'queue', value: 'Billing' },
      ...(number === shared ? [{ kind: 'add', set: 'also-queue', value: 'Support' } as const] : []),
    ] as const;
    await test.desk.tickets.run(number, { kind: 'update', changes }, admin);
  }
  await test.desk.index.settled();
});
afterAll(() => viewer.close());

async function logIn(login: string): Promise<Visitor> {
  const visitor = viewer.visitor();
  await visitor.get('/login');
  await visitor.post('/login', { login, password });
  return visitor;
}

it('hides a ticket of a queue without “see” from lists, counts, searches and every address below it', async () => {
  const anna = await logIn('anna');
  const list = textOf((await anna.get('/tickets?q=')).text);
  expect(list).toContain('Broken lamp');
  expect(list).toContain('Shared invoice');
  expect(list).not.toContain('Secret invoice');
  expect(list).not.toContain('Billing');
  expect(textOf((await anna.get('/tickets?q=invoice')).text)).not.toContain('Secret invoice');
  expect((await anna.get(`/tickets?q=${secret}`)).text).not.toContain('Secret invoice');
  expect((await anna.get(`/tickets?q=&show=${secret}`)).text).not.toContain('Secret invoice');
  const [message] = (await viewer.test.desk.store.read(secret))?.messages ?? [];
  for (const path of [
    '',
    '/history',
    '/answer',
    '/note',
    '/offers',
    '/modules?begins=a',
    '/prepared?key=module:a',
    `/messages/${encodeURIComponent(message?.event.name ?? '')}/original`,
  ])
    expect([path, (await anna.get(`/tickets/${secret}${path}`)).status]).toEqual([path, 404]);
  for (const path of ['/update', '/answer', '/note', '/split', '/unmerge', '/insert'])
    expect([
      path,
      (await anna.post(`/tickets/${secret}${path}`, { state: 'closed' })).status,
    ]).toEqual([path, 404]);
});

it('shows it to who may see it, and offers no more than may be done', async () => {
  const bill = await logIn('bill');
  const list = textOf((await bill.get('/tickets?q=invoice')).text);
  expect(list).toContain('Secret invoice');
  const page = (await bill.get(`/tickets/${secret}`)).text;
  expect(page).toContain(`href="/tickets/${secret}/note"`);
  expect(page).not.toContain(`href="/tickets/${secret}/answer`);
  expect(page).not.toContain('id="put-in"');
  expect((await bill.get(`/tickets/${secret}/offers`)).status).toBe(404);
  expect((await bill.get(`/palette?bare=1&ticket=${secret}`)).text).not.toContain('data-offer');
  expect((await bill.post(`/tickets/${secret}/insert`, { offer: 'module:a' })).status).toBe(404);
  expect(page).not.toMatch(/name="(?:state|owner|queue)" value/);
  expect(page).toMatch(/name="priority" value/);
  const refused = await bill.post(`/tickets/${secret}/update`, { state: 'closed' });
  expect(refused.status).toBe(403);
  expect(textOf(refused.text)).toContain('You may not do this in the queue Billing');
  expect((await bill.post(`/tickets/${secret}/update`, { priority: 'high' })).status).toBe(303);
  expect(
    (await bill.post(`/tickets/${secret}/answer`, { to: 'kim@x.example', text: 'Hi' })).status,
  ).toBe(403);
});

it('a mail to addresses of two queues is worked on by the rights of either', async () => {
  const anna = await logIn('anna');
  expect((await anna.get(`/tickets/${shared}`)).text).toContain(`/tickets/${shared}/answer`);
  expect((await anna.post(`/tickets/${shared}/update`, { state: 'closed' })).status).toBe(303);
});

it('the stream of changes tells nothing of hidden tickets', async () => {
  const anna = await logIn('anna');
  const abort = new AbortController();
  const response = await anna.fetch('/events', { signal: abort.signal });
  const reader = response.body?.getReader();
  await anna.get('/tickets');
  const bill = await logIn('bill');
  await bill.get('/tickets');
  await bill.post(`/tickets/${secret}/note`, { text: 'Paid twice.' });
  await anna.post(`/tickets/${open}/note`, { text: 'A bulb.' });
  let heard = '';
  for (let reads = 0; reads < 50 && !heard.includes(open); reads += 1)
    heard += new TextDecoder().decode((await reader?.read())?.value);
  expect(heard).toContain(open);
  expect(heard).not.toContain(secret);
  abort.abort();
});
