/**
 * Reading a ticket closely: what is new since the last look, the history and its filters, the ticket as it was, the mail traffic,
 * the raw source, the print view. Two agents in browsers of their own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { openBrowser } from '../helpers/browser.ts';
import { type Colleague, welcomeColleague } from '../helpers/colleague.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';

let sink: SmtpSink;
let desk: TestApp;
let anna: Colleague;
let ben: Colleague;
let number: TicketNumber;

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: { smarthost: `smtp://127.0.0.1:${sink.port}`, confirmations: 'false' },
  });
  anna = await welcomeColleague(desk, { login: 'anna', name: 'Anna Adler' });
  ben = await welcomeColleague(desk, { login: 'ben', name: 'Ben Kaya' });
  await send(
    { 'Message-ID': '<first@customer.example>' },
    'It went out yesterday. <script>x</script>',
  );
  number = await onlyNumber();
}, 240_000);

afterEach(async () => {
  await anna.browser.close();
  await ben.browser.close();
  await desk.stop();
  await sink.close();
});

async function send(fields: Readonly<Record<string, string>>, text: string): Promise<void> {
  const header = {
    From: 'Kim Berg <kim@customer.example>',
    To: 'support@localhost',
    Subject: 'The lamp is dark',
    Date: 'Mon, 23 Nov 2026 10:00:00 +0100',
    ...fields,
  };
  const lines = Object.entries(header).map(([name, value]) => `${name}: ${value}`);
  await desk.send([...lines, '', text, ''].join('\r\n'));
  await desk.settled();
}

async function onlyNumber(): Promise<TicketNumber> {
  for await (const each of desk.desk.store.numbers()) return each;
  throw new Error('There is no ticket');
}

/** Ben notes, answers and closes; then the customer writes again, and an admin leaves a file. */
async function letTimePass(): Promise<void> {
  const { page } = ben;
  await page.goto(`${desk.url}/tickets/${number}/note`);
  await page.locator('textarea').fill('Kim calls on Mondays.');
  await page.locator('form.write button.go').click();
  await page.getByText('Kim calls on Mondays.').first().waitFor();
  await page.goto(`${desk.url}/tickets/${number}/answer`);
  await page.locator('textarea').fill('Screw in a new bulb.');
  await page.locator('form.write select[name=state]').selectOption('closed');
  await page.locator('form.write button.go').click();
  await page.getByText('Screw in a new bulb.').first().waitFor();
  await sink.waitFor(1);
  await desk.settled();
  await send(
    { 'Message-ID': '<second@customer.example>', 'In-Reply-To': '<first@customer.example>' },
    'Still dark.',
  );
  const byHand = join(desk.desk.folderPath(number), 'new', 'hurry');
  await writeFile(byHand, 'Ticket-Set: priority=urgent\n\n');
  await desk.app.sweep();
}

it('says what is new since the last look, and begins there', async () => {
  const { page } = anna;
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.getByText('It went out yesterday.').first().waitFor();
  expect(await page.locator('#lately').count()).toBe(0);
  await page.goto(`${desk.url}/tickets?q=is:open`);
  await letTimePass();

  await page.goto(`${desk.url}/tickets/${number}`);
  const news = await page.locator('#lately').textContent();
  expect(news).toMatch(/^\s*Since \d\d:\d\d: /);
  for (const part of [
    'Ben Kaya wrote a note',
    'Ben Kaya answered',
    'Ben Kaya closed it',
    'one mail came',
  ])
    expect(news).toContain(part);
  expect(await page.locator('#since').textContent()).toContain('New since you last looked');
  const next = page.locator('#since + li, #since + .day + li').first();
  expect(await next.textContent()).toContain('Kim calls on Mondays.');
  expect(await findViolations(page)).toEqual([]);

  await page.reload();
  await page.locator('#flow').waitFor();
  expect(await page.locator('#lately').count()).toBe(0);
}, 240_000);

it('the history tells by which way, is filtered by links and form, and leads to the past', async () => {
  await letTimePass();
  const { page } = anna;
  await page.goto(`${desk.url}/tickets/${number}/history`);
  const story = page.locator('.story > li');
  const rows = await story.allTextContents();
  const rowOf = (text: string) => rows.find((row) => row.includes(text)) ?? '';
  expect(rowOf('It went out yesterday')).toContain('by mail, over SMTP');
  expect(rowOf('Kim calls on Mondays.')).toContain('in the viewer');
  expect(rowOf('Urgent')).toContain('put into the folder by hand');
  expect(await story.first().locator('time').getAttribute('title')).toMatch(/:\d\d:\d\d UTC$/);
  expect(await findViolations(page)).toEqual([]);

  await page.getByLabel('Notes', { exact: true }).check();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/what=notes/);
  expect(await story.count()).toBe(1);
  await page.getByRole('link', { name: 'Show all' }).click();
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Ben Kaya' });
  await page.getByRole('combobox', { name: 'Changed' }).selectOption({ label: 'State' });
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/field=state/);
  expect(await story.allTextContents()).toHaveLength(1);
  expect(await story.first().textContent()).toContain('Ben Kaya closed the ticket');
}, 240_000);

