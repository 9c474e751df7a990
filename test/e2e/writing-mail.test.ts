/**
 * What an agent writes beside the plain answer: a ticket by phone, an answer to all with formatting and a file, a mail
 * forwarded with one of its two files, and one sent on exactly as it came. A real mail server gets what goes out.
 */
import { Buffer } from 'node:buffer';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let sink: SmtpSink;
let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeEach(async () => {
  sink = await startSmtpSink();
  const smarthost = `smtp://127.0.0.1:${sink.port}`;
  desk = await startTestApp({ settings: { smarthost, confirmations: 'false' } });
  browser = await openBrowser();
  page = await browser.newPage();
}, 120_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

const mail = [
  'From: Kim Berg <kim@customer.example>',
  'To: support@localhost, Lee <lee@customer.example>',
  'Cc: max@other.example',
  'Subject: The lamp is dark',
  'Message-ID: <first@customer.example>',
  'Date: Mon, 23 Nov 2026 10:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Sie ging gestern aus. Grüße',
  '',
  '--b',
  'Content-Type: application/pdf; name=bill.pdf',
  'Content-Disposition: attachment; filename=bill.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0xLjQ=',
  '--b',
  'Content-Type: text/plain; name=private.txt',
  'Content-Disposition: attachment; filename=private.txt',
  '',
  'not for everybody',
  '--b--',
  '',
].join('\r\n');

async function logIn(): Promise<void> {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
}

/** A ticket by phone, begun by key; what was typed comes back when something is missing. */
async function openByPhone(): Promise<void> {
  await page.goto(`${desk.url}/tickets?q=is:open`);
  await page.keyboard.press('c');
  await page.waitForURL(/\/new/);
  await page.getByRole('link', { name: 'By phone' }).click();
  await page.getByLabel('Subject').fill('Wants a lamp');
  await page.getByLabel('What was said').fill('A green one, please.');
  await page.getByRole('button', { name: /^Open the ticket/ }).click();
  await page.getByText('Say who called').waitFor();
  expect(await page.getByLabel('What was said').inputValue()).toBe('A green one, please.');
  await page.getByLabel('Phone', { exact: true }).fill('+49 30 123456');
  await page.getByLabel('Name', { exact: true }).fill('Pat Lum');
  await page.getByLabel('Mail address').fill('pat@customer.example');
  await page.getByLabel('Files').setInputFiles({
    name: 'call.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('as heard'),
  });
  await page.getByRole('button', { name: /^Open the ticket/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Wants a lamp' }).waitFor();
  await page.getByText('A green one, please.').waitFor();
  await page.getByRole('link', { name: 'call.txt', exact: true }).waitFor();
  expect(await page.locator('#side').textContent()).toContain('pat@customer.example');
  expect(sink.mails).toHaveLength(0);
}

async function openMail(): Promise<string> {
  await desk.send(mail, { to: 'support@localhost' });
  await page.goto(`${desk.url}/tickets?q=is:open`);
  await page.getByRole('link', { name: 'The lamp is dark' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'The lamp is dark' }).waitFor();
  return /\/tickets\/(\d+)/.exec(page.url())?.[1] ?? '';
}

/** In the browser with formatting, and by the API with a file. */
async function answerAll(number: string): Promise<void> {
  await page.keyboard.press('a');
  await page.locator('textarea').waitFor();
  expect(await page.locator('#to').inputValue()).toBe('Kim Berg <kim@customer.example>');
  expect(await page.locator('#cc').inputValue()).toBe(
    'Lee <lee@customer.example>, max@other.example',
  );
  const quoted = await page.locator('textarea').inputValue();
  await page.locator('textarea').fill(`Please **wait** for:\n\n- a bulb\n- a friend\n${quoted}`);
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.locator('.rich strong', { hasText: 'wait' }).waitFor();
  const [answer] = await sink.waitFor(1);
  expect(answer?.envelope.to).toEqual([
    'kim@customer.example',
    'lee@customer.example',
    'max@other.example',
  ]);
  expect(answer?.text).toContain('Please **wait** for:\n\n- a bulb\n- a friend');
  expect(answer?.parsed.html).toContain('<strong>wait</strong>');
  expect(answer?.parsed.html).toContain('<li>a friend</li>');
  expect(answer?.parsed.html).toMatch(/<blockquote[^>]*>Sie ging gestern aus\. Grüße/);

  const login = desk.started.firstLogin?.login ?? '';
  const token = await desk.desk.accounts.createApiToken(login);
  if (!token.ok) throw new Error(token.refusal.code);
  const response = await fetch(`${desk.url}/api/v1/tickets/${number}/reply`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token.value}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      text: 'The bill, *again*.',
      all: true,
      attachments: [{ name: 'Übersicht.pdf', content: 'JVBERi0xLjQ=' }],
    }),
  });
  expect(response.status).toBe(200);
  const [, second] = await sink.waitFor(2);
  expect(second?.envelope.to).toEqual(answer?.envelope.to);
  const [file] = second?.parsed.attachments ?? [];
  expect([file?.filename, file?.contentType, file?.content.toString()]).toEqual([
    'Übersicht.pdf',
    'application/pdf',
    '%PDF-1.4',
  ]);
  expect(second?.parsed.html).toContain('<em>again</em>');
}

