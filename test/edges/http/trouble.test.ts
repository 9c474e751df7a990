import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntakeOutcome } from '../../../src/services/intake/incoming.ts';
import {
  addressOf,
  clamdSays,
  type ScannerDouble,
  spamdSays,
  startScannerDouble,
} from '../../helpers/scanner-double.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let clamd: ScannerDouble;
let spamd: ScannerDouble;
let viewer: Viewer;
let agent: Visitor;
let admin: Visitor;

beforeAll(async () => {
  clamd = await startScannerDouble('clamd', (question) =>
    clamdSays(question.includes('EICAR') ? 'Eicar-Test FOUND' : 'OK'),
  );
  spamd = await startScannerDouble('spamd', (question) =>
    spamdSays(question.includes('CHEAP'), question.includes('CHEAP') ? 15.34 : 0.1),
  );
  viewer = await startViewer({
    settings: { virusScanner: addressOf('clamd', clamd), spamFilter: addressOf('spamd', spamd) },
  });
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
afterAll(async () => {
  await viewer.close();
  await Promise.all([clamd.close(), spamd.close()]);
});

let count = 0;

function receive(text: string): Promise<IntakeOutcome> {
  count += 1;
  const raw = [
    'From: Mal <mal@evil.example>',
    'To: support@localhost',
    'Subject: Look <here>',
    `Message-ID: <${count}@evil.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    `<h1>${text}</h1><img src="cid:a@b">`,
    '--b',
    'Content-Type: image/png; name=a.png',
    'Content-ID: <a@b>',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw0KGgo=',
    '--b--',
    '',
  ].join('\r\n');
  return viewer.test.desk.intake.process({
    raw: Buffer.from(raw),
    via: 'smtp',
    sender: 'mal@evil.example',
    recipients: ['support@localhost'],
    client: undefined,
  });
}

async function quarantine(): Promise<string> {
  const outcome = await receive('EICAR');
  if (outcome.outcome !== 'quarantined') throw new Error('not quarantined');
  return outcome.name;
}

it('the page says what lies there and why, and stands in the tree while something does', async () => {
  expect((await agent.get('/trouble')).text).toContain('Nothing needs a look');
  expect((await agent.get('/outbox')).text).not.toContain('href="/trouble"');
  const name = await quarantine();
  const page = await agent.get('/trouble');
  const text = textOf(page.text);
  expect(page.text).toContain('Look &lt;here&gt;');
  expect(text).toContain('In quarantine: carries the virus Eicar-Test');
  expect(text).toContain('From mal@evil.example to support@localhost');
  expect(text).toContain(name);
  expect((await agent.get('/outbox')).text).toContain('href="/trouble"');
});

it('saving and releasing are for admins, the form for who has seen the page', async () => {
  const name = await quarantine();
  const page = await agent.get('/trouble');
  expect(page.text).not.toContain('/release"');
  expect((await agent.get(`/trouble/${name}/raw`)).status).toBe(403);
  expect((await agent.post(`/trouble/${name}/release`, {})).status).toBe(403);
  await admin.get('/trouble');
  expect((await admin.post(`/trouble/${name}/release`, { csrf: 'other' })).status).toBe(403);
  expect((await viewer.visitor().get(`/trouble/${name}/raw`)).status).toBe(303);
  expect(await viewer.test.desk.trouble.count()).toBeGreaterThan(0);
});

it('a mail is only ever saved, never shown', async () => {
  const name = await quarantine();
  const { status, headers, text } = await admin.get(`/trouble/${name}/raw`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="0\.Q.*\.eml"/);
  expect(headers.get('content-security-policy')).toContain('sandbox');
  expect(text).toMatch(/^From: Mal </);
  expect((await admin.get('/trouble/nothing/raw')).status).toBe(404);
});

it('a released mail keeps its sign, and nothing of it is shown inline', async () => {
  const name = await quarantine();
  await admin.get('/trouble');
  const { status, location } = await admin.post(`/trouble/${name}/release`, {});
  expect([status, location.slice(0, 9)]).toEqual([303, '/tickets/']);
  const page = await admin.get(location);
  expect(textOf(page.text)).toContain('Carries a virus: Eicar-Test');
  expect(textOf(page.text)).toContain('The mail is released and filed.');
  expect(page.text).not.toContain('<iframe');
  expect(page.text).not.toContain('?inline');
  const [, message = ''] = /\/messages\/([^/"]+)\/raw/.exec(page.text) ?? [];
  const path = `${location}/messages/${message}`;
  expect((await admin.get(`${path}/html`)).status).toBe(404);
  const file = await admin.get(`${path}/attachments/0?inline`);
  expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(file.headers.get('content-type')).toBe('application/octet-stream');
  expect((await admin.post(`/trouble/${name}/release`, {})).status).toBe(404);
});

it('spam is found by what it is, and left out of what waits for somebody', async () => {
  const outcome = await receive('CHEAP offer');
  if (outcome.outcome !== 'filed') throw new Error('not filed');
  await viewer.test.desk.index.settled();
  const rowOf = (page: string) => page.includes(`id="t-${outcome.ticket}"`);
  expect(rowOf((await agent.get('/tickets?q=is:spam')).text)).toBe(true);
  expect(rowOf((await agent.get('/tickets?q=-is:spam')).text)).toBe(false);
  expect(rowOf((await agent.get('/tickets?q=queue:Junk')).text)).toBe(true);
  const start = await agent.open('/');
  expect(textOf(start.text)).toContain('All open');
  expect(rowOf(start.text)).toBe(false);
});

it('spam shows its score, and a mail that was not scanned says so, in both languages', async () => {
  const outcome = await receive('CHEAP');
  if (outcome.outcome !== 'filed') throw new Error('not filed');
  const english = await agent.get(`/tickets/${outcome.ticket}`);
  expect(textOf(english.text)).toContain('Spam, 15.3 points');
  expect(english.text).toContain('<iframe');
  clamd.answer = () => undefined;
  await clamd.close();
  const other = await receive('Hello');
  if (other.outcome !== 'filed') throw new Error('not filed');
  expect(textOf((await agent.get(`/tickets/${other.ticket}`)).text)).toContain('Not scanned');
  await agent.post('/language', { language: 'de', back: '/' });
  const german = await agent.get(`/tickets/${outcome.ticket}`);
  expect(textOf(german.text)).toContain('Spam, 15,3 Punkte');
  expect(textOf((await agent.get(`/tickets/${other.ticket}`)).text)).toContain('Nicht geprüft');
});
