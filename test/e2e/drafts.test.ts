/**
 * Writing, told with two agents in browsers of their own: a draft survives reload and shows on another device, a pasted picture
 * arrives in the customer's mail, an answer is called back, one for later waits for the customer, and nothing goes out unseen
 * over what a colleague did.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let sink: SmtpSink;
let desk: TestApp;
const browsers: OpenBrowser[] = [];
const password = 'a long enough password';

async function open(undoSend: string): Promise<string> {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: { smarthost: sink.url, confirmations: 'false', undoSend },
  });
  for (const [login, name] of [
    ['anna', 'Anna Adler'],
    ['ben', 'Ben Kaya'],
  ] as const) {
    await desk.desk.accounts.add({ login, name, email: `${login}@desk.example`, roles: ['agent'] });
    await desk.desk.accounts.setPassword(login, password);
  }
  await write('first', 'The lamp is dark', 'It went out yesterday.');
  await desk.settled();
  for await (const number of desk.desk.store.numbers()) return number;
  throw new Error('There is no ticket');
}

afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
  await desk.stop();
  await sink.close();
});

async function write(id: string, subject: string, text: string, references = ''): Promise<void> {
  const lines = [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    `Subject: ${subject}`,
    `Message-ID: <${id}@customer.example>`,
    ...(references === '' ? [] : [`References: <${references}@customer.example>`]),
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    text,
    '',
  ];
  await desk.send(lines.join('\r\n'));
}

/** A browser of its own, logged in. */
async function agent(login: string): Promise<Page> {
  const browser = await openBrowser();
  browsers.push(browser);
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await page.locator('#tree').waitFor();
  return page;
}

const textarea = (page: Page) => page.locator('textarea');
const kept = (page: Page) => page.getByText(/Draft kept \d\d:\d\d/).waitFor();
const send = (page: Page) => page.getByRole('button', { name: /^Send Ctrl/ }).click();

async function expectClean(page: Page): Promise<void> {
  await page.evaluate(
    await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  );
  const found = await page.evaluate<string[]>(
    `axe.run({ iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`,
  );
  expect(found).toEqual([]);
  await picture(page);
}

