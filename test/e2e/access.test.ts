/**
 * The viewer is for everybody: every page of the demo desk, from left to right and from right to left, in every theme,
 * wide, at 200 % and 400 %, and with wide text. In a run where somebody waits, only the pages that matter most.
 */

import Router from '@koa/router';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Demo, startDemo } from '../../src/demo/demo.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import {
  everyPage,
  gateRoutes,
  missingPage,
  noPages,
  type PageRow,
} from '../helpers/every-page.ts';
import { checkPage, walkByTab, wide } from '../helpers/page-checks.ts';
import { recordingLog, testParts } from '../helpers/parts.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const password = 'correct horse battery';
const isWhole = process.env.CI !== undefined;
/** Pages of one direction that are looked at at the same time. */
const lanes = 2;

let demo: Demo;
let url: string;
let routes: readonly string[];
const { log, lines } = recordingLog();

beforeAll(async () => {
  const added = vi.spyOn(Router.prototype, 'get');
  const directory = await makeTemporaryDirectory('file');
  const environment = {
    MAILDESK_HTTP: '127.0.0.1:0',
    MAILDESK_SMTP: '127.0.0.1:0',
    MAILDESK_UNDO_SEND: '0s',
  };
  demo = await startDemo(directory, environment, testParts({ log }), { isLive: false });
  routes = added.mock.calls.flatMap(([path]) => (typeof path === 'string' ? [path] : []));
  added.mockRestore();
  await demo.app.settled();
  url = `http://127.0.0.1:${demo.started.http.port}`;
  await addPeople();
}, 180_000);

afterAll(async () => {
  await demo.stop();
  const known = new Set(['account.refused']);
  expect(lines.filter(({ level, event }) => level !== 'info' && !known.has(event))).toEqual([]);
});

/** An admin for each direction, who sees every page, and for each one who is asked for a second step. */
async function addPeople(): Promise<void> {
  const { accounts, access } = demo.desk;
  for (const language of ['en', 'ar']) {
    for (const login of [`admin-${language}`, `careful-${language}`]) {
      const email = `${login}@desk.example`;
      const added = await accounts.add({
        login,
        name: 'Kim Lee',
        email,
        roles: ['admin', 'agent'],
      });
      if (!added.ok) throw new Error(JSON.stringify(added.refusal));
      await accounts.setPassword(login, password);
      await accounts.setLanguage(login, language);
      if (!login.startsWith('careful')) continue;
      const { secret } = access.secondStep.offer(added.value, 'desk');
      await access.secondStep.enable(login, secret, new TOTP({ secret }).generate());
    }
  }
}

async function placesFor(login: string) {
  const number = await numberOf('Katrin Brandt');
  const folder = await demo.desk.store.read(number);
  const mail = folder?.messages.find(({ event }) => event.kind === 'mail-in');
  const planned = await demo.desk.bulk.plan({
    selection: { kind: 'query', text: 'is:open' },
    action: { kind: 'change', changes: [{ kind: 'set', field: 'priority', value: 'high' }] },
    actor: { kind: 'agent', login },
  });
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
  return {
    number,
    mirrored: await numberOf('ar'),
    message: encodeURIComponent(mail?.event.name ?? ''),
    customer: folder?.ticket.customer?.address ?? '',
    batch: planned.value.id,
    module: 'billing/refund',
  };
}

/** The ticket of a customer, or the first one in a language. */
async function numberOf(wanted: string): Promise<TicketNumber> {
  for await (const number of demo.desk.store.numbers()) {
    const ticket = (await demo.desk.store.read(number))?.ticket;
    if (ticket?.customer?.name === wanted || ticket?.language === wanted) return number;
  }
  throw new Error(`Nobody has a ticket: ${wanted}`);
}

