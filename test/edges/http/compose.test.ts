/** The forms that send a message on, note a call and open a ticket: what they hold, what they refuse, who sees them. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { createVisitor, textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let visitor: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  await describeQueues();
  visitor = await viewer.member();
});
afterAll(() => viewer.close());

/** Guests may note, and only in Support. */
async function describeQueues(): Promise<void> {
  const { directory, desk } = viewer.test;
  const queues = {
    support:
      'name: Support\naddresses: [support@localhost]\nquoting: trimmed\nsignature: The lamp desk\n',
    billing: 'name: Billing\n',
    junk: 'name: Junk\n',
  };
  for (const [name, text] of Object.entries(queues)) {
    const guest = name === 'support' ? '  guest: [see, note]\n' : '';
    const file = join(directory, 'config/queues', `${name}.yaml`);
    await writeFile(file, `${text}rights:\n  agent: all\n${guest}`);
  }
  await desk.config.reload();
  expect(desk.config.problems()).toEqual([]);
}

const receive = (fields: Readonly<Record<string, string>> = {}, text?: string) =>
  viewer.test.receive(plainMail(fields, text));

/** As a browser sends a form with files. */
async function send(
  path: string,
  fields: Readonly<Record<string, string>>,
  file?: { readonly name: string; readonly bytes: string },
) {
  const page = await visitor.get('/new');
  const form = new FormData();
  form.set('csrf', /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== undefined) form.set('files', new Blob([file.bytes]), file.name);
  const response = await visitor.fetch(path, { method: 'POST', body: form });
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  };
}

describe('forward', () => {
  it('shows the message, and comes back as it was typed when it is refused', async () => {
    const { ticket, message } = await receive({ Subject: 'Fwd lamp' }, 'Dark <b>since</b> Monday.');
    const page = await visitor.get(
      `/tickets/${ticket}/forward?message=${encodeURIComponent(message)}`,
    );
    expect(page.text).toContain('---------- Forwarded message ----------');
    expect(page.text).toContain('Dark &lt;b&gt;since&lt;/b&gt; Monday.');
    const typed = { message, to: 'nobody', subject: 'Mine', text: 'Look\r\nhere', original: '1' };
    const refused = await send(`/tickets/${ticket}/forward`, typed, { name: 'a.txt', bytes: 'x' });
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain(
      '“nobody” is no mail address. An address looks like name@example.org. Choose the files once more.',
    );
    expect(refused.text).toContain('value="Mine"');
    expect(refused.text).toContain('Look\nhere');
    const sent = await send(
      `/tickets/${ticket}/forward`,
      { ...typed, to: 'max@maker.example', join: '1' },
      { name: 'a.txt', bytes: 'x' },
    );
    expect([sent.status, sent.location]).toEqual([303, `/tickets/${ticket}`]);
    const folder = await viewer.test.desk.store.read(ticket);
    const event = folder?.messages.at(-1)?.event;
    expect(event?.mail.attachments.map(({ name }) => name)).toEqual(['Fwd lamp.eml', 'a.txt']);
    expect(event?.mail.subject).toBe(`[#${ticket}] Mine`);
    expect([...(folder?.ticket.participants ?? [])]).toContain('max@maker.example');
    const shown = textOf((await visitor.get(`/tickets/${ticket}`)).text);
    expect(shown).toContain('Forwarded');
    expect(shown).toContain('to max@maker.example');
  });

  it('knows no message of another name', async () => {
    const { ticket } = await receive();
    expect((await visitor.get(`/tickets/${ticket}/forward?message=nothing`)).status).toBe(404);
    expect((await visitor.get(`/tickets/${ticket}/resend`)).status).toBe(404);
  });
});

describe('a call', () => {
  it('is noted as what the customer said', async () => {
    const { ticket } = await receive({ Subject: 'Call' });
    const page = await visitor.get(`/tickets/${ticket}/call`);
    expect(textOf(page.text)).toContain('They called us');
    const bad = await send(`/tickets/${ticket}/call`, { direction: 'in', text: 'x', phone: 'Kim' });
    expect(bad.status).toBe(422);
    const sent = await send(`/tickets/${ticket}/call`, {
      direction: 'in',
      text: 'Still dark',
      phone: '030 1234',
      state: 'closed',
    });
    expect(sent.status).toBe(303);
    const shown = textOf((await visitor.get(`/tickets/${ticket}`)).text);
    expect(shown).toContain('Kim Berg They called us noted by Anna Adler');
    expect(shown).toContain('The call is filed.');
    const folder = await viewer.test.desk.store.read(ticket);
    expect(folder?.ticket.state).toBe('closed');
    const call = encodeURIComponent(folder?.messages.at(-1)?.event.name ?? '');
    const answer = (await visitor.get(`/tickets/${ticket}/answer?to=${call}`)).text;
    expect(answer).toContain('value="Kim Berg &lt;kim@customer.example&gt;"');
    expect(answer).not.toContain('&gt; Still dark');
  });
});

