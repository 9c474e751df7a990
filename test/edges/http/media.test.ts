import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSample } from '../../core/fax/samples.ts';
import type { Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let ticket: string;
let message: string;

/** As much of a RIFF file as tells what it is, and numbers after it. */
const sound = Buffer.concat([
  Buffer.from('RIFF\x40\0\0\0WAVEfmt ', 'latin1'),
  Buffer.from(Array.from({ length: 84 }, (_, at) => at)),
]);

const file = (name: string, type: string, bytes: Buffer) => [
  '--cut',
  `Content-Type: ${type}; name="${name}"`,
  `Content-Disposition: attachment; filename="${name}"`,
  'Content-Transfer-Encoding: base64',
  '',
  bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
];

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
  const torn = Buffer.from(readSample('g4'));
  const compression = torn.indexOf(Buffer.from([3, 1, 3, 0, 1, 0, 0, 0]));
  torn.writeUInt16LE(60_000, compression + 8);
  const raw = [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    'Subject: Fax and call',
    'Message-ID: <media@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="cut"',
    '',
    ...file('call.wav', 'application/octet-stream', sound),
    ...file('fax.tif', 'image/tiff', readSample('g4')),
    ...file('torn.tif', 'image/tiff', torn),
    ...file('page.wav', 'audio/wav', Buffer.from('<html><script>steal()</script>')),
    ...file('old.amr', 'audio/amr', Buffer.from('#!AMR\n\x04')),
    ...file('notes.pdf', 'application/pdf', Buffer.from('%PDF-1.4 not a scan')),
    '--cut--',
    '',
  ].join('\r\n');
  const receipt = await viewer.test.receive(raw);
  ticket = `/tickets/${receipt.ticket}`;
  message = `${ticket}/messages/${encodeURIComponent(receipt.message)}`;
});
afterAll(() => viewer.close());

async function ask(range: string | undefined, headers: Record<string, string> = {}) {
  const response = await anna.fetch(`${message}/attachments/0?inline`, {
    headers: { ...(range === undefined ? {} : { Range: range }), ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, bytes, range: response.headers.get('content-range') };
}

describe('an attachment', () => {
  it('comes whole with its tag, by the type that its bytes have', async () => {
    const { response, bytes } = await ask(undefined);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(response.headers.get('content-security-policy')).toContain("media-src 'self'");
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{24}-0"$/);
    expect(bytes).toEqual(sound);
  });

  it('comes in the parts that are asked for', async () => {
    for (const [range, said, from, to] of [
      ['bytes=0-', 'bytes 0-99/100', 0, 100],
      ['bytes=10-19', 'bytes 10-19/100', 10, 20],
      ['bytes=90-999', 'bytes 90-99/100', 90, 100],
      ['bytes=-5', 'bytes 95-99/100', 95, 100],
    ] as const) {
      const part = await ask(range);
      expect([part.response.status, part.range]).toEqual([206, said]);
      expect(part.bytes).toEqual(sound.subarray(from, to));
    }
    const none = await ask('bytes=100-');
    expect([none.response.status, none.range]).toEqual([416, 'bytes */100']);
    expect((await ask('bytes=9-1')).response.status).toBe(200);
  });

  it('comes in several parts at once, each with its place', async () => {
    const { response, bytes } = await ask('bytes=0-1,98-');
    expect(response.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(
      response.headers.get('content-type') ?? '',
    )?.[1];
    expect(bytes.toString('latin1')).toBe(
      `\r\n--${boundary}\r\nContent-Type: audio/wav\r\nContent-Range: bytes 0-1/100\r\n\r\nRI` +
        `\r\n--${boundary}\r\nContent-Type: audio/wav\r\nContent-Range: bytes 98-99/100\r\n\r\n${sound.toString('latin1', 98)}` +
        `\r\n--${boundary}--\r\n`,
    );
  });

  it('comes whole when it is another one than the one that was begun', async () => {
    const tag = (await ask(undefined)).response.headers.get('etag') ?? '';
    expect((await ask('bytes=5-', { 'If-Range': tag })).response.status).toBe(206);
    expect((await ask('bytes=5-', { 'If-Range': `W/${tag}` })).response.status).toBe(200);
    expect((await ask('bytes=5-', { 'If-Range': '"other"' })).response.status).toBe(200);
    const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
    expect((await ask('bytes=5-', { 'If-Range': date })).response.status).toBe(200);
    expect((await ask('bytes=5-', { 'If-None-Match': tag })).response.status).toBe(304);
  });

  it('is described without its bytes', async () => {
    const head = await anna.fetch(`${message}/attachments/0`, {
      method: 'HEAD',
      headers: { Range: 'bytes=0-1' },
    });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      '100',
      '',
    ]);
  });

  it('is no sound because it says so', async () => {
    const page = await anna.fetch(`${message}/attachments/3?inline`);
    expect(page.headers.get('content-type')).toBe('application/octet-stream');
    expect(page.headers.get('content-disposition')).toMatch(/^attachment/);
    const amr = await anna.fetch(`${message}/attachments/4?inline`);
    expect(amr.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('that is a PDF opens in the viewer of the browser, without a sandbox that would forbid it', async () => {
    const pdf = await anna.fetch(`${message}/attachments/5?inline`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.headers.get('content-security-policy')).not.toContain('sandbox');
    expect(pdf.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('pages of a fax', () => {
  it('stand small in their message and lead to the large ones', async () => {
    const { text } = await anna.get(ticket);
    expect(text).toContain(`<a href="${message}/pages#p-1"><img src="${message}/thumbs/1/1"`);
    expect(text).toContain('2 pages');
    expect(text).toContain(
      `<audio controls preload="metadata" src="${message}/attachments/0?inline">`,
    );
    expect(text).toContain('Save it to hear it.');
    expect(text).toContain(`href="${message}/attachments/5?inline" target="_blank"`);
    const viewerPage = await anna.get(`${message}/pages?zoom=100&turn=90`);
    expect(viewerPage.text).toContain(`<image href="${message}/pages/1/1" width="96" height="83"`);
  });

  it('are pictures that a browser need not fetch twice', async () => {
    const picture = await anna.fetch(`${message}/pages/1/1`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const tag = picture.headers.get('etag') ?? '';
    const again = await anna.fetch(`${message}/pages/1/1`, { headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(304);
  });

  it('say so where they cannot be shown, and are not there where there are none', async () => {
    const broken = await anna.get(`${message}/pages/2/1`);
    expect(broken.status).toBe(422);
    expect(broken.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(broken.text).toContain('This page cannot be shown.');
    expect((await anna.get(`${message}/pages/0/1`)).status).toBe(404);
    expect((await anna.get(`${message}/thumbs/1/0`)).status).toBe(404);
    expect((await viewer.visitor().get(`${message}/pages`)).status).toBe(303);
  });
});

it('a row of the list tells which contacts there were', async () => {
  const { text } = await anna.get('/tickets?q=');
  expect(text).toContain('class="contacts" role="img" aria-label="Contacts: Mail received"');
});
