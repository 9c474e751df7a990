/** A conversation full of quotations: what is new is seen at once, what is old is one key away, in text and in HTML. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  browser = await openBrowser({ javaScript: false });
  page = await browser.newPage();
}, 120_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
});

const long = Array.from({ length: 12 }, (_, at) => `> Line ${at} of what you asked.`);

const first = [
  'From: Kim Berg <kim@customer.example>',
  'To: support@localhost',
  'Subject: Lamp',
  'Message-ID: <one@customer.example>',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Hello Anna,',
  '',
  'On Mon, 23 Nov 2026 at 10:00, Support <support@localhost> wrote:',
  ...long,
  'Yes, it is plugged in.',
  '> Is the bulb good?',
  'I think so.',
  '',
  '> Support',
  '',
  '-- ',
  'Kim Berg',
  'Lamp Street 5',
  '',
].join('\r\n');

const second = [
  'From: Kim Berg <kim@customer.example>',
  'To: support@localhost',
  'Subject: Re: Lamp',
  'Message-ID: <two@customer.example>',
  'In-Reply-To: <one@customer.example>',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>It <b>works</b> now.</p><p>Kim</p><div class="gmail_quote"><div class="gmail_attr">On Tue, 24 Nov 2026 at 09:00, Support wrote:</div>',
  '<blockquote class="gmail_quote"><p>Try the other socket, behind the curtain.</p></blockquote></div>',
  '',
].join('\r\n');

it('old words are folded, answers between them are not, and keys open what is folded', async () => {
  await desk.send(first);
  await desk.send(second);
  await desk.settled();
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  await page.goto(`${desk.url}/tickets?q=is:open`);
  const href = await page.locator('a[href^="/tickets/2"]').first().getAttribute('href');
  const ticket = `${desk.url}${/^\/tickets\/\d+/.exec(href ?? '')?.[0]}`;
  await page.goto(ticket);

  const letter = page.getByRole('article').first();
  for (const text of ['Hello Anna', 'Line 11 of', 'Yes, it is plugged in.', 'Is the bulb good?'])
    await expect.poll(() => letter.getByText(text).isVisible()).toBe(true);
  for (const text of ['Line 3 of', 'Lamp Street 5'])
    expect(await letter.getByText(text).isVisible()).toBe(false);
  await letter.locator('summary', { hasText: 'Signature' }).press('Enter');
  await letter.getByText('Lamp Street 5').waitFor();

  const frame = page.frameLocator('iframe.html');
  await frame.getByText('It works now.').waitFor();
  expect(await frame.getByText('behind the curtain').isVisible()).toBe(false);
  await frame.locator('summary').press('Enter');
  await frame.getByText('behind the curtain').waitFor();

  // A link to a word that stands in old words leads to them.
  await page.goto(`${ticket}?find=curtain`);
  await frame.locator('mark', { hasText: 'curtain' }).waitFor();
  await page.goto(`${ticket}?find=%22line+3%22`);
  await page.locator('mark.hit').first().waitFor();
}, 120_000);
