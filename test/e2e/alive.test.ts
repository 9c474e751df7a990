/**
 * A page that is open all day, in one story: tickets and messages come in and nothing moves; the desk goes away and comes
 * back, and nothing typed is lost; of two tabs one tells.
 */
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type FrontDoor, openFrontDoor } from '../helpers/front-door.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';
import { createVisitor } from '../helpers/visitor.ts';

const password = 'a long enough password';
/** For what comes within seconds on a machine that has nothing else to do. */
const patience = { timeout: 120_000, interval: 100 };
let desk: TestApp;
let door: FrontDoor;
let browser: OpenBrowser;

afterEach(async () => {
  await browser?.close();
  await door?.close();
  await desk?.stop();
});

async function start(directory?: string): Promise<void> {
  desk = await startTestApp({
    settings: { confirmations: 'false' },
    ...(directory === undefined ? {} : { directory }),
  });
  door.leadTo(desk.started.http.port);
}

async function write(id: string, subject: string, text: string, references = ''): Promise<void> {
  const lines = [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    `Subject: ${subject}`,
    `Message-ID: <${id}@customer.example>`,
    ...(references === '' ? [] : [`References: <${references}@customer.example>`]),
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    text,
    '',
  ];
  await desk.send(lines.join('\r\n'));
}

async function numberOf(subject: string): Promise<TicketNumber> {
  for await (const number of desk.desk.store.numbers())
    if ((await desk.desk.store.read(number))?.ticket.subject === subject) return number;
  throw new Error(`There is no ticket "${subject}"`);
}

async function logIn(page: Page, path: string): Promise<void> {
  await page.goto(`${door.url}/login?back=${encodeURIComponent(path)}`);
  await page.locator('input[name=login]').fill('anna');
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await page.locator('#tree').waitFor();
}

/** Where everything stands that can be seen, by its id and what it says. */
const places = `(() => {
  const seen = new Map();
  for (const element of document.querySelectorAll(
    '.desk > *, .row, .row > *, .bar > *, #flow > li, #flow .card, .card header, .card .body, .card .foot, #side section, #side h2, .desk form, textarea, #tree a, .th h1, .facts > *, .top > *, .begin'
  )) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.bottom < 0 || box.top > innerHeight || box.height === 0) continue;
    if (element.matches('#presence, .announce, #came')) continue;
    const name = element.tagName + '#' + (element.id || element.closest('[id]')?.id) + '.' + element.className + (element.closest('#flow') ? '' : ':' + [...element.parentElement.children].indexOf(element));
    seen.set(name, Math.round(box.left * 10) / 10 + ' ' + Math.round(box.top * 10) / 10);
  }
  return Object.fromEntries(seen);
})()`;
const placesIn = (page: Page) => page.evaluate<Record<string, string>>(places);

/** What was there stands where it stood. */
async function expectStill(page: Page, before: Record<string, string>): Promise<void> {
  const after = await placesIn(page);
  const moved = Object.entries(before).filter(([name, at]) => after[name] !== at);
  expect(moved.map(([name, at]) => `${name}: ${at} -> ${after[name]}`)).toEqual([]);
}

/** For whoever wants to see what the story looks like. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

/** The system of this test writes down what it shows and sounds; nobody looks at these pages. */
const recorder = `(() => {
  const note = (what) => localStorage.setItem('noted', (localStorage.getItem('noted') ?? '') + what + '\\n');
  document.hasFocus = () => false;
  window.Notification = class {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, { body }) { note('shown ' + body); }
    addEventListener() {}
  };
  window.AudioContext = class extends AudioContext {
    constructor() { super(); note('sounded'); }
  };
})()`;

async function allowTelling(page: Page): Promise<void> {
  await page.goto(`${door.url}/notifications`);
  await page.getByLabel('Notifications of the system while I look elsewhere').check();
  await page.getByLabel('Sound').selectOption('away');
  await picture(page, 'here');
}

