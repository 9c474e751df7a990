/** A fax is seen, page by page and the right way up; a recording is heard from its middle; both without script as well. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { drawPage, makeTiff, makeTone, type SoundKind } from '../helpers/fax-and-sound.ts';
import { axeOn } from '../helpers/page-checks.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let desk: TestApp;
let number: TicketNumber;
let browser: OpenBrowser;
let page: Page;

const sounds: readonly (readonly [kind: SoundKind, name: string, type: string])[] = [
  ['mp3', 'call.mp3', 'audio/mpeg'],
  ['wav-alaw', 'a-law.wav', 'audio/x-wav'],
  ['wav-ulaw', 'u-law.wav', 'application/octet-stream'],
  ['opus', 'voice.opus', 'audio/ogg'],
  ['m4a', 'memo.m4a', 'audio/mp4'],
];

/** Coarse, as many fax machines send: twice as many dots across as down. */
const sheet = { width: 1728, height: 1143 };
const pages = [drawPage(1, sheet), drawPage(2, sheet), drawPage(3, sheet)];

interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  await desk.send(plainMail({ From: 'Katrin Brandt <katrin@customer.example>' }));
  await desk.settled();
  for await (const each of desk.desk.store.numbers()) number = each;
  const fax = await makeTiff({ compression: 'g3:2d', pages, resolution: [204, 98] });
  const torn = await makeTiff({
    compression: 'lzw',
    pages: [drawPage(1, { width: 80, height: 99 })],
  });
  await put('fax-in', 'Fax from +49 30 1234568', [
    { name: 'fax.tif', type: 'image/tiff', bytes: fax },
    { name: 'torn.tif', type: 'image/tiff', bytes: withUnknownCompression(torn) },
  ]);
  const recordings: File[] = [];
  for (const [kind, name, type] of sounds)
    recordings.push({ name, type, bytes: await makeTone(kind, { seconds: 12 }) });
  const amr = { name: 'old.amr', type: 'audio/amr', bytes: await makeTone('amr') };
  await put('recording', 'Call from +49 30 1234567', [...recordings, amr]);
  await desk.desk.index.apply(number);
  browser = await openBrowser({ viewport: { width: 1400, height: 1000 } });
  page = await browser.newPage();
  const { login } = desk.started.firstLogin ?? { login: 'admin' };
  await desk.desk.accounts.setPassword(login, 'correct horse battery');
  await logIn(page);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