/** For whoever wants to see what the story looks like. */
async function picture(page: Page): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${Date.now()}.png` });
}

/** As a picture from the clipboard comes: 1 by 1, red. */
const paste = `(() => {
  const red = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIwDiqEAAkKAX9RmTzlAAAAABJRU5ErkJggg==';
  const bytes = Uint8Array.from(atob(red), (sign) => sign.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], 'Screen.png', { type: 'image/png' }));
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  document.querySelector('textarea').dispatchEvent(event);
})()`;

it('a draft comes back after a reload and on another device; its picture arrives', async () => {
  const number = await open('1s');
  const anna = await agent('anna');
  await anna.goto(`${desk.url}/tickets/${number}/answer`);
  await textarea(anna).fill('Please screw in a new bulb:\n\n');
  await kept(anna);
  await anna.reload();
  expect(await textarea(anna).inputValue()).toBe('Please screw in a new bulb:\n\n');

  const ben = await agent('ben');
  await ben.goto(`${desk.url}/tickets/${number}`);
  await ben.getByText('Anna Adler is writing an answer').waitFor();
  expect(await ben.content()).not.toContain('new bulb');
  expect(await ben.content()).not.toContain('Draft');
  await expectClean(ben);

  const phone = await agent('anna');
  await phone.goto(`${desk.url}/tickets/${number}`);
  await phone.getByText(/Your answer of .* is not sent yet/).waitFor();
  await expectClean(phone);
  await phone.getByRole('link', { name: 'Go on writing' }).click();
  await textarea(phone).waitFor();
  expect(await textarea(phone).inputValue()).toBe('Please screw in a new bulb:\n\n');
  await textarea(phone).press('Control+End');
  await phone.evaluate(paste);
  await phone.locator('.files img').waitFor();
  expect(await textarea(phone).inputValue()).toMatch(
    /bulb:\n\n!\[Screen\.png\]\(cid:[a-z0-9]+@draft\)$/,
  );
  await expectClean(phone);

  // The first window does not know of that, and is not let over it unseen.
  await textarea(anna).fill('Something older');
  await anna.locator('#draft-conflict').waitFor();
  await anna.locator('#draft-conflict').getByRole('link').click();
  await expect.poll(() => textarea(anna).inputValue(), { timeout: 60_000 }).toContain('Screen.png');

  await send(phone);
  const [mail] = await sink.waitFor(1);
  expect(mail?.text).toContain('Please screw in a new bulb:');
  expect(mail?.parsed.attachments).toMatchObject([
    { filename: 'Screen.png', contentType: 'image/png', related: true },
  ]);
  expect(String(mail?.parsed.html)).toMatch(/<img[^>]+src="data:image\/png|<img[^>]+cid:/);
  await phone.locator('.flow .card').nth(1).waitFor();
  await desk.settled();
  const folder = await desk.desk.store.read(await firstNumber());
  expect(folder?.drafts).toBeUndefined();
}, 300_000);

async function firstNumber() {
  for await (const number of desk.desk.store.numbers()) return number;
  throw new Error('There is no ticket');
}

it('a sent answer can be called back, and is in the form again', async () => {
  const number = await open('5m');
  const anna = await agent('anna');
  await anna.goto(`${desk.url}/tickets/${number}/answer`);
  await textarea(anna).fill('Too quick');
  await send(anna);
  await anna.getByText(/Goes out in \d+ seconds/).waitFor();
  await expectClean(anna);
  await anna.getByRole('button', { name: /^Undo/ }).click();
  await textarea(anna).waitFor();
  expect(await textarea(anna).inputValue()).toBe('Too quick');
  expect(sink.mails).toEqual([]);
  await anna.getByRole('button', { name: 'Throw away' }).click();
  await anna.getByText('The draft is thrown away.').waitFor();
  await desk.settled();
  expect((await desk.desk.store.read(await firstNumber()))?.drafts).toBeUndefined();
}, 300_000);

it('an answer for later is handed back when the customer writes first', async () => {
  const number = await open('1s');
  const anna = await agent('anna');
  await anna.goto(`${desk.url}/tickets/${number}/answer`);
  await textarea(anna).fill('We look at it tomorrow.');
  await anna.locator('.pair summary').click();
  await anna.getByRole('button', { name: 'In an hour' }).click();
  await anna.getByText(/Your answer goes out (today|tomorrow), \d\d:\d\d\./).waitFor();
  await expectClean(anna);

  const ben = await agent('ben');
  await ben.goto(`${desk.url}/tickets?q=is:scheduled`);
  await ben.getByRole('link', { name: 'The lamp is dark' }).first().waitFor();
  await ben.goto(`${desk.url}/tickets/${number}`);
  await ben.getByText(/An answer of Anna Adler goes out (today|tomorrow), \d\d:\d\d\./).waitFor();
  expect(await ben.content()).not.toContain('We look at it');

  await write('second', 'Re: The lamp is dark', 'It shines again by itself.', 'first');
  await anna.getByText('It shines again by itself.').first().waitFor();
  await anna
    .getByText(/The answer of Anna Adler for .* was not sent, because the customer wrote first/)
    .waitFor();
  await anna.getByText('Your answer for later was not sent: the customer wrote first.').waitFor();
  await anna.getByRole('link', { name: 'Go on writing' }).click();
  await textarea(anna).waitFor();
  expect(await textarea(anna).inputValue()).toBe('We look at it tomorrow.');
  expect(sink.mails).toEqual([]);
}, 300_000);

it('an answer is not sent unseen over what a colleague did, nor without its file', async () => {
  const number = await open('1s');
  const anna = await agent('anna');
  await anna.goto(`${desk.url}/tickets/${number}/answer`);
  await textarea(anna).fill('You find the plan attached.');

  const ben = await agent('ben');
  await ben.goto(`${desk.url}/tickets/${number}/note`);
  await textarea(ben).fill('She got the plan by telephone.');
  await ben.getByRole('button', { name: /^File the note/ }).click();
  await ben.getByText('Your note is filed.').waitFor();

  await send(anna);
  const alert = anna
    .getByRole('alert')
    .filter({ hasText: 'The ticket changed since you opened it.' });
  await alert.waitFor();
  expect(await alert.textContent()).toContain('Ben Kaya added a note.');
  expect(await alert.textContent()).toContain('She got the plan by telephone.');
  expect(await textarea(anna).inputValue()).toBe('You find the plan attached.');
  await expectClean(anna);
  expect(sink.mails).toEqual([]);

  await alert.getByRole('button', { name: 'Send anyway' }).click();
  await anna.getByText('The text speaks of an attachment, and there is none.').waitFor();
  await expectClean(anna);
  await anna.locator('#files').setInputFiles({
    name: 'plan.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4'),
  });
  await anna.locator('.files').getByText('plan.pdf').waitFor();
  await send(anna);
  const [mail] = await sink.waitFor(1);
  expect(mail?.parsed.attachments).toMatchObject([{ filename: 'plan.pdf', size: 8 }]);
  await anna.getByText('You find the plan attached.').first().waitFor();
}, 300_000);
