/**
 * The viewer in languages of both directions: one click changes them everywhere and keeps the place, pages stand mirrored,
 * nothing English is left, nothing is wider than its box, and what customers write keeps a direction of its own.
 *
 * The pictures of list, ticket and answer go into the folder that MAILDESK_TEST_PICTURES names; without it they are taken,
 * looked at for what a program can see, and thrown away.
 */
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const kept = process.env.MAILDESK_TEST_PICTURES;
const root = join(import.meta.dirname, '..', '..');
let app: TestApp;
let browser: OpenBrowser;
let page: Page;
let pictures: string;
let mixed: string;
let turned: string;

const encoded = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

beforeAll(async () => {
  pictures = kept ?? (await mkdtemp(join(tmpdir(), 'maildesk-pictures-')));
  await mkdir(pictures, { recursive: true });
  app = await startTestApp({ settings: { confirmations: 'false' } });
  const email = 'anna@desk.example';
  const added = await app.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email,
    roles: ['agent'],
  });
  if (!added.ok) throw new Error(added.refusal.code);
  mixed = await write(
    'محمود عبد التواب',
    'طلب 48311: Order #48311 (مدفوع 50%)',
    'مرحبا، لم يصل الطلب رقم 48311 حتى الآن.\r\n\r\nPlease call me (not before 9:30) on +49 30 1234567.\r\n\r\nشكرا',
  );
  turned = await write('Kim\u202E Berg', 'Invoice \u202Efdp.exe 12:30', 'The lamp (new) is dark.');
  await write('田中 由紀', '会員資格の更新が反映されません', '昨日、年会費を支払いました。');
  await write('Марина Лаптева', 'Где ссылка на вебинар?', 'Вебинар идёт уже пятнадцать минут.');
  browser = await openBrowser({ locale: 'ja-JP', viewport: { width: 1366, height: 900 } });
  page = await browser.newPage();
}, 120_000);

afterAll(async () => {
  await browser.close();
  await app.stop();
  if (kept === undefined) await rm(pictures, { recursive: true, force: true });
});

async function write(name: string, subject: string, text: string): Promise<string> {
  const known = new Set(await numbers());
  await app.send(
    plainMail(
      {
        From: `${encoded(name)} <${known.size}@customer.example>`,
        Subject: encoded(subject),
        'Message-ID': `<${known.size}@customer.example>`,
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Transfer-Encoding': '8bit',
      },
      text,
    ),
  );
  await app.settled();
  const number = (await numbers()).find((each) => !known.has(each));
  if (number === undefined) throw new Error('No ticket');
  return number;
}

async function numbers(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const number of app.desk.store.numbers()) found.push(number);
  return found;
}

async function textsOf(code: string): Promise<readonly string[]> {
  const parsed: Readonly<Record<string, string>> = JSON.parse(
    await readFile(join(root, 'locales', code, 'viewer.json'), 'utf8'),
  );
  return Object.values(parsed);
}

/** What is shown of our own words: neither customers' text nor names. */
const ownWords = `(() => {
  const foreign = 'bdi, [dir], kbd, code, textarea, option, .vh, svg, script, .langs, .brand';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest(foreign) === null && parent.getClientRects().length > 0)
      words.push(node.textContent.trim());
  }
  return words.filter((text) => text !== '');
})()`;

/** Titles, buttons and labels that are wider than the place that they have. */
const tooWide = `(() => {
  const own = 'button, .btn, summary, label, h1, h2, th, nav a, .tabs a, .kind, .sign';
  const wide = [...document.querySelectorAll(own)].filter(
    (each) =>
      each.checkVisibility() &&
      each.closest('.vh') === null &&
      each.clientWidth > 1 &&
      getComputedStyle(each).overflowX === 'visible' &&
      each.scrollWidth > each.clientWidth + 2 &&
      each.querySelector('.vh') === null,
  );
  const { scrollWidth, clientWidth } = document.documentElement;
  return [
    ...(scrollWidth > clientWidth ? ['page ' + scrollWidth + ' > ' + clientWidth] : []),
    ...wide.map((each) => each.tagName + ' ' + each.innerText.trim().slice(0, 60)),
  ];
})()`;

