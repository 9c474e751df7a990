/** Answers travel compressed to whoever takes that, and not at all to whoever has them. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainMail } from '../../helpers/test-desk.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let cookie: string;
let page: string;

beforeAll(async () => {
  viewer = await startViewer();
  const { ticket } = await viewer.test.receive(plainMail({}, 'Größe: 漢字. '.repeat(300)));
  await viewer.test.desk.index.settled();
  const member = await viewer.member();
  page = `/tickets/${ticket}`;
  await member.get(page);
  cookie = [...member.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
});
afterAll(() => viewer.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** As it travels; `fetch` would unpack it. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(viewer.url + path, { headers: { Cookie: cookie, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('a page', () => {
  it('is the same compressed, and a fraction of the size', async () => {
    const plain = await ask(page);
    const small = await ask(page, { 'Accept-Encoding': 'br, gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(small.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(small.bytes.length),
    });
    expect(small.headers.vary).toContain('Accept-Encoding');
    expect(gunzipSync(small.bytes).toString()).toBe(plain.bytes.toString());
    expect(small.bytes.length).toBeLessThan(plain.bytes.length / 4);
  });

  it('tells nothing exact by its length', async () => {
    const paddings = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { headers } = await ask(page, { 'Accept-Encoding': 'gzip' });
        return String(headers['x-padding']).length;
      }),
    );
    expect(new Set(paddings).size).toBeGreaterThan(3);
  });

  it('is not sent again to whoever has it, also when a script asks', async () => {
    const first = await ask(page);
    const tag = String(first.headers.etag);
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    for (const known of [tag, `"other", ${tag.slice(2)}`]) {
      const again = await ask(page, { 'If-None-Match': known, 'Cache-Control': 'no-cache' });
      expect([again.status, again.bytes.length]).toEqual([304, 0]);
    }
    await viewer.test.desk.tickets.run(
      page.split('/').at(-1) as never,
      { kind: 'note', text: 'Something else' },
      { kind: 'agent', login: 'anna' },
    );
    const changed = await ask(page, { 'If-None-Match': tag });
    expect(changed.status).toBe(200);
  });

  it('is plain where it is small, and a refusal has no tag', async () => {
    const missing = await ask('/tickets/1', { 'Accept-Encoding': 'gzip' });
    expect([missing.status, missing.headers.etag]).toEqual([404, undefined]);
    const small = await ask('/static/icon.svg', { 'Accept-Encoding': 'gzip' });
    expect(small.status).toBe(200);
  });
});
