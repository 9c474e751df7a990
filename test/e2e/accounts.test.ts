/**
 * Accounts: Anna switches the second step on and logs in with it and with a recovery code, ends another session, makes a
 * token that may read and not write; the admin sees log-ins and who read what, adds an agent and takes a role away.
 */
import { readFileSync } from 'node:fs';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Clock, systemClock, toInstant } from '../../src/base/clock.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const password = 'correct horse battery';
const axe = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

let desk: TestApp;
let browsers: OpenBrowser[];
let ahead: number;
let number: string;

beforeEach(async () => {
  ahead = 0;
  browsers = [];
  const clock: Clock = { ...systemClock, now: () => toInstant(systemClock.now() + ahead) };
  desk = await startTestApp({ clock, settings: { confirmations: 'no' } });
  const { accounts } = desk.desk;
  const agent = { name: 'Anna Adler', email: 'anna@desk.example', roles: ['agent'] };
  await accounts.add({ ...agent, login: 'anna' });
  await accounts.setPassword('anna', password);
  await accounts.setPassword('admin', password);
  await desk.send(plainMail());
  await desk.settled();
  for await (const each of desk.desk.store.numbers()) number = each;
}, 120_000);

afterEach(async () => {
  for (const browser of browsers) await browser.close();
  await desk.stop();
});

async function person(options: Parameters<typeof openBrowser>[0] = {}): Promise<Page> {
  const browser = await openBrowser(options);
  browsers.push(browser);
  const page = await browser.newPage();
  return page;
}

async function logIn(page: Page, login: string): Promise<void> {
  await page.goto(`${desk.url}/login`);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('.gate .btn.go').click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

async function checkAccess(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found: readonly string[] = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' ')))",
  );
  expect(found).toEqual([]);
}

/** Beyond the step of every code that was used so far, and good for a minute at least: one step ahead of the desk. */
function nextCode(secret: string): string {
  ahead += 31_000;
  return new TOTP({ secret }).generate({ timestamp: Date.now() + ahead + 30_000 });
}

