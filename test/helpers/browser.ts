/**
 * A real browser for the tests of the viewer.
 *
 * Promises: it talks to nobody but the desk under test, and leaves nothing in the home directory.
 * Leaves to others: closing it (`close`), best in an `afterAll`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOneOf } from './programs.ts';

export { findProgram } from './programs.ts';

/** The path of Chromium; installs Debian's where it is missing and may be installed. */
export function findChromium(): Promise<string> {
  return findOneOf(['chromium', 'chromium-browser', 'google-chrome'], 'chromium');
}

export interface BrowserOptions {
  /** What the browser asks pages for, such as `de-DE`. */
  readonly locale?: string;
  readonly javaScript?: boolean;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly timezone?: string;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly forcedColors?: 'active' | 'none';
}

export interface OpenBrowser {
  /** Cookies and pages are those of one person. */
  readonly context: BrowserContext;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Each call is a browser of its own with an empty profile. */
export async function openBrowser(options: BrowserOptions = {}): Promise<OpenBrowser> {
  const executablePath = await findChromium();
  const profile = await mkdtemp(join(tmpdir(), 'maildesk-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: flags,
    locale: options.locale ?? 'en-GB',
    javaScriptEnabled: options.javaScript ?? true,
    colorScheme: options.colorScheme ?? 'light',
    viewport: options.viewport ?? { width: 1280, height: 800 },
    timezoneId: options.timezone ?? 'Europe/Berlin',
    reducedMotion: options.reducedMotion ?? 'no-preference',
    forcedColors: options.forcedColors ?? 'none',
  });
  return {
    context,
    newPage: () => context.newPage(),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
