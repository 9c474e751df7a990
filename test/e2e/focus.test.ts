/**
 * The focus is never lost: an agent works by keyboard in a list and in a ticket while mails come in and a colleague
 * changes what she looks at. Each control keeps the focus, the caret and what was typed, or hands it to the next one.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const ben = { kind: 'agent', login: 'ben' } as const;
const wait = { timeout: 40_000, interval: 100 };

let desk: TestApp;
let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  await desk.desk.accounts.add({
    login: 'ben',
    name: 'Ben Kaya',
    email: 'ben@desk.example',
    roles: ['admin', 'agent'],
  });
  browser = await openBrowser({ viewport: { width: 1440, height: 800 } });
  page = await browser.newPage();
  page.setDefaultTimeout(40_000);
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await desk.stop();
});

async function receive(subject: string, more: Readonly<Record<string, string>> = {}) {
  const id = `<${subject.replaceAll(' ', '-')}@customer.example>`;
  await desk.send(plainMail({ Subject: subject, 'Message-ID': id, ...more }, `About ${subject}.`));
  await desk.settled();
  for await (const number of desk.desk.store.numbers())
    if ((await desk.desk.store.read(number))?.ticket.subject === subject) return { number, id };
  throw new Error(`"${subject}" was not filed`);
}

async function change(number: TicketNumber, field: 'priority' | 'state', value: string) {
  const done = await desk.desk.tickets.run(
    number,
    { kind: 'update', changes: [{ kind: 'set', field, value }] },
    ben,
  );
  expect(done).toMatchObject({ ok: true });
}

async function addTag(number: TicketNumber, value: string) {
  const changes = [{ kind: 'add', set: 'tag', value }] as const;
  expect(await desk.desk.tickets.run(number, { kind: 'update', changes }, ben)).toMatchObject({
    ok: true,
  });
}

/** What has the focus, in a word or two. */
function focused(): Promise<string> {
  return page.evaluate<string>(`{
    const now = document.activeElement;
    const places = '.row, #way, #facts, #side, #tree, #preview, #flow, .write, .top, .bar';
    const place = now.closest(places);
    const where = place?.id || place?.className.split(' ')[0] || '';
    const what = now.getAttribute('name') ?? now.getAttribute('data-key') ?? now.textContent.trim();
    now === document.body ? 'nothing' : [where, now.localName, what].join(' ').replace(/\\s+/g, ' ');
  }`);
}

const hasFocus = (locator: Locator) =>
  expect.poll(async () => (await locator.and(page.locator(':focus')).count()) > 0, wait).toBe(true);

const placeCaret = (at: number) =>
  page.evaluate(`document.activeElement.setSelectionRange(${at}, ${at})`);

/** Words of a field, and where the caret stands in them. */
const typed = () =>
  page.evaluate<readonly unknown[]>(
    '[document.activeElement.value, document.activeElement.selectionStart]',
  );

/** The focus now, and again when the work is seen on the page. */
async function keepsFocus(work: () => Promise<unknown>, seen: () => Promise<unknown>) {
  const before = await focused();
  expect(before).not.toBe('nothing');
  await work();
  await seen();
  expect(await focused()).toBe(before);
}

it('in the list', async () => {
  const first = await receive('The first lamp');
  await receive('The second lamp');
  await page.goto(`${desk.url}/tickets?q=is:open`);
  const row = page.locator(`#t-${first.number}`);

  // A word half typed, with the caret in it.
  const search = page.getByRole('combobox', { name: 'Search all tickets' });
  await search.fill('from:kim');
  await placeCaret(2);
  await keepsFocus(
    () => receive('The third lamp'),
    () => page.locator('#fresh').waitFor(),
  );
  expect(await typed()).toEqual(['from:kim', 2]);
  // Said once, politely.
  expect(await page.locator('[role="status"]').filter({ hasText: '1 new ticket' }).count()).toBe(1);

  // The bar goes when it was pressed: on to the first of what it brought.
  await page.locator('#fresh').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'The third lamp' }).first().waitFor();
  await expect.poll(focused, wait).toMatch(/^t-\d+ a /);

  // A ticked box of a row that changes.
  const box = row.locator('input[name="ticket"]');
  await box.focus();
  await page.keyboard.press('Space');
  await keepsFocus(
    () => change(first.number, 'state', 'pending-customer'),
    () => row.getByText('waiting', { exact: false }).first().waitFor({ state: 'attached' }),
  );
  expect(await box.isChecked()).toBe(true);
  // The link of a row, when the list is loaded anew by a key.
  await row.locator('.sub a').focus();
  await receive('The fourth lamp');
  await page.locator('#fresh').waitFor();
  await keepsFocus(
    () => page.keyboard.press('n'),
    () => page.getByRole('link', { name: 'The fourth lamp' }).first().waitFor(),
  );
  expect(await box.isChecked()).toBe(true);

  // The same when the row changes, and a place in the tree whose number does.
  await keepsFocus(
    () => change(first.number, 'state', 'open'),
    () => row.getByText('open', { exact: false }).first().waitFor({ state: 'attached' }),
  );
  const place = page.locator('#tree a').first();
  await place.focus();
  const count = await page.locator('#tree').textContent();
  await keepsFocus(
    () => receive('The fifth lamp'),
    () => expect.poll(() => page.locator('#tree').textContent(), wait).not.toBe(count),
  );

  // A menu that is closed gives the focus back to what opened it.
  const sort = page.locator('.bar details.pick summary');
  await sort.focus();
  await page.keyboard.press('Enter');
  await page.locator('.bar .menu a').first().focus();
  await page.keyboard.press('Escape');
  await hasFocus(sort);

  // The preview, and a control in it while the ticket changes.
  await row.locator('.sub a').focus();
  await page.keyboard.press('j');
  await page.locator('#preview .th h2').waitFor();
  expect(await focused()).not.toBe('nothing');
  const open = page.locator('#preview a[data-key="o"]');
  await open.focus();
  const shown = await page.locator('.row[aria-current]').getAttribute('data-number');
  await keepsFocus(
    async () => {
      for await (const number of desk.desk.store.numbers())
        if (number === shown) await change(number, 'priority', 'urgent');
    },
    () =>
      page.locator('#preview .facts').getByText('urgent').first().waitFor({ state: 'attached' }),
  );

  // What opens above the page gives the focus back.
  await page.locator('button[popovertarget="keys"]').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('#keys').waitFor();
  await page.keyboard.press('Escape');
  expect(await focused()).toMatch(/^top button/);
  await page.locator('#bell').focus();
  await page.keyboard.press('Enter');
  await page.locator('#news').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#news').waitFor({ state: 'hidden' });
  expect(await focused()).toMatch(/^top a/);
}, 240_000);

