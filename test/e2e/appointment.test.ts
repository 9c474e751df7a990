/**
 * An appointment in one story: an agent invites a customer from the ticket's page, the customer's calendar says yes by mail, the page
 * shows it, and the agent's subscribed calendar has it.
 */
import ICAL from 'ical.js';
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

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: {
      smarthost: `smtp://127.0.0.1:${sink.port}`,
      confirmations: 'false',
      timeZone: 'Europe/Berlin',
    },
  });
  browser = await openBrowser();
  page = await browser.newPage();
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

it('is invited to, accepted by mail, shown, and in the calendar', async () => {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  await desk.send(mail('<first@customer.example>', 'The lamp is dark', 'Can somebody come?'));
  await desk.settled();
  const numbers = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  await page.goto(`${desk.url}/tickets/${numbers[0]}`);

  await page.keyboard.press('d');
  await page.getByLabel('What').fill('A look at the lamp');
  await page.locator('[name="start-date"]').fill('2031-03-28');
  await page.locator('[name="start-time"]').fill('14:00');
  await page.getByLabel('Where').fill('Lindenstraße 4');
  expect(await page.getByLabel('Invited by mail').inputValue()).toBe(
    'Kim Berg <kim@customer.example>',
  );
  expect(await page.locator('[name="end-time"]').inputValue()).toBe('15:00');
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('button', { name: /^Make appointment/ }).click();
  await page.getByText('The appointment is saved.').waitFor();

  const [invitation] = await sink.waitFor(1);
  expect(invitation?.envelope.to).toEqual(['kim@customer.example']);
  const uid = /UID:(\S+)/.exec(unfolded(invitation?.raw.toString() ?? ''))?.[1] ?? '';
  expect(uid).toContain(`${numbers[0]}.`);
  await desk.send(reply(uid));
  await page.getByText('Kim Berg accepts “A look at the lamp”').waitFor();
  const next = page.locator('#next-appointment');
  expect(await next.textContent()).toMatch(/Friday, 28 March 2031.*14:00 – 15:00/s);
  await next.getByText('Accepted').waitFor();
  await page.locator('.meeting').getByText('Accepted').waitFor();
  expect(await findViolations(page)).toEqual([]);

  await page.goto(`${desk.url}/account`);
  const address = await page.locator('.feeds input[readonly]').first().inputValue();
  const feed = await fetch(address);
  expect(feed.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const calendar = new ICAL.Component(ICAL.parse(await feed.text()));
  const events = calendar.getAllSubcomponents('vevent');
  expect(events.map((event) => event.getFirstPropertyValue('summary'))).toEqual([
    'A look at the lamp',
  ]);
  const again = await fetch(address, {
    headers: { 'If-None-Match': feed.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  expect((await fetch(address.replace(/[0-9a-f]{40}/, 'a'.repeat(40)))).status).toBe(404);
  await desk.settled();
}, 60_000);

function mail(id: string, subject: string, text: string): string {
  return [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    `Subject: ${subject}`,
    `Message-ID: ${id}`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    text,
    '',
  ].join('\r\n');
}

/** Without any trace of the mail that it answers, as most programs send it. */
function reply(uid: string): string {
  return [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    'Subject: Accepted: A look at the lamp',
    'Message-ID: <yes@customer.example>',
    'Date: Mon, 23 Nov 2026 11:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; method=REPLY; charset=utf-8',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Calendar//EN',
    'METHOD:REPLY',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20310301T100000Z',
    'DTSTART:20310328T130000Z',
    'SEQUENCE:0',
    'ATTENDEE;PARTSTAT=ACCEPTED;CN=Kim Berg:mailto:kim@customer.example',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** Quoted-printable lines joined, then those of the calendar. */
function unfolded(text: string): string {
  return text.replace(/=\r?\n/g, '').replace(/\r?\n /g, '');
}