/** Pages before the log-in: the door, a refusal, a link, the second step; then inside. */
async function passGate(page: Page, language: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (name: string) => {
    for (const one of await checkPage(page)) found.push(`${name}: ${one}`);
  };
  const enter = async (login: string, secret: string) => {
    await page.goto(`${url}/login`);
    await page.locator('input[name="login"]').fill(login);
    await page.locator('input[name="password"]').fill(secret);
    await page.locator('main form .go').click();
  };
  if (isWhole) {
    await page.goto(`${url}/login`);
    await look('/login');
    await enter(`admin-${language}`, 'not the password');
    await page.getByRole('alert').waitFor();
    const field = page.locator('input[name="password"][aria-invalid="true"]');
    expect(await field.getAttribute('aria-describedby')).toBe('refused');
    await look('/login, refused');
    await page.goto(`${url}/login/${await demo.desk.accounts.createLoginToken('ben')}`);
    await look('/login/:token');
    await enter(`careful-${language}`, password);
    await page.waitForURL(/second-step/);
    await look('/second-step');
  }
  await enter(`admin-${language}`, password);
  await page.waitForURL((address) => !address.pathname.startsWith('/login'));
  return found;
}

async function sweep(browser: OpenBrowser, language: string): Promise<readonly string[]> {
  const first = await browser.newPage();
  const found = [...(await passGate(first, language))];
  const rows = everyPage(await placesFor(`admin-${language}`));
  const paths = rows.filter((row) => isWhole || row.isDaily).flatMap(pathsIn(language));
  if (isWhole) paths.push(missingPage);
  const titles = new Map<string, string>();
  const walk = async (page: Page) => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const answer = await page.goto(url + path);
      const status = answer?.status() ?? 0;
      if (status >= 400 && path !== missingPage && !path.includes('nosuchfield'))
        found.push(`${path}: answered ${status}`);
      if (new URL(page.url()).pathname !== new URL(url + path).pathname)
        found.push(`${path}: led on to ${page.url()}`);
      const [before = ''] = path.split('?');
      titles.set(before, await page.title());
      for (const one of await checkPage(page)) found.push(`${path}: ${one}`);
    }
  };
  const pages = [first, ...(await Promise.all(Array.from({ length: lanes - 1 }, browser.newPage)))];
  await Promise.all(pages.map(walk));
  for (const title of new Set(titles.values())) {
    const same = [...titles].filter(([, each]) => each === title).map(([path]) => path);
    if (same.length > 1) found.push(`one title, "${title}": ${same.join(' ')}`);
  }
  return found;
}

/** What shows more of a page is laid out as the page itself, so in one direction it is seen well enough. */
const pathsIn =
  (language: string) =>
  ({ paths }: PageRow) =>
    isWhole && language === 'en' ? paths : paths.slice(0, 1);

it('every page of the viewer is looked at, or has a reason not to be', async () => {
  const places = await placesFor('admin-en');
  const known = [
    ...everyPage(places).map(({ route }) => route),
    ...gateRoutes,
    ...Object.keys(noPages),
  ];
  const isOwn = (route: string) => !route.startsWith('/api/');
  expect([...new Set(routes.filter(isOwn))].sort()).toEqual([...known].sort());
});

it('nothing is found on any page, in either direction', async () => {
  const walk = async (language: string, locale: string) => {
    const browser = await openBrowser({ locale, viewport: wide, reducedMotion: 'reduce' });
    try {
      return await sweep(browser, language);
    } finally {
      await browser.close();
    }
  };
  const [ltr, rtl] = await Promise.all([walk('en', 'en-GB'), walk('ar', 'ar')]);
  expect({ ltr, rtl }).toEqual({ ltr: [], rtl: [] });
}, 1_200_000);

it.each([
  ['as it is', 'none'],
  ['in colours of the system', 'active'],
] as const)(
  'the focus is seen and never covered, %s',
  async (_, forcedColors) => {
    const browser = await openBrowser({ forcedColors, viewport: { width: 1280, height: 640 } });
    try {
      const page = await browser.newPage();
      await page.goto(`${url}/login/${await demo.desk.accounts.createLoginToken('ben')}`);
      await page.locator('main form button').click();
      await page.waitForURL((address) => !address.pathname.startsWith('/login'));
      const number = await numberOf('Katrin Brandt');
      const found: string[] = [];
      for (const path of ['/tickets?q=is:open', `/tickets/${number}/answer`, '/account']) {
        for (const width of isWhole ? [1280, 640] : [1280]) {
          await page.setViewportSize({ width, height: 640 });
          await page.goto(url + path);
          for (const one of await walkByTab(page, 60)) found.push(`${path}, ${width} px: ${one}`);
        }
      }
      expect(found).toEqual([]);
    } finally {
      await browser.close();
    }
  },
  400_000,
);

