/**
 * Every mail of the corpus in a real browser: its row in the list with its subject, and its page with its words.
 *
 * Each mail is a ticket of its own, for its row, and a message of a longer ticket, so that some twenty pages show all of them.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatInstant, minute, toInstant } from '../../src/base/clock.ts';
import { folderOf, formatTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { encodeMessage } from '../../src/storage/message-file.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import {
  clientReading,
  corpusFiles,
  flat,
  partialReadings,
  readCorpusMail,
} from '../helpers/corpus.ts';
import { emptyFacts } from '../helpers/facts.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';

/** So many mails are messages of one ticket. */
const together = 32;
/** So many pages are open at once. */
const abreast = 2;
const begin = Date.UTC(2026, 10, 23, 8);

const files = corpusFiles();
const partial = partialReadings();
const patience = { timeout: 60_000, interval: 20 };

/** Where the HTML says it in other words than the text, which is what the readings are about. */
const wordsOfHtml: Readonly<Record<string, string>> = {
  'html/alternative-related.eml': 'Words beside a picture',
  'html/alternative.eml': 'The plain words',
};

let directory: string;
let desk: TestApp;
let browser: OpenBrowser;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-corpus-'));
  for (const [at, file] of files.entries())
    for (const number of [aloneIn(at), togetherIn(at)]) await fileMail(file, number, at);
  desk = await startTestApp({ directory });
  browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(`${desk.url}${desk.started.firstLogin?.path}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  await page.close();
}, 180_000);

afterAll(async () => {
  await browser.close();
  await desk.stop();
  await rm(directory, { recursive: true, force: true });
});

function aloneIn(at: number): TicketNumber {
  return formatTicketNumber('20261121', at + 1);
}

function togetherIn(at: number): TicketNumber {
  return formatTicketNumber('20261122', Math.floor(at / together) + 1);
}

/** As intake files a mail, without waiting for the disk. */
async function fileMail(file: string, number: TicketNumber, at: number): Promise<void> {
  const time = toInstant(begin + at * minute);
  const { bytes } = await encodeMessage(
    {
      draft: {
        kind: 'mail-in',
        actor: { kind: 'customer', address: 'kim@customer.example' },
        changes: [],
        fields: [],
      },
      content: {
        kind: 'received',
        raw: readCorpusMail(file),
        trace: ['Return-Path: <kim@customer.example>'],
        facts: emptyFacts,
      },
    },
    { number, time, timeText: formatInstant(time), previous: [] },
  );
  const folder = join(directory, 'tickets', ...folderOf(number));
  for (const part of ['tmp', 'new', 'cur']) await mkdir(join(folder, part), { recursive: true });
  await writeFile(join(folder, 'new', `${begin / 1000 + at}.M1P1Q${at}.corpus`), bytes);
}

it('every mail is a row of the list with its subject', async () => {
  const page = await browser.newPage();
  const seen = watch(page);
  const subjects = new Map<string, string>();
  let next: string | undefined = '/tickets?q=is:open';
  while (next !== undefined && subjects.size < 2 * files.length) {
    const before = subjects.size;
    expect((await page.goto(desk.url + next))?.status()).toBe(200);
    for (const { number, subject } of await rowsOf(page)) subjects.set(number, subject);
    expect(subjects.size).toBeGreaterThan(before);
    next = await page
      .locator('a[rel=next]')
      .evaluateAll(([link]) => link?.getAttribute('href') ?? undefined);
  }
  const wrong = files.flatMap((file, at) => {
    const shown = subjects.get(aloneIn(at));
    const wanted = subjectOf(file);
    return isSubject(shown, wanted) ? [] : [{ file, wanted, shown }];
  });
  expect(wrong).toEqual([]);
  expect(seen.problems()).toEqual([]);
  await page.close();
}, 180_000);

it('every mail stands in its ticket with its first words, and nothing of it is complained of or loaded', async () => {
  const waiting = [...new Set(files.map((_, at) => togetherIn(at)))];
  const problems: string[] = [];
  let blocked = 0;
  await Promise.all(
    Array.from({ length: abreast }, async () => {
      const page = await browser.newPage();
      const seen = watch(page);
      for (let number = waiting.pop(); number !== undefined; number = waiting.pop())
        problems.push(...(await look(page, number)));
      problems.push(...seen.problems());
      blocked += seen.blocked();
      await page.close();
    }),
  );
  expect(problems).toEqual([]);
  // What the frame's policy alone keeps out is little: the server has taken the rest out before.
  expect(blocked).toBeLessThan(50);
}, 180_000);

/** What the browser complains of, and where it wants to go. */
function watch(page: Page) {
  const found = new Set<string>();
  let blocked = 0;
  page.on('pageerror', (error) => found.add(`${page.url()}: ${error}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (/Content Security Policy|ERR_BLOCKED_BY_CSP/.test(message.text())) blocked += 1;
    else found.add(`${page.url()}: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) found.add(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${desk.url}/`) && !url.startsWith('data:'))
      found.add(`${page.url()} asks for ${url}`);
  });
  return { problems: () => [...found], blocked: () => blocked };
}

