/**
 * Mails that attack, in a real browser: more than 120 of them are sent to the whole desk, and every page that shows them is opened.
 *
 * A canary that every script of theirs would set, and a log of all requests, prove that none ran and nothing left the desk. The cleaning
 * is tried without the policy of the frame, and the policy without the cleaning: each alone would be enough.
 */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderFrame } from '../../src/services/render/html.ts';
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
import { dressedMails } from '../helpers/dressed-mails.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { createVisitor, type Visitor } from '../helpers/visitor.ts';

const perTicket = 48;
/** A site of the test, where the desk's own worker does not answer. */
const bare = 'http://bare.example';
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
}, 180_000);

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
  for (const first of mails.filter(({ isFirst }) => isFirst)) await send(first);
  const others = mails.filter(({ isFirst }) => !isFirst);
  while (others.length > 0) await Promise.all(others.splice(0, 16).map(send));
  return [...found];
}

/** Whatever any page of the browser does that is not asked of it. */
function watch(): void {
  const { context } = browser;
  context.on('request', (request) => {
    const url = request.url();
    const isInside = /^(?:data|about|blob):/.test(url) || url.startsWith(bare);
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
  // A frame that waits to be seen holds nothing yet, and would answer no question.
  const begun = page.frames().filter((frame) => /^(?:https?|data):/.test(frame.url()));
  const canaries = await Promise.all(begun.map((frame) => frame.evaluate(hasRun)));
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
  await expect.poll(async () => loadedFrames(), { timeout: 90_000 }).toBe(count);
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

/** On a page of ours more than that would press its own buttons. */
const pointAtAll = `() => {
  for (const element of document.querySelectorAll('main *'))
    for (const name of ['mouseover', 'mousemove']) element.dispatchEvent(new Event(name));
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
  }, 180_000);

  it('run nothing and fetch nothing on any other page', async () => {
    const [first = ''] = tickets;
    const mixed = tickets.at(-1) ?? '';
    const paths = [
      '/tickets?q=canary',
      `/tickets?q=is:new&show=${mixed}`,
      ...[first, mixed].flatMap((ticket) => [
        `/tickets/${ticket}/history`,
        `/tickets/${ticket}/print`,
      ]),
      `/tickets/${mixed}/answer`,
      `/tickets/${mixed}/traffic`,
      '/customers/kim@customer.example',
      ...(await sourcesOf(mixed)).slice(0, 4),
      ...(await sourcesOf(first)).slice(0, 2),
    ];
    for (const path of paths) {
      await page.goto(`${desk.url}${path}`);
      await page.evaluate(`(${pointAtAll})()`);
      await expectCalm();
    }
  }, 180_000);

  it('run nothing where an attachment is opened in the browser', async () => {
    const files = await attachmentsOf(tickets.at(-1) ?? '');
    expect(files.length).toBeGreaterThanOrEqual(readAttacks('attached').length);
    for (const file of files) {
      // What is handed out for saving never becomes a page.
      await page.goto(`${desk.url}${file}?inline`).catch((error: unknown) => {
        if (!/download|ERR_ABORTED/i.test(String(error))) throw error;
      });
      await expectCalm();
    }
  }, 180_000);

  it('are stopped by the cleaning alone, without any policy', async () => {
    const documents = readAttacks('html').map(({ text }) =>
      renderFrame({
        html: text,
        language: 'en',
        showImages: false,
        ownImages: new Map(),
        theme: 'dark',
      }),
    );
    await showBare(documents);
    await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) => frame.evaluate(`(${touchAll})()`)),
    );
    await expectCalm();
  }, 180_000);

  it('fetch the images that were asked for, and nothing else', async () => {
    const html =
      '<img src="https://fine.example/asked.png"><p style="background:url(//fine.example/ground.png)">x</p><img src="https://fine.example/f" srcset="https://other.example/s 2x"><script src="https://other.example/x"></script><link rel=stylesheet href="https://other.example/c"><video src="https://other.example/v"></video>';
    const reply = await desk.send(
      `From: kim@customer.example\r\nTo: support@localhost\r\nSubject: Asked\r\nContent-Type: text/html\r\n\r\n${html}`,
    );
    const ticket = /Filed as ticket (\d+)/.exec(reply)?.[1] ?? '';
    await page.goto(`${desk.url}/tickets/${ticket}`);
    expect(left).toEqual([]);
    await page.getByText('3 images from elsewhere').waitFor();
    await page.click('[data-action="show-images"]');
    await expect
      .poll(() => left.toSorted(), { timeout: 90_000 })
      .toEqual([
        'https://fine.example/asked.png',
        'https://fine.example/f',
        'https://fine.example/ground.png',
      ]);
  }, 180_000);

  it('are stopped by the policy alone, without any cleaning', async () => {
    const answer = await agent.fetch(await frameOf(tickets[0] ?? ''));
    const policy = answer.headers.get('content-security-policy') ?? '';
    const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
    const attacks = readAttacks('html');
    const frames = attacks.map((_, at) => `<iframe src="/${at}" sandbox="${sandbox}"></iframe>`);
    await browser.context.route(`${bare}/*`, (route) => {
      const attack = attacks[Number(route.request().url().split('/').at(-1))];
      return route.fulfill({
        contentType: 'text/html; charset=utf-8',
        headers: attack === undefined ? {} : { 'Content-Security-Policy': policy },
        body: attack?.text ?? frames.join(''),
      });
    });
    left.length = 0;
    // What the policy stops is noted as well, with the reason.
    const stopped: string[] = [];
    browser.context.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'csp') stopped.push(request.url());
    });
    await page.goto(`${bare}/all`);
    await expect.poll(() => stopped.length, { timeout: 90_000 }).toBeGreaterThan(20);
    expect(await page.evaluate(hasRun)).toBe(false);
    expect(odd).toEqual([]);
    await expect.poll(() => left.filter((url) => !stopped.includes(url))).toEqual([]);
  }, 180_000);
});

it('the host behind a link is seen, however the mail would hide it', async () => {
  const hiding =
    'overflow:hidden;max-height:0;opacity:0;visibility:hidden;font-size:0;line-height:0;color:transparent;white-space:nowrap';
  const html = `<style>p,.x,#y,span{${hiding.replaceAll(';', '!important;')}!important}</style><div class=x id=y style="${hiding}"><a href="https://evil.example/">https://www.bank.example/</a></div>`;
  await page.goto('about:blank');
  await page.setContent(
    renderFrame({ html, language: 'en', showImages: false, ownImages: new Map() }),
  );
  expect(
    await page.evaluate(
      "(() => { const each = document.querySelector('data.host'); const box = each.getBoundingClientRect(); return each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.height > 10 && document.elementFromPoint(box.x + 5, box.y + 5) === each })()",
    ),
  ).toBe(true);
});

describe('a mail in a dark desk', () => {
  it.each(Object.entries(dressedMails))('%s can be read', async (_, { html, inTheDark }) => {
    const request = { html, language: 'en', showImages: false, ownImages: new Map() };
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto('about:blank');
    await page.setContent(renderFrame({ ...request, theme: 'system' }));
    const dark = await page.evaluate<Look>(`(${findLook})()`);
    if (inTheDark === 'dark') {
      expect(dark.page).toBe('22 28 27');
      expect(dark.least).toBeGreaterThanOrEqual(4.5);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await page.evaluate<Look>(`(${findLook})()`);
    if (inTheDark === 'paper') expect(dark).toEqual(light);
    else expect(light.page).toBe('255 255 255');
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await page.evaluate<Look>(`(${findLook})()`)).toEqual(light);
    await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
  });
});

interface Look {
  readonly page: string;
  /** The least contrast of any text with what is behind it. */
  readonly least: number;
}

const findLook = `() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratios = [...document.querySelectorAll('body, body *')]
    .filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .map((element) => {
      const pair = [light(channels(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
      return (pair[0] + 0.05) / (pair[1] + 0.05);
    });
  return { page: behind(document.body).slice(0, 3).join(' '), least: Math.min(...ratios) };
}`;

async function pathsIn(ticket: string, pattern: RegExp): Promise<readonly string[]> {
  const { text } = await agent.get(`/tickets/${ticket}?whole=1`);
  return [...new Set(Array.from(text.matchAll(pattern), ([, path]) => path ?? ''))];
}

const sourcesOf = (ticket: string) => pathsIn(ticket, /href="([^"]*\/source)"/g);
const attachmentsOf = (ticket: string) => pathsIn(ticket, /href="([^"?]*\/attachments\/\d+)/g);

async function frameOf(ticket: string): Promise<string> {
  return (await pathsIn(ticket, /<iframe[^>]* src="([^"?]*\/html)/g))[0] ?? '';
}

/** Documents in frames that may do whatever they like. */
async function showBare(documents: readonly string[]): Promise<void> {
  await page.goto('about:blank');
  const frames = documents.map(
    (text) =>
      `<iframe srcdoc="${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
  );
  await page.setContent(frames.join(''));
}
