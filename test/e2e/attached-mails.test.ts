/**
 * A mail in a mail in a mail: unfolded step by step in a real browser, without script of ours; the HTML of the innermost in
 * its frame, its picture shown, nothing of it running or loading; a file of it saved.
 */
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { threeLevels } from '../helpers/nested-mail.ts';
import { axeOn } from '../helpers/page-checks.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

let desk: TestApp;
let ticket = '';

beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  await desk.send(threeLevels());
  for await (const number of desk.desk.store.numbers()) ticket = number;
}, 60_000);
afterAll(() => desk.stop());

describe('an attached mail', () => {
  let browser: OpenBrowser;
  let page: Page;
  const asked: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser({ javaScript: false });
    page = await browser.newPage();
    page.on('request', (request: Request) => void asked.push(request.url()));
    const link = desk.started.firstLogin?.path ?? '';
    await page.goto(`${desk.url}${link}`);
    await page.getByRole('main').getByRole('button').click();
    await page.waitForURL(/\/account/);
  }, 60_000);
  afterAll(() => browser.close());

  it('unfolds three levels deep, shows its picture, runs and loads nothing, and gives its files', async () => {
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

    const waiting = page.waitForEvent('download');
    await second.getByRole('link', { name: /invoice\.pdf/ }).click();
    const saved = await waiting;
    expect(saved.suggestedFilename()).toBe('invoice.pdf');

    await third.getByRole('link', { name: 'Open on a page of its own' }).click();
    await page.getByRole('heading', { level: 1, name: 'The lamp itself' }).waitFor();
    expect(asked.filter((url) => !url.startsWith(desk.url) && !url.startsWith('data:'))).toEqual(
      [],
    );
  }, 60_000);

  it('has nothing that axe finds, folded, unfolded and alone; scripts change nothing', async () => {
    const other = await openBrowser();
    try {
      await other.context.addCookies(await browser.context.cookies());
      const scripted = await other.newPage();
      await scripted.goto(`${desk.url}/tickets/${ticket}`);
      for (const summary of await scripted.locator('.inner-mail > summary').all())
        await summary.click();
      await scripted.frameLocator('.inner-mail iframe').getByText('It is dark').waitFor();
      expect(await axeOn(scripted)).toEqual([]);
      expect(await scripted.title()).not.toContain('canary');
      await scripted.getByRole('link', { name: 'Open on a page of its own' }).first().click();
      await scripted.getByRole('heading', { level: 1, name: 'Fwd: a lamp' }).waitFor();
      expect(await axeOn(scripted)).toEqual([]);
    } finally {
      await other.close();
    }
  }, 60_000);
});
