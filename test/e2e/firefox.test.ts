/**
 * A second engine: in Firefox an agent logs in, sees a mail come in, answers, notes and closes; nothing overflows and
 * the panes stand where they belong, also from right to left.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type OpenFirefox, openFirefox } from '../helpers/firefox.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const password = 'correct horse battery';

let desk: TestApp;
let firefox: OpenFirefox;

beforeAll(async () => {
  firefox = await openFirefox();
}, 400_000);

// A story that is told once more begins at a desk without tickets.
beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  for (const [login, language] of [
    ['anna', 'en'],
    ['yusuf', 'ar'],
  ] as const) {
    const email = `${login}@desk.example`;
    await desk.desk.accounts.add({ login, name: 'Kim Lee', email, roles: ['agent'] });
    await desk.desk.accounts.setPassword(login, password);
    await desk.desk.accounts.setLanguage(login, language);
  }
}, 60_000);

afterEach(() => desk.stop(), 60_000);

afterAll(async () => {
  await firefox?.close();
}, 60_000);

async function logIn(login: string, locale: string): Promise<Page> {
  const context = await firefox.newContext({ locale });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('main form .go').click();
  await page.waitForURL(/\/tickets/);
  return page;
}

async function receive(subject: string, more: Readonly<Record<string, string>> = {}) {
  await desk.send(plainMail({ Subject: subject, ...more }, `About ${subject}.`));
  await desk.settled();
}

/** Where the parts of a page begin and end, seen from the edge at which reading begins. */
async function placesOf(page: Page, selectors: readonly string[]) {
  return page.evaluate<readonly { readonly begin: number; readonly end: number }[]>(`
    ${JSON.stringify(selectors)}.map((selector) => {
      const { left, right } = document.querySelector(selector).getBoundingClientRect();
      const [width, isMirrored] = [document.documentElement.clientWidth, document.dir === 'rtl'];
      return isMirrored ? { begin: width - right, end: width - left } : { begin: left, end: right };
    })`);
}

/** One beside the other, in the order of reading, and nothing beyond the edge. */
async function standInOrder(page: Page, ...selectors: readonly string[]) {
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  await expect.poll(() => page.evaluate(overflow), { timeout: 30_000 }).toBe(0);
  const isInOrder = async () => {
    const places = await placesOf(page, selectors);
    return places.map(
      ({ begin, end }, at) => end - begin > 100 && begin >= (places[at - 1]?.end ?? 0) - 1,
    );
  };
  await expect.poll(isInOrder, { timeout: 30_000 }).toEqual(selectors.map(() => true));
}

async function statesOf(): Promise<readonly (string | undefined)[]> {
  const states = [];
  for await (const number of desk.desk.store.numbers())
    states.push((await desk.desk.store.read(number))?.ticket.state);
  return states;
}

it('from the log-in to a closed ticket', async () => {
  const page = await logIn('anna', 'en-GB');
  await page.goto(`${desk.url}/tickets?q=is:open`);
  await page.locator('#row-list').waitFor({ state: 'attached' });
  await receive('The lamp is dark', { 'Message-ID': '<first@customer.example>' });
  await page.locator('#fresh').click();
  await page.locator('.row .sub a').first().waitFor();
  await standInOrder(page, '.nav', '.list', '.preview');
  await page.getByRole('link', { name: 'The lamp is dark' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'The lamp is dark' }).waitFor();
  await standInOrder(page, '.nav', '.talk', '.side');

  await page.locator('.begin a[data-key="i"]').click();
  await page.locator('.write textarea').fill('Ask for the serial number.');
  await page.locator('.write .go').first().click();
  await page.locator('#flow').getByText('Ask for the serial number.').waitFor();

  await page.locator('.begin a').first().click();
  const text = page.locator('.write textarea');
  await text.fill('Please screw in a new bulb.');
  // A mail comes while the answer is written.
  await receive('Re: The lamp is dark', {
    'Message-ID': '<second@customer.example>',
    'In-Reply-To': '<first@customer.example>',
  });
  await page.locator('#flow').getByText('About Re: The lamp is dark.').waitFor();
  // What was typed stays, with or without the quotation below it.
  expect(await text.inputValue()).toMatch(/^Please screw in a new bulb\./);
  await page.locator('.write button[value="send"]').first().click();
  // What came is named before the answer goes.
  await page.locator('.alert.came button[value="send"]').click();
  await page.locator('#flow').getByText('Please screw in a new bulb.').first().waitFor();

  await page.locator('button[name="state"][value="closed"]').first().click();
  // The answer before has left a word of its own.
  await expect.poll(statesOf, { timeout: 30_000 }).toEqual(['closed']);
  await page.locator('.toast').waitFor();
}, 400_000);

it('from right to left', async () => {
  await receive('مصباح لا يعمل', { 'Message-ID': '<third@customer.example>' });
  const page = await logIn('yusuf', 'ar');
  await page.goto(`${desk.url}/tickets?q=is:open`);
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await page.locator('.row .sub a').first().waitFor();
  await standInOrder(page, '.nav', '.list', '.preview');
  await page.locator('.row .sub a').first().click();
  await page.locator('#flow').waitFor();
  await standInOrder(page, '.nav', '.talk', '.side');
}, 400_000);
