/**
 * A fax and a recording are put into the hot folder while the desk runs: they appear in the list and in their tickets, and the
 * fax is answered by fax.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { tiffFile, wavFile } from '../helpers/dropped-files.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';

let sink: SmtpSink;
let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: {
      smarthost: sink.url,
      country: 'DE',
      dropStable: '300ms',
      faxGateway: '{number}@fax.example.org',
    },
  });
  await mkdir(join(desk.directory, 'config/customers'), { recursive: true });
  await writeFile(
    join(desk.directory, 'config/customers/kim.yaml'),
    'name: Kim Berg\naddresses: [kim@customer.example]\nphone: 030 1234567\n',
  );
  await desk.desk.customers.load();
  browser = await openBrowser();
  page = await browser.newPage();
}, 120_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

it('a fax and a recording come in, and the fax is answered by fax', async () => {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  await page.goto(`${desk.url}/tickets?q=is:open`);

  const drop = join(desk.directory, 'drop');
  await writeFile(join(drop, '+4989765432.txt'), 'The chandelier sparkles.\n');
  await writeFile(join(drop, '+4989765432.wav'), wavFile);
  await writeFile(join(drop, 'fax_0301234567.tif'), tiffFile);
  // What cannot be taken stays, and every page says so.
  desk.expectLog('drop.stays');
  await writeFile(join(drop, 'letter.docx'), 'PK');
  await page.getByText('Show 2 new tickets').click();

  await page.getByRole('link', { name: 'Recording from +49 89 765432' }).first().click();
  await page.getByText('The chandelier sparkles.').first().waitFor();
  await page.getByText('+4989765432.wav').first().waitFor();
  const recording = /\/tickets\/(\d+)/.exec(page.url())?.[1] ?? '';
  await page.goto(`${desk.url}/tickets/${recording}/answer`);
  await page.locator('textarea').fill('Hello');
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('only the telephone number is known').waitFor();

  await page.goto(`${desk.url}/tickets?q=phone:0301234567`);
  await page.getByRole('link', { name: 'Fax from +49 30 1234567' }).first().click();
  await page.getByText('fax_0301234567.tif').first().waitFor();
  await page.locator('.begin a').first().click();
  expect(await page.locator('#to').inputValue()).toBe('Kim Berg <kim@customer.example>');
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('link', { name: 'By fax to +49 30 1234567' }).click();
  await page.locator('#to').waitFor();
  expect(await page.locator('#to').inputValue()).toBe(
    '+49 30 1234567 <49301234567@fax.example.org>',
  );
  await page.locator('textarea').fill('Please screw in a new bulb.');
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('Please screw in a new bulb.').first().waitFor();

  const [answer] = await sink.waitFor(1);
  expect(answer?.envelope.to).toEqual(['49301234567@fax.example.org']);
  expect(answer?.text).toContain('Please screw in a new bulb.');
  await desk.settled();
  await page
    .locator('#flow')
    .getByText(/^Delivered/)
    .last()
    .waitFor();

  await page.goto(`${desk.url}/tickets?q=is:open`);
  await page.getByText('One file in drop/ cannot be taken.').waitFor();
  await page.getByRole('link', { name: 'Show the problems' }).click();
  await page.getByText('drop/letter.docx').waitFor();
}, 120_000);
