/**
 * A team in one story: three colleagues, each in a browser of their own. They see each other at a ticket, hand it
 * over, ask across queues, take it to the second level and back, stand in for each other, and mention each other.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { formatDay } from '../../src/base/clock.ts';
import { toDayText } from '../../src/core/team/absence.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let app: TestApp;
const browsers: OpenBrowser[] = [];
let anna: Page;
let ben: Page;
let lena: Page;

beforeAll(async () => {
  app = await startTestApp({ settings: { confirmations: 'false' } });
  const queue = (file: string, text: string) =>
    writeFile(join(app.directory, 'config/queues', `${file}.yaml`), text);
  await queue('support', 'name: Support\nsecondLevel: Experts\n');
  await queue('experts', 'name: Experts\nrights:\n  expert: all\n');
  await queue('billing', 'name: Billing\nrights:\n  billing: all\n');
  await app.desk.config.reload();
  anna = await arrive('anna', 'Anna Adler', ['agent', 'billing']);
  ben = await arrive('ben', 'Ben Kaya', ['agent', 'billing']);
  // Lena sees neither Billing nor, as an expert alone, anything that only agents see.
  lena = await arrive('lena', 'Lena Vogt', ['agent', 'expert']);
}, 120_000);

afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await app.stop();
});

/** A colleague who is logged in, in a browser of their own. */
async function arrive(login: string, name: string, roles: readonly string[]): Promise<Page> {
  const email = `${login}@desk.example`;
  const added = await app.desk.accounts.add({ login, name, email, roles });
  if (!added.ok) throw new Error(added.refusal.code);
  const browser = await openBrowser();
  browsers.push(browser);
  const page = await browser.newPage();
  await page.goto(`${app.url}/login/${await app.desk.accounts.createLoginToken(login)}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  return page;
}

let count = 0;
let ticket: TicketNumber;

/** Each story has a ticket of its own. */
beforeEach(async () => {
  count += 1;
  ticket = await newTicket(`Lamp ${count}`, {});
});

async function newTicket(subject: string, fields: Record<string, string>): Promise<TicketNumber> {
  const known = new Set(await numbers());
  await app.send(
    plainMail({
      Subject: subject,
      'Message-ID': `<${subject.replace(' ', '-')}@customer.example>`,
      ...fields,
    }),
  );
  await app.settled();
  const number = (await numbers()).find((each) => !known.has(each));
  if (number === undefined) throw new Error('No ticket');
  return number;
}

async function numbers(): Promise<readonly TicketNumber[]> {
  const found: TicketNumber[] = [];
  for await (const number of app.desk.store.numbers()) found.push(number);
  return found;
}

async function ticketNow() {
  const folder = await app.desk.store.read(ticket);
  if (folder === undefined) throw new Error('The ticket is gone');
  return folder.ticket;
}

async function setOwner(owner: string, number = ticket): Promise<void> {
  const changed = await app.desk.tickets.run(
    number,
    { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: owner }] },
    { kind: 'agent', login: owner },
  );
  if (!changed.ok) throw new Error(changed.refusal.code);
}

async function open(page: Page, path = ''): Promise<void> {
  await page.goto(`${app.url}/tickets/${ticket}${path}`);
}

it('who looks and who types is seen by the others, live, until it ends', async () => {
  await open(ben);
  const seen = ben.locator('#presence');
  await open(anna);
  await seen.getByText('Anna Adler looks at this too').waitFor();
  expect(await seen.getAttribute('role')).toBe('status');
  await anna.locator('#presence').getByText('Ben Kaya looks at this too').waitFor();

  await open(anna, '/note');
  await anna.locator('.write textarea').pressSequentially('It is the fuse');
  await seen.getByText('Anna Adler is typing a note').waitFor();
  // Some seconds without keys.
  await seen.getByText('Anna Adler looks at this too').waitFor({ timeout: 60_000 });
  await lena.goto(`${app.url}/tickets?q=is:open`);
  const here = lena.locator(`#t-${ticket} .here`);
  await open(anna, '/answer');
  await anna.locator('.write textarea').pressSequentially('Hello');
  // At the same time: it is only seen for some seconds.
  await Promise.all([
    seen.getByText('Anna Adler is typing an answer').waitFor(),
    here.getByText('Anna Adler is typing an answer').waitFor({ state: 'attached' }),
  ]);

  await anna.goto(`${app.url}/outbox`);
  await expect.poll(() => seen.textContent(), { timeout: 30_000 }).toBe('');
  await expect.poll(() => here.locator('.av').count(), { timeout: 30_000 }).toBe(1);
});