function rowsOf(page: Page) {
  return page.locator('li.row').evaluateAll((rows) =>
    rows.map((row) => ({
      number: row.getAttribute('data-number') ?? '',
      subject: row.querySelector('.sub')?.textContent ?? '',
    })),
  );
}

/** What is wrong with the page of a ticket. */
async function look(page: Page, number: TicketNumber): Promise<readonly string[]> {
  const answer = await page.goto(`${desk.url}/tickets/${number}?whole=1`);
  if (answer?.status() !== 200) return [`${number}: ${answer?.status()}`];
  await loadFrames(page);
  const mine = files.filter((_, at) => togetherIn(at) === number);
  const shown = await wordsOn(page);
  if (shown.length !== mine.length) return [`${number}: ${shown.length} messages`];
  const problems = mine.flatMap((file, at) => {
    const wanted = wordsOf(file);
    const text = shown[at] ?? '';
    const isThere = bare(text).includes(bare(wanted));
    return isThere ? [] : [`${file}: "${wanted}" is not in ${JSON.stringify(flat(text))}`];
  });
  const wide = await page
    .locator('html, #talk, #flow, #flow article')
    .evaluateAll((boxes) =>
      boxes
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map(({ tagName, id, scrollWidth }) => `${tagName} ${id} is ${scrollWidth} wide`),
    );
  return [...problems, ...wide.map((each) => `${number}: ${each}`)];
}

/** Frames below the fold wait until somebody scrolls there. */
async function loadFrames(page: Page): Promise<void> {
  const count = await page.locator('iframe.html').evaluateAll((frames) => {
    for (const frame of frames) frame.setAttribute('loading', 'eager');
    return frames.length;
  });
  const loaded = () => page.frames().filter((frame) => /\/html(?:\?|$)/.test(frame.url()));
  await expect.poll(() => loaded().length, patience).toBe(count);
  await Promise.all(loaded().map((frame) => frame.waitForLoadState()));
}

/** What a person sees of each message, in the page and in its frame. */
async function wordsOn(page: Page): Promise<readonly string[]> {
  const framed = new Map(
    await Promise.all(
      page
        .frames()
        .slice(1)
        .map(async (frame) => [frame.url(), await frame.locator('body').allInnerTexts()] as const),
    ),
  );
  const cards = page.locator('#flow > li:has(> article)');
  const texts = await cards.allInnerTexts();
  const sources = await cards.evaluateAll((items) =>
    items.map((item) => [...item.querySelectorAll('iframe')].map(({ src }) => src)),
  );
  return texts.map((text, at) =>
    [text, ...(sources[at] ?? []).flatMap((src) => framed.get(src) ?? [])].join(' '),
  );
}

function clientOf(file: string): string | undefined {
  return /^clients\/(.*)\.eml$/.exec(file)?.[1];
}

function subjectOf(file: string): string | undefined {
  const client = clientOf(file);
  return client === undefined ? partial[file]?.subject : clientReading(client).subject;
}

/** Lists leave out what answers begin with, and numbers of tickets. */
function isSubject(shown: string | undefined, wanted: string | undefined): boolean {
  if (shown === undefined || wanted === undefined) return shown !== undefined;
  const [seen, whole] = [shown, wanted].map((text) => flat(text.replace(/\[#\d+\] ?/g, '')).trim());
  if (whole === '') return seen === '(no subject)';
  return seen !== undefined && seen !== '' && whole?.endsWith(seen) === true;
}

/** Words that the mail must show; empty where nothing is known of it. */
function wordsOf(file: string): string {
  const client = clientOf(file);
  if (client === undefined) return wordsOfHtml[file] ?? partial[file]?.textIncludes?.[0] ?? '';
  const { text, textIncludes } = clientReading(client);
  const first = text?.split('\n').find((line) => line.trim() !== '');
  return first?.slice(0, 40) ?? textIncludes?.[0] ?? '';
}

/** Without blanks, and without the signs by which a text stands for HTML. */
function bare(text: string): string {
  return text.replace(/[\s*]+/g, '');
}
