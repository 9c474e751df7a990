/**
 * Debian's Firefox, driven by WebDriver BiDi, for the tests that a second engine must pass.
 *
 * Promises: as in browser.ts: nobody but the desk under test is talked to, nothing is left in the home directory. Where
 * Firefox is missing and cannot be installed, opening it fails and says so.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, firefox } from 'playwright-core';
import { findOneOf } from './programs.ts';

export interface OpenFirefox {
  /** Cookies and pages of one person. */
  newContext(options: { readonly locale: string }): Promise<BrowserContext>;
  close(): Promise<void>;
}

export async function openFirefox(): Promise<OpenFirefox> {
  const executablePath = await findOneOf(['firefox-esr', 'firefox'], 'firefox-esr');
  const home = await mkdtemp(join(tmpdir(), 'maildesk-firefox-'));
  const browser = await firefox.launch({
    executablePath,
    // The one that speaks BiDi; the other ways need a Firefox that was changed for them.
    channel: 'moz-firefox',
    headless: true,
    timeout: 180_000,
    env: { ...process.env, HOME: home, MOZ_HEADLESS_WIDTH: '1280', MOZ_HEADLESS_HEIGHT: '800' },
    firefoxUserPrefs: quiet,
  });
  doWithoutMedia(browser);
  return {
    newContext: ({ locale }) =>
      browser.newContext({ locale, viewport: { width: 1280, height: 800 } }),
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** It asks nobody for updates, blocklists or whether there is a network. */
const quiet = {
  'app.update.enabled': false,
  'browser.safebrowsing.enabled': false,
  'extensions.blocklist.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

/**
 * Each new page is told which colours are wished for, by a command that the Firefox of long support does not know yet.
 * It is answered here; everything else goes its way.
 */
function doWithoutMedia(browser: Browser): void {
  const { toImpl } = required(Reflect.get(browser, '_connection'), isConnection);
  const session = required(Reflect.get(toImpl(browser), '_browserSession'), isSession);
  const prototype: Session = required(Object.getPrototypeOf(session), isSession);
  const { send } = prototype;
  prototype.send = function (this: Session, method: string, parameters: unknown) {
    if (method === 'emulation.setMediaFeaturesOverride') return Promise.resolve({});
    return send.call(this, method, parameters);
  };
}

interface Connection {
  toImpl(object: unknown): object;
}

interface Session {
  send(method: string, parameters: unknown): Promise<unknown>;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isConnection = (value: unknown): value is Connection =>
  isObject(value) && typeof Reflect.get(value, 'toImpl') === 'function';

const isSession = (value: unknown): value is Session =>
  isObject(value) && typeof Reflect.get(value, 'send') === 'function';

function required<T>(value: unknown, isOne: (value: unknown) => value is T): T {
  if (isOne(value)) return value;
  throw new Error('Playwright has changed inside: see firefox.ts');
}
