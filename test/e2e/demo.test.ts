/**
 * The demo desk: what it holds, that its customers answer, that its pages are for everybody (WCAG by axe, in
 * both themes, languages and widths) and need no script.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Demo, startDemo } from '../../src/demo/demo.ts';
import type { TicketFolder } from '../../src/storage/ticket-store.ts';
import { type BrowserOptions, type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { recordingLog, testParts } from '../helpers/parts.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

let demo: Demo;
let url: string;
let axe: string;
const { log, lines } = recordingLog();

beforeAll(async () => {
  const directory = await makeTemporaryDirectory('file');
  const environment = { MAILDESK_HTTP: '127.0.0.1:0', MAILDESK_SMTP: '127.0.0.1:0' };
  demo = await startDemo(directory, environment, testParts({ log }), { isLive: true });
  await demo.app.settled();
  url = `http://127.0.0.1:${demo.started.http.port}`;
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}, 120_000);

afterAll(async () => {
  await demo.stop();
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
});

async function tickets(): Promise<readonly TicketFolder[]> {
  const folders: TicketFolder[] = [];
  for await (const number of demo.desk.store.numbers()) {
    const folder = await demo.desk.store.read(number);
    if (folder !== undefined) folders.push(folder);
  }
  return folders;
}

async function logIn({ context, newPage }: OpenBrowser): Promise<Page> {
  const page = await newPage();
  await page.goto(`${url}/login/${await demo.desk.accounts.createLoginToken('anna')}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/login'));
  expect(await context.cookies()).not.toEqual([]);
  return page;
}

describe('the demo', () => {
  it('has at least 40 tickets in ten scripts, and some of every kind', async () => {
    const folders = await tickets();
    expect(folders.length).toBeGreaterThanOrEqual(40);
    const texts = folders.map(({ ticket }) => ticket.subject).join(' ');
    const scripts = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Han'];
    for (const script of [...scripts, 'Hiragana', 'Hangul', 'Thai', 'Devanagari']) {
      expect(texts, script).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
    }
    const languages = new Set(folders.map(({ ticket }) => ticket.language?.split('-')[0]));
    expect(languages.size).toBeGreaterThanOrEqual(10);
    const states = new Set(folders.map(({ ticket }) => ticket.state));
    expect([...states].sort()).toEqual(
      expect.arrayContaining(['closed', 'new', 'open', 'pending-customer', 'pending-reminder']),
    );
  });

  it('has customers who answer an answer by SMTP', async () => {
    const folders = await tickets();
    const waiting = folders.find(({ ticket }) => ticket.customer?.name === 'Katrin Brandt');
    if (waiting === undefined || waiting.ticket.customer === undefined)
      throw new Error('Katrin Brandt is not there');
    const before = waiting.messages.filter(({ event }) => event.kind === 'mail-in').length;
    const answer = {
      kind: 'reply',
      to: [waiting.ticket.customer],
      cc: [],
      text: 'Das Geld kommt am Freitag.',
    } as const;
    await demo.desk.tickets.run(waiting.number, answer, { kind: 'agent', login: 'anna' });
    await expect
      .poll(() => customerMails(waiting.number), { timeout: 40_000, interval: 250 })
      .toBe(before + 1);
  }, 120_000);
});

async function customerMails(number: TicketNumber): Promise<number> {
  const folder = await demo.desk.store.read(number);
  return folder?.messages.filter(({ event }) => event.kind === 'mail-in').length ?? 0;
}

/** What axe finds on the page, as `rule: element`. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run = (globalThis as { axe?: { run(options: object): Promise<unknown> } }).axe?.run;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const result = (await run?.({ runOnly: tags, iframes: false })) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
    );
  });
}

describe('the pages', () => {
  const looks: readonly (readonly [string, BrowserOptions])[] = [
    // High, so that no target is cut by the edge of a pane.
    ['light and wide, in English', { locale: 'en-GB', viewport: { width: 1440, height: 2400 } }],
    [
      'dark and wide, in German',
      { locale: 'de-DE', colorScheme: 'dark', viewport: { width: 1280, height: 2400 } },
    ],
    ['on a phone', { locale: 'en-GB', viewport: { width: 390, height: 800 } }],
  ];

  it.each(looks)(
    'have nothing that axe finds, %s',
    async (_, options) => {
      const browser = await openBrowser(options);
      try {
        const stranger = await browser.newPage();
        await stranger.goto(`${url}/login`);
        expect(await violationsOn(stranger)).toEqual([]);
        const page = await logIn(browser);
        const number = await numberOf('Katrin Brandt');
        const paths = [
          '/tickets?q=is:open',
          `/tickets?q=is:open&show=${number}`,
          '/tickets?q=nothing-of-this-kind',
          `/tickets/${number}`,
          `/tickets/${number}/answer`,
          `/tickets/${number}/note`,
          `/tickets/${number}/history`,
          '/outbox',
          '/escalations',
          '/answers',
          '/answers/usage',
          `/tickets/${number}/appointment`,
          '/account',
          '/no-such-page',
          `/tickets/${number}?step=2`,
          `/tickets/${number}/traffic`,
          `/tickets/${number}/print`,
          `/customers/${(await demo.desk.store.read(number))?.ticket.customer?.address}`,
        ];
        for (const path of paths) {
          await page.goto(url + path);
          expect(await violationsOn(page), path).toEqual([]);
          const wide = await page.evaluate<readonly string[]>(
            `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
              [...document.querySelectorAll('body *')].filter((each) =>
                each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 150))`,
          );
          expect(wide, `${path} scrolls sideways`).toEqual([]);
        }
      } finally {
        await browser.close();
      }
    },
    300_000,
  );

  it('work without a script: find, read, note, answer, change, switch the language', async () => {
    const browser = await openBrowser({ javaScript: false });
    try {
      const page = await logIn(browser);
      await page.goto(`${url}/tickets?q=is:open`);
      await page.getByRole('searchbox').fill('from:katrin');
      await page.getByRole('searchbox').press('Enter');
      await page
        .getByRole('link', { name: /Rechnung 2026-1187/ })
        .first()
        .click();
      const number = await numberOf('Katrin Brandt');
      expect(page.url()).toContain(number);
      await page.goto(`${url}/tickets/${number}/note`);
      await page.locator('textarea').fill('Seen without a script.');
      await page.locator('form.write button.go').click();
      await page.getByText('Seen without a script.').first().waitFor();
      await page.goto(`${url}/tickets/${number}/answer`);
      await page.locator('textarea').fill('Answered without a script.');
      await page.locator('form.write select[name=state]').selectOption('pending-customer');
      await page.locator('form.write button.go').click();
      // It goes out when the time for second thoughts is over.
      await page.locator('[data-key="z"]').first().waitFor();
      await expect
        .poll(async () => (await demo.desk.store.read(number))?.ticket.state, { timeout: 40_000 })
        .toBe('pending-customer');
      await page.goto(`${url}/tickets/${number}`);
      await page.getByText('Answered without a script.').first().waitFor();
      await page.getByRole('button', { name: 'Deutsch' }).click();
      expect(await page.locator('html').getAttribute('lang')).toBe('de');
    } finally {
      await browser.close();
    }
  }, 60_000);
});

async function numberOf(customer: string): Promise<TicketNumber> {
  const found = (await tickets()).find(({ ticket }) => ticket.customer?.name === customer);
  if (found === undefined) throw new Error(`${customer} has no ticket`);
  return found.number;
}
