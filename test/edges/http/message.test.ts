import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntakeReceipt } from '../../../src/services/intake/incoming.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
});
afterAll(() => viewer.close());

const picture = Buffer.from('89504e470d0a1a0a0000', 'hex');

const parts: readonly string[] = [
  'Content-Type: text/html; charset=utf-8',
  '',
  '<h1>Order</h1><script>steal()</script><form action="https://evil.example"><input name="q"></form>' +
    '<img src="cid:logo@shop"><img src="https://track.example/p.gif"><img src="http://track.example/q.gif">' +
    '<a href="javascript:steal()">bad</a><a href="https://shop.example/">good</a>',
  '--r',
  'Content-Type: image/png',
  'Content-ID: <logo@shop>',
  'Content-Disposition: inline; filename="logo.png"',
  'Content-Transfer-Encoding: base64',
  '',
  picture.toString('base64'),
  '--r',
  'Content-Type: text/html',
  "Content-Disposition: attachment; filename*=utf-8''..%2Fr%C3%BCck%22.html",
  '',
  '<script>steal()</script>',
];

const raw = [
  'From: Shop <shop@customer.example>',
  'To: support@localhost',
  'Subject: Order',
  'Message-ID: <order@customer.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/related; boundary="r"',
  '',
  '--r',
  ...parts,
  '--r--',
  '',
].join('\r\n');

let count = 0;

async function receive(): Promise<IntakeReceipt & { path: string }> {
  count += 1;
  const receipt = await viewer.test.receive(raw.replace('order@', `order${count}@`));
  return {
    ...receipt,
    path: `/tickets/${receipt.ticket}/messages/${encodeURIComponent(receipt.message)}`,
  };
}

it('HTML is shown in a sandboxed frame, its remote images blocked until asked for', async () => {
  const { ticket, message, path } = await receive();
  const visitor = await viewer.member();
  const page = (await visitor.get(`/tickets/${ticket}`)).text;
  const frame = /<iframe[^>]*>/.exec(page)?.[0] ?? '';
  expect(frame).toContain(`src="${path}/html"`);
  expect(/sandbox="([^"]*)"/.exec(frame)?.[1]).not.toMatch(/allow-(scripts|same-origin|forms)/);
  expect(textOf(page)).toContain('2 images from elsewhere are not loaded');
  const show = /data-action="show-images" href="([^"#]*)/.exec(page)?.[1] ?? '';
  expect(show).toBe(`/tickets/${ticket}?images=${encodeURIComponent(message)}`);
  const shown = (await visitor.get(show)).text;
  expect(shown).toContain(`src="${path}/html?images=1"`);
  expect(shown).not.toContain('data-action="show-images"');
});

it('the frame holds neither script nor form, and its policy would stop both', async () => {
  const { path } = await receive();
  const visitor = await viewer.member();
  const closed = await visitor.get(`${path}/html`);
  const policy = closed.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain('sandbox');
  expect(policy).not.toContain('https:');
  expect(closed.text).not.toMatch(/steal|<form|<input|javascript:|track\.example/);
  expect(closed.text).toContain(`src="data:image/png;base64,${picture.toString('base64')}"`);
  expect(closed.text).toMatch(
    /<a href="https:\/\/shop.example\/" target="_blank" rel="noopener noreferrer nofollow" title="https:\/\/shop.example\/">good<\/a>/,
  );

  const open = await visitor.get(`${path}/html?images=1`);
  expect(open.text).toContain('https://track.example/p.gif');
  expect(open.headers.get('content-security-policy')).toContain('img-src data: https: http:');
  expect(open.headers.get('content-security-policy')).toContain('sandbox');
});

it('the same mail can be read as text', async () => {
  const { ticket, message } = await receive();
  const visitor = await viewer.member();
  const page = (await visitor.get(`/tickets/${ticket}`)).text;
  const href = /href="(\/tickets\/\d+\?text=[^"#]*)/.exec(page)?.[1] ?? '';
  const text = (await visitor.get(href)).text;
  expect(text).not.toContain('<iframe');
  expect(text).toContain(`?html=${encodeURIComponent(message)}`);
  expect(text).toMatch(/<div class="text"[^>]*>[^<]*Order/i);
});

it('an attachment is handed out for saving under a safe name, and cannot run', async () => {
  const { path } = await receive();
  const visitor = await viewer.member();
  const page = await visitor.fetch(`${path}/attachments/1?inline`);
  expect(page.headers.get('content-disposition')).toBe(
    `attachment; filename="r_ck_.html"; filename*=UTF-8''r%C3%BCck_.html`,
  );
  expect(page.headers.get('content-type')).toBe('application/octet-stream');
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none';.*sandbox/);

  const image = await visitor.fetch(`${path}/attachments/0?inline`);
  expect(image.headers.get('content-disposition')).toBe(
    `inline; filename="logo.png"; filename*=UTF-8''logo.png`,
  );
  expect(image.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await image.arrayBuffer())).toEqual(picture);
  expect((await visitor.fetch(`${path}/attachments/0`)).headers.get('content-disposition')).toMatch(
    /^attachment;/,
  );
  expect((await visitor.get(`${path}/attachments/7`)).status).toBe(404);
});

it('the original is byte for byte what came', async () => {
  const { ticket, path } = await receive();
  const original = await (await viewer.member()).fetch(`${path}/raw`);
  expect(original.headers.get('content-disposition')).toContain(`filename="${ticket}.eml"`);
  expect(original.headers.get('content-type')).toBe('message/rfc822');
  expect(await original.text()).toBe(raw.replace('order@', `order${count}@`));
});

it('parts of a message are for those who are logged in', async () => {
  const { path } = await receive();
  const visitor = viewer.visitor();
  for (const part of ['/html', '/raw', '/attachments/0'])
    expect((await visitor.get(path + part)).status).toBe(303);
  expect(
    (await (await viewer.member()).get('/tickets/20261123000142/messages/..%2F..%2Fsecret/raw'))
      .status,
  ).toBe(404);
});
