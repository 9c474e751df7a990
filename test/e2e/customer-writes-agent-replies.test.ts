/**
 * The main road in one story: a customer writes, the list shows it without reload, an agent answers in the
 * browser, the customer gets the answer and writes again, into the same ticket.
 */
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
  desk = await startTestApp({ settings: { smarthost: `smtp://127.0.0.1:${sink.port}` } });
  browser = await openBrowser();
  page = await browser.newPage();
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

async function logIn(): Promise<void> {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
}

it('mail in, answer out, follow-up into the same ticket', async () => {
  await logIn();
  await page.goto(`${desk.url}/tickets?q=is:open`);
  await desk.send(
    [
      'From: Kim Berg <kim@customer.example>',
      'To: support@localhost',
      'Subject: The lamp is dark',
      'Message-ID: <first@customer.example>',
      'Date: Mon, 23 Nov 2026 10:00:00 +0000',
      '',
      'It went out yesterday. What can I do?',
      '',
    ].join('\r\n'),
  );

  await page.getByText('Show 1 new ticket').click();
  await page.getByRole('link', { name: 'The lamp is dark' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'The lamp is dark' }).waitFor();
  await page.getByText('It went out yesterday.').first().waitFor();
  const number = /\/tickets\/(\d+)/.exec(page.url())?.[1] ?? '';

  await page.locator('.begin a').first().click();
  await page.locator('textarea').waitFor();
  const quoted = await page.locator('textarea').inputValue();
  expect(quoted).toContain('> It went out yesterday. What can I do?');
  await page.locator('textarea').fill(`Please screw in a new bulb.\n\n${quoted}`);
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('Please screw in a new bulb.').first().waitFor();

  const [confirmation, answer] = await sink.waitFor(2);
  expect(confirmation?.headers.get('auto-submitted')).toBe('auto-replied');
  expect(confirmation?.envelope.from).toBe('');
  expect(answer?.envelope.to).toEqual(['kim@customer.example']);
  expect(answer?.subject).toBe(`Re: [#${number}] The lamp is dark`);
  expect(answer?.text).toContain('Please screw in a new bulb.');
  expect(answer?.headers.get('in-reply-to')).toBe('<first@customer.example>');
  expect(answer?.raw.toString()).not.toMatch(/^Ticket-/m);
  await desk.settled();
  await page
    .getByText(/Delivered/)
    .first()
    .waitFor();

  await desk.send(
    [
      'From: Kim Berg <kim@customer.example>',
      'To: support@localhost',
      'Subject: Something else entirely',
      'Message-ID: <second@customer.example>',
      `In-Reply-To: ${answer?.headers.get('message-id')}`,
      'Date: Mon, 23 Nov 2026 11:00:00 +0000',
      '',
      'Thank you, it shines again.',
      '',
    ].join('\r\n'),
  );
  await page.getByText('Thank you, it shines again.').first().waitFor();
  expect(page.url()).toContain(number);

  await desk.send(
    [
      'From: kim@customer.example',
      'To: support@localhost',
      `Subject: AW: [#${number}] The lamp is dark`,
      'Message-ID: <third@customer.example>',
      'Date: Mon, 23 Nov 2026 12:00:00 +0000',
      '',
      'One more thing.',
      '',
    ].join('\r\n'),
  );
  await page.getByText('One more thing.').first().waitFor();
  await desk.settled();
  const folder = await desk.desk.store.read(await onlyNumber());
  const rules = folder?.messages
    .map(({ event }) => event.fields.get('follow-up')?.[0])
    .filter(Boolean);
  expect(rules).toEqual(['rule=new', 'rule=signed-id', 'rule=subject-number']);
}, 90_000);

async function onlyNumber() {
  const numbers = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  expect(numbers).toHaveLength(1);
  const [number] = numbers;
  if (number === undefined) throw new Error('There is no ticket');
  return number;
}
