/**
 * From an empty folder to a desk that answers: the link of the first start leads through the first steps, a test mail goes out, a first
 * mail comes in while the page waits for it, a colleague is invited, and the mail is answered.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { findViolations } from '../helpers/violations.ts';

let sink: SmtpSink;
let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeEach(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({ firstSteps: true });
  browser = await openBrowser();
  page = await browser.newPage();
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

it('an empty folder becomes a desk that received a mail and answered it', async () => {
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();

  await heading('You and your desk');
  await fill('Your name', 'Anna Adler');
  await fill('Your own mail address', 'anna@home.example');
  await fill('A password for you', 'a long enough one');
  await fill('The same once more', 'a long enough one');
  await fill('Mail addresses of the desk', 'support@kontor.example');
  await fill('Name of the desk', 'Kontor');
  // The machine says UTC, the browser knows better.
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  await press('Save and go on');

  // A server that is not there is refused with what to do; the one that is takes the mail and is written down.
  await heading('How mail goes out');
  await fill('Server', 'anna@gmail.com');
  await page.getByLabel('Server', { exact: true }).press('Tab');
  await page.getByText('This is Gmail.').waitFor();
  expect(await page.getByLabel('Port').inputValue()).toBe('465');
  expect(await page.getByLabel('User name').inputValue()).toBe('anna@gmail.com');
  await fill('User name', '');
  await fill('Server', '127.0.0.1');
  await fill('Port', String(sink.port));
  const lift = sink.answer({ at: 'sender', answer: 550 });
  await press('Send the test mail and save');
  await page.getByText('does not take mail from support@kontor.example').waitFor();
  expect(await findViolations(page)).toEqual([]);
  lift();
  await press('Send the test mail and save');
  await page.getByText('The server took the mail to anna@home.example').waitFor();
  const [test] = await sink.waitFor(1);
  expect(test?.subject).toBe('Test mail from Kontor');
  await page.getByRole('link', { name: 'Go on', exact: true }).click();

  await heading('How mail comes in');
  await page.getByText('No mail has come yet').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await desk.send(plainMail({ To: 'support@kontor.example', Subject: 'The lamp is dark' }), {
    to: 'support@kontor.example',
  });
  await page.getByText('1 ticket is there: mail comes in.').waitFor();
  await page.getByRole('link', { name: 'Go on', exact: true }).click();

  await heading('Your first queue');
  await fill('Signature', 'Your Kontor');
  await press('Save and go on');

  await heading('Your first colleague');
  await fill('Name', 'Ben Kaya');
  await fill('Mail address', 'ben@home.example');
  await press('Invite');
  await page.getByText('The invitation for Ben Kaya was sent to ben@home.example.').waitFor();
  await page.getByRole('link', { name: 'Go on', exact: true }).click();

  await heading('What comes next');
  expect(await findViolations(page)).toEqual([]);
  await press('Finish');
  await page.getByRole('link', { name: 'The lamp is dark' }).first().click();
  await heading('The lamp is dark');
  await page.locator('.begin a').first().click();
  const text = page.locator('textarea');
  await text.waitFor();
  expect(await text.inputValue()).toContain('Your Kontor');
  await text.fill('Please screw in a new bulb.');
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('Please screw in a new bulb.').first().waitFor();
  await desk.settled();
  const answer = (await sink.waitFor(4)).find(({ text: said }) => said.includes('a new bulb'));
  expect(answer?.envelope).toEqual({
    from: 'support@kontor.example',
    to: ['kim@customer.example'],
  });
  expect(answer?.headers.get('from')).toBe('Anna Adler <support@kontor.example>');

  const { directory } = desk;
  const loaded = await loadConfig({
    files: nodeFiles,
    directory,
    environment: {},
    hostName: 'desk.example',
  });
  expect(loaded).toMatchObject({ ok: true, value: { desk: { name: 'Kontor' } } });
  await expect(access(join(directory, 'config/first-steps.yaml'))).rejects.toThrow();
}, 120_000);
