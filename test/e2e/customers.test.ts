/**
 * Customers: their other tickets and those of their company beside the conversation, notes, joined addresses, language and clock,
 * muting and blocking with one click and back. Two agents in browsers of their own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Colleague, welcomeColleague } from '../helpers/colleague.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';

let desk: TestApp;
let anna: Colleague;
let boss: Colleague;
let count = 0;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false', junkQueue: 'Junk' } });
  anna = await welcomeColleague(desk, { login: 'anna', name: 'Anna Adler' });
  boss = await welcomeColleague(desk, { login: 'bea', name: 'Bea Boss', roles: ['admin'] });
}, 240_000);

afterEach(async () => {
  await anna.browser.close();
  await boss.browser.close();
  await desk.stop();
});

async function send(from: string, subject: string): Promise<void> {
  count += 1;
  const lines = [
    `From: ${from}`,
    'To: support@localhost',
    `Subject: ${subject}`,
    `Message-ID: <m${count}@test.example>`,
    'Date: Mon, 23 Nov 2026 19:00:00 +0900',
    '',
    `The lamp number ${count} in our corridor is dark since yesterday evening.`,
    '',
  ];
  await desk.send(lines.join('\r\n'));
  await desk.settled();
}

async function numberOf(subject: string): Promise<string> {
  for await (const number of desk.desk.store.numbers())
    if ((await desk.desk.store.read(number))?.ticket.subject === subject) return number;
  throw new Error(`There is no ticket "${subject}"`);
}

it('beside the conversation stand the person, the company, notes and the clock there', async () => {
  await send('Kim Berg <kim@customer.example>', 'First lamp');
  await send('Kim Berg <kim@customer.example>', 'Second lamp');
  await send('Lee Sun <lee@customer.example>', 'Third lamp');
  await send('Kim at home <kim@gmail.com>', 'Fourth lamp');
  await send('Stranger <stranger@gmail.com>', 'Fifth lamp');
  const { page } = anna;
  const first = await numberOf('First lamp');
  await page.goto(`${desk.url}/tickets/${first}`);
  const side = page.locator('#side');
  await side.getByText('Second lamp').waitFor();
  await side.getByText('Third lamp').waitFor();
  expect(await side.getByText('Fourth lamp').count()).toBe(0);
  expect(await side.textContent()).toMatch(/Probably \S* ?\d\d:\d\d there \(Asia\//);
  expect(await findViolations(page)).toEqual([]);

  await side.getByRole('link', { name: 'Notes and settings of this customer' }).click();
  await page.getByLabel('Notes, only for us').fill('Pays late, but gladly.');
  await page.getByLabel('Time zone').fill('Europe/Lisbon');
  await page.getByRole('textbox', { name: 'Language' }).fill('pt');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(new RegExp(`/tickets/${first}`));
  await side.getByText('Pays late, but gladly.').waitFor();
  expect(await side.textContent()).toMatch(/\d\d:\d\d there \(Europe\/Lisbon\)/);
  const file = join(desk.directory, 'config/customers/kim@customer.example.yaml');
  expect(await readFile(file, 'utf8')).toContain('timeZone: Europe/Lisbon');

  await page.goto(`${desk.url}/customers/kim@customer.example`);
  expect(await findViolations(page)).toEqual([]);
  await page.getByLabel('Time zone').fill('Mars/Base');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('does not fit').waitFor();

  await page.goto(`${desk.url}/customers/kim@customer.example`);
  await page.getByLabel('Another address of the same person').fill('kim@gmail.com');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.locator('.tickets').getByText('Fourth lamp').waitFor();
  expect(await page.locator('.tickets').getByText('Fifth lamp').count()).toBe(0);
  await page.getByRole('button', { name: 'Not the same person' }).click();
  await page.locator('.tickets').getByText('Fourth lamp').waitFor({ state: 'detached' });
}, 240_000);

it('a sender is muted and blocked from the message, and it is taken back there', async () => {
  await send('Kim Berg <kim@customer.example>', 'First lamp');
  const { page } = anna;
  const first = await numberOf('First lamp');
  await page.goto(`${desk.url}/tickets/${first}`);
  const menu = page.locator('.sender-acts');
  await menu.locator('summary').click();
  expect(await menu.getByText('Block customer.example', { exact: true }).count()).toBe(0);
  await menu.getByRole('button', { name: 'Block kim@customer.example' }).click();
  await page.locator('.card').getByText('Sender blocked').waitFor();
  expect(await page.locator('#side').textContent()).toContain('by Anna Adler');
  expect(await findViolations(page)).toEqual([]);

  await send('Kim Berg <kim@customer.example>', 'Blocked lamp');
  const blocked = await numberOf('Blocked lamp');
  await page.goto(`${desk.url}/tickets/${blocked}`);
  await page.locator('#facts', { hasText: 'Closed' }).waitFor();
  await page.locator('#facts', { hasText: 'Junk' }).waitFor();
  await page.getByText('the sender is blocked').first().waitFor();

  await menu.locator('summary').click();
  await menu.getByRole('button', { name: 'Unblock kim@customer.example' }).click();
  await page.locator('.card').getByText('Sender blocked').waitFor({ state: 'detached' });
  await send('Kim Berg <kim@customer.example>', 'Free lamp');
  await page.goto(`${desk.url}/tickets/${await numberOf('Free lamp')}`);
  await page.locator('#facts', { hasText: 'New' }).waitFor();

  await boss.page.goto(`${desk.url}/tickets/${first}`);
  const offers = boss.page.locator('.sender-acts');
  await offers.locator('summary').click();
  await offers.getByRole('button', { name: 'Block customer.example' }).click();
  await boss.page.locator('.card').getByText('Sender blocked').waitFor();
  await page.goto(`${desk.url}/tickets/${first}`);
  await page.locator('.card').getByText('Sender blocked').waitFor();
  expect(await menu.count()).toBe(0);
}, 240_000);
