/**
 * What stands beside a conversation: an agent sets fields, tags, links and a reminder that comes back by itself, closes
 * with a reason, removes and restores; the second agent sees who has the ticket, and may answer all the same.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Clock, day, systemClock, toInstant } from '../../src/base/clock.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

const declarations = `
states:
  waiting-supplier:
    type: pending-reminder
    name: { en: Waiting for the supplier, de: Wartet auf den Lieferanten }
fields:
  order: { type: number, name: { en: Order, de: Bestellung }, required: true }
  colour: { type: choice, name: { en: Colour, de: Farbe }, choices: { r: { en: Red }, g: { en: Green } } }
`;

/** The machine's clock, which can be put forward; what then is due is found by a sweep. */
let ahead = 0;
const clock: Clock = {
  now: () => toInstant(systemClock.now() + ahead),
  after: (delayMs, run) => systemClock.after(delayMs, run),
};

let desk: TestApp;
let browsers: readonly OpenBrowser[];

beforeEach(async () => {
  ahead = 0;
  desk = await startTestApp({ clock, settings: { confirmations: 'false', sessionHours: '1000' } });
  await appendFile(join(desk.directory, 'config/desk.yaml'), declarations);
  await desk.desk.config.reload();
  await desk.desk.accounts.add({
    login: 'ben',
    name: 'Ben Kaya',
    email: 'ben@desk.example',
    roles: ['agent'],
  });
  browsers = [await openBrowser(), await openBrowser()];
}, 90_000);

afterEach(async () => {
  for (const browser of browsers) await browser.close();
  await desk.stop();
});

async function logIn(at: number, path: string): Promise<Page> {
  const page = await browsers[at]?.newPage();
  if (page === undefined) throw new Error('There is no such browser');
  await page.goto(desk.url + path);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  return page;
}

async function open(id: string, subject: string): Promise<TicketNumber> {
  const head = `From: Kim Berg <kim@customer.example>\r\nTo: support@localhost\r\nSubject: ${subject}\r\n`;
  await desk.send(
    `${head}Message-ID: <${id}@customer.example>\r\n\r\nPlease help with: ${subject}\r\n`,
  );
  await desk.settled();
  for await (const number of desk.desk.store.numbers()) {
    const folder = await desk.desk.store.read(number);
    if (folder?.ticket.subject === subject) return number;
  }
  throw new Error(`There is no ticket "${subject}"`);
}

async function answer(page: Page, text: string): Promise<void> {
  await page.locator('.begin a').first().click();
  await page.locator('textarea').fill(text);
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText(text).first().waitFor();
}

