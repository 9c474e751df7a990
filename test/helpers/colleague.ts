/** One more agent at a desk under test, in a browser of his own. */
import type { Page } from 'playwright-core';
import { type BrowserOptions, type OpenBrowser, openBrowser } from './browser.ts';
import type { TestApp } from './test-app.ts';

export interface Colleague {
  readonly browser: OpenBrowser;
  readonly page: Page;
}

export async function welcomeColleague(
  desk: TestApp,
  agent: { readonly login: string; readonly name: string; readonly roles?: readonly string[] },
  options: BrowserOptions = {},
): Promise<Colleague> {
  const { login, name, roles = ['agent'] } = agent;
  const { accounts } = desk.desk;
  await accounts.add({ login, name, email: `${login}@desk.example`, roles });
  const browser = await openBrowser(options);
  const page = await browser.newPage();
  await page.goto(`${desk.url}/login/${await accounts.createLoginToken(login)}`);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(/\/account/);
  return { browser, page };
}