it('the slider shows the ticket as it was, live, and nothing can be done there', async () => {
  await letTimePass();
  const { page } = anna;
  await page.goto(`${desk.url}/tickets/${number}?step=2`);
  const past = page.locator('#past');
  await past.waitFor();
  expect(page.url()).toContain('?at=');
  expect(await past.textContent()).toContain('Nothing can be changed here.');
  await page.getByText('Kim calls on Mondays.').first().waitFor();
  expect(await page.getByText('Screw in a new bulb.').count()).toBe(0);
  expect(await page.locator('#main form[method=post]').count()).toBe(0);
  expect(await page.locator('.begin').count()).toBe(0);
  expect(await findViolations(page)).toEqual([]);

  const slider = past.getByRole('slider');
  await slider.focus();
  await slider.press('Home');
  await page.getByText('Kim calls on Mondays.').first().waitFor({ state: 'detached' });
  await page.locator('#past-turn', { hasText: '1 of' }).waitFor();
  await slider.press('End');
  await page.getByText('Still dark.').first().waitFor();
  await page.locator('#facts', { hasText: 'Urgent' }).waitFor();
  await past.getByRole('link', { name: 'Event before' }).click();
  await page.locator('#facts', { hasText: 'Normal' }).waitFor();
  await past.getByRole('link', { name: 'Back to now' }).click();
  await page.locator('.begin').waitFor();
}, 240_000);

it('without a script the slider is a form, and links step through the past', async () => {
  await letTimePass();
  const plain = await openBrowser({ javaScript: false });
  try {
    const page = await plain.newPage();
    await page.goto(`${desk.url}/login/${await desk.desk.accounts.createLoginToken('anna')}`);
    await page.getByRole('main').getByRole('button').click();
    await page.goto(`${desk.url}/tickets/${number}/history`);
    await page.getByRole('slider').fill('1');
    await page.locator('.slide button').click();
    await page.locator('#past').waitFor();
    expect(await page.getByText('Kim calls on Mondays.').count()).toBe(0);
    await page.getByRole('link', { name: 'Event after' }).click();
    await page.getByText('Kim calls on Mondays.').first().waitFor();
    await page.getByRole('link', { name: 'Back to now' }).click();
    await page.locator('.begin').waitFor();
  } finally {
    await plain.close();
  }
}, 240_000);

it('the mail traffic, the source and the print view are one click away', async () => {
  await letTimePass();
  const { page } = anna;
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.getByRole('link', { name: 'Mail traffic' }).click();
  const mails = page.locator('.traffic > li');
  await mails.first().waitFor();
  expect(await mails.count()).toBe(3);
  expect(await mails.last().textContent()).toContain('<first@customer.example>');
  expect(await mails.last().textContent()).toContain('<kim@customer.example>');
  const out = await page.locator('.traffic > .out').textContent();
  expect(out).toContain('Sent at attempt 1');
  expect(out).toContain('accepted for kim@customer.example');
  expect(out).toMatch(/250 /);
  expect(await findViolations(page)).toEqual([]);

  await mails.last().getByRole('link', { name: 'Source' }).click();
  await page.getByRole('heading', { name: 'Raw source' }).waitFor();
  const source = (await page.locator('.source').textContent()) ?? '';
  for (const part of ['Ticket-Event', 'Ticket-Via', 'Return-Path:', '<script>x</script>'])
    expect(source).toContain(part);
  expect(await findViolations(page)).toEqual([]);

  await page.goto(`${desk.url}/tickets/${number}/print`);
  await page.getByText('Kim calls on Mondays.').waitFor();
  expect(await findViolations(page)).toEqual([]);
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  await page.getByRole('link', { name: 'Leave out notes and changes' }).click();
  await page.getByText('Still dark.').waitFor();
  expect(await page.getByText('Kim calls on Mondays.').count()).toBe(0);
  expect(await page.getByText('closed the ticket').count()).toBe(0);
}, 240_000);
