/**
 * What axe and the checks of our own find on an open page.
 *
 * Owns: the looks a page is checked in. Promises: sentences that name look, rule and element; nothing found is an
 * empty list. The page is left in its first look and width.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const checks = readFile(new URL('access-checks.js', import.meta.url), 'utf8');

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** High, so that the edge of a pane cuts no target. */
export const wide = { width: 1440, height: 2400 };

/** A theme changes colours and nothing else, so only rules that look at colours are asked again, of one text of a kind. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** The contrasting theme follows the system: on light ground where one reads from the left, on dark ground else. */
const themes = ['dark', 'contrast'];

const samples = "{ include: [['[data-sample]']] }";

const without = (rules: readonly string[]) =>
  Object.fromEntries(rules.map((rule) => [rule, { enabled: false }]));

/** Each width in CSS pixels: a window of 1280 at 200 %, and at 400 %, which is also a small phone. */
const narrow = [
  { width: 640, height: 512 },
  { width: 320, height: 640 },
];

/** WCAG 1.4.12. */
const wideText = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }`;

/** axe alone, for a page in the middle of a story. */
export async function axeOn(page: Page): Promise<readonly string[]> {
  return runAxe(page, { runOnly: tags });
}

/** Everything, in every theme and width. */
export async function checkPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(await checks);
  const found: string[] = [];
  const add = async (look: string, work: Promise<readonly string[]>) =>
    void found.push(...(await inLook(look, work)));
  const names = ['outline', 'liveRegions', 'references', 'languages', 'targets', 'sideways', 'cut'];
  await add('wide', ask(page, [...names, 'pasted', 'motion']));
  await page.evaluate('accessChecks.markSamples()');
  const isRightToLeft = await page.evaluate<boolean>("document.dir === 'rtl'");
  await add('light', runAxe(page, { runOnly: tags, rules: without(colourRules) }));
  await add('light', runAxe(page, { runOnly: { type: 'rule', values: colourRules } }, samples));
  const before = await page.evaluate<string>("document.documentElement.dataset.theme ?? ''");
  await page.emulateMedia({ colorScheme: isRightToLeft ? 'dark' : 'light' });
  for (const theme of themes) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
    await add(theme, runAxe(page, { runOnly: { type: 'rule', values: colourRules } }, samples));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(
    before === ''
      ? 'delete document.documentElement.dataset.theme'
      : `document.documentElement.dataset.theme = '${before}'`,
  );
  for (const size of narrow) {
    await page.setViewportSize(size);
    await add(`${size.width} px`, ask(page, ['targets', 'sideways', 'cut', 'outline']));
  }
  await page.evaluate(`{
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(wideText)});
    document.adoptedStyleSheets = [sheet];
  }`);
  await add('wide text, 320 px', ask(page, ['sideways', 'cut']));
  await page.setViewportSize(wide);
  await add('wide text', ask(page, ['sideways', 'cut']));
  await page.evaluate('document.adoptedStyleSheets = []');
  return found;
}

/** Presses Tab until the page has been walked round, or so many times; each stop must be seen. */
export async function walkByTab(page: Page, most: number): Promise<readonly string[]> {
  await page.evaluate(await checks);
  const found: string[] = [];
  const first = 'document.activeElement.matches(".skip")';
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press('Tab');
    if (stop > 0 && (await page.evaluate<boolean>(first))) break;
    found.push(...(await page.evaluate<readonly string[]>('accessChecks.focus()')));
  }
  return found;
}

async function inLook(look: string, work: Promise<readonly string[]>): Promise<readonly string[]> {
  return (await work).map((one) => `${look}: ${one}`);
}

async function runAxe(
  page: Page,
  options: object,
  context = 'document',
): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(await axe);
  return page.evaluate<readonly string[]>(
    `axe.run(${context}, ${JSON.stringify({ ...options, iframes: false, resultTypes: ['violations'] })}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) =>
        [id, html.slice(0, 200), any[0]?.message ?? ''].join(': '))))`,
  );
}

function ask(page: Page, names: readonly string[]): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(
    // What draws itself anew after a change of width does so in the frame after the next.
    `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))).then(() => ${JSON.stringify(names)}.flatMap((name) => accessChecks[name]().map((one) => name + ': ' + one)))`,
  );
}