async function toldAbout(page: Page, subject: string): Promise<readonly string[]> {
  const noted = await page.evaluate<string>(`localStorage.getItem('noted') ?? ''`);
  return noted
    .split('\n')
    .filter((line) => line === 'sounded' || line === `shown ${subject}`)
    .map((line) => line.split(' ')[0] ?? '')
    .sort();
}

/** What Chromium says against installing the page. */
async function installErrors(page: Page): Promise<unknown> {
  const session = await browser.context.newCDPSession(page);
  const { url, errors } = await session.send('Page.getAppManifest');
  expect(url).toContain('/manifest.webmanifest?lang=en');
  expect(errors).toEqual([]);
  return (await session.send('Page.getInstallabilityErrors')).installabilityErrors;
}

it('nothing moves, nothing typed is lost', async () => {
  door = await openFrontDoor();
  await start();
  for (const [login, name] of [
    ['anna', 'Anna Adler'],
    ['ben', 'Ben Kaya'],
  ] as const) {
    await desk.desk.accounts.add({ login, name, email: `${login}@desk.example`, roles: ['agent'] });
    await desk.desk.accounts.setPassword(login, password);
  }
  for (const name of ['one', 'two', 'three']) await write(name, `Lamp ${name}`, 'It is dark.');
  await desk.settled();
  const two = await numberOf('Lamp two');
  browser = await openBrowser();
  await browser.context.addInitScript(recorder);
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);

  // New tickets wait in the bar, changed ones change where they stand.
  await logIn(page, '/tickets?q=is:open&sort=-updated');
  expect(await installErrors(page)).toEqual([]);
  const tab = await browser.newPage();
  await allowTelling(tab);
  await page.bringToFront();
  const list = await placesIn(page);
  await write('four', 'Lamp four', 'It is dark, too.');
  await desk.desk.tickets.run(
    two,
    { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'ben' }] },
    { kind: 'agent', login: 'ben' },
  );
  await page.locator('#fresh', { hasText: 'Show 1 new ticket' }).waitFor();
  await page.locator(`#t-${two} .own`, { hasText: 'BK' }).waitFor();
  await expectStill(page, list);
  expect(await page.title()).toMatch(/^\(\d+\) /);
  await picture(page, 'fresh');
  await page.keyboard.press('n');
  await page.locator('.row.slides', { hasText: 'Lamp four' }).waitFor();

  // Two pages are open, and the system told once, with one sound.
  await expect.poll(() => toldAbout(tab, 'Lamp four'), patience).toEqual(['shown', 'sounded']);
  await tab.close();

  // In a ticket: a colleague looks, a mail comes, while an answer is written.
  await page.goto(`${door.url}/tickets/${two}/answer`);
  const area = page.locator('.write textarea');
  await area.fill('Dear Kim,\n\nwe send a bulb.');
  await page.getByText(/Draft kept/).waitFor();
  const ticket = await placesIn(page);
  const ben = createVisitor(desk.url);
  await ben.get('/login');
  await ben.post('/login', { login: 'ben', password });
  await ben.get(`/tickets/${two}`);
  await page.locator('#presence', { hasText: 'Ben Kaya' }).waitFor();
  await write('more', 'Re: Lamp two', 'It shines again, thank you.', 'two');
  await page.locator('#came', { hasText: 'It shines again' }).waitFor();
  await page.locator('#flow .card', { hasText: 'It shines again' }).waitFor();
  await expectStill(page, ticket);
  await picture(page, 'came');

  // A tag would push down what stands below it, so the side bar waits for a click.
  await desk.desk.tickets.run(
    two,
    { kind: 'update', changes: [{ kind: 'add', set: 'tag', value: 'bulbs' }] },
    { kind: 'agent', login: 'ben' },
  );
  const changes = page.locator('#side-news');
  await changes.waitFor();
  await expectStill(page, ticket);
  await changes.click();
  await page.locator('#side').getByRole('link', { name: 'bulbs' }).waitFor();
  await changes.waitFor({ state: 'hidden' });
  const told = await placesIn(page);

  // The desk goes away: the page says so, Send loses nothing, and the page goes on when it is back.
  const { directory } = desk;
  await area.press('End');
  door.leadTo(undefined);
  await desk.halt();
  await page.getByText('The desk does not answer. What you type is kept').waitFor();
  await picture(page, 'away');
  await area.pressSequentially(' It is on its way.');
  const text = await area.inputValue();
  await page.getByRole('button', { name: /^Send Ctrl/ }).click();
  await page.getByText('Not sent: the desk does not answer.').waitFor();
  await expectStill(page, told);
  expect(await area.inputValue()).toBe(text);
  await picture(page, 'unsent');

  // Loaded again meanwhile: a page of ours stands in, and gives the text back afterwards.
  await page.reload();
  await page.getByRole('heading', { name: 'The desk does not answer' }).waitFor();
  await picture(page, 'standin');
  await start(directory);
  await area.waitFor();
  await expect.poll(() => area.inputValue(), patience).toBe(text);
  await page.getByText(/Draft kept/).waitFor();
  await picture(page, 'back');

  // What came is read, so sending has nothing to ask; the text goes out once.
  await page.locator('#came').getByRole('link', { name: 'Read it' }).click();
  await page.locator('#came .alert').waitFor({ state: 'detached' });
  await area.pressSequentially(' Yours');
  door.leadTo(undefined);
  await page.getByText('The desk does not answer. What you type is kept').waitFor();
  await page.getByRole('button', { name: /^Send Ctrl/ }).click();
  await page.getByText('Not sent: the desk does not answer.').waitFor();
  door.leadTo(desk.started.http.port);
  await page.getByText('The desk is back. Your text has not been sent yet').waitFor();
  await page.getByRole('button', { name: /^Send Ctrl/ }).click();
  await page.locator('#flow .card', { hasText: 'It is on its way.' }).waitFor();
  expect(
    await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("typed"))'),
  ).toEqual([]);

  // With the newest on top, what comes waits for a key.
  await page.getByRole('button', { name: 'Newest first' }).click();
  await page.locator('#flow[data-newest-first]').waitFor();
  const turned = await placesIn(page);
  await write('last', 'Re: Lamp two', 'One more thing.', 'two');
  await page.locator('#arrived', { hasText: '1 new message' }).waitFor();
  await expectStill(page, turned);
  await page.keyboard.press('n');
  await page.locator('#flow .card', { hasText: 'One more thing.' }).waitFor();
  await picture(page, 'turned');

  // A tab that is gone before anything was kept.
  await page.goto(`${door.url}/new`);
  await page.locator('#subject').fill('A call about lamps');
  await page.locator('main textarea').fill('He wants six of them.');
  await page.close();
  const other = await browser.newPage();
  other.setDefaultTimeout(120_000);
  await other.goto(`${door.url}/new`);
  await other.getByText('What you typed here and did not send is back.').waitFor();
  expect(await other.locator('main textarea').inputValue()).toBe('He wants six of them.');
  await picture(other, 'new');

  // A session that ended leads to the log-in, and back to the text.
  await other.locator('main textarea').press('End');
  await other.locator('main textarea').pressSequentially(' By Friday.');
  await desk.desk.access.sessions.endAll('anna');
  await other.waitForURL(/\/login\?back=%2Fnew/);
  await other.locator('input[name=login]').fill('anna');
  await other.locator('input[name=password]').fill(password);
  await other.locator('input[name=password]').press('Enter');
  await expect
    .poll(() => other.locator('main textarea').inputValue(), patience)
    .toBe('He wants six of them. By Friday.');

  // A page that is asked for while the desk is away is one of ours, and goes where it was meant to.
  await other.evaluate('navigator.serviceWorker.ready.then(() => true)');
  door.leadTo(undefined);
  await other.goto(`${door.url}/notifications`);
  await other.getByRole('heading', { name: 'The desk does not answer' }).waitFor();
  expect(await findViolations(other)).toEqual([]);
  door.leadTo(desk.started.http.port);
  await other.getByRole('heading', { name: 'Notifications' }).waitFor();
}, 300_000);
