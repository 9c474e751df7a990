/**
 * Nothing forgotten: a mail comes in and nobody answers. The viewer shows what falls due; when the time is up the ticket
 * goes to the second level by itself, its page says so while it is open, and a colleague there is told.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hour, minute } from '../../src/base/clock.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

const files = {
  'calendars/default.yaml': 'timeZone: Europe/Berlin\nhours: { mon-fri: 08:00-20:00 }\n',
  'agents/anna.yaml': 'name: Anna Adler\nemail: anna@desk.example\nroles: [agent]\n',
  'agents/ben.yaml':
    'name: Ben Kaya\nemail: ben@desk.example\nroles: [agent, second]\nnotify: { queues: [Second] }\n',
  'queues/second.yaml': 'name: Second\ntargets: { firstResponse: 4h }\n',
  'queues/support.yaml': `name: Support
secondLevel: Second
targets: { firstResponse: 4h }
escalation:
  - { at: 75%, do: [notify owner, raise high] }
  - { at: 100%, do: [notify role second, level] }
`,
};

const clock = createFakeClock();
let directory: string;
let desk: TestApp;
let browser: OpenBrowser;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-escalation-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, 'config', path, '..'), { recursive: true });
    await writeFile(join(directory, 'config', path), text);
  }
  desk = await startTestApp({
    directory,
    clock,
    settings: { confirmations: 'false', timeZone: 'Europe/Berlin' },
  });
  browser = await openBrowser();
}, 60_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

async function logIn(page: Page): Promise<void> {
  await page.goto(`${desk.url}/login/${await desk.desk.accounts.createLoginToken('anna')}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/login'));
}

async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  await desk.settled();
}

it('a mail that nobody answers goes to the second level, where somebody is told', async () => {
  await desk.send(
    [
      'From: Kim Berg <kim@customer.example>',
      'To: support@localhost',
      'Subject: The lamp is dark',
      'Message-ID: <first@customer.example>',
      'Date: Mon, 23 Nov 2026 10:00:00 +0000',
      '',
      'It went out yesterday. What can I do?',
      '',
    ].join('\r\n'),
  );
  await desk.settled();
  const page = await browser.newPage();
  await logIn(page);
  // A step happens a moment after its time.
  await pass(3 * hour);
  await pass(minute);

  await page.goto(`${desk.url}/escalations`);
  const row = page.getByRole('row', { name: /The lamp is dark/ });
  await row.getByText(/in 5[89] min/).waitFor();
  await row.getByText(/Priority High since 14:0\d/).waitFor();
  await page.getByRole('link', { name: /The lamp is dark, due in 5[89] min/ }).waitFor();

  await row.getByRole('link', { name: 'The lamp is dark' }).click();
  await page.getByRole('heading', { level: 1, name: 'The lamp is dark' }).waitFor();
  await page
    .getByText(
      '75 % of the time for the first answer was used: everybody in the queue was told, priority High',
    )
    .waitFor();
  await page.getByText(/Next, 15:00: .*to the second level/).waitFor();

  // The page is open while the time runs out.
  await pass(hour);
  await page
    .getByText(
      '100 % of the time for the first answer was used: Ben Kaya was told, to the second level in Second',
    )
    .waitFor();
  await page.locator('#facts').getByText('Second', { exact: true }).first().waitFor();

  await page.goto(`${desk.url}/escalations`);
  await page.getByText(/Second level since 15:0\d/).waitFor();
  await page.evaluate(await axeSource());
  expect(
    await page.evaluate(
      `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
    ),
  ).toEqual([]);

  const ben = createVisitor(desk.url);
  await ben.get(`/login/${await desk.desk.accounts.createLoginToken('ben')}`);
  await ben.post(`/login/${await desk.desk.accounts.createLoginToken('ben')}`, {});
  const news = textOf((await ben.get('/notifications')).text);
  expect(news).toMatch(/The first answer is (due now|\d min late)/);
  expect(news).toContain('The lamp is dark');

  await page.getByRole('button', { name: /^Take \d/ }).click();
  await page.waitForURL(/\/escalations$/);
  await page.getByText('Anna Adler').first().waitFor({ state: 'attached' });
  await desk.settled();
  const [record] = (await desk.desk.board.read(undefined)).tickets;
  expect(record?.record).toMatchObject({ queue: 'Second', owner: 'anna' });
}, 60_000);

function axeSource(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}
