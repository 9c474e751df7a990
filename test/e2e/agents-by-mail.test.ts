/**
 * Agents by mail in one story: a customer's mail rings the bell of an agent at the viewer and goes to another one by
 * mail, who answers from his own mail program, notes, and closes, while a stranger with his notification is nobody.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, type SunkMail, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let sink: SmtpSink;
let desk: TestApp;
let anna: OpenBrowser;
let ben: OpenBrowser;

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: { smarthost: sink.url, notifyPause: '0ms', confirmations: 'false' },
  });
  const { accounts } = desk.desk;
  await accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@team.example',
    roles: ['agent'],
  });
  await accounts.add({
    login: 'ben',
    name: 'Ben Kaya',
    email: 'ben@team.example',
    roles: ['agent'],
  });
  anna = await openBrowser();
  ben = await openBrowser({ viewport: { width: 390, height: 800 } });
}, 60_000);

afterEach(async () => {
  await anna.close();
  await ben.close();
  await desk.stop();
  await sink.close();
});

async function logIn(browser: OpenBrowser, login: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${desk.url}/login/${await desk.desk.accounts.createLoginToken(login)}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  return page;
}

interface Writer {
  readonly from: string;
  readonly answers?: SunkMail | undefined;
  readonly id: string;
  readonly subject?: string;
}

/** As a mail program does it: below the words stands what is answered. */
function write(text: string, { from, answers, id, subject = 'The lamp is dark' }: Writer) {
  const quoted = (answers?.text ?? '').split('\n').map((line) => `> ${line.trimEnd()}`);
  const parent = answers?.headers.get('message-id');
  return desk.send(
    [
      `From: ${from}`,
      'To: support@localhost',
      `Subject: ${answers === undefined ? subject : `Re: ${answers.subject}`}`,
      `Message-ID: <${id}@mail.example>`,
      ...(parent === undefined ? [] : [`In-Reply-To: ${parent}`, `References: ${parent}`]),
      'Date: Mon, 23 Nov 2026 10:00:00 +0000',
      '',
      text,
      ...(answers === undefined ? [] : ['', 'On Monday Support wrote:', ...quoted]),
      '',
    ].join('\r\n'),
    { from: /<(.*)>/.exec(from)?.[1] ?? from },
  );
}

const kim = 'Kim Berg <kim@customer.example>';
const benKaya = 'Ben Kaya <ben@team.example>';

/** The mails to this address, as soon as there are so many. */
async function mailsTo(address: string, count: number): Promise<readonly SunkMail[]> {
  for (let all = 1; ; all += 1) {
    const mails = (await sink.waitFor(all)).filter(({ envelope }) => envelope.to.includes(address));
    if (mails.length >= count) return mails;
  }
}