it('a hand-over carries its reason, and the next one takes over from the owner by one key', async () => {
  await setOwner('anna');
  await open(anna);
  await anna.keyboard.press('h');
  const form = anna.locator('.team-form');
  await form.getByLabel('To').selectOption({ label: 'Ben Kaya' });
  await form.getByRole('button', { name: /^Hand over/ }).click();
  // The browser itself asks for the reason.
  expect(await form.locator('textarea').evaluate((area) => area.matches(':invalid'))).toBe(true);
  await form.locator('textarea').fill('You know lamps.');
  await form.locator('textarea').press('Control+Enter');
  await anna.waitForURL(new RegExp(`/tickets/${ticket}$`));
  await anna.getByText('Anna Adler gave the ticket to Ben Kaya').waitFor();
  expect((await ticketNow()).owner).toBe('ben');
  await open(ben);
  await ben.locator('.note').getByText('You know lamps.').waitFor();

  await lena.goto(`${app.url}/tickets/${ticket}`);
  await lena.getByRole('button', { name: /^Take over/ }).waitFor();
  await lena.keyboard.press('t');
  await lena.getByText('Lena Vogt took the ticket over from Ben Kaya').first().waitFor();
  expect((await ticketNow()).owner).toBe('lena');
});

it('advice is asked across queues of somebody who has no rights there', async () => {
  const moved = await app.desk.tickets.run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Billing' }] },
    { kind: 'agent', login: 'anna' },
  );
  expect(moved.ok).toBe(true);
  expect((await lena.goto(`${app.url}/tickets/${ticket}`))?.status()).toBe(404);
  await lena.goto(`${app.url}/tickets?q=subject:"Lamp ${count}"`);
  expect(await lena.locator('.row').count()).toBe(0);

  await open(anna, '/advice');
  await anna.locator('.team-form select').selectOption({ label: 'Lena Vogt' });
  await anna.locator('.team-form textarea').fill('Which fuse is it?');
  await anna.getByRole('button', { name: /^Ask/ }).click();
  await anna.locator('#team').getByText('Anna Adler asks Lena Vogt for advice.').waitFor();

  await lena.goto(`${app.url}/tickets?q=mentioned:me`);
  await lena.getByRole('heading', { name: 'Mentioned' }).waitFor();
  await lena.getByRole('link', { name: `Lamp ${count}` }).click();
  const bar = lena.locator('#team');
  await bar.getByText('Anna Adler asks you for advice.').waitFor();
  await bar.getByText('Which fuse is it?').waitFor();
  // What she may not do is not offered.
  expect(await lena.locator('[data-key="h"], [data-key="t"]').count()).toBe(0);
  await lena.goto(`${app.url}/tickets/${ticket}/note`);
  await lena.locator('.write textarea').fill('The third one.');
  await lena.locator('.write textarea').press('Control+Enter');
  await lena.locator('.note').getByText('The third one.').waitFor();
  await bar.getByRole('button', { name: 'Advice given' }).click();
  await lena.waitForURL(/\/tickets\?q=/);
  expect((await lena.goto(`${app.url}/tickets/${ticket}`))?.status()).toBe(404);

  await anna.getByText('Lena Vogt gave the advice asked for').waitFor();
  await expect.poll(() => anna.locator('#team > div').count(), { timeout: 30_000 }).toBe(0);
});

it('the second level gets a ticket with the reason, and gives it back to where it came from', async () => {
  await setOwner('ben');
  await open(ben);
  await ben.keyboard.press('l');
  await ben.getByText('To the second level: Experts').waitFor();
  await ben.locator('.team-form textarea').fill('Too hard for us.');
  await ben.getByRole('button', { name: /^Second level/ }).click();
  // Ben may not see what experts see.
  await ben.waitForURL(/\/tickets\?q=queue/);
  expect(await ticketNow()).toMatchObject({ queue: 'Experts', owner: undefined });

  await open(lena);
  const bar = lena.locator('#team');
  await bar.getByText('At the second level, from Support (Ben Kaya).').waitFor();
  await bar.getByText('Too hard for us.').waitFor();
  await lena.locator('#facts').getByText('Second level').waitFor();
  await lena.keyboard.press('l');
  await lena.locator('.team-form textarea').fill('Change the fuse.');
  await lena.getByRole('button', { name: /^Bring back/ }).click();
  await lena
    .getByText('Lena Vogt brought the ticket back from the second level to Support')
    .waitFor();
  expect(await ticketNow()).toMatchObject({ queue: 'Support', owner: 'ben' });
  await open(ben, '/history');
  for (const reason of ['Too hard for us.', 'Change the fuse.'])
    await ben.getByText(reason).waitFor();
});

