/** The sign of who really sent a mail: seen, unfolded without script, readable in light and dark, in both languages. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

const told = [
  ['pass', 'spf=pass; dkim=pass header.d=customer.example; dmarc=pass (p=reject)'],
  ['nothing', 'spf=none; dkim=none; dmarc=none'],
  ['unknown', 'spf=softfail; dkim=none; dmarc=fail (p=none)'],
  ['forged', 'spf=fail; dkim=fail; dmarc=fail (p=reject); arc=pass'],
  ['silent', 'spf=temperror; dkim=none; dmarc=temperror'],
] as const;

let desk: TestApp;
let ticket = '';

beforeAll(async () => {
  desk = await startTestApp({
    settings: { checkSenders: 'true', authservIds: 'mx.desk.example', confirmations: 'false' },
  });
  for (const [name, results] of told) {
    const receipt = await desk.desk.intake.process({
      via: 'lmtp',
      sender: 'kim@customer.example',
      recipients: ['support@localhost'],
      client: undefined,
      raw: Buffer.from(
        [
          `Authentication-Results: mx.desk.example; ${results}`,
          'Received: from x by mx.desk.example; Mon, 23 Nov 2026 10:00:00 +0000',
          'From: Kim Berg <kim@customer.example>',
          'To: support@localhost',
          'Subject: Lamp',
          `Message-ID: <${name}@customer.example>`,
          'References: <first@customer.example>',
          'Date: Mon, 23 Nov 2026 10:00:00 +0000',
          '',
          `The lamp is dark (${name}).`,
          '',
        ].join('\r\n'),
      ),
    });
    if (receipt.outcome !== 'filed') throw new Error(`The mail was ${receipt.outcome}`);
    ticket = receipt.ticket;
  }
}, 60_000);
afterAll(() => desk.stop());

async function openTicket(browser: OpenBrowser): Promise<Page> {
  const { login } = desk.started.firstLogin ?? { login: 'admin' };
  await desk.desk.accounts.setPassword(login, 'correct horse battery');
  const page = await browser.newPage();
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('correct horse battery');
  await page.locator('input[name=password]').press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await page.goto(`${desk.url}/tickets/${ticket}`);
  return page;
}

async function signsOf(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('.sender > summary').allTextContents();
  return texts.map((text) => text.trim());
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('stands at each mail, red for the forged one alone, without faults of access', async () => {
    const browser = await openBrowser({ colorScheme, viewport: { width: 1280, height: 1700 } });
    try {
      const page = await openTicket(browser);
      expect(await signsOf(page)).toEqual([
        'Sender confirmed: customer.example',
        'Sender not confirmed',
        'Sender not confirmed: customer.example does not know this mail',
        'Sender not confirmed: customer.example says this mail is not from it',
        'Sender could not be checked',
      ]);
      expect(await page.locator('.sender > .late').count()).toBe(1);
      for (const summary of await page.locator('.sender > summary').all()) await summary.click();
      expect(await violationsOn(page)).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

it('unfolds without script, and speaks German', async () => {
  const browser = await openBrowser({ javaScript: false, locale: 'de-DE' });
  try {
    const page = await openTicket(browser);
    await page.getByRole('button', { name: 'Deutsch' }).first().click();
    await page.goto(`${desk.url}/tickets/${ticket}`);
    const forged = page.locator('.sender.warn').last();
    expect(await forged.locator('dl').isVisible()).toBe(false);
    await forged.locator('summary').click();
    const shown = await forged.locator('summary, dt, dd, p').allTextContents();
    expect(shown.map((words) => words.trim())).toEqual([
      'Absender nicht bestätigt: laut customer.example kommt diese Mail nicht von dort',
      'SPF',
      'nicht bestanden',
      'DKIM',
      'nicht bestanden',
      'DMARC',
      'nicht bestanden (die Domain will andere abgewiesen haben)',
      'ARC',
      'bestanden',
      'Geprüft von mx.desk.example',
    ]);
  } finally {
    await browser.close();
  }
});

async function violationsOn(page: Page): Promise<readonly string[]> {
  const source = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  await page.evaluate(source);
  const found: unknown = await page.evaluate('axe.run().then(({ violations }) => violations)');
  return Array.isArray(found)
    ? found.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }: { html: string }) => html).join(' ')}`,
      )
    : ['axe did not run'];
}
