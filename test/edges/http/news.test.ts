/** Atom feeds of tickets: read by whoever has the address, within the rights of its agent. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeEach(async () => {
  viewer = await startViewer();
});

afterEach(() => viewer.close());

async function address(query: string): Promise<string> {
  return `${viewer.url}${await viewer.test.desk.news.pathOf('anna', query)}`;
}

async function receive(subject: string, text = 'The lamp is dark.'): Promise<string> {
  const id = subject.replace(/\W+/g, '');
  const { ticket } = await viewer.test.receive(
    plainMail({ 'Message-ID': `<${id}@customer.example>`, Subject: subject }, text),
  );
  await viewer.test.desk.index.settled();
  return ticket;
}

it('tells of the tickets of a queue, the newest change first, and only what it may say in XML', async () => {
  const first = await receive('Lamp & <bulb>');
  const second = await receive('Switch \u0007 "on"');
  const answer = await fetch(await address('queue:Support'));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  const text = await answer.text();
  expect(text).toContain('<title>Lamp &amp; &lt;bulb&gt;</title>');
  expect(text).toContain('<name>Kim Berg</name>');
  expect(text).toContain(`/tickets/${first}"/>`);
  expect(text.indexOf(second)).toBeLessThan(text.indexOf(first));
  expect(text).not.toContain('\u0007');
  expect(await (await fetch(await address('queue:Billing'))).text()).not.toContain('<entry>');
  const tag = answer.headers.get('etag') ?? '';
  const again = await fetch(await address('queue:Support'), { headers: { 'If-None-Match': tag } });
  expect(again.status).toBe(304);
});

it('is linked under the account, and ends with a new address', async () => {
  const member = await viewer.member();
  const page = await member.get('/account');
  const links = [...page.text.matchAll(/href="([^"]*\/news\/[^"]*)"/g)].map(([, href]) => href);
  expect(links.length).toBeGreaterThan(1);
  const [own = ''] = links;
  expect((await fetch(own.replaceAll('&amp;', '&'))).status).toBe(200);
  await member.post('/account/feeds/renew', { queue: '' });
  expect((await fetch(own.replaceAll('&amp;', '&'))).status).toBe(404);
});

it('answers alike to a wrong address, another agent and one who is kept out', async () => {
  const at = await address('');
  expect((await fetch(at.replace(/[0-9a-f](?=\/anna)/, 'x'))).status).toBe(404);
  expect((await fetch(at.replace('anna.atom', 'ben.atom'))).status).toBe(404);
  expect((await fetch(await address('frmo:kim'))).status).toBe(400);
  const file = join(viewer.test.directory, 'config/agents/anna.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}disabled: true\n`);
  await viewer.test.desk.accounts.reload();
  expect((await fetch(at)).status).toBe(404);
});
