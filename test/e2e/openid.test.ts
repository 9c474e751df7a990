/**
 * Agents log in with a real OpenID provider, whose pages a browser fills in: Anna is found by her verified address and
 * afterwards by the provider's name for her; a stranger is told why not; with `openidCreate` he becomes an agent.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import {
  type OpenidProvider,
  openidClient,
  startOpenidProvider,
} from '../helpers/openid-provider.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

let provider: OpenidProvider;
let desk: TestApp | undefined;
let browser: OpenBrowser;

beforeEach(async () => {
  provider = await startOpenidProvider({
    'anna-at-work': { email: 'Anna@desk.example', email_verified: true, name: 'Anna Adler' },
    pretender: { email: 'anna@desk.example', email_verified: false },
    stranger: { email: 'sam@other.example', email_verified: true },
    'carla.diaz': {
      email: 'carla@desk.example',
      email_verified: true,
      name: 'Carla Díaz',
      preferred_username: 'Carla.Diaz',
      groups: ['billing', 'agent', 'Not a role'],
    },
    roleless: { email: 'rolf@desk.example', email_verified: true, groups: [] },
  });
  browser = await openBrowser();
}, 180_000);

afterEach(async () => {
  await browser.close();
  await desk?.stop();
  await provider.close();
});

async function startDesk(settings: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  desk = await startTestApp({
    settings: {
      openidIssuer: provider.issuer,
      openidClientId: openidClient.id,
      openidClientSecret: openidClient.secret,
      openidName: 'the work account',
      ...settings,
    },
  });
  provider.serve(desk.url);
  const anna = { login: 'anna', name: 'Anna Adler', email: 'anna@desk.example' };
  await desk.desk.accounts.add({ ...anna, roles: ['agent'] });
  return desk;
}

/** The provider's pages ask for a font from elsewhere; nobody is asked but the desk and the provider. */
async function newPage(of: OpenBrowser): Promise<Page> {
  await of.context.route(
    (address) => address.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  const page = await of.newPage();
  page.setDefaultTimeout(90_000);
  return page;
}

/** Through the button and the provider's pages, back to the desk. */
async function logInAs(page: Page, url: string, account: string): Promise<void> {
  await page.goto(`${url}/account`);
  await page.getByRole('link', { name: 'Log in with the work account' }).click();
  await page.locator('input[name="login"]').fill(account);
  await page.locator('input[name="password"]').fill('whatever');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((address) => address.href.startsWith(url));
}

it('an agent is found by the verified address, then by the name the provider has for her', async () => {
  const { url, directory, desk: parts, lines } = await startDesk();
  const page = await newPage(browser);
  await logInAs(page, url, 'anna-at-work');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  expect(page.url()).toBe(`${url}/account`);
  const file = join(directory, 'config/agents/anna.yaml');
  expect(await readFile(file, 'utf8')).toMatch(
    /openid:\n {2}issuer: .*\n {2}subject: anna-at-work/,
  );
  expect(await parts.access.sessions.list('anna')).toMatchObject([{ way: 'openid' }]);

  await page.getByRole('button', { name: 'Anna Adler, settings' }).click();
  await page.getByRole('button', { name: 'Log out' }).last().click();
  await page.getByRole('link', { name: 'Log in with the work account' }).waitFor();
  expect(await parts.access.sessions.list('anna')).toEqual([]);

  // The provider still knows her, and no address is needed any more.
  await parts.accounts.files.edit('anna', { kind: 'roles', roles: ['agent', 'billing'] });
  await page.getByRole('link', { name: 'Log in with the work account' }).click();
  await page.waitForURL(
    (address) => address.href.startsWith(url) && !address.pathname.startsWith('/openid'),
  );
  expect(parts.accounts.find('anna')?.roles).toEqual(['agent', 'billing']);
  expect(JSON.stringify(lines)).not.toContain('Anna@desk.example');
}, 240_000);

it('who is not an agent is told so, and who claims an address without proof', async () => {
  const { url, desk: parts } = await startDesk();
  for (const [account, text] of [
    ['stranger', 'no agent of this desk belongs to your account there'],
    ['pretender', 'names no verified address for you'],
  ] as const) {
    const own = await openBrowser();
    try {
      const page = await newPage(own);
      await logInAs(page, url, account);
      await page.getByText(text).waitFor();
    } finally {
      await own.close();
    }
  }
  expect(parts.accounts.list().map(({ login }) => login)).toEqual(['admin', 'anna']);
  const log = await parts.audit.list({ kind: 'logins', most: 9 });
  expect(log.entries).toMatchObject([
    { event: 'log-in-refused', way: 'openid', detail: 'openid-no-email' },
    { event: 'log-in-refused', way: 'openid', detail: 'openid-no-agent' },
  ]);
}, 300_000);

it('where agents are made of accounts, roles come from the claim; without passwords only the button is there', async () => {
  const { url, desk: parts } = await startDesk({
    openidCreate: 'yes',
    openidRolesClaim: 'groups',
    openidScopes: 'openid email profile groups',
    passwordLogin: 'no',
  });
  const page = await newPage(browser);
  await page.goto(`${url}/login`);
  expect(await page.locator('input[type="password"]').count()).toBe(0);
  await logInAs(page, url, 'carla.diaz');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  expect(parts.accounts.find('carla.diaz')).toMatchObject({
    name: 'Carla Díaz',
    email: 'carla@desk.example',
    roles: ['billing', 'agent'],
  });

  const own = await openBrowser();
  try {
    const other = await newPage(own);
    await logInAs(other, url, 'roleless');
    await other.getByText('gives you no role on this desk').waitFor();
  } finally {
    await own.close();
  }
  expect(parts.accounts.find('rolf')).toBeUndefined();

  await parts.accounts.setPassword('anna', 'correct horse battery');
  const visitor = createVisitor(url);
  await visitor.get('/login');
  const refused = await visitor.post('/login', {
    login: 'anna',
    password: 'correct horse battery',
  });
  expect(refused.status).toBe(403);
  expect(textOf(refused.text)).toContain('Passwords do not log in on this desk.');
  // A one-time link does.
  const token = await parts.accounts.createLoginToken('anna');
  await visitor.get(`/login/${token}`);
  expect((await visitor.post(`/login/${token}`, {})).location).toBe('/account');
}, 300_000);

it('an answer that nobody here asked for is refused, and a provider that is away said so', async () => {
  const started = await startDesk();
  const { url } = started;
  const visitor = createVisitor(url);
  const begun = await visitor.get('/openid?back=%2Fagents');
  expect(begun.location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\?.*code_challenge_method=S256/);
  const state = new URL(begun.location).searchParams.get('state') ?? '';
  const cookie = visitor.cookies.get('openid') ?? '';
  const expired = 'took too long or was begun in another window';
  for (const query of ['code=x&state=guessed', 'code=x', `code=x&state=${state}`]) {
    const stranger = createVisitor(url);
    expect(textOf((await stranger.get(`/openid/callback?${query}`)).text)).toContain(expired);
  }
  const wrong = await visitor.get('/openid/callback?code=x&state=guessed');
  expect([wrong.status, textOf(wrong.text).includes(expired)]).toEqual([403, true]);
  // The cookie was used up by that.
  expect(visitor.cookies.get('openid')).not.toBe(cookie);

  started.expectLog('openid.answer-refused');
  started.expectLog('openid.denied');
  const again = await visitor.get('/openid');
  const right = new URL(again.location).searchParams.get('state') ?? '';
  const invented = await visitor.get(
    `/openid/callback?code=invented&state=${right}&iss=${encodeURIComponent(provider.issuer)}`,
  );
  expect(textOf(invented.text)).toContain('did not pass our checks');
  const third = await visitor.get('/openid');
  const last = new URL(third.location).searchParams.get('state') ?? '';
  const denied = await visitor.get(
    `/openid/callback?error=access_denied&state=${last}&iss=${encodeURIComponent(provider.issuer)}`,
  );
  expect(textOf(denied.text)).toContain('did not let you in');
  expect(invented.text + denied.text).not.toContain(provider.issuer);
}, 180_000);

it('a provider that cannot be reached leaves the password', async () => {
  const started = await startDesk();
  started.expectLog('openid.provider-unreachable');
  await provider.close();
  const visitor = createVisitor(started.url);
  const answer = await visitor.get('/openid');
  expect(answer.status).toBe(502);
  expect(textOf(answer.text)).toContain('cannot be reached right now');
  expect(answer.text).toContain('type="password"');
}, 180_000);