it('in a ticket', async () => {
  const { number, id } = await receive('The broken switch');
  for (const round of [1, 2, 3, 4, 5, 6])
    await receive('The broken switch', {
      'Message-ID': `<round-${round}@customer.example>`,
      'In-Reply-To': id,
    });
  await page.goto(`${desk.url}/tickets/${number}`);
  const follow = async (name: string) => {
    await desk.send(
      plainMail(
        {
          Subject: 'Re: The broken switch',
          'Message-ID': `<${name}@customer.example>`,
          'In-Reply-To': id,
        },
        `This is ${name}.`,
      ),
    );
    await desk.settled();
  };
  const arrives = (name: string) => page.locator('#flow').getByText(`This is ${name}.`).waitFor();

  for (const control of [
    '#way a[data-key="u"]',
    '#side [data-key="w"]',
    '#flow .card .acts a',
    '.begin a',
  ]) {
    await page.locator(control).first().focus();
    const name = `mail ${control.replace(/\W/g, '')}`.replace(' ', '-');
    await keepsFocus(
      () => follow(name),
      () => arrives(name),
    );
  }

  // Facts and side bar change around the control that has the focus.
  await page.locator('#side [data-key="w"]').focus();
  await keepsFocus(
    () => addTag(number, 'vip'),
    () => page.locator('#side .tag').getByText('vip').waitFor(),
  );
  // Taken out and put back by a script.
  const watch = await focused();
  await page.evaluate(
    "{ const side = document.querySelector('#side'); side.remove(); document.querySelector('.ticket').append(side); }",
  );
  await expect.poll(focused, wait).toBe(watch);
  const fact = page.locator('#facts summary').first();
  await fact.focus();
  await keepsFocus(
    () => change(number, 'priority', 'high'),
    () =>
      page
        .locator('#facts')
        .getByText('high', { exact: false })
        .first()
        .waitFor({ state: 'attached' }),
  );

  // The control itself is gone: on to one beside it.
  await page.locator('#side .tag .drop').focus();
  await desk.desk.tickets.run(
    number,
    { kind: 'update', changes: [{ kind: 'remove', set: 'tag', value: 'vip' }] },
    ben,
  );
  await page.locator('#side .tag').waitFor({ state: 'detached' });
  await expect.poll(focused, wait).toMatch(/^side /);

  // An open menu stays open, and gives the focus back when it is closed.
  await fact.focus();
  await page.keyboard.press('Enter');
  const item = page.locator('#facts details[open] .item').first();
  await item.focus();
  await keepsFocus(
    () => follow('mail-menu'),
    () => arrives('mail-menu'),
  );
  expect(await item.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  await hasFocus(fact);

  // Something half typed in the side bar.
  await page.locator('#edit-tags summary').click();
  const tag = page.locator('#edit-tags input[name="add.tag"]');
  await tag.fill('half a ta');
  await keepsFocus(
    () => follow('mail-tag'),
    () => arrives('mail-tag'),
  );
  expect(await tag.inputValue()).toBe('half a ta');
  await page.keyboard.press('Escape');

  // What came is out of sight: the button leads to it, and is gone.
  await page.evaluate("document.querySelector('#talk').scrollTo(0, 0)");
  await follow('mail-below');
  const arrived = page.locator('#arrived');
  await arrived.waitFor();
  expect(
    await page
      .locator('[role="status"]')
      .filter({ hasText: /\d new/ })
      .count(),
  ).toBe(1);
  await arrived.focus();
  await page.keyboard.press('Enter');
  await arrives('mail-below');
  await expect.poll(focused, wait).toMatch(/^flow article/);
}, 240_000);

it('in an answer', async () => {
  const { number, id } = await receive('The humming lamp');
  await page.goto(`${desk.url}/tickets/${number}/answer`);
  const text = page.locator('.write textarea');
  await text.fill('It hums because of the ballast.');
  await placeCaret(7);
  await keepsFocus(
    async () => {
      await desk.send(
        plainMail(
          {
            Subject: 'Re: The humming lamp',
            'Message-ID': '<hum@customer.example>',
            'In-Reply-To': id,
          },
          'It hums louder.',
        ),
      );
      await change(number, 'priority', 'urgent');
    },
    () => page.locator('#flow').getByText('It hums louder.').waitFor(),
  );
  expect(await typed()).toEqual(['It hums because of the ballast.', 7]);

  // A file is taken out: its button goes, the focus stays in the form.
  await page.locator('#files').setInputFiles({
    name: 'hum.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('mmmm'),
  });
  const drop = page.locator('#files-list button');
  await drop.waitFor();
  await drop.focus();
  await page.keyboard.press('Enter');
  await drop.waitFor({ state: 'detached' });
  await expect.poll(focused, wait).toMatch(/^(write|bar) /);
}, 120_000);
