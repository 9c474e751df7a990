/** From log-in to a sent answer, and all around it, with nothing but the keyboard: no pointer ever touches the page. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { findViolations } from '../helpers/violations.ts';

const password = 'correct horse battery';
const patience = { timeout: 30_000 };
let sink: SmtpSink;
let desk: TestApp;
let browser: OpenBrowser;
let page: Page;
let wire: CDPSession;
const numbers: TicketNumber[] = [];

beforeAll(async () => {
  sink = await startSmtpSink();
  desk = await startTestApp({
    settings: { smarthost: sink.url, confirmations: 'false', undoSend: '15s' },
  });
  const folder = join(desk.directory, 'config/answers/lamps');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'bulb.en.md'),
    '---\ntitle: A new bulb\nkeywords: [lamp, bulb, dark]\n---\nScrew in a new bulb.\n\n{{cursor}}',
  );
  await desk.desk.answers.load();
  const { accounts } = desk.desk;
  for (const [login, name, roles] of [
    ['anna', 'Anna Adler', ['admin']],
    ['ben', 'Ben Kaya', ['agent']],
  ] as const)
    await accounts.add({ login, name, email: `${login}@desk.example`, roles: [...roles] });
  await accounts.setPassword('anna', password);
  for (const subject of ['Lamp one', 'Lamp two', 'Lamp three', 'Lamp four']) await receive(subject);
  await desk.desk.suggestions.settled();
  browser = await openBrowser();
  page = await browser.newPage();
  wire = await browser.context.newCDPSession(page);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await desk.stop();
  await sink.close();
});

async function receive(subject: string): Promise<void> {
  const id = subject.replace(' ', '-');
  await desk.send(plainMail({ Subject: subject, 'Message-ID': `<${id}@customer.example>` }));
  await desk.settled();
  for await (const number of desk.desk.store.numbers())
    if (!numbers.includes(number)) numbers.push(number);
}

const ticketOf = async (number: string | undefined) => {
  const found = numbers.find((each) => each === number);
  return found === undefined ? undefined : (await desk.desk.store.read(found))?.ticket;
};
const states = async () =>
  (await Promise.all(numbers.map(ticketOf))).map((ticket) => ticket?.state);
const press = async (...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Presses what leads to another page, and waits for it. */
const go = async (address: RegExp, ...keys: readonly string[]) => {
  // Its scripts have run by then.
  const there = page.waitForEvent('domcontentloaded', patience);
  await press(...keys);
  await there;
  await page.waitForURL(address, patience);
};
const isFocused = (selector: string) =>
  page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`);

async function tabTo(selector: string): Promise<void> {
  for (let step = 0; step < 150; step += 1) {
    if (await isFocused(selector)) return;
    await press('Tab');
  }
  throw new Error(`No way to ${selector} by Tab`);
}

/** Past the head and the tree, by the first link of every page. */
async function skip(): Promise<void> {
  await tabTo('.skip');
  await press('Enter');
}

/** A key of a keyboard that is not ours: `key` is what it says, `code` where it lies. */
async function pressForeign(key: string, code: string): Promise<void> {
  await wire.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, text: key });
  await wire.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code });
}

const chosen = () => page.locator('.row[aria-current]').getAttribute('data-number');

it('log in, choose, take, answer with what is offered, send', async () => {
  await page.goto(`${desk.url}/login`);
  await tabTo('input[name="login"]');
  await page.keyboard.type('anna');
  await press('Tab');
  await page.keyboard.type(password);
  await go(/\/$|tickets/, 'Enter');
  await go(/is%3Aopen/, 'g', 'o');
  await press('j', 'j');
  const number = await chosen();
  await page.locator('#preview .begin').waitFor();
  await go(/\/tickets\/\d+/, 'o');
  expect(page.url()).toContain(String(number));

  await go(/\/tickets\/\d+$/, 't');
  await page.locator('#facts').getByText('Anna Adler').first().waitFor();
  expect((await ticketOf(number ?? ''))?.owner).toBe('anna');
  await go(/\/answer/, 'r');
  await page.locator('.write textarea:focus').waitFor();
  // Letters are letters here.
  await page.locator('.offer').first().waitFor(patience);
  await press('Alt+1');
  const area = page.locator('.write textarea');
  await expect.poll(() => area.inputValue(), patience).toContain('Screw in a new bulb.');
  await page.keyboard.type('jeg #1');
  expect(await area.inputValue()).toContain('bulb.\n\njeg #1');
  await go(/\/tickets\/\d+$/, 'Control+Enter');
  await page.locator('.toast.undo').waitFor(patience);
}, 120_000);

it('a note, a hand-over through the palette, the next ticket, what may follow g', async () => {
  const number = /\d{14}/.exec(page.url())?.[0];
  await go(/\/note/, 'i');
  await page.locator('.write textarea:focus').waitFor();
  await page.keyboard.type('She has the old fitting.');
  await go(/\/tickets\/\d+$/, 'Control+Enter');
  await page.locator('.note').getByText('She has the old fitting.').waitFor();

  await press('Control+k');
  const palette = page.locator('#palette');
  await page.keyboard.type('hndovr');
  await palette
    .getByRole('option', { name: /Hand over/ })
    .first()
    .waitFor();
  expect(await palette.getByRole('option').first().getAttribute('aria-selected')).toBe('true');
  await press('Escape');
  await palette.waitFor({ state: 'hidden' });
  await press('Control+k', 'Control+a');
  await page.keyboard.type('hand over');
  await palette
    .getByRole('option', { name: /Hand over/ })
    .first()
    .waitFor();
  await go(/\/hand-over|team|give/, 'Enter');
  await tabTo('.team-form select');
  await page.keyboard.type('Ben');
  await press('Tab', 'Tab');
  await tabTo('.team-form textarea');
  await page.keyboard.type('You know lamps.');
  await go(/\/tickets\/\d+$/, 'Control+Enter');
  expect((await ticketOf(number))?.owner).toBe('ben');

  await press('g');
  await page.locator('.then').getByText('My tickets').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await press('Escape');
  await page.locator('.then').waitFor({ state: 'hidden' });
  await go(/\/tickets\/\d+/, (await isLast(number)) ? '[' : ']');
  expect(page.url()).not.toContain(String(number));
  // Menus: opened by a key, walked by arrows and letters, left by Escape to where one came from.
  await press('s');
  await page.locator('details.wait .item:focus').waitFor();
  await press('End', 'Home', 'ArrowDown');
  expect(await isFocused('details.wait .item:nth-of-type(2), details.wait *')).toBe(true);
  await press('Escape');
  expect(await isFocused('details.wait summary')).toBe(true);
}, 120_000);

async function isLast(number: string | undefined): Promise<boolean> {
  return page.evaluate<boolean>(
    `JSON.parse(sessionStorage.getItem('list')).at(-1) === '${number}'`,
  );
}

it('ticked rows are closed by one key and come back by another; a removed ticket does too', async () => {
  await go(/is%3Aopen/, 'g', 'o');
  await press('*', 'a');
  await page.getByText(/^[34] ticked/).waitFor();
  await press('*', 'n', 'j', 'x', 'j', 'x');
  await page.getByText('2 ticked').waitFor();
  const before = await states();
  await go(/./, 'e');
  await page.getByText('2 tickets are changed.').waitFor(patience);
  expect((await states()).filter((state) => state === 'closed')).toHaveLength(2);
  await go(/./, 'z');
  await expect.poll(states, patience).toEqual(before);

  await press('j');
  const number = await chosen();
  await page.locator(`#preview`).getByText(String(number)).waitFor();
  await go(/./, 'Shift+Digit3');
  await expect.poll(async () => (await ticketOf(number ?? ''))?.state, patience).toBe('removed');
  await page.locator('.toast').waitFor();
  await go(/./, 'z');
  await expect
    .poll(async () => (await ticketOf(number ?? ''))?.state, patience)
    .not.toBe('removed');
}, 120_000);