it('the second step: switched on, asked at log-in, a recovery code once, switched off', async () => {
  const page = await person();
  await logIn(page, 'anna');
  await page.goto(`${desk.url}/account`);
  await checkAccess(page);
  await page.getByRole('link', { name: 'Set up' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await checkAccess(page);
  const secret = ((await page.locator('.qr code').textContent()) ?? '').replaceAll(' ', '');
  await page.locator('input[name="code"]').fill('000000');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('The code is wrong').waitFor();
  // The picture stays the same, so that the app need not be set up again.
  expect(((await page.locator('.qr code').textContent()) ?? '').replaceAll(' ', '')).toBe(secret);
  await page.locator('input[name="code"]').fill(nextCode(secret));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await checkAccess(page);
  const recovery = await page.locator('.codes code').allTextContents();
  expect(recovery.length).toBe(10);

  const other = await person({ javaScript: false });
  await logIn(other, 'anna');
  expect(new URL(other.url()).pathname).toBe('/second-step');
  // Half in is not in.
  await other.goto(`${desk.url}/account`);
  expect(new URL(other.url()).pathname).toBe('/login');
  await other.goto(`${desk.url}/second-step`);
  const code = nextCode(secret);
  await other.locator('input[name="code"]').fill(code);
  await other.getByRole('button', { name: 'Go on' }).click();
  await other.waitForURL(`${desk.url}/**`);
  await other.goto(`${desk.url}/account`);
  await other.getByRole('heading', { name: 'Your account' }).waitFor();

  const third = await person();
  await logIn(third, 'anna');
  await checkAccess(third);
  for (const wrong of [code, '123456']) {
    await third.locator('input[name="code"]').fill(wrong);
    await third.getByRole('button', { name: 'Go on' }).click();
    await third.getByText('The code is wrong or was used before').waitFor();
  }
  await third.locator('input[name="code"]').fill(recovery[0] ?? '');
  await third.getByRole('button', { name: 'Go on' }).click();
  await third.waitForURL((url) => url.pathname !== '/second-step');
  await third.goto(`${desk.url}/account/totp`);
  await third.getByText('9 recovery codes are left.').waitFor();
  await third.locator('input[name="proof"]').last().fill('wrong password');
  await third.getByRole('button', { name: 'Switch off' }).click();
  await third.getByText('Name or password is wrong.').waitFor();
  await third.locator('input[name="proof"]').last().fill(password);
  await third.getByRole('button', { name: 'Switch off' }).click();
  await third.waitForURL(`${desk.url}/account`);
  expect(desk.desk.accounts.find('anna')?.hasTotp).toBeUndefined();
}, 300_000);

it('a session that is ended elsewhere is over at once, also on an open page', async () => {
  const [page, other] = [await person(), await person()];
  await logIn(page, 'anna');
  await logIn(other, 'anna');
  await Promise.all([
    other.waitForResponse((response) => new URL(response.url()).pathname === '/events'),
    other.goto(`${desk.url}/tickets?q=is:open`),
  ]);
  await page.goto(`${desk.url}/account`);
  await page.getByText('this one').waitFor();
  const sessions = page.getByRole('region', { name: 'Sessions' }).getByRole('listitem');
  expect(await sessions.count()).toBe(2);
  expect(await sessions.first().textContent()).toContain('Chrome on Linux');
  await page.getByRole('button', { name: 'End', exact: true }).click();
  // Without anybody touching it.
  await other.waitForURL(/\/login/);
  await page.goto(`${desk.url}/account`);
  expect(await page.getByText('this one').count()).toBe(1);
  expect(await desk.desk.access.sessions.list('anna')).toHaveLength(1);
}, 240_000);

it('a token that may read reads, and is told what it lacks', async () => {
  const page = await person();
  await logIn(page, 'anna');
  await page.goto(`${desk.url}/account`);
  await page.locator('summary', { hasText: 'Make a token' }).click();
  await page.locator('input[name="name"]').fill('Report');
  await checkAccess(page);
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = await page.locator('#new-token').textContent();
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${desk.url}/api/v1${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
  expect((await call(`/tickets/${number}`)).status).toBe(200);
  const body = JSON.stringify({ text: 'A note' });
  const refused = await call(`/tickets/${number}/note`, { method: 'POST', body });
  expect(refused.status).toBe(403);
  expect(refused.headers.get('WWW-Authenticate')).toBe(
    'Bearer realm="maildesk", error="insufficient_scope", scope="note"',
  );
  expect(await refused.json()).toMatchObject({
    code: 'insufficient-scope',
    detail: 'This needs a token with the scope "note"; the scopes of this one: read',
  });
  await page.goto(`${desk.url}/account`);
  await page.getByText('Last used').first().waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('The token is void.').waitFor();
  expect((await call(`/tickets/${number}`)).status).toBe(401);
}, 240_000);

it('the admin sees who got in and who read what, adds an agent, gives roles, keeps out', async () => {
  const anna = await person();
  await logIn(anna, 'anna');
  await anna.goto(`${desk.url}/tickets/${number}`);
  await anna.goto(`${desk.url}/agents`);
  await anna.getByText('Only an admin may do that.').waitFor();

  const page = await person({ javaScript: false });
  await logIn(page, 'admin');
  await page.goto(`${desk.url}/audit?kind=reads`);
  const line = page.getByRole('listitem').filter({ hasText: number });
  await line.filter({ hasText: 'anna opened' }).waitFor();
  await checkAccessWithoutScript(`${desk.url}/audit?kind=reads`);
  await page.goto(`${desk.url}/audit?agent=anna`);
  await page.getByText('logged in by password').first().waitFor();

  await page.goto(`${desk.url}/agents`);
  await page.locator('input[name="login"]').fill('ben');
  await page.locator('input[name="name"]').fill('Ben Kaya');
  await page.locator('input[name="email"]').fill('anna@desk.example');
  await page.getByRole('button', { name: 'Add an agent' }).click();
  await page.getByText('does not fit the field').waitFor();
  await page.locator('input[name="email"]').fill('ben@desk.example');
  await page.getByRole('button', { name: 'Add an agent' }).click();
  const link = await page.locator('#link').textContent();
  const ben = await person();
  await ben.goto(link ?? '');
  await ben.getByRole('button', { name: 'Log in with this link' }).click();
  await ben.waitForURL(`${desk.url}/account`);

  await page.goto(`${desk.url}/agents/ben`);
  await page.locator('input[name="roles"]').fill('billing agent');
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await page.getByText('Roles changed: +billing').waitFor();
  expect(desk.desk.accounts.find('ben')?.roles).toEqual(['agent', 'billing']);
  await page.getByRole('button', { name: 'Switch the agent off' }).click();
  await page.getByText('Switched off', { exact: true }).first().waitFor();
  // His open page goes there by itself.
  await ben.waitForURL(/\/login/);
  await page.goto(`${desk.url}/agents/admin`);
  await page.locator('input[name="roles"]').fill('agent');
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await page.getByText('This is the only admin who can get in.').waitFor();
}, 300_000);

/** Every page of the admin, in both languages, with a browser that may run axe. */
async function checkAccessWithoutScript(first: string): Promise<void> {
  const page = await person({ locale: 'de-DE', colorScheme: 'dark' });
  await logIn(page, 'admin');
  for (const path of ['/audit', '/agents', '/agents/anna', '/rights', '/account']) {
    await page.goto(`${desk.url}${path}`);
    await checkAccess(page);
  }
  await page.goto(first);
  await checkAccess(page);
}

it('whom the desk wants to have a second step is led there first', async () => {
  const { directory } = desk;
  const { appendFile } = await import('node:fs/promises');
  await appendFile(`${directory}/config/desk.yaml`, '\nrequireTotp: admins\n');
  await desk.app.sweep();
  const [anna, admin] = [await person(), await person()];
  await logIn(anna, 'anna');
  await anna.goto(`${desk.url}/account`);
  expect(new URL(anna.url()).pathname).toBe('/account');
  await logIn(admin, 'admin');
  await admin.goto(`${desk.url}/tickets/${number}`);
  expect(new URL(admin.url()).pathname).toBe('/account/totp');
  await admin.getByText('your account needs a second step').waitFor();
  const secret = ((await admin.locator('.qr code').textContent()) ?? '').replaceAll(' ', '');
  await admin.locator('input[name="code"]').fill(nextCode(secret));
  await admin.getByRole('button', { name: 'Switch on' }).click();
  await admin.getByRole('link', { name: 'I have kept them' }).click();
  await admin.waitForURL(`${desk.url}/account`);
}, 240_000);
