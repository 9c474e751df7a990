import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { formatTicketNumber, type TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer({ dataNote: 'A desk for trying out' });
});
afterAll(() => viewer.close());

/** `fetch` asks past every cache, so it cannot tell. */
function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

async function receive(
  fields: Readonly<Record<string, string>>,
  text?: string,
): Promise<TicketNumber> {
  const receipt = await viewer.test.receive(plainMail(fields, text));
  await viewer.test.desk.index.settled();
  return receipt.ticket;
}

it('a page holds no inline script or style and forbids both', async () => {
  await receive({
    Subject: '<script>alert(1)</script>',
    From: '"<b>Eve</b>" <eve@customer.example>',
  });
  const { headers, text } = await (await viewer.member()).open('/');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('content-security-policy')).toContain("base-uri 'none'");
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(text).not.toMatch(/\sstyle=|\son[a-z]+=|<style|<script(?! src=)/i);
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(text).not.toContain('<b>Eve</b>');
});

it('the list shows who wrote what, links each row to its ticket, and forgets no unread mark', async () => {
  const number = await receive(
    { Subject: 'Lamp 7 is dark', From: 'Kim Berg <kim@customer.example>' },
    'It went out yesterday.',
  );
  const visitor = await viewer.member();
  const list = await visitor.get('/tickets?q=is:open');
  const row =
    new RegExp(`<li class="row unread" id="t-${number}"[\\s\\S]*?</li>`).exec(list.text)?.[0] ?? '';
  expect(row).toContain(`href="/tickets/${number}"`);
  expect(textOf(row)).toMatch(
    /Unread\. New Kim Berg .* Lamp 7 is dark It went out yesterday\. No owner/,
  );

  await visitor.get(`/tickets/${number}`);
  expect((await visitor.get('/tickets?q=is:open')).text).toMatch(
    new RegExp(`<li class="row" id="t-${number}"`),
  );
});

it('the tree counts mine, unowned and open tickets', async () => {
  const number = await receive({ Subject: 'Mine' });
  const visitor = await viewer.member();
  const count = async (name: string) =>
    Number(
      new RegExp(`>${name}</bdi></span><span class="n">(\\d+)`).exec(
        (await visitor.get('/tickets')).text,
      )?.[1],
    );
  const [mine, unowned, open] = [
    await count('My tickets'),
    await count('Unowned'),
    await count('All open'),
  ];
  await visitor.post(`/tickets/${number}/update`, { owner: 'anna' });
  expect([await count('My tickets'), await count('Unowned'), await count('All open')]).toEqual([
    mine + 1,
    unowned - 1,
    open,
  ]);
  await visitor.post(`/tickets/${number}/update`, { state: 'closed' });
  expect([await count('My tickets'), await count('All open')]).toEqual([mine, open - 1]);
});

it('a mistyped field of a search is named, with a link to what was meant', async () => {
  const answer = await (await viewer.member()).get('/tickets?q=lamp+form:kim');
  expect(answer.status).toBe(422);
  expect(textOf(answer.text)).toContain('There is no field “ form :”. Did you mean from:kim ?');
  expect(answer.text).toContain('href="/tickets?q=lamp%20from%3Akim"');
});

it('a search that finds nothing says so, and an own number leads to its ticket', async () => {
  const visitor = await viewer.member();
  expect(textOf((await visitor.get('/tickets?q=xylophon')).text)).toContain(
    'No ticket fits this search',
  );
  const number = await receive({ Subject: 'By number' });
  expect((await visitor.get(`/tickets?q=${number}`)).location).toBe(`/tickets/${number}`);
});

it('a view in which nothing waits says so, and is no search that found nothing', async () => {
  const visitor = await viewer.member();
  const empty = textOf((await visitor.get('/tickets?q=watched:me+is:open')).text);
  expect(empty).toContain('Nothing waits here');
  expect(empty).toContain('Show all open tickets');
  expect(empty).not.toContain('No ticket fits this search');
  expect(empty).not.toContain('Choose a ticket');
});

it('a long list is turned page by page, each ticket once', async () => {
  for (let count = 0; count < 55; count += 1)
    await receive({ Subject: `Page ${count}`, From: `many${count}@customer.example` });
  const visitor = await viewer.member();
  const first = (await visitor.get('/tickets?sort=-created')).text;
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = (await visitor.get(next)).text;
  const numbers = (html: string) => [...html.matchAll(/id="t-(\d+)"/g)].map(([, number]) => number);
  expect(numbers(first)).toHaveLength(50);
  expect(numbers(second).length).toBeGreaterThan(4);
  expect(new Set([...numbers(first), ...numbers(second)]).size).toBe(50 + numbers(second).length);
});

it('the pane beside the list shows the chosen ticket', async () => {
  const number = await receive({ Subject: 'Chosen one' }, 'Look at me.');
  const visitor = await viewer.member();
  expect(textOf((await visitor.get('/tickets')).text)).toContain('Choose a ticket');
  const page = await visitor.get(`/tickets?show=${number}`);
  expect(textOf(page.text)).toContain('Look at me.');
  expect(page.text).toContain(
    `id="t-${number}" data-number="${number}" data-show="/tickets?q=&amp;show=${number}" aria-current="true"`,
  );
});