/** The words of an element from the left to the right as they stand on the screen. */
function leftToRight(selector: string, words: readonly string[]): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    const places = ${JSON.stringify(words)}.map((word) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.textContent.indexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        return { word, x: range.getBoundingClientRect().x };
      }
      return { word: word + ' is missing', x: 0 };
    });
    return places.sort((one, other) => one.x - other.x).map(({ word }) => word);
  })()`);
}

const languageIs = (code: string) =>
  page.waitForFunction(`document.documentElement.lang === '${code}'`);

const boxOf = async (selector: string) => {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return box;
};

it('a browser is spoken to in its language, and one click changes it before the log-in', async () => {
  await page.goto(`${app.url}/login?back=${encodeURIComponent('/tickets?q=is:open')}`);
  expect(await page.locator('html').getAttribute('lang')).toBe('ja');
  await page.getByRole('button', { name: 'עברית' }).click();
  await languageIs('he');
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  expect(new URL(page.url()).searchParams.get('back')).toBe('/tickets?q=is:open');
  await page.goto(`${app.url}/login/${await app.desk.accounts.createLoginToken('anna')}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  expect(await page.locator('html').getAttribute('lang')).toBe('he');
});

describe.each(['de', 'ja', 'ru', 'ar'])('in %s', (code) => {
  const direction = code === 'ar' ? 'rtl' : 'ltr';

  async function check(name: string): Promise<void> {
    const html = page.locator('html');
    expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([
      code,
      direction,
    ]);
    const own = new Set(await textsOf(code));
    const english = new Set((await textsOf('en')).filter((text) => /\p{L}{2}/u.test(text)));
    const left = (await page.evaluate<readonly string[]>(ownWords)).filter(
      (text) => english.has(text) && !own.has(text),
    );
    expect([name, left]).toEqual([name, []]);
    expect([name, await page.evaluate(tooWide)]).toEqual([name, []]);
    const path = join(pictures, `${name}-${code}.png`);
    await page.screenshot({ path });
    expect((await stat(path)).size).toBeGreaterThan(10_000);
  }

  it('one click changes everything and keeps the place; list, ticket and answer are right', async () => {
    await page.goto(`${app.url}/tickets?q=is%3Aopen&sort=subject`);
    await page.locator(`#nav .langs button[value="${code}"]`).click();
    await languageIs(code);
    expect(page.url()).toBe(`${app.url}/tickets?q=is%3Aopen&sort=subject`);
    expect(app.desk.accounts.find('anna')?.language).toBe(code);
    await page.locator(`#t-${mixed}`).waitFor();
    await check('list');
    const [tree, list] = [await boxOf('#nav'), await boxOf('.list')];
    expect(tree.x > list.x).toBe(direction === 'rtl');

    await page.goto(`${app.url}/tickets/${mixed}`);
    await check('ticket');
    const back = `getComputedStyle(document.querySelector('.way svg.turn')).transform`;
    expect((await page.evaluate<string>(back)).startsWith('matrix(-1')).toBe(direction === 'rtl');
    // Whoever reads from right to left begins with the number that stands first; the English part keeps its order.
    expect(await leftToRight('.th h1', ['طلب', 'Order', '50%'])).toEqual(['50%', 'Order', 'طلب']);
    const order = ['Please', '9:30', '+49', '1234567'];
    expect(await leftToRight('.card .text', order)).toEqual(order);

    await page.goto(`${app.url}/tickets/${mixed}/answer`);
    await page.locator('.write textarea').waitFor();
    await check('answer');
  });

  it('a sender who turns the direction turns nothing but his own words', async () => {
    await page.goto(`${app.url}/tickets?q=is%3Aopen`);
    const row = `#t-${turned}`;
    const order = ['Invoice', 'fdp', 'exe', '12:30'];
    expect(await leftToRight(`${row} .sub a`, order)).toEqual(order);
    expect(await leftToRight(`${row} .who`, ['Kim', 'Berg'])).toEqual(['Kim', 'Berg']);
    expect(await page.locator(row).textContent()).not.toMatch(/[\u202A-\u202E]/);
    await page.goto(`${app.url}/tickets/${turned}`);
    expect(await page.title()).not.toMatch(/[\u202A-\u202E\u2066\u2067]/);
    expect(await page.title()).toContain('Invoice fdp.exe 12:30');
  });
});

it('on a small screen the languages stand at the foot of the page, and keep the place too', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${app.url}/tickets/${mixed}`);
  expect(await page.evaluate(tooWide)).toEqual([]);
  const foot = page.locator('.langs.foot button[value="en"]');
  await foot.scrollIntoViewIfNeeded();
  const { width, height } = await boxOf('.langs.foot button[value="en"]');
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  await foot.click();
  await languageIs('en');
  expect(page.url()).toBe(`${app.url}/tickets/${mixed}`);
});

it('a page that refuses can be read in every language, too', async () => {
  await page.goto(`${app.url}/tickets/20200101000000?x=1`);
  await page.locator('button[value="fa"]').first().click();
  await languageIs('fa');
  expect(page.url()).toContain('/tickets/20200101000000?x=1');
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
});