it('two agents, one ticket, everything beside the conversation', async () => {
  const lamp = await open('1', 'The lamp is dark');
  const bulb = await open('2', 'No bulb in the box');
  const admin = await logIn(0, desk.started.firstLogin?.path ?? '');
  const ben = await logIn(1, `/login/${await tokenOf('ben')}`);

  await admin.goto(`${desk.url}/tickets/${lamp}`);
  const side = admin.locator('#side');
  await admin.locator('#edit-fields > summary').click();
  await side.getByLabel('Order').fill('many');
  await side.getByRole('button', { name: 'Save' }).click();
  await admin.getByRole('alert').getByText('many').waitFor();
  expect(await side.getByLabel('Order').inputValue()).toBe('many');
  await side.getByLabel('Order').fill('4711');
  await side.getByLabel('Colour').selectOption('Green');
  await side.getByLabel('Responsible').selectOption('Ben Kaya');
  await side.getByRole('button', { name: 'Save' }).click();
  await side.getByRole('link', { name: 'Green' }).waitFor();
  await admin.getByText('set “Order” to “4711”').waitFor();

  await admin.locator('#edit-tags > summary').click();
  await side.getByLabel('New tag').fill('vip');
  await side.getByLabel('New tag').press('Enter');
  await side.getByRole('link', { name: 'vip' }).waitFor();
  await admin.locator('#edit-links > summary').click();
  await side.getByLabel('The other ticket is').selectOption('Child');
  await side.getByLabel('Ticket number').fill(`[#${bulb}]`);
  await side.getByLabel('Ticket number').press('Enter');
  await side.getByRole('link', { name: bulb }).waitFor();
  await admin.keyboard.press('w');
  await side.getByRole('button', { name: 'Stop watching' }).waitFor();
  await ben.goto(`${desk.url}/tickets/${bulb}`);
  await ben.locator('#side').getByRole('link', { name: lamp }).waitFor();

  await answer(admin, 'We are looking into it.');
  await ben.goto(`${desk.url}/tickets/${lamp}`);
  await ben
    .locator('#facts')
    .getByText(/^Locked for /)
    .waitFor();
  await ben.locator('.begin a').first().click();
  await ben.getByText('You can answer all the same.').waitFor();
  await ben.locator('textarea').fill('A new bulb is on its way.');
  await ben.getByRole('button', { name: /^Send/ }).click();
  await ben
    .locator('#facts')
    .getByText(/^Locked for you/)
    .waitFor();
  await admin.locator('#facts').getByText('Locked for Ben Kaya').waitFor();

  await admin.keyboard.press('s');
  await admin.getByLabel('Until then').selectOption('Waiting for the supplier');
  await admin.getByRole('button', { name: /^Tomorrow morning/ }).click();
  await admin.locator('#facts').getByText('Waiting for the supplier').first().waitFor();
  await admin.goto(`${desk.url}/tickets?q=state:waiting-supplier`);
  await admin
    .locator('.row .due')
    .getByText(/\d\d:\d\d/)
    .waitFor();
  await admin.goto(`${desk.url}/tickets/${lamp}`);
  ahead = 7 * day;
  await desk.app.sweep();
  await desk.settled();
  await admin.goto(`${desk.url}/tickets/${lamp}`);
  await admin.getByText('The time of the reminder has come').waitFor();
  expect((await desk.desk.store.read(lamp))?.ticket).toMatchObject({
    state: 'open',
    pendingUntil: undefined,
  });

  await admin.getByLabel('Close with a reason').click();
  await admin.getByRole('button', { name: 'Asked twice' }).click();
  await admin.locator('#facts').getByText('Asked twice').waitFor();
  await admin.getByLabel('Close with a reason').click();
  await admin.getByRole('button', { name: 'Remove the ticket' }).click();
  await admin.getByText('This ticket was removed.').waitFor();
  await ben.goto(`${desk.url}/tickets?q=tag:vip`);
  await ben.getByText('Nothing').or(ben.locator('#total')).first().waitFor();
  expect(await ben.locator('.row').count()).toBe(0);
  await ben.goto(`${desk.url}/tickets?q=state:removed`);
  expect(await ben.locator('.row').count()).toBe(1);
  await admin.getByRole('button', { name: 'Restore' }).click();
  await admin.locator('#facts').getByText('Asked twice').waitFor();
  expect(await axe(admin)).toEqual([]);
}, 110_000);

it('works on a telephone, in German, without script', async () => {
  const lamp = await open('1', 'The lamp is dark');
  const plain = await openBrowser({
    locale: 'de-DE',
    javaScript: false,
    viewport: { width: 390, height: 800 },
  });
  browsers = [...browsers, plain];
  const page = await logIn(2, `/login/${await tokenOf('ben')}`);
  await page.goto(`${desk.url}/tickets/${lamp}`);
  await page.locator('.wait > summary').click();
  await page.getByLabel('Datum').fill('2099-03-02');
  await page.getByLabel(/^Uhrzeit/).fill('14:30');
  await page.getByRole('button', { name: 'Setzen' }).click();
  await page.locator('#facts').getByText('2. März').waitFor();
  await page.locator('#edit-people > summary').click();
  await page.getByLabel('Mailadresse').fill('lee@customer.example');
  await page.getByLabel('Mailadresse').press('Enter');
  await page.locator('#side').getByText('lee@customer.example').waitFor();
  await page.getByLabel('lee@customer.example entfernen').click();
  await page.locator('#side').getByText('lee@customer.example').waitFor({ state: 'detached' });
});

async function tokenOf(login: string): Promise<string> {
  const token = await desk.desk.accounts.createLoginToken(login);
  if (typeof token !== 'string') throw new Error(`There is no agent ${login}`);
  return token;
}

/** What axe finds, as `rule: element`. */
async function axe(page: Page): Promise<readonly string[]> {
  await page.evaluate(
    await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  );
  const found: unknown = await page.evaluate('axe.run().then(({ violations }) => violations)');
  return Array.isArray(found)
    ? found.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }: { html: string }) => html).join(' ')}`,
      )
    : ['axe did not run'];
}
