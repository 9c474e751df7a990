/**
 * A mail comes in, the desk offers the text module that fits, one click puts it in, one more sends it, and the customer's server
 * has it with its file. Then the same by shortcut and by palette, with nothing but the keyboard.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';

let sink: SmtpSink;
let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

const modules = {
  'refund.en.md': `---
title: Charged twice, we refund
keywords: [charged twice, refund, money back]
attachments: [terms.txt]
state: closed
---
Hello {{customer.name}},

the second charge goes back to you today.{{cursor}}`,
  'refund.de.md': `---
title: Doppelt abgebucht
keywords: [doppelt abgebucht, erstattung]
---
Guten Tag {{customer.name}},

die zweite Abbuchung erstatten wir heute.`,
  'terms.txt': 'The terms of a refund.',
  'bulb.en.md': '---\ntitle: A new bulb\nkeywords: [lamp, bulb]\n---\nPlease screw in a new bulb.',
};

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({ settings: { smarthost: sink.url, confirmations: 'false' } });
  const folder = join(desk.directory, 'config/answers/billing');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(modules)) await writeFile(join(folder, name), text);
  await desk.desk.answers.load();
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

async function receive(id: string, subject: string, text: string): Promise<string> {
  await desk.send(
    [
      'From: Kim Berg <kim@customer.example>',
      'To: support@localhost',
      `Subject: ${subject}`,
      `Message-ID: <${id}@customer.example>`,
      'Date: Mon, 23 Nov 2026 10:00:00 +0000',
      '',
      text,
      '',
    ].join('\r\n'),
  );
  await desk.settled();
  let newest = '';
  for await (const number of desk.desk.store.numbers()) if (number > newest) newest = number;
  return newest;
}

it('mail in, the right module offered, one click puts it in, one more sends it', async () => {
  const number = await receive(
    'twice',
    'Charged twice',
    'You have charged my card twice this month. Please give me the money back.',
  );
  await desk.desk.suggestions.settled();
  await page.goto(`${desk.url}/tickets/${number}/answer`);
  const offer = page.locator('.offer').first();
  await offer.getByText('Charged twice, we refund').waitFor();
  expect(await offer.getAttribute('title')).toMatch(/twice|charged|money/);
  await offer.click();
  const area = page.locator('.write textarea');
  await expect
    .poll(() => area.inputValue(), { timeout: 30_000 })
    .toContain('goes back to you today.');
  expect(await area.inputValue()).toMatch(/^Hello Kim Berg,\n\nthe second charge/);
  // The cursor stands at its mark, and what is typed goes there.
  await area.pressSequentially(' Sorry!');
  expect(await area.inputValue()).toContain('goes back to you today. Sorry!');
  await page.locator('#files-list').getByText('terms.txt').waitFor();
  expect(await page.locator('.write select[name="state"]').inputValue()).toBe('closed');
  await page.getByRole('button', { name: /^Send/ }).first().click();

  const [answer] = await sink.waitFor(1);
  expect(answer?.envelope.to).toEqual(['kim@customer.example']);
  expect(answer?.text).toContain('Hello Kim Berg,');
  expect(answer?.parsed.attachments.map(({ filename }) => filename)).toEqual(['terms.txt']);
  await page.waitForURL((url) => url.pathname === `/tickets/${number}`);
  await page.goto(`${desk.url}/tickets/${number}/history`);
  await page.getByText('answered with billing/refund').waitFor();
}, 120_000);

it('shortcut and palette put modules in by the keyboard alone, and axe finds nothing', async () => {
  const number = await receive('lamp', 'Dark', 'Nothing shines here.');
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.keyboard.press('Control+k');
  await page.locator('#palette').getByRole('combobox').fill('new bulb');
  await page
    .locator('#palette')
    .getByRole('option', { name: /A new bulb/ })
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/answer\?draft=/);
  const area = page.locator('.write textarea');
  expect(await area.inputValue()).toMatch(/^Please screw in a new bulb\./);
  await area.pressSequentially('Dear Kim, ::ref');
  const options = page.locator('#shortcuts [role="option"]');
  await options.getByText('Charged twice, we refund').waitFor();
  expect(await area.getAttribute('aria-activedescendant')).toBe('shortcuts-0');
  await page.locator('.shortcuts .beside').getByText('the second charge').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await area.press('Enter');
  await expect
    .poll(() => area.inputValue(), { timeout: 30_000 })
    .toMatch(/^Dear Kim, Hello Kim Berg,\n\nthe second charge/);
  await area.press('Control+z');
  expect(await area.inputValue()).toMatch(/^Dear Kim, ::ref/);

  await area.press('Control+k');
  const palette = page.locator('#palette');
  const input = palette.getByRole('combobox');
  await palette.getByRole('option', { name: /Hand over/ }).waitFor();
  await input.fill('bulb');
  const hit = palette.getByRole('option', { name: /A new bulb/ });
  await hit.waitFor();
  await expect.poll(() => hit.getAttribute('aria-selected'), { timeout: 30_000 }).toBe('true');
  expect(await input.getAttribute('aria-activedescendant')).toBe(await hit.getAttribute('id'));
  await palette.locator('.beside').getByText('Please screw in a new bulb.').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await input.press('Enter');
  await page.locator('.write textarea:focus').waitFor();
  await expect
    .poll(() => area.inputValue(), { timeout: 30_000 })
    .toMatch(/Please screw in[\s\S]*Please screw in/);
  await area.press('Control+Enter');
  const [answer] = await sink.waitFor(1);
  expect(answer?.text).toContain('Please screw in a new bulb.');
}, 120_000);
