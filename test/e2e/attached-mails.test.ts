/**
 * A mail in a mail in a mail, unfolded step by step in a real browser: the HTML of the innermost in its frame, its picture
 * shown, nothing of it running or loading; a file of it saved, and the mail on a page of its own.
 */
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { threeLevels } from '../helpers/nested-mail.ts';
import { axeOn } from '../helpers/page-checks.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let desk: TestApp;
let browser: OpenBrowser;
let page: Page;
let ticket = '';

beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  await desk.send(threeLevels());
  for await (const number of desk.desk.store.numbers()) ticket = number;
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await desk.stop();
});

it('unfolds three levels deep, shows its picture, runs and loads nothing, and gives its files', async () => {
  const asked: string[] = [];
  page.on('request', (request: Request) => void asked.push(request.url()));
  await page.goto(`${desk.url}/tickets/${ticket}`);
  const second = page.locator('.inner-mail').first();
  await second.locator('> summary').click();
  await second.getByText('Can you help?').waitFor();
  const third = second.locator('.inner-mail');
  await third.locator('> summary').click();
  const frame = third.frameLocator('iframe');
  await frame.getByRole('heading', { name: 'It is dark' }).waitFor();
  await frame.getByRole('img', { name: 'the lamp' }).waitFor();
  expect(await frame.locator('script, form, [onerror]').count()).toBe(0);
  expect(await axeOn(page)).toEqual([]);

  const waiting = page.waitForEvent('download');
  await second.getByRole('link', { name: 'Save invoice.pdf' }).click();
  const saved = await waiting;
  expect(saved.suggestedFilename()).toBe('invoice.pdf');

  await third.getByRole('link', { name: 'Open on a page of its own' }).click();
  await page.getByRole('heading', { level: 1, name: 'The lamp itself' }).waitFor();
  await page.frameLocator('iframe').getByRole('heading', { name: 'It is dark' }).waitFor();
  expect(await page.title()).toContain('The lamp itself');
  expect(asked.filter((url) => !url.startsWith(desk.url) && !url.startsWith('data:'))).toEqual([]);
}, 60_000);
