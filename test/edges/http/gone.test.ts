/** Somebody closes a page while its form is on the way: no failure, nothing in the log that asks for a look. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../helpers/foreign.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer();
});
afterAll(() => viewer.close());

it('a form that is cut off is answered to nobody and warns nobody', async () => {
  const anna = await viewer.member();
  const cookie = [...anna.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { port } = new URL(viewer.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST /account HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\n` +
      'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncsrf=',
  );
  // Long enough for the server to wait for the rest.
  await anna.get('/account');
  socket.resetAndDestroy();
  await until('the server has seen it', async () =>
    viewer.lines.some(({ event }) => event === 'http.client-gone'),
  );
  expect(viewer.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});