it('the day’s work goes without a script', async () => {
  await demo.desk.accounts.setPassword('ben', password);
  const browser = await openBrowser({ javaScript: false });
  try {
    const page = await browser.newPage();
    await workWithoutScript(page);
    await page.locator('.langs button[lang="de"]:visible').click();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.locator('button[popovertarget="me"]').click();
    await page.locator('#me button[value="contrast"]').click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('contrast');
  } finally {
    await browser.close();
  }
}, 240_000);

async function workWithoutScript(page: Page): Promise<void> {
  const number = await numberOf('Marcus Oyelaran');
  const isIn = async (state: string) =>
    expect
      .poll(async () => (await demo.desk.store.read(number))?.ticket.state, { timeout: 60_000 })
      .toBe(state);
  await page.goto(`${url}/login`);
  await page.locator('input[name="login"]').fill('ben');
  await page.locator('input[name="password"]').fill(password);
  await page.locator('main form .go').click();
  await page.waitForURL(/\/tickets/);
  await page.getByRole('searchbox').fill('from:marcus');
  await page.getByRole('searchbox').press('Enter');
  await page.locator(`#t-${number} .sub a`).click();
  await page.locator('#flow').waitFor();

  // A note.
  await page.locator('.begin a[data-key="i"]').click();
  await page.locator('.write textarea').fill('Seen without a script.');
  await page.locator('.write .go').first().click();
  await page.locator('#flow').getByText('Seen without a script.').waitFor();

  // An answer with a standard answer in it.
  await page.locator('.offers-ask a').click();
  await page.locator('.offer').first().click();
  const text = page.locator('.write textarea');
  await text.waitFor();
  expect((await text.inputValue()).length).toBeGreaterThan(80);
  await text.fill(`Without a script.\n\n${await text.inputValue()}`);
  await page.locator('.write select[name="state"]').selectOption('open');
  await page.locator('.write button[value="send"]').click();
  await isIn('open');
  await page.goto(`${url}/tickets/${number}`);
  await page.locator('#flow').getByText('Without a script.').first().waitFor();

  // Handed over, put off, closed, and that taken back.
  await page.locator('a[data-key="h"]').first().click();
  await page.locator('.team-form select[name="to"]').selectOption({ index: 1 });
  await page.locator('.team-form textarea').fill('Please call him.');
  await page.locator('.team-form .go').click();
  await page.goto(`${url}/tickets/${number}`);
  await page.locator('#flow').getByText('Please call him.').first().waitFor();
  await page.locator('details.wait summary').click();
  await page.locator('details.wait select[name="state"]').selectOption('pending-reminder');
  await page.locator('details.wait .item').first().click();
  await isIn('pending-reminder');
  await page.goto(`${url}/tickets/${number}`);
  await page.locator('button[name="state"][value="closed"]').first().click();
  await page.locator('.toast').waitFor();
  await isIn('closed');
  await page.locator('.toast button[data-key="z"]').click();
  await isIn('pending-reminder');

  // Two rows at once, and back.
  await page.goto(`${url}/tickets?q=is:open`);
  const boxes = page.locator('.row input[name="ticket"]');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.locator('#bulk .acts button').first().click();
  await page.locator('.toast').waitFor();
  await page.locator('.toast button[data-key="z"]').click();
  await page.locator('main').waitFor();

  // A new one.
  await page.goto(`${url}/tickets?q=is:open`);
  await page.locator('.new-ticket').click();
  await page.locator('#to').fill('new@customer.example');
  await page.locator('#subject').fill('Begun by us');
  await page.locator('form.compose textarea').fill('Good morning.');
  await page.locator('form.compose .go').click();
  await page.getByRole('heading', { level: 1, name: 'Begun by us' }).waitFor();
}
