import { chromium } from 'playwright-core';

const base = process.argv[2];
const link = process.argv[3];
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const c = await b.newContext({ viewport: { width: 1440, height: 900 } });
const p = await c.newPage();
await p.goto(link);
const btn = p.locator('form button').first();
if (await btn.count()) await btn.click().catch(() => {});
await p.waitForLoadState('load');
const go = async (path, name, opt = {}) => {
  await p.goto(base + path);
  await p.waitForTimeout(600);
  await p.screenshot({ path: `/tmp/wt/mk/${name}.png` });
};
await go('/tickets?q=has:fax', 'list-fax');
await go('/tickets/20261126001372', 't-callback');
await go('/tickets/20261125000429', 't-ticket-fax');
await go('/tickets/20261126001275', 't-order');
await go('/tickets/20261126001275/answer', 't-order-answer');
await go('/tickets/20261125000429/answer', 't-fax-answer');
await go('/tickets/20261126001081', 't-voicemail');
await go('/customers/tel%3A%2B442079460123', 'customer');
await p.setViewportSize({ width: 390, height: 844 });
await go('/tickets/20261126001275/answer', 'm-order-answer');
await go('/tickets/20261125000429/answer', 'm-fax-answer');
await b.close();
