/**
 * Mails that attack, in a real browser: more than 120 of them are sent to the whole desk, and every page that shows them is opened.
 *
 * A canary that every script of theirs would set, and a log of all requests, prove that none ran and nothing left the desk. The cleaning
 * is tried without the policy of the frame, and the policy without the cleaning: each alone would be enough.
 */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allowedAttributes,
  allowedTags,
  everywhere,
} from '../../src/services/render/html-allowed.ts';
import {
  type AttackMail,
  htmlMails,
  isCanary,
  otherMails,
  readAttacks,
} from '../helpers/attacks.ts';
import { type OpenBrowser, openBrowser } from '../helpers/browser.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { createVisitor, type Visitor } from '../helpers/visitor.ts';

const perTicket = 48;
let desk: TestApp;
let agent: Visitor;
let browser: OpenBrowser;
let page: Page;
/** Tickets by the id of their first mail. */
let tickets: readonly string[] = [];
let mailed = 0;
const left: string[] = [];
const odd: string[] = [];

beforeAll(async () => {
  desk = await startTestApp({ settings: { confirmations: 'false' } });
  agent = createVisitor(desk.url);
  const link = desk.started.firstLogin?.path ?? '';
  await agent.get(link);
  await agent.post(link, {});
  tickets = await sendAll();
  browser = await openBrowser();
  await browser.context.addCookies(
    [...agent.cookies].map(([name, value]) => ({ name, value, url: desk.url })),
  );
  page = await browser.newPage();
  watch();
}, 120_000);

afterAll(async () => {
  await browser.close();
  await desk.stop();
});

/** The first mail of a ticket goes before its others, which join it in any order. */
async function sendAll(): Promise<readonly string[]> {
  const mails = [...htmlMails(perTicket), ...otherMails()];
  const found = new Set<string>();
  const send = async ({ raw }: AttackMail) => {
    const reply = await desk.send(raw);
    found.add(/Filed as ticket (\d+)/.exec(reply)?.[1] ?? reply);
    mailed += 1;
  };
  await Promise.all(mails.filter(({ isFirst }) => isFirst).map(send));
  const others = mails.filter(({ isFirst }) => !isFirst);
  while (others.length > 0) await Promise.all(others.splice(0, 16).map(send));
  return [...found];
}

/** Whatever any page of the browser does that is not asked of it. */
function watch(): void {
  const { context } = browser;
  context.on('request', (request) => {
    const url = request.url();
    const isInside = /^(?:data|about|blob):/.test(url);
    if (isCanary(url) || !(isInside || url.startsWith(desk.url))) left.push(url);
  });
  context.on('dialog', (dialog) => {
    odd.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('websocket', (socket) => left.push(socket.url()));
  page.on('popup', (popup) => odd.push(`popup ${popup.url()}`));
  page.on('pageerror', (error) => odd.push(`error ${error.message}`));
}

const hasRun = "'canary' in window && !(window.canary instanceof Element)";

/** Nothing ran, nothing left. */
async function expectCalm(): Promise<void> {
  const canaries = await Promise.all(page.frames().map((frame) => frame.evaluate(hasRun)));
  expect(canaries.filter((canary) => canary !== false)).toEqual([]);
  expect(left).toEqual([]);
  expect(odd).toEqual([]);
}

/** Opens the ticket with every frame of it, and waits for all. */
async function openTicket(path: string): Promise<number> {
  await page.goto(`${desk.url}${path}`);
  const count: number = await page.evaluate(
    "(() => { const all = [...document.querySelectorAll('iframe')]; for (const each of all) each.loading = 'eager'; return all.length })()",
  );
  await expect.poll(async () => loadedFrames(), { timeout: 30_000 }).toBe(count);
  return count;
}

async function loadedFrames(): Promise<number> {
  const states = await Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) =>
        frame
          .evaluate("document.readyState === 'complete' && location.protocol === 'http:'")
          .catch(() => false),
      ),
  );
  return states.filter((isLoaded) => isLoaded).length;
}

const known = JSON.stringify({
  tags: allowedTags,
  attributes: allowedAttributes,
  common: everywhere,
});

/** Everything in the frame's document that the list does not know, after every element of it was pointed at and pressed. */
function strangersIn(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(`(${touchAll})(); (${findStrangers})(${known})`);
}

const findStrangers = `({ tags, attributes, common }) => {
  const own = ['html', 'head', 'meta', 'style', 'body', 'data'];
  return [...document.querySelectorAll('*')].flatMap((element) => {
    const name = element.localName;
    const isHtml = element.namespaceURI === 'http://www.w3.org/1999/xhtml';
    const isKnown = isHtml && (tags.includes(name) || own.includes(name));
    const allowed = own.includes(name) ? undefined : [...common, ...(attributes[name] ?? [])];
    const odd = element
      .getAttributeNames()
      .filter((each) => /^on/.test(each) || (allowed !== undefined && !allowed.includes(each)));
    return [...(isKnown ? [] : [name]), ...odd.map((each) => name + '[' + each + ']')];
  });
}`;

const touchAll = `() => {
  const names = ['mouseover', 'mousemove', 'pointerenter', 'focus', 'click', 'scroll', 'toggle', 'load', 'error'];
  for (const element of document.querySelectorAll('body *'))
    for (const name of names) element.dispatchEvent(new Event(name, { cancelable: true }));
}`;

describe('attacks by mail', () => {
  it('are more than 120, and each is filed', () => {
    expect(mailed).toBeGreaterThanOrEqual(120);
    expect(tickets).toEqual(tickets.filter((ticket) => /^\d+$/.test(ticket)));
  });

  it('run nothing and fetch nothing in the ticket, and leave only what the list knows', async () => {
    let frames = 0;
    for (const ticket of tickets) {
      frames += await openTicket(`/tickets/${ticket}?whole=1`);
      const strangers = await Promise.all(page.frames().slice(1).map(strangersIn));
      expect(strangers.flat()).toEqual([]);
      await expectCalm();
    }
    expect(frames).toBeGreaterThanOrEqual(readAttacks('html').length - 25);
  }, 90_000);
});
