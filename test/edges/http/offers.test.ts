/** Answers that fit, as the page offers them: put in, sent at once, refused where something is open. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let visitor: Visitor;
let mails = 0;

const modules = {
  'billing/refund.en.md': `---
title: Refund is on its way
keywords: [refund, money back, charged twice]
state: closed
attachments: [terms.txt]
---
Hello {{customer.name | "there"}},

we paid the money back today.`,
  'billing/terms.txt': 'Terms',
  'lamp.en.md': `---
title: Ask for the order
kind: piece
shortcut: order
---
Which order is it? We found {{order}}.`,
  'partners.en.md': '---\ntitle: Refund for partners\nqueues: [Partners]\n---\nMoney back.',
};

beforeAll(async () => {
  viewer = await startViewer();
  for (const [file, text] of Object.entries(modules)) {
    const path = join(viewer.test.directory, 'config/answers', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await viewer.test.desk.answers.load();
  await viewer.test.desk.suggestions.settled();
  visitor = await viewer.member();
});
afterAll(() => viewer.close());

const refund = 'module:billing/refund:en';
const order = 'module:lamp:en';

/** The value of a hidden field, or what stands in the text. */
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const written = (html: string) => /<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(html)?.[1] ?? '';

async function receive() {
  const { ticket, message } = await viewer.test.receive(
    plainMail(
      { Subject: `Charged twice ${++mails}`, 'Message-ID': `<m${mails}@customer.example>` },
      'You charged me twice, I want a refund.',
    ),
  );
  const path = `/tickets/${ticket}`;
  const page = await visitor.get(path);
  const seen = /<form id="put-in"[\s\S]*?name="seen" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  return { ticket, message, path, seen };
}

async function folderOf(ticket: string) {
  const number = parseTicketNumber(ticket);
  const folder = number === undefined ? undefined : await viewer.test.desk.store.read(number);
  if (folder === undefined) throw new Error('The ticket is gone');
  return folder;
}

it('the offers come beside the page, with the words that matched, for the form that is there', async () => {
  const { path } = await receive();
  const page = await visitor.get(path);
  expect(page.text).toContain(`data-href="${path}/offers?to=`);
  const closed = await visitor.get(`${path}/offers?to=`);
  expect(textOf(closed.text)).toContain('Refund is on its way');
  expect(closed.text).toContain(`form="put-in" name="offer" value="${refund}"`);
  expect(closed.text).toMatch(/title="Has the words [^"]*(refund|twice)/i);
  expect(closed.text).not.toContain('Refund for partners');
  const open = await visitor.get(`${path}/offers?to=&open=1`);
  expect(open.text).toContain(`form="write" name="do" value="offer:${refund}"`);
});

it('an offer pressed in the ticket opens the answer with text, file and state', async () => {
  const { path, ticket, seen } = await receive();
  const pressed = await visitor.post(`${path}/insert`, { seen, offer: refund });
  expect(pressed.location).toMatch(new RegExp(`^${path}/answer\\?draft=[a-z0-9]{20}$`));
  const form = await visitor.get(pressed.location);
  expect(written(form.text)).toContain('Hello Kim Berg,\n\nwe paid the money back today.\n\n');
  expect(written(form.text)).toMatch(/today\.\n\n[\s\S]*&gt; You charged me twice/);
  expect(hidden(form.text, 'modules')).toBe('billing/refund');
  expect(form.text).toContain('<bdi>terms.txt</bdi>');
  expect(form.text).toContain('<option value="closed" selected>');
  expect((await folderOf(ticket)).ticket.state).toBe('new');
});

it('one click sends a whole answer, with what it was made of in the history', async () => {
  const { path, ticket, seen } = await receive();
  const sent = await visitor.post(`${path}/insert`, { seen, send: refund });
  expect(sent.location).toBe(path);
  const folder = await folderOf(ticket);
  expect(folder.ticket.state).toBe('closed');
  const answer = folder.messages.findLast(({ event }) => event.kind === 'mail-out')?.event;
  expect(answer?.fields.get('module')).toEqual(['billing/refund']);
  expect(answer?.mail.attachments.map(({ name }) => name)).toEqual(['terms.txt']);
  expect(folder.drafts ?? []).toEqual([]);
  const history = textOf((await visitor.get(`${path}/history`)).text);
  expect(history).toContain('Anna Adler answered with billing/refund');
});

it('what was begun earlier is not sent along unread', async () => {
  const { path, ticket, seen, message } = await receive();
  const begun = { to: 'kim@customer.example', message, text: 'Half a thought', do: 'keep' };
  await visitor.post(`${path}/answer`, begun);
  const pressed = await visitor.post(`${path}/insert`, { seen, send: refund });
  expect(pressed.location).toContain('/answer?draft=');
  const text = written((await visitor.get(pressed.location)).text);
  expect(text).toMatch(/^Half a thought\n\nHello Kim Berg,/);
  expect((await folderOf(ticket)).ticket.state).toBe('new');
});

it('what nobody filled in holds the answer back once', async () => {
  const { path, ticket, seen } = await receive();
  const held = await visitor.post(`${path}/insert`, { seen, send: order });
  expect(textOf(held.text)).toContain('places that nobody filled in: {{order}}');
  expect(written(held.text)).toContain('We found {{order}}.');
  expect((await folderOf(ticket)).ticket.state).toBe('new');
  const typed = Object.fromEntries(
    ['to', 'cc', 'subject', 'message', 'draft', 'revision', 'seen', 'accepts', 'modules'].map(
      (name) => [name, hidden(held.text, name).replaceAll('&lt;', '<').replaceAll('&gt;', '>')],
    ),
  );
  const again = await visitor.post(`${path}/answer`, {
    ...typed,
    text: written(held.text),
    do: 'send',
  });
  expect(again.location).toBe(path);
});

