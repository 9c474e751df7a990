import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketCommand } from '../../../src/core/ticket/decide.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { createVisitor, textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
  const { desk, directory } = viewer.test;
  const queue = (name: string, text: string) =>
    writeFile(join(directory, 'config/queues', `${name}.yaml`), text);
  await queue('support', 'name: Support\nsecondLevel: Experts\n');
  await queue('experts', 'name: Experts\nrights:\n  expert: all\n');
  await desk.config.reload();
  await desk.accounts.add({
    login: 'lena',
    name: 'Lena Vogt',
    email: 'lena@desk.example',
    roles: ['expert'],
  });
  await desk.accounts.setPassword('lena', password);
});
afterAll(() => viewer.close());

async function member(login: string): Promise<Visitor> {
  const visitor = createVisitor(viewer.url);
  await visitor.get('/login');
  await visitor.post('/login', { login, password });
  return visitor;
}

let mails = 0;

/** The Message-ID is `lamp-1@customer.example` and so on. */
async function receive(): Promise<TicketNumber> {
  mails += 1;
  const mail = plainMail({ 'Message-ID': `<lamp-${mails}@customer.example>` });
  return (await viewer.test.receive(mail)).ticket;
}

async function run(ticket: TicketNumber, command: TicketCommand, login = 'ben') {
  const done = await viewer.test.desk.tickets.run(ticket, command, { kind: 'agent', login });
  if (!done.ok) throw new Error(done.refusal.code);
}

async function ticketNow(number: TicketNumber) {
  const folder = await viewer.test.desk.store.read(number);
  if (folder === undefined) throw new Error('No ticket');
  return folder.ticket;
}

it('without a script, a page that was loaded counts as looked at', async () => {
  const ticket = await receive();
  const [anna, ben] = [await member('anna'), await member('ben')];
  await anna.get(`/tickets/${ticket}`);
  const seen = textOf((await ben.get(`/tickets/${ticket}`)).text);
  expect(seen).toContain('Anna Adler looks at this too');
  expect(seen).not.toContain('Ben Kaya looks');
  expect((await ben.get('/tickets?q=is:open')).text).toContain(
    'title="Anna Adler looks at this too"',
  );
  // What the script loads in the background is no look.
  const other = await receive();
  await anna.get(`/tickets/${other}`, { 'X-Refresh': '1' });
  expect(textOf((await ben.get(`/tickets/${other}`)).text)).not.toContain('Anna Adler looks');
});

it('only pages of the desk say that somebody types, and only for their own reader', async () => {
  const ticket = await receive();
  const [anna, ben] = [await member('anna'), await member('ben')];
  await anna.get(`/tickets/${ticket}`);
  const seat = 'abcdef012345';
  const tell = (does: string, extra: Record<string, string> = {}) =>
    anna.post(`/tickets/${ticket}/presence`, { seat, does, ...extra });
  const seen = async () => textOf((await ben.get(`/tickets/${ticket}`)).text);
  expect((await tell('looks')).status).toBe(204);
  await tell('answers');
  expect(await seen()).toContain('Anna Adler is typing an answer');
  await ben.post(`/tickets/${ticket}/presence`, { seat, does: 'leaves' });
  expect(await seen()).toContain('Anna Adler is typing an answer');
  expect((await tell('notes', { csrf: 'forged' })).status).toBe(403);
  await tell('rests');
  expect(await seen()).toContain('Anna Adler looks at this too');
  await tell('leaves');
  expect(await seen()).not.toContain('Anna Adler looks');
});