it('a mail rings, is answered from a mail program, and a stranger has no voice', async () => {
  const page = await logIn(anna, 'anna');
  await page.goto(`${desk.url}/tickets?q=is:open`);
  const bell = page.getByRole('link', { name: /^Notifications/ });
  expect(await bell.getAttribute('aria-label')).toBe('Notifications, 0 unread');

  // A new mail rings the bell, live; its list opens in place and leads to the ticket.
  await write('It went out yesterday.', { from: kim, id: 'first' });
  await page.getByRole('link', { name: 'Notifications, 1 unread' }).click();
  await page.locator('#news .notices').getByText('Kim Berg opened a new ticket').click();
  await page.getByRole('heading', { level: 1, name: 'The lamp is dark' }).waitFor();
  const number = numberIn(page.url());
  await page.getByRole('link', { name: 'Notifications, 0 unread' }).waitFor();

  // Ben takes it at his telephone.
  const benPage = await logIn(ben, 'ben');
  await benPage.goto(`${desk.url}/tickets/${number}`);
  await benPage.locator('[data-key="t"]').first().click();
  await expect
    .poll(async () => (await desk.desk.index.find(number))?.owner, { timeout: 30_000 })
    .toBe('ben');

  // The customer writes again: Ben gets a mail, and answers it from his own program.
  await write('Is anybody there?', { from: kim, id: 'second', subject: `[#${number}] Lamp` });
  const [notice] = await mailsTo('ben@team.example', 1);
  expect(notice?.envelope.from).toBe('');
  expect(notice?.subject).toBe(`[#${number}] Kim Berg wrote in your ticket: The lamp is dark`);
  expect(notice?.text).toContain('Is anybody there?');
  expect(notice?.headers.get('auto-submitted')).toBe('auto-generated');
  expect(notice?.raw.toString()).not.toMatch(/^Ticket-/m);
  expect(notice?.raw.toString()).toMatch(/^Content-Language: [a-z]{2}/m);
  await write('Please screw in a new bulb.\r\n\r\n-- \r\nBen, sent from the train', {
    from: benKaya,
    id: 'answer',
    answers: notice,
  });
  const [answer] = await mailsTo('kim@customer.example', 1);
  expect(answer?.parsed.from?.value).toEqual([{ name: 'Ben Kaya', address: 'support@localhost' }]);
  expect(answer?.text.trim()).toBe('Please screw in a new bulb.');
  expect(answer?.subject).toBe(`Re: [#${number}] The lamp is dark`);
  expect(answer?.headers.get('in-reply-to')).toBe('<second@mail.example>');
  await page.getByText('Please screw in a new bulb.').first().waitFor();
  await page.getByText('Sent from the agent’s mail program').waitFor();

  // A note stays inside; an unknown command is mailed back, and nothing goes out.
  await write('#note\r\nKim is always right.', { from: benKaya, id: 'note', answers: notice });
  await page.getByText('Kim is always right.').first().waitFor();
  await write('#foo\r\nSecret.', { from: benKaya, id: 'wrong', answers: notice });
  const refused = (await mailsTo('ben@team.example', 2)).at(-1);
  expect(refused?.text).toContain('There is no command “#foo”.');

  // A stranger with the notification is not Ben: his mail is a ticket of its own, which says so.
  await write('#close\r\nI am Ben.', {
    from: 'Eve <eve@evil.example>',
    id: 'stranger',
    answers: notice,
  });
  // Commands in answer to the refusal, several in one mail.
  await write('#close\r\n#queue Billing', { from: benKaya, id: 'close', answers: refused });
  await desk.settled();
  const folder = await desk.desk.store.read(number);
  expect([folder?.ticket.state, folder?.ticket.queue, folder?.ticket.owner]).toEqual([
    'closed',
    'Billing',
    'ben',
  ]);
  expect((await mailsTo('kim@customer.example', 1)).length).toBe(1);
  expect(sink.mails.some(({ envelope }) => envelope.to.includes('eve@evil.example'))).toBe(false);
  await page.goto(`${desk.url}/tickets?q=from:eve`);
  await page
    .getByRole('link', { name: /wrote in your ticket/ })
    .first()
    .click();
  await page.getByText('only Ben Kaya may write to').first().waitFor();
  await page.goto(`${desk.url}/tickets/${number}/history`);
  await page.getByText('This came from the agent’s mail program.').first().waitFor();
}, 240_000);

it('the list and the wishes work without script, and axe finds nothing in them', async () => {
  const plain = await openBrowser({ javaScript: false });
  try {
    const page = await logIn(plain, 'anna');
    await write('It went out yesterday.', { from: kim, id: 'first' });
    await desk.settled();
    await page.goto(`${desk.url}/tickets?q=is:open`);
    await page.getByRole('link', { name: 'Notifications, 1 unread' }).click();
    await page.waitForURL(/\/notifications$/);
    await page.locator('.notices .unread').getByText('Kim Berg opened a new ticket').waitFor();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByRole('link', { name: 'Notifications, 0 unread' }).waitFor();

    await page.goto(`${desk.url}/account`);
    await page.getByLabel('A ticket is new in my queues: By mail').check();
    await page.getByLabel('Every queue that I may see').uncheck();
    await page.locator('#notify').getByLabel('Billing').uncheck();
    await page.locator('#notify').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
  } finally {
    await plain.close();
  }
  const notify = desk.desk.accounts.find('anna')?.notify;
  expect(notify?.mail.has('new')).toBe(true);
  expect(notify?.queues).toContain('Support');
  expect(notify?.queues).not.toContain('Billing');
  await write('Another one.', { from: kim, id: 'other', subject: 'The other lamp' });
  const [notice] = await mailsTo('anna@team.example', 1);
  expect(notice?.subject).toContain('Kim Berg opened a new ticket: The other lamp');

  const page = await logIn(anna, 'anna');
  expect(await violations(page)).toEqual([]);
  await page.goto(`${desk.url}/notifications`);
  expect(await violations(page)).toEqual([]);
}, 180_000);

function numberIn(url: string): TicketNumber {
  const number = parseTicketNumber(/\/tickets\/(\d+)/.exec(url)?.[1] ?? '');
  if (number === undefined) throw new Error(`${url} names no ticket`);
  return number;
}

async function violations(page: Page): Promise<unknown> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
}
