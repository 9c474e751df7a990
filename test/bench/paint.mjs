/**
 * When a page is seen: First Contentful Paint (W3C Paint Timing) in Debian's Chromium with a processor four times slower,
 * from the click on; and what the pages weigh on the way. Undefined where there is no Chromium.
 */
import { accessSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createRenderer } from '../../dist/services/render/templates.js';

const slower = 4;
const rounds = 9;
const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];

function findChromium() {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => {
      try {
        accessSync(path);
        return true;
      } catch {
        return false;
      }
    },
  );
}

/** Milliseconds: for every path the median first visit (nothing kept yet) and the median of later ones. */
export async function measurePaint(base, cookie, paths) {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  const browser = await chromium.launch({ executablePath, headless: true, args: flags });
  try {
    const times = new Map(paths.map((path) => [path, { first: [], later: [] }]));
    for (let round = 0; round < rounds; round += 1)
      for (const path of paths) await visit(browser, base, cookie, path, times.get(path));
    return new Map(
      [...times].map(([path, { first, later }]) => [
        path,
        { first: median(first), later: median(later) },
      ]),
    );
  } finally {
    await browser.close();
  }
}

async function visit(browser, base, cookie, path, times) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  try {
    await context.addCookies(
      cookie.split('; ').map((pair) => {
        const [name, ...value] = pair.split('=');
        return { name, value: value.join('='), url: base };
      }),
    );
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    for (const list of [times.first, times.later]) {
      await page.goto(base + path, { waitUntil: 'load' });
      list.push(await page.evaluate(firstPaint));
    }
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
function firstPaint() {
  const [entry] = performance.getEntriesByName('first-contentful-paint');
  if (entry !== undefined) return entry.startTime;
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [found] = list.getEntriesByName('first-contentful-paint');
      if (found !== undefined) resolve(found.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** Compressed bytes of all scripts and all style sheets as they go out, those of the charts included. */
export async function weigh() {
  const root = join(import.meta.dirname, '../..');
  const { assets } = await createRenderer({
    templatesDirectory: join(root, 'templates'),
    localesDirectory: join(root, 'locales'),
  });
  const names = [...readdirSync(join(root, 'templates/static')), 'uplot.js', 'uplot.css'];
  const sum = (ending) =>
    names
      .filter((name) => name.endsWith(ending))
      .reduce((bytes, name) => bytes + assets.find(name).compressed('br').length, 0);
  return { scripts: sum('.js'), styles: sum('.css') };
}
