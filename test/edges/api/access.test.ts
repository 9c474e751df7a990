/** Scopes of tokens at every operation, and what the log of readings is told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenScopes } from '../../../src/config/agent-tokens.ts';
import { apiRoutes } from '../../../src/edges/http/api/routes.ts';
import { scopeOf } from '../../../src/edges/http/api/scopes.ts';
import { lampMail, token } from '../desk.ts';
import { bearer, bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;
let number: string;
let message: string;

beforeAll(async () => {
  api = await startTestApi();
  const opened = await api.desk.open(lampMail);
  [number, message] = [opened.ticket, opened.message];
});
afterAll(() => api.close());

const withScopes = (scopes: readonly string[]) => ({
  Authorization: `Bearer ${token}/${scopes.join('+')}`,
  'Content-Type': 'application/json',
});

const places = apiRoutes.flatMap((route) =>
  route.access === 'token' ? [{ ...route, needed: scopeOf[route.id] }] : [],
);

describe.each(places)('$id', ({ path, method, needed }) => {
  const ask = (scopes: readonly string[]) => {
    const filled = path
      .replace('{number}', number)
      .replace('{id}', encodeURIComponent(message))
      .replace('{attachment}', '0');
    const headers = withScopes(scopes);
    return method === 'get' ? api.get(filled, headers) : api.post(filled, {}, headers);
  };

  it(`needs the scope ${needed}, and says so`, async () => {
    for (const scopes of [[], tokenScopes.filter((scope) => scope !== needed)]) {
      const refused = await ask(scopes);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('WWW-Authenticate')).toBe(
        `Bearer realm="maildesk", error="insufficient_scope", scope="${needed}"`,
      );
      const body = await bodyOf<ProblemBody>(refused);
      expect(body).toMatchObject({
        code: 'insufficient-scope',
        detail: expect.stringContaining(`"${needed}"`),
      });
    }
    const allowed = await ask([needed]);
    expect(await allowed.text()).not.toContain('insufficient-scope');
  });

  it('is described with it', async () => {
    interface Description {
      readonly paths: Readonly<
        Record<string, Readonly<Record<string, { readonly security: unknown }>>>
      >;
    }
    const { paths } = await bodyOf<Description>(await api.get('/api/v1/openapi.json', {}));
    expect(paths[path]?.[method]?.security).toEqual([{ token: [needed] }]);
  });
});

it('readings are noted with what was read; what was not shown is not', async () => {
  api.desk.noted.length = 0;
  const ticket = `/api/v1/tickets/${number}`;
  const part = `${ticket}/messages/${encodeURIComponent(message)}`;
  for (const path of [ticket, `${part}/raw`, `${part}/attachments/0`, '/api/v1/tickets'])
    expect((await api.get(path)).status, path).toBe(200);
  await api.get(`${part}/attachments/7`);
  await api.get('/api/v1/tickets/20261123999999');
  await api.post(`${ticket}/note`, { text: 'A note' });
  const same = { event: 'read', agent: 'anna', ticket: number, way: 'api' };
  expect(api.desk.noted).toMatchObject([
    { ...same, what: 'ticket' },
    { ...same, what: 'raw', detail: message },
    { ...same, what: 'attachment', detail: `${message} 0` },
  ]);
  expect(api.desk.noted.length).toBe(3);
});

it('the log is for admins, whatever the token may', async () => {
  const refused = await api.get('/api/v1/audit', bearer);
  expect(refused.status).toBe(403);
  expect((await bodyOf<ProblemBody>(refused)).code).toBe('not-allowed');
});
