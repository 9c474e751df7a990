import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatParameters, type MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
});
afterAll(() => viewer.close());

const anna = { kind: 'agent', login: 'anna' } as const;

async function receive(fields: Readonly<Record<string, string>> = {}, text?: string) {
  return viewer.test.receive(plainMail(fields, text));
}

async function open(number: TicketNumber, query = ''): Promise<string> {
  return (await (await viewer.member()).get(`/tickets/${number}${query}`)).text;
}

async function answer(number: TicketNumber, text: string): Promise<MessageName> {
  const outcome = await viewer.test.desk.tickets.run(
    number,
    { kind: 'reply', to: [{ name: 'Kim Berg', address: 'kim@customer.example' }], cc: [], text },
    anna,
  );
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return outcome.value.message;
}

it('a conversation shows what was said by whom, and what was done between', async () => {
  const { ticket } = await receive({ Subject: 'Lamp' }, 'The lamp is dark.');
  await answer(ticket, 'Please screw in a new bulb.');
  await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'note', text: 'Bulbs are in room seven.' },
    anna,
  );
  await viewer.test.desk.tickets.run(
    ticket,
    {
      kind: 'update',
      changes: [
        { kind: 'set', field: 'priority', value: 'high' },
        { kind: 'add', set: 'tag', value: 'light' },
      ],
    },
    { kind: 'agent', login: 'ben' },
  );
  const html = await open(ticket);
  const kinds = [...html.matchAll(/<li class="(theirs|ours|note|line|day)"/g)].map(
    ([, kind]) => kind,
  );
  expect(kinds).toEqual(['day', 'theirs', 'line', 'ours', 'line', 'note', 'line', 'line']);
  const page = textOf(html);
  for (const text of [
    'Kim Berg kim@customer.example Forward Send on unchanged The lamp is dark.',
    'Put into Support',
    'Anna Adler to Kim Berg',
    'Anna Adler took the ticket',
    'Note, only for us',
    'Ben Kaya set the priority to “High”',
    'Ben Kaya added the tag light',
    'Waits in the outbox, no smarthost is set',
  ]) {
    expect(page).toContain(text);
  }
});

it('the foot of an answer tells its fate, with the words of the other server', async () => {
  const { ticket } = await receive();
  const message = await answer(ticket, 'Hello');
  const report = async (state: string, parameters: Readonly<Record<string, string | number>>) => {
    const outcome = formatParameters(state, { message, ...parameters });
    await viewer.test.desk.tickets.run(
      ticket,
      { kind: 'delivery', outcome, once: outcome },
      { kind: 'system', part: 'sender' },
    );
    return open(ticket);
  };
  const deferred = await report('deferred', {
    attempt: 2,
    reply: '451 Come again',
    next: '2099-01-01T12:00:00Z',
  });
  expect(textOf(deferred)).toMatch(/Not sent yet, tried 2 times\s+451 Come again\s+Next try 1 Jan/);
  const sent = await report('sent', { attempt: 3, reply: '250 Queued' });
  expect(textOf(sent)).toMatch(/Delivered \d\d:\d\d\s+250 Queued/);
  const failed = await report('failed', { attempt: 4, reply: '550 No such mailbox' });
  expect(failed).toMatch(/<span class="sign late">.*Not delivered/);
  expect(textOf(failed)).toContain('550 No such mailbox');
});

it('quoted text at the end is folded whole, with its lines counted', async () => {
  const { ticket } = await receive(
    {},
    'It works again.\n\nOn 3 May 2026 Anna wrote:\n> Please try\n> once more.\n',
  );
  const html = await open(ticket);
  const [, folded = ''] = /<details class="quoted">([\s\S]*?)<\/details>/.exec(html) ?? [];
  expect(textOf(folded)).toContain(
    'Quoted text, 3 lines On 3 May 2026 Anna wrote: > Please try > once more.',
  );
  expect(textOf(html.replace(folded, ''))).toContain('It works again.');
});

it('the side bar names the customer, everybody else and the other tickets', async () => {
  const first = await receive({
    Subject: 'First matter',
    From: 'Rosa Lind <rosa@customer.example>',
    Cc: 'Max <max@customer.example>',
  });
  const second = await receive({
    Subject: 'Second matter',
    From: 'Rosa Lind <rosa@customer.example>',
  });
  await viewer.test.desk.index.settled();
  const html = await open(first.ticket);
  const side = textOf(/<aside[\s\S]*<\/aside>/.exec(html)?.[0] ?? '');
  expect(side).toContain('Rosa Lind rosa@customer.example');
  expect(side).toContain('max@customer.example');
  expect(side).toMatch(/Other tickets 1 .*Second matter/);
  expect(html).toContain(`href="/tickets/${second.ticket}"`);
});