it('whoever stands in has the tickets of who is away, and nothing changes its owner', async () => {
  const today = toDayText(formatDay(app.desk.parts.clock.now(), 'UTC'));
  await setOwner('ben');
  await ben.goto(`${app.url}/account/absence`);
  await ben.getByLabel('First day away').fill(today);
  await ben.getByLabel('Last day away').fill('2999-12-30');
  await ben.locator('select[name="stand-in"]').selectOption({ label: 'Anna Adler' });
  await ben.getByLabel('What colleagues read').fill('In the mountains');
  await ben.getByRole('button', { name: 'Save' }).click();
  await ben.locator('#away').getByText('You are away until').waitFor();

  await anna.goto(`${app.url}/tickets?q=waiting:me`);
  const row = anna.locator(`#t-${ticket}`);
  await row.getByText('For Ben Kaya').waitFor();
  await anna.locator('#tree').getByRole('link', { name: 'For Ben Kaya' }).waitFor();

  // We answer, so it is the customer's turn; his next mail brings it back to the stand-in.
  await app.desk.tickets.run(
    ticket,
    { kind: 'reply', to: [{ name: '', address: 'kim@customer.example' }], cc: [], text: 'Try it.' },
    { kind: 'agent', login: 'anna' },
  );
  await app.settled();
  await anna.goto(`${app.url}/tickets?q=waiting:me`);
  await expect.poll(() => row.count(), { timeout: 30_000 }).toBe(0);
  await app.send(
    plainMail({
      Subject: `Re: Lamp ${count}`,
      'Message-ID': `<again-${count}@customer.example>`,
      'In-Reply-To': `<Lamp-${count}@customer.example>`,
    }),
  );
  await app.settled();
  await anna.goto(`${app.url}/tickets?q=waiting:me`);
  await row.getByText('For Ben Kaya').waitFor();
  expect((await ticketNow()).owner).toBe('ben');

  await open(anna);
  await anna.locator('#team').getByText('Ben Kaya is away until').waitFor();
  await anna.locator('#team').getByText('In the mountains').waitFor();
  await open(anna, '/hand-over');
  const offered = await anna.locator('.team-form option').allTextContents();
  expect(offered.filter((text) => text.startsWith('Ben'))).toEqual([]);
  await lena.goto(`${app.url}/tickets/${await newTicket(`Other ${count}`, {})}/hand-over`);
  const names = await lena.locator('.team-form option').allTextContents();
  expect(names.find((text) => text.startsWith('Ben Kaya'))).toMatch(
    /away until .*, Anna Adler stands in/,
  );
  await ben.getByRole('button', { name: 'End it' }).click();
  await expect.poll(() => ben.locator('#away').count(), { timeout: 30_000 }).toBe(0);
});

it('a mention is offered while typing, marked in the note, and in the list of who is meant', async () => {
  await open(anna, '/note');
  const area = anna.locator('.write textarea');
  await area.pressSequentially('Ask @be');
  const options = anna.locator('.mentions [role="option"]');
  await options.getByText('Ben Kaya').waitFor();
  expect(await area.getAttribute('aria-activedescendant')).toBe(
    await options.first().getAttribute('id'),
  );
  await area.press('Enter');
  await area.pressSequentially('and ben@desk.example');
  expect(await area.inputValue()).toBe('Ask @ben and ben@desk.example');
  await area.press('Control+Enter');
  await anna.locator('.note mark').getByText('@ben').waitFor();
  expect(await anna.locator('.note mark').count()).toBe(1);

  await ben.goto(`${app.url}/tickets?q=mentioned:me`);
  await ben.getByRole('link', { name: `Lamp ${count}` }).click();
  await ben.locator('#team').getByText('Anna Adler mentioned you.').waitFor();
  await ben.locator('#team').getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => ben.locator('#team > div').count(), { timeout: 30_000 }).toBe(0);
  await ben.goto(`${app.url}/tickets?q=mentioned:me`);
  expect(await ben.locator(`#t-${ticket}`).count()).toBe(0);
});

it('the forms and bars hold what assistive programs need', async () => {
  await setOwner('anna');
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await app.desk.tickets.run(
    ticket,
    { kind: 'ask-advice', agent: 'ben', text: 'Which fuse, @ben?' },
    { kind: 'agent', login: 'anna' },
  );
  for (const path of ['', '/hand-over', '/advice', '/level']) {
    await open(ben, path);
    await ben.evaluate(axe);
    const found: unknown = await ben.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(found, path).toEqual([]);
  }
});