async function forward(number: string): Promise<void> {
  await page.goto(`${desk.url}/tickets/${number}?whole=1`);
  const card = page.locator('.theirs').first();
  await card.getByLabel('More for this message').click();
  await card.getByRole('link', { name: 'Forward', exact: true }).click();
  await page.getByRole('heading', { name: 'Forward the message of Kim Berg' }).waitFor();
  await page.getByLabel('To', { exact: true }).fill('maker@lamps.example');
  await page.getByRole('checkbox', { name: /private\.txt/ }).uncheck();
  const text = await page.getByLabel('Text of the mail').inputValue();
  expect(text).toContain('From: Kim Berg <kim@customer.example>');
  await page.getByLabel('Text of the mail').fill(`Can you help?${text}`);
  await page.getByRole('button', { name: /^Forward/ }).click();
  await page.getByText('The mail is on its way.').waitFor();
  const forwarded = (await sink.waitFor(3))[2];
  expect(forwarded?.envelope.to).toEqual(['maker@lamps.example']);
  expect(forwarded?.subject).toBe(`Fwd: [#${number}] The lamp is dark`);
  expect(forwarded?.text).toContain('Can you help?');
  expect(forwarded?.text).toContain('Sie ging gestern aus. Grüße');
  expect(forwarded?.parsed.attachments.map(({ filename }) => filename)).toEqual(['bill.pdf']);
}

async function resend(number: string): Promise<void> {
  await page.goto(`${desk.url}/tickets/${number}?whole=1`);
  const card = page.locator('.theirs').first();
  await card.getByLabel('More for this message').click();
  await card.getByRole('link', { name: 'Send on unchanged' }).click();
  await page.getByText('goes out exactly as it is').waitFor();
  await page.getByLabel('To', { exact: true }).fill('archive@lamps.example');
  await page.getByRole('button', { name: /^Send on/ }).click();
  await page.getByText('Sent on unchanged').first().waitFor();
  const resent = (await sink.waitFor(4))[3];
  expect(resent?.envelope.to).toEqual(['archive@lamps.example']);
  const raw = resent?.raw.toString() ?? '';
  expect(raw.slice(raw.indexOf('From: Kim Berg'))).toBe(mail);
  const added = raw.slice(0, raw.indexOf('From: Kim Berg'));
  const names = added.split('\r\n').flatMap((line) => /^([\w-]+):/.exec(line)?.[1] ?? []);
  expect(names).toEqual(['Resent-From', 'Resent-To', 'Resent-Date', 'Resent-Message-ID']);
}

it('a ticket by phone, an answer to all, a mail forwarded and one sent on unchanged', async () => {
  await logIn();
  await openByPhone();
  const number = await openMail();
  await answerAll(number);
  await forward(number);
  await resend(number);
  await desk.settled();
  await page.goto(`${desk.url}/tickets/${number}/history`);
  const history = await page.getByRole('main').textContent();
  expect(history).toContain('forwarded a message to maker@lamps.example');
  expect(history).toContain('sent a mail on unchanged to archive@lamps.example');
}, 240_000);

it('works without scripts, with a file', async () => {
  await browser.close();
  browser = await openBrowser({ javaScript: false });
  page = await browser.newPage();
  await logIn();
  await page.goto(`${desk.url}/new`);
  await page.getByLabel('To', { exact: true }).fill('Kim Berg <kim@customer.example>');
  await page.getByLabel('Subject').fill('Your lamp');
  await page.getByLabel('Text of the mail').fill('It is ready.');
  await page.getByLabel('Files').setInputFiles({
    name: 'lamp.png',
    mimeType: 'image/png',
    buffer: Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x2d, 0x2d]),
  });
  await page.getByRole('button', { name: /^Open and send/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Your lamp' }).waitFor();
  const [sent] = await sink.waitFor(1);
  expect(sent?.envelope.to).toEqual(['kim@customer.example']);
  expect(sent?.subject).toMatch(/^\[#\d+\] Your lamp$/);
  expect(sent?.parsed.attachments[0]?.content.toString('hex')).toBe('89500d0a2d2d');
  await desk.settled();
}, 240_000);
