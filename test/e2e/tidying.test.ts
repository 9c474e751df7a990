/**
 * Two agents tidy up: many tickets at once and back, two tickets made one and two again, a message out of a ticket, spam
 * and back; and what one of them changed since, the other cannot take back.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const password = 'correct horse battery';

let desk: TestApp;
const browsers: OpenBrowser[] = [];

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  for (const [login, name] of [
    ['anna', 'Anna Adler'],
    ['ben', 'Ben Kaya'],
  ] as const) {
    await desk.desk.accounts.add({ login, name, email: `${login}@desk.example`, roles: ['agent'] });
    await desk.desk.accounts.setPassword(login, password);
  }
}, 60_000);

afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
  await desk.stop();
});

/** A browser of her or his own. */
async function logIn(login: string, javaScript = true): Promise<Page> {
  const browser = await openBrowser({ javaScript });
  browsers.push(browser);
  const page = await browser.newPage();
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('main').locator('form').first().getByRole('button').click();
  await page.waitForURL(/\/tickets/);
  return page;
}

async function receive(subject: string, more: Readonly<Record<string, string>> = {}) {
  const id = `<${subject.replaceAll(' ', '-')}@customer.example>`;
  await desk.send(plainMail({ Subject: subject, 'Message-ID': id, ...more }, `About ${subject}.`));
  await desk.settled();
  const [known] = await desk.desk.index.findMessage(idOf(id));
  if (known === undefined) throw new Error(`"${subject}" was not filed`);
  return { number: known.ticket, id };
}

function idOf(text: string) {
  const found = desk.desk.index.findMessage;
  type Id = Parameters<typeof found>[0];
  const isId = (value: string): value is Id => value !== '';
  const id = text.slice(1, -1);
  if (!isId(id)) throw new Error('No id');
  return id;
}

async function ticketOf(number: TicketNumber) {
  const folder = await desk.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder.ticket;
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    'axe.run({ iframes: false }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))',
  );
  expect(found).toEqual([]);
}

