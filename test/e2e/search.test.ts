/** Typing a search with help, seeing where the words stand, keeping it as a view whose count follows the mail. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  browser = await openBrowser();
  page = await browser.newPage();
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
});

function mail(from: string, subject: string, text: string): string {
  return [
    `From: ${from}`,
    'To: support@localhost',
    `Subject: ${subject}`,
    `Message-ID: <${subject.replace(/\W/g, '')}@customer.example>`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    text,
    '',
  ].join('\r\n');
}

it('a search is typed, completed, seen, kept, and counts what comes', async () => {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  const far = Array.from({ length: 60 }, () => 'and so on').join(' ');
  await desk.send(mail('Kim <kim@customer.example>', 'Hello', `${far} the lantern is dark.`));
  await desk.settled();
  await page.goto(`${desk.url}/tickets?q=is:open`);

  const field = page.getByRole('combobox', { name: 'Search all tickets' });
  await field.fill('sta');
  await page.getByRole('option', { name: 'state:' }).waitFor();
  await field.press('ArrowDown');
  await field.press('Enter');
  await page.getByRole('option', { name: 'state:new' }).waitFor();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('state:new ');
  await field.pressSequentially('lant');
  await page.getByRole('option', { name: /Hello/ }).waitFor();
  await field.pressSequentially('ern OR lamp');
  await field.press('Enter');
  await page.waitForURL(/q=state/);

  await page.locator('.row mark', { hasText: 'lantern' }).waitFor();
  await page.getByRole('button', { name: 'Save as view' }).click();
  const view = page.locator('#tree .saved a');
  await expect.poll(() => view.textContent()).toMatch(/lantern OR lamp\s*1/);
  await desk.send(mail('Lee <lee@customer.example>', 'A broken lamp', 'It fell down.'));
  await desk.settled();
  await expect.poll(() => view.textContent(), { timeout: 45_000 }).toMatch(/lantern OR lamp\s*2/);

  await page.getByRole('link', { name: 'Hello' }).first().click();
  await page.locator('#hit', { hasText: 'lantern' }).waitFor();
  expect(new URL(page.url()).hash).toBe('#hit');
  expect(
    await page.locator('#hit').evaluate((hit) => hit.getBoundingClientRect().top),
  ).toBeLessThan(800);
}, 120_000);
