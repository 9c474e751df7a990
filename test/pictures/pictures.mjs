/**
 * The pictures of README and docs: `npm run pictures [-- NAME…]`.
 *
 * Fills a demo desk in a temporary directory as it is on a Tuesday morning, whatever the day, opens each page of
 * `pictures.json` in Chromium and writes it to docs/screenshots/. A row whose language has no catalogue is passed over.
 * Needs what `npm run build` makes, and Chromium in the PATH.
 */
import { constants } from 'node:fs';
import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { systemClock } from '../../dist/base/clock.js';
import { silentLog } from '../../dist/base/log.js';
import { systemRandom } from '../../dist/base/random.js';
import { startDemo } from '../../dist/demo/demo.js';
import { nodeFiles } from '../../dist/storage/files.js';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/screenshots');
const mostColours = 96;
const { morning, pictures } = JSON.parse(
  await readFile(join(import.meta.dirname, 'pictures.json'), 'utf8'),
);
const wanted = process.argv.slice(2);
const rows = pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const directory = await mkdtemp(join(tmpdir(), 'maildesk-pictures-'));
const demo = await openDemo();
const browser = await chromium.launch({ executablePath: await findChromium(), args: flags() });
try {
  const state = await logIn();
  const languages = new Set(await readdir(join(root, 'locales')));
  for (const row of rows) {
    if (languages.has(row.language ?? 'en')) await write(row, await shoot(row, state));
    else console.log(`${row.name}: no catalogue "${row.language}"`);
  }
} finally {
  await browser.close();
  await demo.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Its clock begins on the morning of the pictures and runs on. */
function openDemo() {
  const shift = Date.parse(morning) - systemClock.now();
  const parts = {
    clock: { ...systemClock, now: () => systemClock.now() + shift },
    random: systemRandom,
    files: nodeFiles,
    log: silentLog,
    hostName: 'desk.alpenlink.example',
    processId: 1,
    timeZone: 'Europe/Berlin',
    accountOf: () => 'root',
    version: '0',
    processFigures: () => ({ residentBytes: 0, heapUsedBytes: 0, uptimeSeconds: 0 }),
    text: 'here',
  };
  const environment = { MAILDESK_HTTP: '127.0.0.1:0', MAILDESK_SMTP: '127.0.0.1:0' };
  return startDemo(directory, environment, parts, { isLive: false });
}

function address(path) {
  return `http://127.0.0.1:${demo.started.http.port}${path}`;
}

async function logIn() {
  await demo.app.settled();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address(demo.loginPath));
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** The picture as PNG bytes. */
async function shoot(row, storageState) {
  const context = await browser.newContext({
    storageState,
    viewport: { width: row.width, height: row.height },
    colorScheme: row.theme === 'dark' ? 'dark' : 'light',
    contrast: row.theme === 'contrast' ? 'more' : 'no-preference',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  await page.goto(address('/'));
  await choose(page, '/language', 'language', row.language ?? 'en');
  await choose(page, '/look', 'density', row.density ?? 'comfortable');
  const number = row.subject === undefined ? '' : await numberOf(page, row.subject);
  await page.goto(address(row.path.replaceAll('{ticket}', number)));
  if (row.click !== undefined) await page.click(row.click);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.evaluate(() => document.fonts.ready);
  const bytes = await page.screenshot();
  await context.close();
  return bytes;
}

/** Presses the button of a form that stands in every page; the menu it lies in may be closed. */
async function choose(page, action, name, value) {
  // The languages stand in the tree and, for small screens, at the foot.
  const button = page
    .locator(`form[action="${action}"] button[name="${name}"][value="${value}"]`)
    .first();
  if ((await button.getAttribute('aria-current')) !== null) return;
  const shown = page.waitForNavigation();
  await button.evaluate((element) => element.click());
  await shown;
}

async function numberOf(page, subject) {
  await page.goto(address(`/tickets?q=${encodeURIComponent(`subject:"${subject}"`)}`));
  const number = await page.locator('.row').first().getAttribute('data-number');
  if (number === null) throw new Error(`No ticket "${subject}"`);
  return number;
}

/** WebP without loss, of few colours, is a fifth of a PNG; the browser is at hand to make it. */
async function write({ name }, png) {
  const page = await browser.newPage();
  const source = `data:image/png;base64,${png.toString('base64')}`;
  const base64 = await page.evaluate(toSmallWebp, { source, mostColours });
  await page.close();
  const path = join(folder, `${name}.webp`);
  await writeFile(path, Buffer.from(base64, 'base64'));
  console.log(`${name}: ${Math.round((await stat(path)).size / 1000)} kB`);
}

/**
 * Runs in the browser. The commonest colours stay exactly as they are; the rest, which are the edges of letters, take
 * the nearest of them.
 */
async function toSmallWebp({ source, mostColours }) {
  const picture = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  const image = pen.getImageData(0, 0, picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostColours)
    .map(([pixel]) => pixel);
  const part = (pixel, at) => (pixel >>> (8 * at)) & 255;
  const distance = (one, other) =>
    [0, 1, 2].reduce((sum, at) => sum + (part(one, at) - part(other, at)) ** 2, 0);
  const nearest = new Map();
  for (const pixel of counts.keys()) {
    let best = palette[0];
    for (const colour of palette)
      if (distance(pixel, colour) < distance(pixel, best)) best = colour;
    nearest.set(pixel, best);
  }
  pixels.forEach((pixel, at) => {
    pixels[at] = nearest.get(pixel);
  });
  pen.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 1 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

async function findChromium() {
  const places = (process.env.PATH ?? '').split(delimiter).filter((place) => place !== '');
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const place of places) {
      const path = join(place, name);
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
    }
  }
  throw new Error('Chromium is missing: install it, on Debian with "apt-get install chromium"');
}

function flags() {
  return ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];
}
