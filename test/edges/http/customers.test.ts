/** The customer's page and what may be done there, by somebody with and without the right. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
  const queue = join(viewer.test.directory, 'config/queues');
  await writeFile(
    join(queue, 'secret.yaml'),
    'name: Secret\naddresses: [secret@localhost]\nrights:\n  boss: [see, note]\n',
  );
  await writeFile(
    join(queue, 'quiet.yaml'),
    'name: Quiet\naddresses: [quiet@localhost]\nrights:\n  agent: [see]\n',
  );
  await viewer.test.desk.config.reload();
});
afterAll(() => viewer.close());

async function receive(from: string, to: string, subject: string) {
  const fields = { From: from, To: to, Subject: subject, 'Message-ID': `<${subject}@x.example>` };
  const { ticket } = await viewer.test.receive(plainMail(fields), {
    recipients: [to],
    sender: from,
  });
  await viewer.test.desk.index.settled();
  return ticket;
}

it('tickets of queues that the reader may not see are not told of', async () => {
  await receive('kim@a.example', 'support@localhost', 'Open-matter');
  await receive('kim@a.example', 'secret@localhost', 'Secret-matter');
  const { text } = await (await viewer.member()).get('/customers/kim@a.example');
  expect(text).toContain('Open-matter');
  expect(text).not.toContain('Secret-matter');
});

it('who may not write notes is offered nothing, and refused', async () => {
  const ticket = await receive('lee@b.example', 'quiet@localhost', 'Quiet-matter');
  const visitor = await viewer.member();
  for (const path of ['/customers/lee@b.example', `/tickets/${ticket}`])
    expect((await visitor.get(path)).text).not.toMatch(/lee@b\.example\/(restrict|describe|join)/);
  const refused = await visitor.post('/customers/lee@b.example/restrict', {
    what: 'blocked',
    on: '1',
  });
  expect(refused.status).toBe(403);
  expect(textOf(refused.text)).toContain('You may not do this in the queue Quiet');
  expect(viewer.test.desk.customers.standingOf('lee@b.example')).toBeUndefined();
});

it('a whole domain needs the right to administer', async () => {
  await receive('mia@c.example', 'support@localhost', 'Domain-matter');
  const visitor = await viewer.member();
  await visitor.get('/customers/mia@c.example');
  const form = { what: 'blocked', on: '1', customer: 'mia@c.example' };
  expect((await visitor.post('/companies/c.example/restrict', form)).status).toBe(403);
  expect(
    (
      await visitor.post('/companies/c.example/describe', {
        notes: 'Big',
        customer: 'mia@c.example',
      })
    ).status,
  ).toBe(303);
  expect(viewer.test.desk.customers.findCompany('c.example')?.notes).toBe('Big');
});

it.each(['/customers/nobody', '/customers/a%2F..%2Fb'])('%s is no page', async (path) => {
  expect((await (await viewer.member()).get(path)).status).toBe(404);
});

it('the source of a message shows its bytes as text, page by page, and can steer nothing', async () => {
  const body = `<b>\u202e${'ü'.repeat(40_000)}</b>`;
  const { ticket, message } = await viewer.test.receive(
    plainMail(
      { 'Content-Type': 'text/plain; charset=utf-8', 'Message-ID': '<long@x.example>' },
      body,
    ),
  );
  const visitor = await viewer.member();
  const path = `/tickets/${ticket}/messages/${encodeURIComponent(message)}/source`;
  const first = await visitor.get(path);
  expect(first.text).toContain('&lt;b&gt;\ufffd');
  expect(first.text).toContain('Part 1 of 2');
  expect(first.text).toContain('Ticket-Content');
  const second = await visitor.get(`${path}?page=2`);
  expect(second.text).toContain('ü&lt;/b&gt;');
  expect(first.text + second.text).not.toContain('Ã');
  expect((await visitor.get(`/tickets/${ticket}/messages/none/source`)).status).toBe(404);
});

it.each(['at=soon', 'at=', 'step=x', 'step=-5', 'at=1970-01-01'])(
  'the past asked for by %s is a page or a plain no',
  async (query) => {
    const ticket = await receive('pat@d.example', 'support@localhost', `Past-${query}`);
    const visitor = await viewer.member();
    const { status, text } = await visitor.open(`/tickets/${ticket}?${query}`);
    expect([200, 404]).toContain(status);
    if (status === 200) expect(text).toContain('id="past"');
  },
);
