/** The pages of standard answers, and how an answer begins. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let agent: Visitor;
let boss: Visitor;

const path = (file: string) => join(viewer.test.directory, 'config', file);

async function write(file: string, text: string) {
  await mkdir(dirname(path(file)), { recursive: true });
  await writeFile(path(file), text);
  await viewer.test.desk.config.reload();
  await viewer.test.desk.answers.load();
}

beforeAll(async () => {
  viewer = await startViewer();
  const { accounts } = viewer.test.desk;
  await write('queues/secret.yaml', 'name: Secret\nrights:\n  boss: [see]\n');
  await write(
    'answers/billing/refund.en.md',
    '---\ntitle: Refund\nkeywords: [money back]\n---\nDear {{customer.name}}, {{typo}}\n{{cursor}}',
  );
  await write('answers/billing/refund.de.md', '---\ntitle: Erstattung\n---\nGuten Tag');
  await write('answers/hidden.en.md', '---\ntitle: Hidden\nqueues: [Secret]\n---\nx');
  await write('salutations/default.en.md', 'Dear {{customer.first-name}},');
  await write('signatures/default.en.md', '{{agent.name}}');
  await accounts.add({ login: 'boss', name: 'B', email: 'boss@desk.example', roles: ['admin'] });
  await accounts.setPassword('boss', 'a long enough password');
  agent = await viewer.member();
  boss = viewer.visitor();
  await boss.get('/login');
  await boss.post('/login', { login: 'boss', password: 'a long enough password' });
});
afterAll(() => viewer.close());

const fields = {
  id: 'greeting/hello',
  language: 'en',
  digest: '',
  title: 'Hello',
  keywords: 'hi, good day',
  shortcut: '::hello',
  kind: 'piece',
  state: '',
  text: 'Hello\r\nyou',
};

it('lists what the reader may see, by category, and finds by words', async () => {
  const all = textOf((await agent.get('/answers')).text);
  expect(all).toContain('Refund ::refund Whole answer');
  expect(all).not.toContain('Hidden');
  expect(all).not.toContain('New answer');
  expect(textOf((await boss.get('/answers')).text)).toContain('Hidden');
  expect(textOf((await agent.get('/answers?q=MONEY+erstattüng')).text)).toContain('Refund');
  expect(textOf((await agent.get('/answers?q=lamp')).text)).toContain('Nothing fits these words');
  expect(textOf((await agent.get('/answers?language=de&queue=Support')).text)).toContain('Refund');
});

it('whoever may not change one sees what it becomes, and no form', async () => {
  const { text } = await agent.get('/answers/edit?id=billing/refund&language=en');
  expect(text).not.toContain('id="module"');
  expect(textOf(text)).toContain('Dear Kim Lee, {{typo}}');
  expect(textOf(text)).toContain('Nothing is called “typo”');
  expect((await agent.get('/answers/edit?id=hidden&language=en')).status).toBe(404);
  expect((await agent.get('/answers/edit?id=../agents/anna&language=en')).status).toBe(404);
  const refused = await agent.post('/answers/edit', { ...fields, do: 'save' });
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('good day');
});

it('previews for a ticket that the reader may read', async () => {
  const { ticket } = await viewer.test.receive(plainMail());
  await viewer.test.desk.index.settled();
  const page = `/answers/edit?id=billing/refund&language=en&ticket=${ticket}`;
  const text = textOf((await agent.get(page)).text);
  expect(text).toContain(`For ticket ${ticket}`);
  expect(text).toContain('Dear Kim Berg,');
  expect(textOf((await agent.get(`${page}9`)).text)).toContain('There is no ticket of that number');
});

it('a new one is written, offered, changed, copied, moved and taken away', async () => {
  await boss.get('/answers/new');
  const typed = await boss.post('/answers/edit', { ...fields, text: '{{nobody}}', do: 'preview' });
  expect(typed.status).toBe(200);
  expect(textOf(typed.text)).toContain('Nothing is called “nobody”');
  const saved = await boss.post('/answers/edit', { ...fields, do: 'save' });
  expect(saved.location).toBe('/answers/edit?id=greeting%2Fhello&language=en');
  expect(await readFile(path('answers/greeting/hello.en.md'), 'utf8')).toBe(
    '---\ntitle: Hello\nkeywords: [hi, good day]\nkind: piece\n---\nHello\nyou\n',
  );
  const page = (await boss.open(saved.location)).text;
  const digest = /name="digest" value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';
  const changed = { ...fields, digest, text: 'Hello again', do: 'save' };
  expect((await boss.post('/answers/edit', changed)).status).toBe(303);
  const late = await boss.post('/answers/edit', { ...changed, text: 'Too late' });
  expect(late.status).toBe(409);
  expect(textOf(late.text)).toContain('Somebody else changed it');
  expect(late.text).toContain('Too late');
  const copy = await boss.get('/answers/new?from=greeting/hello&of=en&language=es');
  expect(copy.text).toContain('Hello again');
  expect(copy.text).toContain('value="es"');
  const moved = await boss.post('/answers/edit', { ...fields, do: 'move', to: 'greeting/hi' });
  expect(moved.location).toContain('greeting%2Fhi');
  const there = (await boss.open(moved.location)).text;
  const now = /name="digest" value="([0-9a-f]+)"/.exec(there)?.[1] ?? '';
  const gone = await boss.post('/answers/edit', {
    id: 'greeting/hi',
    language: 'en',
    digest: now,
    do: 'remove',
  });
  expect(gone.location).toBe('/answers');
  expect(textOf((await boss.get('/answers')).text)).not.toContain('Hello');
});

it('files go up with the form and can be taken out again', async () => {
  const { text } = await boss.get('/answers/new');
  const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, id: 'with/file', csrf, do: 'save' }))
    body.set(name, value);
  body.set('files', new File(['hello'], 'price list.pdf'));
  const sent = await boss.fetch('/answers/edit', { method: 'POST', body });
  expect(sent.status).toBe(303);
  expect(await readFile(path('answers/with/price-list.pdf'), 'utf8')).toBe('hello');
  const page = (await boss.open(sent.headers.get('location') ?? '')).text;
  const digest = /name="digest" value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';
  const without = { ...fields, id: 'with/file', digest, attachment: 'price-list.pdf' };
  await boss.post('/answers/edit', { ...without, do: 'detach:price-list.pdf' });
  expect(await readFile(path('answers/with/file.en.md'), 'utf8')).not.toContain('attachments');
  await expect(readFile(path('answers/with/price-list.pdf'))).rejects.toThrow();
});

it('a broken file is named, and offered to nobody', async () => {
  await write('answers/broken.en.md', 'oops');
  expect(textOf((await boss.get('/answers')).text)).toContain('answers/broken.en.md');
  const { text } = await boss.get('/answers/edit?id=broken&language=en');
  expect(textOf(text)).toContain('This file is not right');
});

it('an answer begins with the salutation and ends with the signature', async () => {
  const { ticket } = await viewer.test.receive(plainMail());
  await viewer.test.desk.index.settled();
  const { text } = await agent.open(`/tickets/${ticket}/answer`);
  expect(text).toContain('data-caret="11"');
  expect(text).toMatch(/Dear Kim,\n\n\n\n-- \nAnna Adler/);
});
