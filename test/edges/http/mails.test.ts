import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeEach(async () => {
  viewer = await startViewer();
});

afterEach(() => viewer.close());

async function admin() {
  const { accounts } = viewer.test.desk;
  await accounts.add({ login: 'rita', name: 'Rita', email: 'rita@desk.example', roles: ['admin'] });
  await accounts.setPassword('rita', password);
  const visitor = viewer.visitor();
  await visitor.get('/login');
  await visitor.post('/login', { login: 'rita', password });
  return visitor;
}

async function loseOne(): Promise<void> {
  const { desk } = viewer.test;
  const { ticket, message } = await viewer.test.receive(plainMail());
  const folder = await desk.store.read(ticket);
  const stored = folder?.messages.find(({ event }) => event.name === message);
  await unlink(join(desk.folderPath(ticket), stored?.directory ?? '', stored?.fileName ?? ''));
  await desk.index.sweep();
  await desk.ledger.check();
}

it('the account shows sources, outcomes and the sum, and says that it balances', async () => {
  const raw = plainMail({ 'Message-ID': '<1@customer.example>' });
  await viewer.test.receive(raw);
  await viewer.test.receive(raw, { via: 'lmtp' });
  const { text } = await (await admin()).get('/mails');
  const words = textOf(text);
  expect(words).toContain('Every mail is accounted for.');
  expect(words).toMatch(
    /mails in 2 = tickets 1 \+ follow-ups 0 \+ duplicates 1 \+ quarantined 0 \+ in trouble 0 \+ refused 0 \+ put off 0 \+ agents’ own 0 \+ agents’, not carried out 0 \+ in progress 0/,
  );
  expect(words).toMatch(/LMTP 1 0 0 1 0 0 0 0 0 0 0 SMTP 1 1 0 0 0 0 0 0 0 0 0 All 2 1 0 1/);
});

it('the tree leads admins there always, agents only when something is wrong', async () => {
  const agent = await viewer.member();
  expect((await agent.open('/')).text).not.toContain('href="/mails"');
  expect((await (await admin()).open('/')).text).toContain('href="/mails"');
});

it('a mail that is gone is an alarm on every page, for everybody, until an admin strikes it off', async () => {
  await loseOne();
  const agent = await viewer.member();
  for (const path of ['/tickets?q=is:open', '/outbox', '/account'])
    expect(textOf((await agent.get(path)).text)).toContain(
      'One mail that came in is unaccounted for.',
    );
  const seen = await agent.get('/mails');
  expect(seen.text).not.toContain('/mails/acknowledge');
  await agent.post('/mails/acknowledge', {});
  expect((await agent.get('/mails')).text).toContain('1 mail is unaccounted for.');

  const boss = await admin();
  expect(textOf((await boss.get('/mails')).text)).toContain('Strike them off');
  expect((await boss.post('/mails/acknowledge', {})).location).toBe('/mails');
  expect(textOf((await boss.get('/mails')).text)).toContain('Every mail is accounted for.');
});

it('speaks German', async () => {
  const visitor = await admin();
  await visitor.get('/mails');
  await visitor.post('/language', { language: 'de', back: '/mails' });
  expect(textOf((await visitor.get('/mails')).text)).toContain('Verbleib der Mails');
});