it('each fact is a form whose buttons work without a script', async () => {
  const { ticket } = await receive();
  const visitor = await viewer.member();
  const html = (await visitor.get(`/tickets/${ticket}`)).text;
  expect(html).toContain(`<form class="menu" method="post" action="/tickets/${ticket}/update">`);
  for (const [field, value] of [
    ['state', 'pending-customer'],
    ['owner', 'ben'],
    ['queue', 'Junk'],
    ['priority', 'urgent'],
  ] as const) {
    expect(html).toContain(`name="${field}" value="${value}"`);
    const changed = await visitor.post(`/tickets/${ticket}/update`, {
      [field]: value,
      back: `/tickets/${ticket}`,
    });
    expect([changed.status, changed.location]).toEqual([303, `/tickets/${ticket}`]);
  }
  const folder = await viewer.test.desk.store.read(ticket);
  expect(folder?.ticket).toMatchObject({
    state: 'pending-customer',
    owner: 'ben',
    queue: 'Junk',
    priority: 'urgent',
  });
  // The script refreshes in the background; what is said once must not be lost there.
  await visitor.get(`/tickets/${ticket}`, { 'X-Refresh': '1' });
  expect(textOf((await visitor.get(`/tickets/${ticket}`)).text)).toContain(
    'Anna Adler set the priority to “Urgent” Undo Z',
  );
  expect(textOf((await visitor.get(`/tickets/${ticket}`)).text)).not.toContain(
    'The ticket is changed.',
  );
});

it('a change that is refused shows the ticket with the reason', async () => {
  const { ticket } = await receive();
  const visitor = await viewer.member();
  await visitor.get(`/tickets/${ticket}`);
  const refused = await visitor.post(`/tickets/${ticket}/update`, { queue: 'Nowhere' });
  expect(refused.status).toBe(422);
  expect(textOf(refused.text)).toContain('Not changed. There is no queue “Nowhere”.');
  expect((await visitor.post(`/tickets/${ticket}/update`, { state: 'new' })).status).toBe(303);
});

it('the history tells every event in plain words, also one of an unknown kind', async () => {
  const { ticket } = await receive({ Subject: 'Story' });
  const message = await answer(ticket, 'Hello');
  const outcome = formatParameters('sent', { message, attempt: 1, reply: '250 OK' });
  await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'delivery', outcome, once: 'one' },
    { kind: 'system', part: 'sender' },
  );
  await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
    anna,
  );
  const answerPage = await (await viewer.member()).get(`/tickets/${ticket}/history`);
  const page = textOf(answerPage.text);
  for (const text of [
    'Kim Berg wrote',
    'The state is now “New”',
    'kim@customer.example takes part',
    'Anna Adler answered',
    'The mail was handed on: 250 OK',
    'Anna Adler closed the ticket',
  ]) {
    expect(page).toContain(text);
  }
});

it('a long conversation begins with its newest part', async () => {
  const { ticket } = await receive({}, 'The very first message.');
  for (let count = 0; count < 45; count += 1) {
    await viewer.test.desk.tickets.run(ticket, { kind: 'note', text: `Note ${count}` }, anna);
  }
  const html = await open(ticket);
  expect(textOf(html)).toContain('6 earlier messages');
  expect(textOf(html)).not.toContain('The very first message.');
  expect(textOf(await open(ticket, '?whole=1'))).toContain('The very first message.');
});

it('texts are in the language of the reader, dates in the zone of the reader, else of the desk', async () => {
  const own = await startViewer({ settings: { timeZone: 'Asia/Tokyo' } });
  try {
    const { ticket } = await own.test.receive(
      plainMail({ Date: 'Mon, 23 Nov 2026 20:00:00 +0000' }),
    );
    const visitor = await own.member();
    await visitor.get('/account');
    await visitor.post('/language', { language: 'de', back: '/' });
    const folder = await own.test.desk.store.read(ticket);
    const time = folder?.messages[0]?.event.time ?? 0;
    const shown = (timeZone: string) =>
      new Intl.DateTimeFormat('de', { timeZone, hour: '2-digit', minute: '2-digit' }).format(time);
    const read = async () => textOf((await visitor.get(`/tickets/${ticket}`)).text);
    expect(await read()).toContain(`Heute ${shown('Asia/Tokyo')}`);
    expect(await read()).toContain('Einsortiert in Support');

    await visitor.post('/account/time-zone', { 'time-zone': 'Australia/Adelaide' });
    const { text } = await visitor.get('/account');
    expect(text).toContain('<option selected>Australia/Adelaide</option>');
    expect(textOf(text)).toContain(', Australia/Adelaide.');
    expect(await read()).toContain(`Heute ${shown('Australia/Adelaide')}`);
    await visitor.post('/account/time-zone', { 'time-zone': 'Mars/Olympus' });
    expect(await read()).toContain(`Heute ${shown('Australia/Adelaide')}`);
    await visitor.post('/account/time-zone', { 'time-zone': '' });
    expect(await read()).toContain(`Heute ${shown('Asia/Tokyo')}`);
  } finally {
    await own.close();
  }
});
