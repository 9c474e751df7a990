/** Files of a mail are seen, played and read in the page, warned of where they lie, and taken along in one zip. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { makePdf } from '../helpers/documents.ts';
import { exe, fileSamples } from '../helpers/file-samples.ts';
import { axeOn } from '../helpers/page-checks.ts';
import { findProgram } from '../helpers/programs.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

const run = promisify(execFile);

let desk: TestApp;
let browser: OpenBrowser;
let page: Page;
let directory: string;

const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

/** A second of a moving picture. */
async function makeFilm(): Promise<Buffer> {
  const path = join(directory, 'film.webm');
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=1'];
  await run(await findProgram('ffmpeg'), ['-v', 'error', ...source, '-c:v', 'libvpx', path]);
  return readFile(path);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-files-'));
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  const files: readonly (readonly [name: string, type: string, bytes: Buffer])[] = [
    ['dot.png', 'image/png', Buffer.from(dot, 'base64')],
    ['holiday.jpg', 'image/jpeg', exe],
    ['invoice.pdf', 'application/pdf', makePdf(['Invoice 4711'])],
    ['notes.txt', 'text/plain', Buffer.from('Zürich\nÜberall <b>Text</b>\n')],
    ['film.webm', 'video/webm', await makeFilm()],
    ['secret.zip', 'application/zip', fileSamples.lockedZip],
    ['notes.txt', 'text/plain', Buffer.from('second')],
  ];
  const parts = files.flatMap(([name, type, bytes]) => [
    '--cut',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  ]);
  await desk.send(
    [
      'From: "support@desk" <katrin@customer.example>',
      'Reply-To: Bo Holm <bo@elsewhere.example>',
      'To: support@localhost',
      'Subject: Files of all kinds',
      'Message-ID: <files@customer.example>',
      'Date: Mon, 23 Nov 2026 09:15:00 +0100',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="cut"',
      '',
      '--cut',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Here are the files.',
      ...parts,
      '--cut--',
      '',
    ].join('\r\n'),
  );
  await desk.settled();
  browser = await openBrowser({ viewport: { width: 1400, height: 1600 } });
  page = await browser.newPage();
  const { login } = desk.started.firstLogin ?? { login: 'admin' };
  await desk.desk.accounts.setPassword(login, 'correct horse battery');
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('correct horse battery');
  await page.locator('input[name=password]').press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

it('the list shows the real address, with its sign', async () => {
  await page.goto(`${desk.url}/tickets?q=`);
  const row = page.locator('.row .who').first();
  expect(await row.textContent()).toContain('katrin@customer.example (support@desk)');
  expect(await row.locator('.marks').textContent()).toContain('The name shows another address');
  await page.locator('.row .sub a').first().click();
  await page.waitForURL(/\/tickets\/\d+/);
});

it('picture and film are in the page; what lies is named', async () => {
  await page.goto(`${desk.url}/tickets/${await firstNumber()}`);
  const shown = await page.locator('.card .body').first().textContent();
  expect(shown).toContain('holiday.jpg: Called .jpg, but it is something else: a program');
  expect(shown).toContain('secret.zip: Locked with a password');
  expect(await page.locator('.about.warn').allTextContents()).toEqual([
    'The name shows another address. The real one is katrin@customer.example',
    'Answers go elsewhere: Bo Holm <bo@elsewhere.example>',
  ]);
  expect(await page.evaluate(loaded)).toEqual({ pictures: [1], film: true });
  expect(await axeOn(page)).toEqual([]);
});

/** Widths of the pictures, and whether the film can be played. */
const loaded = `(async () => {
  const pictures = [...document.querySelectorAll('.pictures img')];
  for (const picture of pictures) picture.loading = 'eager';
  await Promise.all(pictures.map((picture) => picture.decode()));
  const film = document.querySelector('.film video');
  await new Promise((done, failed) => {
    if (film.readyState > 0) return done();
    film.onloadedmetadata = done;
    film.onerror = failed;
    film.load();
  });
  return { pictures: pictures.map((picture) => picture.naturalWidth), film: film.videoWidth === 160 };
})()`;

it('text opens as text in a tab of its own, and a PDF for the browser’s own viewer', async () => {
  const opened = browser.context.waitForEvent('page');
  await page.locator('.file a', { hasText: 'notes.txt' }).first().click();
  const tab = await opened;
  await tab.waitForLoadState();
  expect(await tab.locator('body').textContent()).toContain('Überall <b>Text</b>');
  await tab.close();
  const href = await page
    .locator('.file a', { hasText: 'invoice.pdf' })
    .first()
    .getAttribute('href');
  const pdf = await page.request.get(desk.url + href);
  expect([pdf.headers()['content-type'], pdf.headers()['content-disposition']]).toEqual([
    'application/pdf',
    `inline; filename="invoice.pdf"; filename*=UTF-8''invoice.pdf`,
  ]);
});

it('all files come in one zip that other programs unpack', async () => {
  const download = page.waitForEvent('download');
  await page.locator('a[href$="/attachments.zip"]').click();
  const path = join(directory, 'files.zip');
  await (await download).saveAs(path);
  const out = join(directory, 'out');
  await run(await findProgram('unzip'), ['-q', path, '-d', out]);
  expect((await readdir(out)).sort()).toEqual([
    'dot.png',
    'film.webm',
    'holiday.jpg',
    'invoice.pdf',
    'notes (2).txt',
    'notes.txt',
    'secret.zip',
  ]);
  expect(await readFile(join(out, 'holiday.jpg'))).toEqual(exe);
  expect(await readFile(join(out, 'notes (2).txt'), 'utf8')).toBe('second');
});

it('the answer says where it goes', async () => {
  await page.goto(`${desk.url}/tickets/${await firstNumber()}/answer`);
  expect(await page.locator('#to').inputValue()).toBe('Bo Holm <bo@elsewhere.example>');
  expect(await page.locator('.write .about').textContent()).toBe(
    'Answers go elsewhere: Bo Holm <bo@elsewhere.example>',
  );
});

async function firstNumber(): Promise<string> {
  for await (const number of desk.desk.store.numbers()) return number;
  throw new Error('No ticket came about');
}