/** As another program puts a file into the ticket's folder. */
async function put(kind: string, from: string, files: readonly File[]): Promise<void> {
  const parts = files.flatMap(({ name, type, bytes }) => [
    '--cut',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\n'),
  ]);
  const lines = [
    `Ticket-Event: ${kind}`,
    'Ticket-Actor: system drop',
    `From: "${from}" <drop@localhost>`,
    'To: support@localhost',
    `Subject: ${from}`,
    `Message-ID: <${kind}@localhost>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="cut"',
    '',
    ...parts,
    '--cut--',
    '',
  ];
  await writeFile(join(desk.desk.folderPath(number), 'new', kind), lines.join('\n'));
}

/** The tag's value stands behind its number, type and count. */
function withUnknownCompression(tiff: Buffer): Buffer {
  const copy = Buffer.from(tiff);
  copy.writeUInt16LE(60_000, copy.indexOf(Buffer.from([3, 1, 3, 0, 1, 0, 0, 0])) + 8);
  return copy;
}

async function logIn(into: Page): Promise<void> {
  const { login } = desk.started.firstLogin ?? { login: 'admin' };
  await into.goto(`${desk.url}/login`);
  await into.locator('input[name=login]').fill(login);
  await into.locator('input[name=password]').fill('correct horse battery');
  await into.locator('input[name=password]').press('Enter');
  await into.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** Whether the picture is dark at shares of its width and height. */
const darkAt = (picture: string, places: readonly (readonly [number, number])[]) =>
  page.evaluate(
    `(async () => {
      const image = document.querySelector(${JSON.stringify(picture)});
      image.loading = 'eager';
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      return ${JSON.stringify(places)}.map(([x, y]) =>
        pen.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0] < 128);
    })()`,
  );

/** The thick line at the top, the square at the lower left, and as many bars as the number of the page. */
const marks = [
  [0.5, 0.045],
  [0.1, 0.935],
  [0.9, 0.935],
  [0.09, 0.11],
  [0.15, 0.11],
  [0.21, 0.11],
] as const;

it('shows small pages of a fax in its message, each the right one and the right way up', async () => {
  await page.goto(`${desk.url}/tickets/${number}`);
  const thumbs = page.locator('.thumbs a');
  expect(await thumbs.allTextContents()).toEqual(['Page 1', 'Page 2', 'Page 3', 'Page 4']);
  for (const at of [1, 2, 3])
    expect(await darkAt(`.thumbs a:nth-child(${at}) img`, marks)).toEqual([
      true,
      true,
      false,
      true,
      at > 1,
      at > 2,
    ]);
  // A4: as tall as it was on paper, although it came with half the dots in a row's height.
  const { width, height } = (await thumbs.first().locator('img').boundingBox()) ?? {
    width: 0,
    height: 0,
  };
  expect(height / width).toBeCloseTo((1143 * 204) / 98 / 1728, 1);
  expect(await page.locator('.trail li').count()).toBe(3);
  expect(await axeOn(page)).toEqual([]);
});

it('shows all pages one after another, larger, turned, by keys, and says which one it cannot show', async () => {
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.locator('.thumbs a').first().click();
  const first = page.locator('#p-1 img');
  expect(await darkAt('#p-2 img', marks)).toEqual([true, true, false, true, true, false]);
  expect(await first.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBe(1728);
  await page.keyboard.press('+');
  await page.waitForURL(/zoom=75/);
  expect((await first.boundingBox())?.width).toBeCloseTo(1728 * 0.75, 0);
  await page.keyboard.press('v');
  await page.waitForURL(/turn=90/);
  const box = await page.locator('#p-1 svg[role]').boundingBox();
  expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo((1143 * 204) / 98 / 1728, 1);
  await page.keyboard.press('0');
  await page.waitForURL((url) => !url.search.includes('zoom'));
  await page.keyboard.press('j');
  expect(await page.evaluate<string>('document.activeElement.id')).toBe('p-2');
  expect(await axeOn(page)).toEqual([]);
  const broken = await page.request.get(
    `${desk.url}${await page.locator('#p-4 image').getAttribute('href')}`,
  );
  expect([broken.status(), await broken.text()]).toEqual([
    422,
    expect.stringContaining('This page cannot be shown.'),
  ]);
});

it('plays each kind of recording: its length, from its middle, faster, one at a time, with its waveform', async () => {
  const parts: (readonly [name: string, status: number, range: string])[] = [];
  page.on('response', (answer) => {
    const range = answer.request().headers().range;
    if (range !== undefined) parts.push([answer.url(), answer.status(), range]);
  });
  await page.goto(`${desk.url}/tickets/${number}`);
  const players = page.locator('.player');
  expect(await players.count()).toBe(sounds.length);
  for (const [at, [kind]] of sounds.entries()) {
    const player = players.nth(at);
    await player.scrollIntoViewIfNeeded();
    await expect
      .poll(() => player.locator('.clock').textContent(), { timeout: 20_000 })
      .toBe('0:00 / 0:12');
    await expect.poll(() => player.getAttribute('data-wave'), { timeout: 20_000 }).toBe('drawn');
    const heights = await player
      .locator('.wave rect')
      .evaluateAll((bars: { getAttribute(name: string): string }[]) =>
        bars.map((bar) => Number(bar.getAttribute('height'))),
      );
    // The tone is silent from its middle on.
    expect([kind, heights.length, Math.min(...heights.slice(2, 30)) > 20]).toEqual([
      kind,
      72,
      true,
    ]);
    expect(Math.max(...heights.slice(42))).toBeLessThan(6);
  }
  const mp3 = players.first();
  await mp3.locator('[data-play]').click();
  await expect.poll(() => timeOf(mp3)).toBeGreaterThan(0.1);
  const track = (await mp3.locator('.track').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.click(track.x + track.width * 0.5, track.y + track.height / 2);
  await expect.poll(() => timeOf(mp3)).toBeGreaterThan(5.9);
  await mp3.locator('select').selectOption('2');
  expect(
    await mp3.locator('audio').evaluate((audio: { playbackRate: number }) => audio.playbackRate),
  ).toBe(2);
  await players.nth(1).locator('[data-play]').click();
  await expect.poll(() => mp3.locator('[data-play]').getAttribute('aria-pressed')).toBe('false');
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.every(([, status]) => status === 206)).toBe(true);
  expect(await page.locator('.sound').last().textContent()).toContain('Save it to hear it');
  expect(await axeOn(page)).toEqual([]);
});

const timeOf = (player: ReturnType<Page['locator']>) =>
  player.locator('audio').evaluate((audio: { currentTime: number }) => audio.currentTime);

it('needs no script for any of it', async () => {
  const plain = await openBrowser({ javaScript: false });
  try {
    const still = await plain.newPage();
    await logIn(still);
    await still.goto(`${desk.url}/tickets/${number}`);
    expect(await still.locator('audio[controls]').first().isVisible()).toBe(true);
    expect(await still.locator('.player select').first().isVisible()).toBe(false);
    await still.locator('.thumbs a').nth(1).click();
    await still.waitForURL(/pages#p-2$/);
    await still.getByRole('link', { name: 'Rotate' }).click();
    await still.waitForURL(/turn=90/);
    expect(await still.locator('#p-1 svg image').count()).toBe(1);
  } finally {
    await plain.close();
  }
});

it('shows in a row of the list which contacts there were', async () => {
  await page.goto(`${desk.url}/tickets?q=`);
  const contacts = page.locator('.row .contacts').first();
  expect(await contacts.getAttribute('aria-label')).toBe(
    'Contacts: Mail received · Fax received · Recording',
  );
});
