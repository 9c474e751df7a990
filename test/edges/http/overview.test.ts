/** The overview as a page and as files, over a real desk. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
});

afterAll(() => viewer.close());

async function receive(subject = 'Lamp', text = 'It is dark.') {
  return (await viewer.test.receive(plainMail({ Subject: subject }, text))).ticket;
}

function section(page: string, id: string): string {
  const start = page.indexOf(`data-table="${id}"`);
  return textOf(page.slice(start, page.indexOf('</table>', start)));
}

it('says what cannot be asked for, and shows the usual figures', async () => {
  for (const query of ['queue=Nowhere', 'agent=ben', 'from=2026-02-30', 'by=second', 'team=x']) {
    const { status, text } = await anna.get(`/overview?${query}`);
    expect([query, status]).toEqual([query, 422]);
    expect(text).toContain('role="alert"');
    expect(textOf(text)).toContain('Open now 0');
  }
  expect((await anna.get('/overview?queue=support&from=2026-11-01&to=2026-11-02')).status).toBe(
    200,
  );
});

it('shows what is open, what came, and how long it took', async () => {
  const { tickets } = viewer.test.desk;
  const ticket = await receive();
  await receive('Bulb', 'It is broken.');
  await tickets.run(
    ticket,
    { kind: 'reply', to: [{ name: 'Kim', address: 'kim@customer.example' }], cc: [], text: 'Yes.' },
    { kind: 'agent', login: 'anna' },
  );
  const { status, text, headers } = await anna.get('/overview?period=7d');
  expect(status).toBe(200);
  expect(textOf(text)).toMatch(
    /Open now 2 .* Unanswered 1 the longest for .* Came in 2 0 in the time before/,
  );
  expect(section(text, 'queues')).toMatch(/Support 2 2 0 1/);
  // Others than herself are not named to her.
  expect(section(text, 'people')).toMatch(/Anna Adler 1 1 0/);
  expect(text).not.toMatch(/<[^>]+ style=/);
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(text).toContain('aria-current="page"');
});

it('gives each table as a file', async () => {
  const answer = await anna.fetch('/overview.csv?period=7d&by=day&table=backlog');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/csv');
  expect(answer.headers.get('content-disposition')).toMatch(/attachment; filename="backlog-/);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const lines = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
  expect(lines).toHaveLength(8);
  expect(lines[0]).toMatch(/^From,Came in,Opened again,/);
  expect(lines.filter((line) => /^\d{4}-\d\d-\d\dT.*Z,2,0,0,0,0,2,2,1$/.test(line))).toHaveLength(
    1,
  );
  expect((await anna.get('/overview.csv?table=nothing')).status).toBe(404);
});

it('is for members alone, and loads the charts from the desk itself', async () => {
  expect((await viewer.visitor().get('/overview')).location).toContain('/login');
  const { text } = await anna.get('/overview');
  const [, script = ''] = /src="(\/static\/overview\.js\?v=\w+)"/.exec(text) ?? [];
  const module = await (await anna.fetch(script)).text();
  const [, library = ''] = /from '(\/static\/uplot\.js\?v=\w+)'/.exec(module) ?? [];
  const answer = await anna.fetch(library);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(await answer.text()).toContain('export default uPlot');
  expect((await anna.get('/tickets')).text).not.toContain('overview.js');
});

it('takes on the account page what report an agent wants', async () => {
  const { accounts } = viewer.test.desk;
  await anna.get('/account');
  const { location } = await anna.post('/account/report', { want: 'on', 'queue Support': 'on' });
  expect(location).toBe('/account#report');
  expect(accounts.find('anna')?.report).toEqual({ queues: ['Support'] });
  expect((await anna.get('/account')).text).toMatch(/name="queue Support" checked/);
  await anna.post('/account/report', { want: 'on', 'every-queue': 'on', 'queue Support': 'on' });
  expect(accounts.find('anna')?.report).toEqual({ queues: undefined });
  await anna.post('/account/report', { 'every-queue': 'on' });
  expect(accounts.find('anna')?.report).toBeUndefined();
});