it('a form that is refused comes back with what was typed, and says why', async () => {
  const ticket = await receive();
  const anna = await member('anna');
  const page = await anna.get(`/tickets/${ticket}/hand-over`);
  expect(textOf(page.text)).toContain('Hand over');
  const empty = await anna.post(`/tickets/${ticket}/hand-over`, { to: 'agent:ben', text: ' ' });
  expect([empty.status, /value="agent:ben" selected/.test(empty.text)]).toEqual([422, true]);
  const nobody = await anna.post(`/tickets/${ticket}/hand-over`, { to: '', text: 'You know it' });
  expect([nobody.status, nobody.text.includes('You know it')]).toEqual([422, true]);
  expect(
    (await anna.post(`/tickets/${ticket}/advice`, { to: 'agent:anna', text: 'x' })).status,
  ).toBe(422);
  expect((await anna.get(`/tickets/${ticket}`)).text).not.toContain('Put into Experts');
  const done = await anna.post(`/tickets/${ticket}/hand-over`, {
    to: 'agent:ben',
    text: 'You know it',
  });
  expect([done.status, done.location]).toEqual([303, `/tickets/${ticket}`]);
  expect((await ticketNow(ticket)).owner).toBe('ben');
});

it('who may not see a queue finds nothing of its tickets until asked, and may then read and note', async () => {
  const ticket = await receive();
  await run(ticket, { kind: 'escalate', text: 'Too hard.' });
  const anna = await member('anna');
  const folder = await viewer.test.desk.store.read(ticket);
  const message = encodeURIComponent(folder?.messages[0]?.event.name ?? '');
  const paths = [
    `/tickets/${ticket}`,
    `/tickets/${ticket}/history`,
    `/tickets/${ticket}/note`,
    `/tickets/${ticket}/hand-over`,
    `/tickets/${ticket}/messages/${message}/raw`,
  ];
  for (const path of [`/Tickets/${ticket}`, `/tickets/%32${ticket.slice(1)}`])
    expect((await anna.get(path)).status).toBe(404);
  const statuses = async () =>
    Promise.all(paths.map(async (path) => (await anna.get(path)).status));
  expect(await statuses()).toEqual([404, 404, 404, 404, 404]);
  const list = async (query: string) =>
    (await anna.get(`/tickets?q=${encodeURIComponent(query)}`)).text.includes(`id="t-${ticket}"`);
  expect(await list('queue:Experts')).toBe(false);
  expect(textOf((await anna.get('/tickets?q=')).text)).not.toContain('Experts');

  await run(ticket, { kind: 'ask-advice', agent: 'anna', text: 'Why, Anna?' }, 'lena');
  expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  expect([await list('queue:Experts'), await list('mentioned:me')]).toEqual([true, true]);
  const page = textOf((await anna.get(`/tickets/${ticket}`)).text);
  expect(page).toContain('Lena Vogt asks you for advice. Why, Anna?');
  expect((await anna.post(`/tickets/${ticket}/note`, { text: 'So.' })).status).toBe(303);
  const owner = await anna.post(`/tickets/${ticket}/update`, { owner: 'anna' });
  expect([owner.status, textOf(owner.text).includes('Not changed')]).toEqual([403, true]);
  const level = await anna.post(`/tickets/${ticket}/level`, { text: 'Back.' });
  expect(level.status).toBe(403);
  const done = await anna.post(`/tickets/${ticket}/advice-done`, { agent: 'anna' });
  expect(done.location).toBe(`/tickets?q=${encodeURIComponent('queue:Experts is:open')}`);
  expect(await statuses()).toEqual([404, 404, 404, 404, 404]);
});

it('an event stream names its seat: its reader looks until it closes', async () => {
  const ticket = await receive();
  const [anna, ben] = [await member('anna'), await member('ben')];
  const ending = new AbortController();
  const stream = await anna.fetch(`/events?ticket=${ticket}&seat=fedcba543210`, {
    signal: ending.signal,
  });
  const reader = stream.body?.getReader();
  let text = '';
  const readUntil = async (wanted: string) => {
    while (!text.includes(wanted)) {
      const part = await reader?.read();
      if (part === undefined || part.done) throw new Error(`The stream ended: ${text}`);
      text += new TextDecoder().decode(part.value);
    }
  };
  await readUntil('event: presence');
  await ben.get(`/tickets/${ticket}`);
  await readUntil('Ben Kaya looks at this too');
  const seen = async () => textOf((await ben.get(`/tickets/${ticket}`)).text);
  expect(await seen()).toContain('Anna Adler looks at this too');
  ending.abort();
  await expect.poll(seen, { timeout: 15_000 }).not.toContain('Anna Adler looks at this too');
});

