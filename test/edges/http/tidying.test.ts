import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { createVisitor, textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let ben: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
  ben = createVisitor(viewer.url);
  await ben.get('/login');
  await ben.post('/login', { login: 'ben', password });
});
afterAll(() => viewer.close());

async function receive(subject: string): Promise<TicketNumber> {
  count += 1;
  const raw = plainMail({ 'Message-ID': `<${count}@x>`, Subject: subject });
  const { ticket } = await viewer.test.receive(raw);
  await viewer.test.desk.index.settled();
  return ticket;
}

async function stateOf(number: TicketNumber): Promise<string | undefined> {
  return (await viewer.test.desk.store.read(number))?.ticket.state;
}

/** Several values of one name, as ticked boxes give them. */
async function post(
  visitor: Visitor,
  path: string,
  fields: readonly (readonly [string, string])[],
) {
  const page = await visitor.get('/tickets?q=');
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  const answer = await visitor.fetch(path, {
    method: 'POST',
    body: new URLSearchParams([
      ['csrf', csrf],
      ...fields.map(([name, value]): [string, string] => [name, value]),
    ]),
  });
  return {
    status: answer.status,
    location: answer.headers.get('location') ?? '',
    text: await answer.text(),
  };
}

it('a change is said in words, and taken back from the bar, the line and the history', async () => {
  const number = await receive('Lamp');
  await anna.get(`/tickets/${number}`);
  await anna.post(`/tickets/${number}/update`, { state: 'closed' });
  const page = (await anna.get(`/tickets/${number}`)).text;
  expect(textOf(page)).toContain('Anna Adler closed the ticket Undo Z');
  const event = /name="event" value="([^"]+)"/.exec(page)?.[1] ?? '';
  expect((await anna.get(`/tickets/${number}/history`)).text).toContain(
    `name="event" value="${event}"`,
  );
  const back = await anna.post(`/tickets/${number}/undo`, { event });
  expect(back.location).toBe(`/tickets/${number}`);
  expect(textOf((await anna.get(back.location)).text)).toContain('Anna Adler took a change back');
  expect(await stateOf(number)).toBe('new');
  const twice = await anna.post(`/tickets/${number}/undo`, { event });
  expect([twice.status, textOf(twice.text)]).toEqual([
    409,
    expect.stringContaining('Anna Adler took this back already'),
  ]);
  const unknown = await anna.post(`/tickets/${number}/undo`, { event: 'nosuch' });
  expect(unknown.status).toBe(404);
});

it('what a forged cookie says is not said', async () => {
  const number = await receive('Lamp');
  const said = encodeURIComponent('toast=toast.changed&ticket=1&event=<b>x</b>');
  const session = anna.cookies.get('session') ?? '';
  const page = textOf(
    await (
      await fetch(`${viewer.url}/tickets/${number}`, {
        headers: { Cookie: `session=${session}; said=${said}` },
      })
    ).text(),
  );
  expect(page).toContain('The ticket is changed.');
  expect(page).not.toContain('x</b>');
});

it('ticked tickets change at once, and those that stay are named', async () => {
  const [one, two] = [await receive('Chair'), await receive('Chair')];
  const chosen = [
    ['ticket', one],
    ['ticket', two],
    ['back', '/tickets?q=chair'],
  ] as const;
  const done = await post(anna, '/bulk', [['do', 'close'], ...chosen]);
  expect(done).toMatchObject({ status: 303, location: '/tickets?q=chair' });
  expect([await stateOf(one), await stateOf(two)]).toEqual(['closed', 'closed']);
  const list = (await anna.get(done.location)).text;
  expect(textOf(list)).toContain('2 tickets are changed. Details Undo Z');
  const again = await post(anna, '/bulk', [['do', 'close'], ...chosen]);
  expect(again.location).toMatch(/^\/bulk\/\w+\?back=/);
  const page = textOf((await anna.get(again.location)).text);
  expect(page).toContain('0 tickets will change');
  expect(page).toContain('2 tickets stay as they are');
  const action = /action="(\/bulk\/\w+\/undo)"/.exec(list)?.[1] ?? '';
  expect((await post(anna, action, [['back', '/tickets?q=chair']])).location).toBe(
    '/tickets?q=chair',
  );
  expect([await stateOf(one), await stateOf(two)]).toEqual(['new', 'new']);
  expect((await post(anna, action, [])).status).toBe(409);
});

it('a search is looked through first, and only whoever planned it may run it', async () => {
  const number = await receive('Sofa');
  const planned = await post(anna, '/bulk', [
    ['scope', 'search'],
    ['q', 'subject:sofa'],
    ['do', 'apply'],
    ['state', 'closed'],
    ['reason', 'Sold out'],
    ['watch', '1'],
  ]);
  const page = textOf((await anna.get(planned.location)).text);
  expect(page).toContain('1 ticket will change');
  expect(page).toContain('state: Closed, watched by Anna Adler and reason: Sold out');
  expect(await stateOf(number)).toBe('new');
  expect((await ben.get(planned.location)).status).toBe(404);
  expect((await post(ben, `${planned.location}/run`, [])).status).toBe(404);
  await post(anna, `${planned.location}/run`, []);
  await viewer.test.desk.bulk.run(planned.location.slice('/bulk/'.length));
  expect(await stateOf(number)).toBe('closed');
  expect(textOf((await anna.get(planned.location)).text)).toContain('1 ticket is changed');
});

it('without anything chosen the form comes, or says so', async () => {
  const number = await receive('Shelf');
  const form = await post(anna, '/bulk', [
    ['do', 'more'],
    ['ticket', number],
  ]);
  expect([form.status, textOf(form.text)]).toEqual([
    200,
    expect.stringContaining('Change 1 ticket'),
  ]);
  const empty = await post(anna, '/bulk', [
    ['do', 'apply'],
    ['ticket', number],
  ]);
  expect([empty.status, textOf(empty.text)]).toEqual([
    422,
    expect.stringContaining('Nothing is chosen that would change'),
  ]);
  expect((await post(anna, '/bulk', [['do', 'close']])).status).toBe(422);
  expect((await post(anna, '/bulk', [['do', 'more']])).status).toBe(422);
  expect((await anna.get('/bulk/nosuchbatch')).status).toBe(404);
});

it('a ticket is merged into one that is found by words, and refused into itself', async () => {
  const [one, two] = [await receive('Desk'), await receive('Desk lamp')];
  const found = textOf((await anna.get(`/tickets/${two}/merge?q=subject:desk`)).text);
  expect(found).toContain(`Desk ${one}`);
  expect(found).not.toContain(`Desk lamp ${two}`);
  const merged = await anna.post(`/tickets/${two}/merge`, { into: one });
  expect(merged.location).toBe(`/tickets/${one}`);
  const again = await anna.post(`/tickets/${one}/merge`, { into: two });
  expect([again.status, textOf(again.text)]).toEqual([409, expect.stringContaining('into itself')]);
  expect((await anna.post(`/tickets/${one}/merge`, { into: 'x' })).status).toBe(404);
  expect((await anna.get(`/tickets/${one}/regroup?message=nosuch`)).status).toBe(404);
});
