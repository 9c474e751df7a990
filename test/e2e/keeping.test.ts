/** An admin puts a ticket on legal hold; it cannot be removed until the hold is lifted; later it lies in the archive. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { axeOn } from '../helpers/page-checks.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let desk: TestApp;
let browser: OpenBrowser;

beforeEach(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  browser = await openBrowser();
}, 90_000);

afterEach(async () => {
  await browser.close();
  await desk.stop();
});

it('hold, refusal, lifting, archive', async () => {
  const page = await browser.newPage();
  await page.goto(desk.url + (desk.started.firstLogin?.path ?? ''));
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  await desk.send(plainMail({ 'Message-ID': '<a@customer.example>' }));
  await desk.settled();
  const [number] = await numbers();
  if (number === undefined) throw new Error('There is no ticket');
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.locator('#edit-hold summary').click();
  await page.locator('#edit-hold input[name="set.hold"]').fill('Case 4711');
  await page.locator('#edit-hold button.go').click();
  await page.locator('#w-hold').getByText('Case 4711').waitFor();
  expect(await axeOn(page)).toEqual([]);
  const refused = await desk.desk.tickets.run(
    number,
    { kind: 'remove' },
    { kind: 'agent', login: 'admin' },
  );
  expect(refused.ok).toBe(false);
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.locator('#w-hold').getByRole('button', { name: 'Lift the hold' }).click();
  await page.locator('#w-hold').waitFor({ state: 'detached' });
  await page.getByText('lifted the legal hold').first().waitFor();
  const changes = [{ kind: 'set', field: 'state', value: 'closed' } as const];
  await desk.desk.tickets.run(
    number,
    { kind: 'update', changes },
    { kind: 'agent', login: 'admin' },
  );
  await desk.desk.store.move(number, 'archive');
  await desk.desk.index.apply(number);
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.locator('#w-archived').getByText('This ticket lies in the archive.').waitFor();
  await page.goto(`${desk.url}/tickets?q=is:archived`);
  await page.getByText('Lamp').first().waitFor();
  await page.goto(`${desk.url}/problems`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await axeOn(page)).toEqual([]);
}, 60_000);

async function numbers() {
  const found = [];
  for await (const number of desk.desk.store.numbers()) found.push(number);
  return found;
}