it('many tickets at once, looked through first, and back with one key', async () => {
  const numbers: TicketNumber[] = [];
  for (const at of [1, 2, 3]) numbers.push((await receive(`Lamp ${at}`)).number);
  const [first] = numbers;
  if (first === undefined) throw new Error('No ticket');
  const anna = await logIn('anna');
  await anna.goto(`${desk.url}/tickets?q=${encodeURIComponent('subject:lamp')}`);
  const rows = anna.locator('.row');
  expect(await rows.count()).toBe(3);

  // Two of them, directly.
  await rows.nth(0).hover();
  await rows.nth(0).getByRole('checkbox').check();
  await rows.nth(1).getByRole('checkbox').check();
  await anna.getByText('2 ticked').waitFor();
  await expectAccessible(anna);
  await anna.locator('#bulk').getByRole('button', { name: 'Close' }).click();
  await anna.getByText('2 tickets are changed.').waitFor();
  expect(
    (await Promise.all(numbers.map(ticketOf))).filter(({ state }) => state === 'closed'),
  ).toHaveLength(2);

  // And back by the key.
  await Promise.all([anna.waitForEvent('framenavigated'), anna.keyboard.press('z')]);
  await anna.getByText('2 tickets are changed.').waitFor();
  expect((await Promise.all(numbers.map(ticketOf))).map(({ state }) => state)).toEqual([
    'new',
    'new',
    'new',
  ]);

  // All of the search, with a preview that says what stays as it is.
  const closed = await desk.desk.tickets.run(
    first,
    { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Billing' }] },
    { kind: 'agent', login: 'ben' },
  );
  expect(closed.ok).toBe(true);
  await anna.goto(`${desk.url}/tickets?q=${encodeURIComponent('subject:lamp')}&tick=page`);
  await anna.getByLabel('all 3 of this search').check();
  await anna.locator('#bulk').getByRole('button', { name: 'More' }).click();
  await anna.getByRole('combobox', { name: 'Queue' }).selectOption('Billing');
  await anna.getByLabel('Add tags').fill('sale');
  await expectAccessible(anna);
  await anna.getByRole('button', { name: 'Preview' }).click();
  await anna.getByRole('heading', { name: '3 tickets will change' }).waitFor();
  await anna.getByText('queue: Billing and tag sale added').waitFor();
  await expectAccessible(anna);
  expect((await ticketOf(first)).tags).toEqual(new Set());
  await anna.getByRole('button', { name: 'Change 3 tickets' }).click();
  await anna.getByRole('heading', { name: '3 tickets are changed' }).waitFor();
  for (const number of numbers)
    expect(await ticketOf(number)).toMatchObject({ queue: 'Billing', tags: new Set(['sale']) });

  // Ben changes one of them since, so that one stays, and the page says who.
  await desk.desk.tickets.run(
    first,
    { kind: 'update', changes: [{ kind: 'remove', set: 'tag', value: 'sale' }] },
    { kind: 'agent', login: 'ben' },
  );
  await anna.getByRole('button', { name: 'Undo all' }).click();
  await anna.getByText(/Ben Kaya changed this afterwards \(tag: sale/).waitFor();
  await anna.getByRole('heading', { name: '2 tickets are changed' }).waitFor();
  expect((await Promise.all(numbers.map(ticketOf))).map(({ queue }) => queue)).toEqual([
    'Billing',
    'Support',
    'Support',
  ]);
}, 300_000);

it('two tickets become one and two again, a message leaves for a ticket of its own and for another', async () => {
  const one = await receive('Chair');
  const two = await receive('Table');
  const late = await receive('Chair again', { References: one.id });
  expect(late.number).toBe(one.number);
  const anna = await logIn('anna');
  await anna.goto(`${desk.url}/tickets/${two.number}`);
  await anna.keyboard.press('m');
  await anna.getByRole('heading', { name: 'Merge “Table” into another ticket' }).waitFor();
  await anna.getByRole('heading', { name: 'Other tickets of the customer' }).waitFor();
  await expectAccessible(anna);
  await anna.getByRole('button', { name: `Merge into this one ${one.number}` }).click();
  await anna.getByText('About Table.').waitFor();
  expect(anna.url()).toContain(one.number);
  expect((await ticketOf(two.number)).mergedInto).toBe(one.number);
  await anna.getByRole('status').filter({ hasText: 'merged' }).waitFor();
  await expectAccessible(anna);
  await anna.keyboard.press('z');
  await anna.getByRole('status').filter({ hasText: 'took a change back' }).waitFor();
  expect((await ticketOf(two.number)).mergedInto).toBeUndefined();

  // Split off under another subject and in another queue.
  await anna.goto(`${desk.url}/tickets/${one.number}`);
  await anna.locator('.card').last().hover();
  await anna
    .getByRole('link', { name: /^Split off or move/ })
    .last()
    .click();
  await anna.getByLabel('Subject').fill('A second chair');
  await anna.getByRole('combobox', { name: 'Queue' }).selectOption('Billing');
  await expectAccessible(anna);
  await anna.getByRole('button', { name: 'Split off' }).click();
  await anna.getByRole('heading', { name: 'A second chair' }).waitFor();
  const opened = /\/tickets\/(\d+)/.exec(anna.url())?.[1] ?? '';
  expect(opened).not.toBe(one.number);
  await anna.keyboard.press('z');
  await anna.getByRole('status').filter({ hasText: 'took a change back' }).waitFor();
  await anna.goto(`${desk.url}/tickets/${one.number}`);
  await anna.getByText('About Chair again.').waitFor();

  // And moved to the other ticket, found by its number.
  await anna
    .getByRole('link', { name: /^Split off or move/ })
    .last()
    .click();
  await anna.getByLabel('Number or words').fill(two.number);
  await anna.getByRole('button', { name: 'Search', exact: true }).last().click();
  await anna.getByRole('button', { name: `Move here ${two.number}` }).click();
  await anna.getByText('About Chair again.').waitFor();
  expect(anna.url()).toContain(two.number);
}, 300_000);

it('spam and back; what the other agent changed since stays; without script too', async () => {
  const { number } = await receive('Win a lamp');
  const anna = await logIn('anna');
  const ben = await logIn('ben', false);
  await anna.goto(`${desk.url}/tickets/${number}`);
  await anna.keyboard.press('!');
  await anna.getByRole('status').filter({ hasText: 'marked this as spam' }).waitFor();
  expect((await ticketOf(number)).queue).toBe('Junk');
  await anna.getByRole('button', { name: 'Not spam' }).click();
  await anna.getByRole('status').filter({ hasText: 'no spam' }).waitFor();
  expect((await ticketOf(number)).queue).toBe('Support');

  await anna.getByRole('button', { name: 'Close' }).click();
  await anna.getByRole('status').filter({ hasText: 'closed the ticket' }).waitFor();
  await ben.goto(`${desk.url}/tickets/${number}`);
  await ben.getByRole('button', { name: 'Open again' }).click();
  await ben.getByRole('status').filter({ hasText: 'set the state to “Open”' }).waitFor();
  await anna.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await anna
    .getByRole('alert')
    .filter({ hasText: 'Ben Kaya changed this afterwards (state: Open' })
    .waitFor();
  expect((await ticketOf(number)).state).toBe('open');

  // Ben takes his own back from the line in the conversation; then Anna's can be taken back as well.
  await ben
    .locator('.line', { hasText: 'set the state to “Open”' })
    .getByRole('button', { name: 'Take back' })
    .click();
  await ben.getByRole('status').filter({ hasText: 'took a change back' }).waitFor();
  expect((await ticketOf(number)).state).toBe('closed');
  await anna.goto(`${desk.url}/tickets/${number}`);
  await anna
    .locator('.line', { hasText: 'closed the ticket' })
    .first()
    .getByRole('button', { name: 'Take back' })
    .click();
  await anna.getByRole('status').filter({ hasText: 'took a change back' }).waitFor();
  expect((await ticketOf(number)).state).toBe('new');

  await ben.goto(`${desk.url}/tickets?q=is:open&tick=page`);
  await ben.locator('#bulk').getByRole('button', { name: 'Take' }).click();
  await ben.getByText('1 ticket is changed.').waitFor();
  expect((await ticketOf(number)).owner).toBe('ben');
}, 300_000);