describe('a new ticket', () => {
  it('by mail goes out with a file', async () => {
    const fields = {
      via: 'mail',
      queue: 'Support',
      to: 'Pat <pat@customer.example>',
      subject: 'Lamp',
      text: 'Ready.',
      state: 'open',
      owner: 'anna',
    };
    const refused = await send('/new', { ...fields, to: '' });
    expect([refused.status, textOf(refused.text).includes('Not opened yet.')]).toEqual([422, true]);
    const sent = await send('/new', fields, { name: 'bill.pdf', bytes: '%PDF' });
    expect(sent.status).toBe(303);
    const shown = textOf((await visitor.get(sent.location)).text);
    expect(shown).toContain('The ticket is open.');
    expect(shown).toContain('bill.pdf');
    const outbox = await readdir(join(viewer.test.directory, 'outbox/new'));
    expect(outbox.length).toBeGreaterThan(0);
  });

  it('begins with the signature of its queue when it goes out', async () => {
    const page = (await visitor.get('/new')).text;
    expect(page).toContain('name="to"');
    expect(page).toContain('\n-- \nThe lamp desk</textarea>');
    expect(page).toContain('data-signature="-- \nThe lamp desk"');
    const phone = (await visitor.get('/new?via=phone')).text;
    expect(phone).toContain('name="phone"');
    expect(phone).not.toContain('name="to"');
    expect(phone).not.toContain('The lamp desk');
  });
});

it('an answer quotes as its queue has it', async () => {
  const { ticket } = await receive(
    {},
    'New words.\n\n-- \nKim\n\nOn 3 May Anna wrote:\n> old words',
  );
  const page = (await visitor.get(`/tickets/${ticket}/answer`)).text;
  expect(page).toMatch(
    /-- \nThe lamp desk\n\nOn 23 November 2026 at \d\d:00, Kim Berg wrote:\n&gt; New words\.<\/textarea>/,
  );
});

describe('what an agent may not do', () => {
  it('is not offered, and refused when it is asked for all the same', async () => {
    const { ticket, message } = await receive({ Subject: 'Closed shop' });
    const offers = (await visitor.get(`/tickets/${ticket}`)).text;
    expect(offers).toContain(`/tickets/${ticket}/forward?`);
    expect(offers).toContain('href="/new"');
    const guest = await logInAsGuest();
    const page = await guest.get(`/tickets/${ticket}`);
    expect(page.text).not.toContain('/forward?');
    expect(page.text).not.toContain('/resend?');
    expect(page.text).toContain(`/tickets/${ticket}/call`);
    const name = encodeURIComponent(message);
    expect((await guest.get(`/tickets/${ticket}/forward?message=${name}`)).status).toBe(403);
    expect((await guest.get('/new?via=mail')).status).toBe(403);
    const fresh = (await guest.get('/new')).text;
    expect(fresh).toContain('name="phone"');
    expect(fresh).not.toContain('<option value="Billing"');
    const forward = { message, to: 'max@maker.example', text: 'x' };
    expect((await guest.post(`/tickets/${ticket}/forward`, forward)).status).toBe(403);
    const mail = {
      via: 'mail',
      queue: 'Support',
      to: 'max@maker.example',
      subject: 'x',
      text: 'x',
    };
    expect((await guest.post('/new', mail)).status).toBe(403);
  });
});

async function logInAsGuest(): Promise<Visitor> {
  const { accounts } = viewer.test.desk;
  await accounts.add({ login: 'guest', name: 'Guest', email: 'g@desk.example', roles: ['guest'] });
  await accounts.setPassword('guest', password);
  const guest = createVisitor(viewer.url);
  await guest.get('/login');
  await guest.post('/login', { login: 'guest', password });
  return guest;
}