it('an answer over what came meanwhile is held back, with text and file in the form', async () => {
  const { path, seen, ticket } = await receive();
  await viewer.test.receive(
    plainMail({
      Subject: 'More',
      'Message-ID': `<more${mails}@customer.example>`,
      'In-Reply-To': `<m${mails}@customer.example>`,
    }),
  );
  const held = await visitor.post(`${path}/insert`, { seen, send: refund });
  expect(held.status).toBe(409);
  expect(textOf(held.text)).toContain('The ticket changed since you opened it.');
  expect(written(held.text)).toContain('we paid the money back today.');
  expect(held.text).toContain('<bdi>terms.txt</bdi>');
  expect((await folderOf(ticket)).messages.some(({ event }) => event.kind === 'mail-out')).toBe(
    false,
  );
});

it('in the open form an offer goes above the signature, and one that was written anew does not count', async () => {
  const { path, ticket, message } = await receive();
  const typed = { to: 'kim@customer.example', subject: 'Re: x', state: 'open', message };
  const text = 'Dear Kim,\n\n-- \nUs';
  const put = await visitor.post(`${path}/answer`, { ...typed, text, do: `offer:${refund}` });
  const form = await visitor.get(put.location);
  expect(written(form.text)).toMatch(/^Dear Kim,\n\nHello Kim Berg,[\s\S]*today\.\n\n-- \nUs/);
  const named = ['draft', 'revision', 'modules'].map((name) => [name, hidden(form.text, name)]);
  const sent = await visitor.post(`${path}/answer`, {
    ...typed,
    ...Object.fromEntries(named),
    text: 'All in my own words.',
    do: 'send',
  });
  expect(sent.location).toBe(path);
  const answer = (await folderOf(ticket)).messages.at(-1)?.event;
  expect(answer?.fields.has('module')).toBe(false);
});

it('a shortcut that stayed in the text is asked about, and turned into its text', async () => {
  const { path, message } = await receive();
  const typed = { to: 'kim@customer.example', message, text: 'Dear Kim,\n::refund\nBye' };
  const asked = await visitor.post(`${path}/answer`, { ...typed, do: 'send' });
  expect(textOf(asked.text)).toContain('::refund stands in the text');
  const put = await visitor.post(`${path}/answer`, { ...typed, do: 'expand' });
  const form = await visitor.get(put.location);
  expect(written(form.text)).toBe(
    'Dear Kim,\nHello Kim Berg,\n\nwe paid the money back today.\nBye',
  );
});

it('without a script the offers come with a button of the form, and what was typed stays', async () => {
  const { path, message } = await receive();
  const page = await visitor.post(`${path}/answer`, { message, text: 'So far', do: 'offers' });
  expect(written(page.text)).toBe('So far');
  expect(page.text).toContain(`value="offer:${refund}"`);
  const opened = await visitor.get(`${path}/answer?offers=1`);
  expect(opened.text).toContain(`value="offer:${refund}"`);
});

it('a script finds modules by their letters, and one filled for this ticket', async () => {
  const { path } = await receive();
  const found = JSON.parse((await visitor.get(`${path}/modules?begins=ord`)).text);
  expect(found.hits).toEqual([
    {
      key: order,
      title: 'Ask for the order',
      shortcut: 'order',
      language: 'en',
      name: 'English',
      words: 'Which order is it? We found .',
    },
  ]);
  const text = JSON.parse((await visitor.get(`${path}/prepared?key=${refund}`)).text);
  expect(text).toMatchObject({
    text: 'Hello Kim Berg,\n\nwe paid the money back today.',
    modules: ['billing/refund'],
    state: 'closed',
    stateText: 'Closed',
    files: ['terms.txt'],
    takes: 'With the files terms.txt',
  });
  expect((await visitor.get(`${path}/prepared?key=module:partners:en`)).status).toBe(422);
  expect((await visitor.get(`${path}/prepared?key=nonsense`)).status).toBe(422);
});

it('an earlier answer comes without quotation and signature, of a ticket that can be read', async () => {
  const { path, message, ticket, seen } = await receive();
  await visitor.post(`${path}/answer`, {
    to: 'kim@customer.example',
    message,
    seen,
    accepts: 'yes',
    text: 'Dear Kim,\n\nwe are sorry.\n\n-- \nAnna\n\nOn Monday, Kim wrote:\n> Twice!',
    do: 'send',
  });
  const name = (await folderOf(ticket)).messages.at(-1)?.event.name ?? '';
  const other = await receive();
  const key = encodeURIComponent(`earlier:${ticket}:${name}`);
  const text = JSON.parse((await visitor.get(`${other.path}/prepared?key=${key}`)).text);
  expect(text).toMatchObject({ text: 'Dear Kim,\n\nwe are sorry.', modules: [], files: [] });
});

it('the palette finds standard answers for the ticket and tickets, and is a page without script', async () => {
  const { path, ticket } = await receive();
  const page = await visitor.get(`/palette?ticket=${ticket}&do=refund`);
  expect(page.text).toContain(`action="${path}/insert"`);
  expect(page.text).toContain(`data-offer="${refund}"`);
  expect(page.text).toContain('name="state" value="closed"');
  const bare = await visitor.get(`/palette?bare=1&do=${ticket}`);
  expect(bare.text).not.toContain('<html');
  expect(bare.text).toContain(`href="${path}"`);
  expect(bare.text).not.toContain('data-offer');
});
