/** The overview in a browser: charts are drawn under the page's strict policy, in both themes, and their tables open. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Colleague, welcomeColleague } from '../helpers/colleague.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { findViolations } from '../helpers/violations.ts';

let desk: TestApp;
let anna: Colleague;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  anna = await welcomeColleague(desk, { login: 'anna', name: 'Anna Adler' });
}, 240_000);

afterEach(async () => {
  await anna.browser.close();
  await desk.stop();
});

it('draws what stands in the tables, breaks no rule, and follows the theme', async () => {
  const { page } = anna;
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (line) => {
    if (line.type() === 'error') errors.push(line.text());
  });
  for (const [position, subject] of ['Lamp', 'Bulb'].entries())
    await desk.send(
      [
        'From: Kim Berg <kim@customer.example>',
        'To: support@localhost',
        `Subject: ${subject}`,
        `Message-ID: <${position}@test.example>`,
        '',
        `The ${subject} in our corridor is dark.`,
        '',
      ].join('\r\n'),
    );
  await desk.settled();

  await page.goto(`${desk.url}/overview?period=7d`);
  await page.locator('.plot canvas').nth(4).waitFor();
  // Something is painted in the colour of the theme, and another one after it changes.
  const ink = () => page.evaluate<string>(commonColour);
  const light = await ink();
  expect(light).not.toBe('');
  expect(await page.locator('.behind[open]').count()).toBe(0);
  expect(await findViolations(page)).toEqual([]);

  await page.locator('.behind summary').first().click();
  const opened = page.locator('table[data-table="backlog"] tbody tr td:nth-child(2)');
  const counts = (await opened.allTextContents()).map(Number);
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(2);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ink).not.toBe(light);
  expect(await findViolations(page)).toEqual([]);
  expect(errors).toEqual([]);
});

/** The colour of most solid points of the first chart. */
const commonColour = `(() => {
  const canvas = document.querySelector('.plot canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] !== 255) continue;
    const colour = [data[at], data[at + 1], data[at + 2]].join();
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? '';
})()`;