it('a queue through the palette, letters of other keyboards, and none that are meant for others', async () => {
  await press('g', 'q');
  await page.locator('#palette[open]').waitFor();
  await page.keyboard.type('supp');
  await page.locator('#palette').getByRole('option', { name: 'Support' }).waitFor();
  await go(/queue%3ASupport/, 'Enter');

  // о lies where j does; й where q; composing and the right Alt key mean something else.
  await page.locator('.row').first().waitFor();
  await pressForeign('о', 'KeyJ');
  await page.locator('.row[aria-current]').waitFor();
  const first = await chosen();
  await pressForeign('о', 'KeyJ');
  await expect.poll(chosen).not.toBe(first);
  await pressForeign('л', 'KeyK');
  await expect.poll(chosen).toBe(first);
  for (const more of [{ isComposing: true }, { modifierAltGraph: true }, { key: 'Dead' }])
    await page.evaluate(
      `document.body.dispatchEvent(new KeyboardEvent('keydown', ${JSON.stringify({
        key: 'c',
        code: 'KeyC',
        bubbles: true,
        cancelable: true,
        ...more,
      })}))`,
    );
  expect(page.url()).toContain('queue%3ASupport');
  await go(/overview/, 'g', 'v');
  // A chart is walked along, and says what stands there.
  await skip();
  await tabTo('.plot');
  await press('End');
  const readout = page.locator('.readout[role="status"]').first();
  await readout.getByText(/Open/).waitFor();
  const last = await readout.textContent();
  await press('ArrowLeft');
  await expect.poll(() => readout.textContent(), patience).not.toBe(last);
  await press('/');
  expect(await isFocused('.find input')).toBe(true);
  await page.keyboard.type('jo');
  expect(await page.locator('.find input').inputValue()).toBe('jo');
}, 120_000);

it('another key for answering, a taken one refused, and all of them off', async () => {
  await page.goto(`${desk.url}/tickets/${numbers[0]}`);
  await press('?');
  await page.locator('#keys:popover-open').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await tabTo('#keys .ways a');
  await go(/\/account\/keys/, 'Enter');
  await skip();
  await tabTo('#key-answer');
  await page.keyboard.type('e');
  await go(/\/account\/keys/, 'Enter');
  await page.getByText('E is taken: “Close the ticket”').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await skip();
  await tabTo('#key-answer');
  await page.keyboard.type('y');
  await go(/\/account\/keys/, 'Enter');
  await page.getByText('The keys are saved.').waitFor();
  expect(await readFile(join(desk.directory, 'config/agents/anna.yaml'), 'utf8')).toContain(
    'keys:\n  answer: y\n',
  );

  await page.goto(`${desk.url}/tickets/${numbers[0]}`);
  await press('r');
  await go(/\/answer/, 'y');
  await page.goto(`${desk.url}/account/keys`);
  await skip();
  await tabTo('button[value="off"]');
  await go(/\/account\/keys/, 'Enter');
  await page.getByText('Single keys are off.').first().waitFor();
  await press('c', 'y', '?');
  expect(page.url()).toContain('/account/keys');
  expect(await page.locator('#keys').isVisible()).toBe(false);
  // Those with Ctrl stay.
  await press('Control+k');
  await page.locator('#palette[open]').waitFor();
  await press('Escape');

  // What was sent at first is on its way by now.
  const [answer] = await sink.waitFor(1);
  expect(answer?.text).toContain('Screw in a new bulb.');
}, 120_000);