it('the history says in plain words who did what with whom', async () => {
  const ticket = await receive();
  await run(ticket, { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'ben' }] });
  await run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'anna' }] },
    'anna',
  );
  await run(ticket, { kind: 'note', text: '@ben look' }, 'anna');
  await run(ticket, { kind: 'end-advice', agent: 'ben' });
  await run(ticket, { kind: 'ask-advice', agent: 'lena', text: 'Why?' });
  await run(ticket, { kind: 'end-advice', agent: 'lena' });
  await run(ticket, { kind: 'ask-advice', agent: 'lena', text: 'Why?' });
  await run(ticket, { kind: 'end-advice', agent: 'lena', text: 'So.' }, 'lena');
  await run(ticket, { kind: 'escalate', text: 'Too hard.' });
  await run(ticket, { kind: 'bring-back', text: 'Easy.' }, 'lena');
  const page = textOf((await (await member('anna')).get(`/tickets/${ticket}/history`)).text);
  for (const sentence of [
    'Ben Kaya took the ticket',
    'Anna Adler took the ticket over from Ben Kaya',
    'Anna Adler mentioned Ben Kaya',
    'Ben Kaya has seen the mention',
    'Ben Kaya asked Lena Vogt for advice',
    'Ben Kaya took the question to Lena Vogt back',
    'Lena Vogt gave the advice asked for',
    'Ben Kaya took the ticket to the second level, Experts , from Support (Anna Adler)',
    'Lena Vogt brought the ticket back from the second level to Support',
  ])
    expect(page).toContain(sentence);
  expect(page).not.toContain('level-queue');
});

it('an absence is set and ended on the account page, and menus of owners say it', async () => {
  const ticket = await receive();
  const ben = await member('ben');
  await ben.get('/account/absence');
  const wanted = {
    from: '2020-01-01',
    until: '2999-12-30',
    'stand-in': 'anna',
    text: 'Skiing',
    'hand-over': 'yes',
  };
  const post = (changed: Record<string, string>) =>
    ben.post('/account/absence', { ...wanted, ...changed });
  expect((await post({ until: '2019-12-31' })).status).toBe(422);
  expect((await post({ until: '24.12.2026' })).status).toBe(422);
  expect((await post({ 'stand-in': 'ben' })).status).toBe(422);
  expect((await post({ 'stand-in': 'kim' })).status).toBe(422);
  expect((await post({ text: 'x'.repeat(301) })).status).toBe(422);
  expect((await post({})).location).toBe('/account/absence');
  expect(viewer.test.desk.accounts.find('ben')?.absence).toEqual({
    from: '2020-01-01',
    until: '2999-12-30',
    standIn: 'anna',
    text: 'Skiing',
    handOver: true,
  });
  const anna = await member('anna');
  const away = 'away until Monday, 30 December 2999, Anna Adler stands in';
  expect(textOf((await anna.get(`/tickets/${ticket}`)).text)).toContain(`Ben Kaya ${away}`);
  expect(textOf((await anna.get('/tickets?q=')).text)).toContain('For Ben Kaya');
  const people: unknown = await (await anna.fetch('/people')).json();
  expect(people).toMatchObject({
    people: [
      { login: 'ben', away },
      { login: 'lena', away: '' },
    ],
  });

  // He wanted it so: the customer's next mail gives the ticket to the stand-in.
  await run(ticket, { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'ben' }] });
  await viewer.test.receive(
    plainMail({
      'Message-ID': '<again@customer.example>',
      'In-Reply-To': `<lamp-${mails}@customer.example>`,
    }),
  );
  expect((await ticketNow(ticket)).owner).toBe('anna');

  await ben.get('/account/absence');
  await ben.post('/account/absence', { end: 'yes' });
  expect(viewer.test.desk.accounts.find('ben')?.absence).toBeUndefined();
});
