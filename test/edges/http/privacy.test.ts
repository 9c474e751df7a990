/** The pages on which something is taken out for good: first what would go, then the deed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let agent: Visitor;
let admin: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  const { accounts } = viewer.test.desk;
  await accounts.add({
    login: 'root',
    name: 'Rosa Root',
    email: 'root@desk.example',
    roles: ['agent', 'admin'],
  });
  await accounts.setPassword('root', password);
  agent = await viewer.member();
  admin = viewer.visitor();
  await admin.get('/login');
  await admin.post('/login', { login: 'root', password });
});
afterAll(() => viewer.close());

it('a passage is shown before it goes, and only who administers the queue gets there', async () => {
  const { ticket, message } = await viewer.test.receive(plainMail({}, 'The code is 7-31-99.'));
  const page = `/tickets/${ticket}/messages/${encodeURIComponent(message)}/redact`;
  expect((await agent.get(page)).status).toBe(403);
  expect(textOf((await admin.get(page)).text)).toContain('Take something out for good');
  const typed = { what: 'text', passage: '7-31-99', reason: 'Asked for' };
  const shown = await admin.post(page, { ...typed, step: 'look' });
  expect(textOf(shown.text)).toContain('passages of the text');
  expect((await viewer.test.desk.store.readMail(ticket, message))?.text).toContain('7-31-99');
  await admin.post(page, { ...typed, step: 'go' });
  expect((await viewer.test.desk.store.readMail(ticket, message))?.text).not.toContain('7-31-99');
});

it('an admin sees a plan before a person is erased', async () => {
  await viewer.test.receive(
    plainMail({ 'Message-ID': '<e@x>', From: 'Ella Old <ella@old.example>' }),
  );
  expect((await agent.get('/erase')).status).toBe(403);
  expect((await admin.get('/erase?who=ella%40old.example')).text).toContain('ella@old.example');
  const planned = await admin.post('/erase', { who: 'ella@old.example', way: 'empty' });
  const plan = /name="plan" value="([a-z0-9]+)"/.exec(planned.text)?.[1] ?? '';
  expect(textOf(planned.text)).toContain('Ella Old');
  const done = await admin.post('/erase', { who: 'ella@old.example', way: 'empty', plan });
  expect(textOf(done.text)).toContain('was erased');
});
