import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

const declarations = `address: support@localhost
states:
  waiting-supplier: { type: pending-reminder, name: { en: Waiting for the supplier } }
fields:
  order: { type: number, name: { en: Order }, required: true }
closeReasons: { gone: { en: Gone away }, solved: }
`;

let viewer: Viewer;
let anna: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
  await write('desk.yaml', declarations);
  await write('queues/closed.yaml', 'name: Closed shop\nrights: { agent: [see] }\n');
  await viewer.test.desk.config.reload();
  await anna.get('/account');
});
afterAll(() => viewer.close());

/** As an editor does: the file is never there in half. */
async function write(name: string, text: string): Promise<void> {
  const path = join(viewer.test.directory, 'config', name);
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

async function open(): Promise<TicketNumber> {
  count += 1;
  const id = `<fields-${count}@customer.example>`;
  return (await viewer.test.receive(plainMail({ 'Message-ID': id, Subject: `Lamp ${count}` })))
    .ticket;
}

async function ticketOf(number: TicketNumber) {
  const folder = await viewer.test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder.ticket;
}

async function page(path: string): Promise<string> {
  return textOf((await anna.get(path)).text);
}

describe('waiting', () => {
  it('until a typed time, in the zone of the desk, under a name of its own', async () => {
    const number = await open();
    const sent = await anna.post(`/tickets/${number}/wait`, {
      state: 'waiting-supplier',
      date: '2099-03-02',
      time: '14:30',
    });
    expect([sent.status, sent.location]).toEqual([303, `/tickets/${number}`]);
    const ticket = await ticketOf(number);
    expect([ticket.state, ticket.extra.get('state-name'), ticket.pendingUntil]).toEqual([
      'pending-reminder',
      'waiting-supplier',
      Date.UTC(2099, 2, 2, 14, 30),
    ]);
    const shown = await page(`/tickets/${number}`);
    expect(shown).toContain('State: Waiting for the supplier');
    expect(shown).toContain(
      'Anna Adler set the state to “Waiting for the supplier” until 2 March 2099 at 14:30',
    );
    expect(await page('/tickets?q=state:waiting-supplier')).toContain(`Lamp ${count}`);
    expect(await page('/tickets?q=state:pending-reminder')).toContain(`Lamp ${count}`);
  });

  it.each([{ quick: 'tomorrow' }, { quick: 'next-week' }])('until %o', async (fields) => {
    const number = await open();
    await anna.post(`/tickets/${number}/wait`, { state: 'pending-close', ...fields });
    const ticket = await ticketOf(number);
    expect(ticket.state).toBe('pending-close');
    expect(ticket.pendingUntil).toBeGreaterThan(viewer.test.desk.parts.clock.now());
  });

  it.each([
    { date: '2099-02-30', time: '10:00' },
    { date: '2001-01-01', time: '10:00' },
    { quick: 'some-day' },
  ])('until %o is refused', async (fields) => {
    const number = await open();
    const answer = await anna.post(`/tickets/${number}/wait`, fields);
    expect(answer.status).toBe(422);
    expect(textOf(answer.text)).toContain('Not changed.');
    expect((await ticketOf(number)).state).toBe('new');
  });
});

describe('closing', () => {
  it('says which field is missing by its name, and keeps the reason', async () => {
    const number = await open();
    const refused = await anna.post(`/tickets/${number}/close`, { reason: 'gone' });
    expect(refused.status).toBe(409);
    expect(textOf(refused.text)).toContain('The field “Order” needs a value');
    await anna.post(`/tickets/${number}/fields`, { 'set.x-order': ' 4711 ' });
    await anna.post(`/tickets/${number}/close`, { reason: 'gone' });
    const shown = await page(`/tickets/${number}`);
    expect(shown).toContain('Anna Adler closed the ticket: Gone away');
    expect(shown).toContain('Closed because Gone away');
    expect(await page('/tickets?q=x-order:4711')).toContain(`Lamp ${count}`);
  });

  it('takes another reason and another state', async () => {
    const number = await open();
    await anna.post(`/tickets/${number}/close`, {
      state: 'closed-unsuccessful',
      reason: '',
      other: 'The dog <ate> it',
    });
    expect((await ticketOf(number)).state).toBe('closed-unsuccessful');
    expect(await page(`/tickets/${number}/history`)).toContain('The dog <ate> it');
  });
});

it('a removed ticket is in no list, offers to be restored, and comes back as it was', async () => {
  const number = await open();
  await anna.post(`/tickets/${number}/fields`, { 'add.tag': 'oddity' });
  await anna.post(`/tickets/${number}/wait`, { date: '2099-03-02', time: '' });
  await anna.post(`/tickets/${number}/remove`, {});
  const removed = await anna.get(`/tickets/${number}`);
  expect(textOf(removed.text)).toContain('This ticket was removed.');
  expect(removed.text).not.toContain(`/tickets/${number}/wait`);
  expect(await page('/tickets?q=tag:oddity')).not.toContain(`Lamp ${count}`);
  expect(await page('/tickets?q=state:removed')).toContain(`Lamp ${count}`);
  await anna.post(`/tickets/${number}/restore`, {});
  expect(await ticketOf(number)).toMatchObject({
    state: 'pending-reminder',
    pendingUntil: Date.UTC(2099, 2, 2, 9),
  });
  expect((await anna.post(`/tickets/${number}/restore`, {})).status).toBe(409);
});

it('the side bar adds and takes away', async () => {
  const [one, two] = [await open(), await open()];
  const change = (fields: Readonly<Record<string, string>>) =>
    anna.post(`/tickets/${one}/fields`, fields);
  await change({ 'add.tag': 'vip' });
  await change({ 'add.link': `[#${two}]`, kind: 'parent' });
  await change({ 'add.watcher': 'anna' });
  await change({ 'add.participant': 'Lee <LEE@other.example>' });
  await change({ 'set.responsible': 'ben' });
  const ticket = await ticketOf(one);
  expect([ticket.tags, ticket.links, ticket.watchers, ticket.responsible]).toEqual([
    new Set(['vip']),
    new Set([`parent:${two}`]),
    new Set(['anna']),
    'ben',
  ]);
  expect((await ticketOf(two)).links).toEqual(new Set([`child:${one}`]));
  const shown = await page(`/tickets/${one}`);
  expect(shown).toContain('Anna Adler watches the ticket');
  expect(shown).toContain('Anna Adler made Ben Kaya responsible');
  expect(shown).toContain('lee@other.example');
  await change({ 'remove.tag': 'vip' });
  await change({ 'remove.link': `parent:${two}` });
  await change({ 'remove.watcher': 'anna' });
  const after = await ticketOf(one);
  expect([after.tags.size, after.links.size, after.watchers.size]).toEqual([0, 0, 0]);
  expect((await change({ 'add.link': '17' })).status).toBe(422);
});

it('what was typed into a form that is refused comes back', async () => {
  const number = await open();
  const refused = await anna.post(`/tickets/${number}/fields`, {
    'set.x-order': 'many <b>',
    'set.responsible': 'ben',
  });
  expect(refused.status).toBe(422);
  expect(textOf(refused.text)).toContain('“many <b>” does not fit the field “Order”.');
  expect(refused.text).toContain('value="many &lt;b&gt;"');
  expect(refused.text).toContain('<option value="ben" selected>');
  expect((await ticketOf(number)).responsible).toBeUndefined();
});

it('who has answered last has the ticket; unlocking ends that', async () => {
  const number = await open();
  const ben: Actor = { kind: 'agent', login: 'ben' };
  const to = [{ name: 'Kim', address: 'kim@customer.example' }];
  await viewer.test.desk.tickets.run(number, { kind: 'reply', to, cc: [], text: 'Hello' }, ben);
  expect(await page(`/tickets/${number}`)).toContain('Locked for Ben Kaya until');
  expect(await page(`/tickets/${number}/answer`)).toContain('Ben Kaya is answering this customer');
  expect(await page(`/tickets/${number}/note`)).not.toContain('is answering this customer');
  await anna.post(`/tickets/${number}/update`, { lock: '' });
  const shown = await page(`/tickets/${number}`);
  expect(shown).not.toContain('Locked for');
  expect(shown).toContain('Anna Adler unlocked the ticket');
});

it('what an agent may not do in a queue is neither offered nor done', async () => {
  const number = await open();
  const changes = [{ kind: 'set', field: 'queue', value: 'Closed shop' } as const];
  const root: Actor = { kind: 'user', account: 'root' };
  await viewer.test.desk.tickets.run(number, { kind: 'update', changes }, root);
  const { text } = await anna.get(`/tickets/${number}`);
  for (const path of ['wait', 'close', 'remove'])
    expect(text).not.toContain(`/tickets/${number}/${path}"`);
  expect(text).not.toContain('add.tag');
  expect(text).toContain('add.watcher');
  for (const path of ['wait', 'close', 'remove'])
    expect((await anna.post(`/tickets/${number}/${path}`, { quick: 'tomorrow' })).status).toBe(403);
  expect((await anna.post(`/tickets/${number}/fields`, { 'add.tag': 'x' })).status).toBe(403);
});
