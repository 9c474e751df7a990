/** The API of a test desk on a free port. */
import { createServer } from 'node:http';
import Koa from 'koa';
import { systemRandom } from '../../../src/base/random.ts';
import type { ApiDeps } from '../../../src/edges/http/api/calls.ts';
import { countRequests } from '../../../src/edges/http/api/metrics.ts';
import { createApiRouter } from '../../../src/edges/http/api/router.ts';
import { createMetrics } from '../../../src/services/metrics.ts';
import { createSight } from '../../../src/services/sight.ts';
import { carryingParts } from '../carrying-parts.ts';
import { openTestDesk, type TestDesk, token } from '../desk.ts';
import { tidyingParts } from '../tidying-parts.ts';

export interface TestApi {
  readonly desk: TestDesk;
  readonly port: number;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** The body of an answer, whose shape the caller knows. */
export async function bodyOf<T>(response: Response): Promise<T> {
  const value: T = JSON.parse(await response.text());
  return value;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly logId?: string;
}

export interface ReceiptBody {
  readonly ticket: string;
  readonly message: string;
}

export const bearer = { Authorization: `Bearer ${token}` };

/** Parts of routes that are tested with a whole desk (whole-desk.test.ts). */
const elsewhere: Pick<
  ApiDeps,
  'snoozes' | 'drafts' | 'told' | 'release' | 'hooks' | 'rightsOf' | 'random'
> = {
  snoozes: {
    find: () => undefined,
    numbersOf: () => [],
    snooze: unreachable,
    wake: unreachable,
  },
  drafts: { open: unreachable, save: unreachable, schedule: unreachable, discard: unreachable },
  told: { read: unreachable, markRead: unreachable },
  release: unreachable,
  hooks: { care: { list: unreachable } },
  rightsOf: () => new Set(),
  random: systemRandom,
};

async function unreachable(): Promise<never> {
  throw new Error('This test desk does not have that part');
}

export async function startTestApi(): Promise<TestApi> {
  const desk = await openTestDesk();
  const metrics = createMetrics();
  const router = createApiRouter(
    {
      ...desk,
      ...tidyingParts(desk),
      ...carryingParts(desk),
      apiTokens: { noteUse: async () => {} },
      audit: {
        note: (entry) => void desk.noted.push(entry),
        list: async () => ({ entries: [], isAll: true }),
      },
      reader: desk.store,
      sight: createSight({ reader: desk.store, config: desk.config }),
      outbox: { waiting: async () => desk.waiting, count: async () => desk.waiting.length },
      metrics,
      ...elsewhere,
    },
    {
      version: '1.2.3',
      processFigures: () => ({ residentBytes: 2048, heapUsedBytes: 1024, uptimeSeconds: 5 }),
    },
  );
  const app = new Koa();
  app.use(countRequests(metrics));
  app.use(router.routes());
  app.use(router.allowedMethods());
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;
  return {
    desk,
    port,
    get: (path, headers = bearer) => fetch(url(path), { headers }),
    post(path, body, headers = { ...bearer, 'Content-Type': 'application/json' }) {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      return fetch(url(path), {
        method: 'POST',
        headers,
        body: isRaw ? body : JSON.stringify(body),
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await desk.close();
    },
  };
}