it('what is not there, not allowed or broken has a page in the look of the desk', async () => {
  const visitor = await viewer.member();
  const missing = await visitor.get('/nowhere');
  expect([missing.status, textOf(missing.text)]).toEqual([
    404,
    expect.stringContaining('There is nothing at this address.'),
  ]);
  const unknown = await visitor.get(`/tickets/${formatTicketNumber('20260101', 1)}`);
  expect([unknown.status, textOf(unknown.text)]).toEqual([
    404,
    expect.stringContaining('There is no ticket with this number.'),
  ]);
  const method = await visitor.fetch('/outbox', { method: 'DELETE' });
  expect([method.status, textOf(await method.text())]).toEqual([
    405,
    expect.stringContaining('This address does not do that.'),
  ]);
  const large = await visitor.post('/language', { filler: 'x'.repeat(1_100_000) });
  expect([large.status, textOf(large.text)]).toEqual([
    413,
    expect.stringContaining('That is too large.'),
  ]);
});

it('a failure tells a general sentence and the id under which the log has it', async () => {
  const broken = await startViewer({
    replaced: ({ reader }) => ({
      reader: {
        ...reader,
        read: () =>
          Promise.reject(
            new Fault('disk-failed', { retry: 'later', detail: 'Cannot read "/secret/path"' }),
          ),
      },
    }),
  });
  try {
    const answer = await (await broken.member()).get(
      `/tickets/${formatTicketNumber('20260101', 1)}`,
    );
    const page = textOf(answer.text);
    const failed = broken.lines.find(({ event }) => event === 'http.failed');
    expect(answer.status).toBe(503);
    expect(page).toContain('The desk cannot do that right now.');
    expect(page).toContain(`the log has it under ${failed?.fields.id}`);
    expect(failed?.fields.cause).toContain('/secret/path');
    expect(page).not.toContain('/secret/path');
  } finally {
    await broken.close();
  }
});

it('a wrong configuration is named with file, line and reason, and every page leads there', async () => {
  const own = await startViewer();
  try {
    const directory = join(own.test.directory, 'config', 'queues');
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'broken.yaml'), 'name: Broken\ncolour: red\n');
    await own.test.desk.config.reload();
    const visitor = await own.member();
    expect(textOf((await visitor.get('/tickets')).text)).toContain(
      'One thing in the configuration is wrong',
    );
    const page = textOf((await visitor.get('/problems')).text);
    expect(page).toContain('queues/broken.yaml');
    expect(page).toContain('colour');
    expect(page).toContain('Line 2');
  } finally {
    await own.close();
  }
});

it('the note about the data stands on every page', async () => {
  expect(textOf((await viewer.visitor().get('/login')).text)).toContain('A desk for trying out');
  expect(textOf((await (await viewer.member()).get('/outbox')).text)).toContain(
    'A desk for trying out',
  );
});

it('what pages load is kept for ever under its version, and compressed', async () => {
  const visitor = viewer.visitor();
  const page = (await visitor.get('/login')).text;
  const address = /href="(\/static\/maildesk\.css\?v=[0-9a-f]+)"/.exec(page)?.[1] ?? '';
  const styles = await visitor.fetch(address, { headers: { 'Accept-Encoding': 'gzip' } });
  expect(styles.headers.get('cache-control')).toContain('immutable');
  expect(styles.headers.get('content-encoding')).toBe('gzip');
  expect(styles.headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(await styles.text()).toContain('color-scheme: light dark');
  const again = await statusOf(`${viewer.url}/static/maildesk.css`, {
    'If-None-Match': styles.headers.get('etag') ?? '',
  });
  expect(again).toBe(304);
  expect((await visitor.get('/static/../package.json')).status).toBe(404);
});

it('a change is told to whoever listens, and closing ends the streams', async () => {
  const own = await startViewer();
  const visitor = await own.member();
  const response = await visitor.fetch('/events');
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('The stream has no body');
  const { ticket } = await own.test.receive(plainMail({ Subject: 'Live' }));
  let heard = '';
  while (!heard.includes('event: ticket')) heard += (await reader.read()).value ?? '';
  expect(heard).toContain(`event: ticket\ndata: {"number":"${ticket}","isNew":true}\n\n`);
  await own.close();
  let isDone = false;
  while (!isDone) isDone = (await reader.read()).done;
  expect(isDone).toBe(true);
});

it('what changed while a page was on its way is told when its stream opens, and nothing older', async () => {
  const own = await startViewer();
  const visitor = await own.member();
  const { ticket } = await own.test.receive(plainMail({ Subject: 'Just now' }));
  await own.test.desk.index.settled();
  const hear = async (path: string) => {
    const response = await visitor.fetch(path);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('The stream has no body');
    let heard = '';
    const { ticket: later } = await own.test.receive(plainMail({ Subject: `Later ${path}` }));
    while (!heard.includes(later)) heard += (await reader.read()).value ?? '';
    await reader.cancel();
    return heard;
  };
  expect(await hear('/events?age=60000')).toContain(ticket);
  expect(await hear('/events')).not.toContain(ticket);
  expect(await hear('/events?age=0')).not.toContain(ticket);
  await own.close();
});

it('strangers cannot listen', async () => {
  expect((await viewer.visitor().get('/events')).status).toBe(303);
});
