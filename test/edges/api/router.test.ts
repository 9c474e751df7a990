import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemas } from '../../../src/edges/http/api/openapi-schemas.ts';
import { problemTable } from '../../../src/edges/http/api/problems.ts';
import { apiRoutes } from '../../../src/edges/http/api/routes.ts';
import { anna, lampMail } from '../desk.ts';
import { mismatch } from './schema.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

interface Description {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly operationId: string;
        readonly parameters?: { readonly name: string; readonly in: string }[];
      }
    >
  >;
}

interface HealthBody {
  readonly status: string;
  readonly outbox: unknown;
}

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

function send(
  path: string,
  method: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`http://127.0.0.1:${api.port}${path}`, { method, headers });
}

const samplePath = (path: string) =>
  path.replace('{number}', '20261123000197').replace(/\{\w+\}/g, '0');

describe('access', () => {
  it('every route without a token says 401, but for the public ones', async () => {
    for (const { method, path, access } of apiRoutes) {
      const response = await send(samplePath(path), method.toUpperCase());
      expect([path, response.status === 401]).toEqual([path, access === 'token']);
      if (access === 'public') continue;
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="maildesk"');
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it('a wrong token is told apart from none', async () => {
    for (const Authorization of ['Bearer wrong', 'Basic YW5uYTp4', 'Bearer']) {
      const response = await api.get('/api/v1/tickets', { Authorization });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });
});

describe('methods and paths', () => {
  it('says which methods a path knows', async () => {
    const wrong = await send('/api/v1/tickets', 'DELETE');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    expect(await wrong.json()).toMatchObject({ code: 'method-not-allowed' });
    const asked = await send('/api/v1/mail', 'OPTIONS');
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  it('answers everything else below /api with a problem', async () => {
    for (const path of [
      '/api',
      '/api/v1',
      '/api/v1/nothing',
      '/api/v2/tickets',
      '/api/v1/tickets/1/2/3/4/5/6',
    ]) {
      const response = await api.get(path);
      expect([path, response.status, (await bodyOf<ProblemBody>(response)).code]).toEqual([
        path,
        404,
        'no-such-resource',
      ]);
    }
  });

  it('leaves other paths to others', async () => {
    const response = await api.get('/apish');
    expect([response.status, await response.text()]).toEqual([404, 'Not Found']);
  });

  it('HEAD gives the headers alone', async () => {
    const response = await send('/healthz', 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('GET /api/v1/openapi.json', () => {
  it('describes every route, and nothing but routes', async () => {
    const description = await bodyOf<Description>(await api.get('/api/v1/openapi.json', {}));
    expect(description).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    const described = Object.entries(description.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      apiRoutes.map(({ id, method, path }) => `${id} ${method} ${path}`).sort(),
    );
  });

  it('names every path parameter and refers only to schemas that exist', async () => {
    const description = await bodyOf<Description>(await api.get('/api/v1/openapi.json', {}));
    for (const [path, item] of Object.entries(description.paths)) {
      for (const { parameters = [] } of Object.values(item)) {
        const named = parameters
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => `{${name}}`);
        expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
      }
    }
    const referred = JSON.stringify(description).match(/#\/components\/schemas\/\w+/g) ?? [];
    const names = new Set(referred.map((reference) => reference.split('/').at(-1)));
    expect([...names].sort()).toEqual(Object.keys(schemas).sort());
  });

  it('answers are as described', async () => {
    const { ticket } = await api.desk.open(lampMail, {
      fields: [
        ['Follow-Up', 'rule=new'],
        ['Spam', 'yes; score=15.3; by=spamd'],
        ['Virus', 'clean; by=clamd'],
        ['Authentication', 'spf=pass; dkim=none; dmarc=none; arc=none; by=desk'],
      ],
    });
    const receipt = await (
      await api.post(`/api/v1/tickets/${ticket}/update`, { state: 'open' })
    ).json();
    const bodies: readonly (readonly [string, unknown])[] = [
      ['Ticket', await (await api.get(`/api/v1/tickets/${ticket}`)).json()],
      ['TicketPage', await (await api.get('/api/v1/tickets')).json()],
      ['Health', await (await api.get('/healthz')).json()],
      ['Problem', await (await api.get('/api/v1/none')).json()],
      ['Receipt', receipt],
    ];
    for (const [name, body] of bodies)
      expect([name, mismatch(schemas[name], body)]).toEqual([name, undefined]);
  });
});

describe('GET /healthz', () => {
  const waitingMail = {
    name: 'm1',
    ticket: undefined,
    recipients: [],
    subject: '',
    attempts: 0,
    nextAttempt: undefined,
    reply: undefined,
  };

  it('is ok, then degraded by a broken configuration, which still serves', async () => {
    const good = await api.get('/healthz', {});
    expect([good.status, await good.json()]).toEqual([
      200,
      {
        status: 'ok',
        index: { ready: true },
        outbox: { waiting: 0 },
        configuration: { problems: 0 },
        mails: { unaccounted: 0 },
      },
    ]);
    api.desk.problems.push({ file: 'desk.yaml', line: 3, reason: 'bad' });
    const bad = await api.get('/healthz', {});
    expect([bad.status, (await bodyOf<HealthBody>(bad)).status]).toEqual([200, 'degraded']);
  });

  it('is starting, with 503, until every ticket was seen', async () => {
    api.desk.index.isSeen = false;
    const response = await api.get('/healthz', {});
    expect([response.status, (await bodyOf<HealthBody>(response)).status]).toEqual([
      503,
      'starting',
    ]);
  });

  it('counts the outbox', async () => {
    const { message } = await api.desk.open(lampMail);
    api.desk.waiting.push({ ...waitingMail, name: message, since: api.desk.clock.now() });
    expect((await bodyOf<HealthBody>(await api.get('/healthz', {}))).outbox).toEqual({
      waiting: 1,
    });
  });
});

describe('GET /metrics', () => {
  it('counts tickets by queue and state, and follows changes', async () => {
    await api.desk.open(lampMail);
    const { ticket } = await api.desk.open(lampMail, { queue: 'Billing' });
    const before = await (await api.get('/metrics', {})).text();
    expect(before).toContain('maildesk_tickets{queue="Support",state="new"} 1\n');
    expect(before).toContain('maildesk_tickets{queue="Billing",state="new"} 1\n');
    expect(before).toContain('maildesk_process_resident_memory_bytes 2048\n');
    await api.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
      { kind: 'agent', login: anna.login },
    );
    const response = await api.get('/metrics', {});
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const after = await response.text();
    expect(after).toContain('maildesk_tickets{queue="Billing",state="closed"} 1\n');
    expect(after).toContain('maildesk_tickets{queue="Billing",state="new"} 0\n');
    expect(after).toContain('maildesk_http_requests_total{method="GET",status="200"} 1\n');
  });
});

it('every code has a status that fits it', () => {
  const odd = Object.entries(problemTable).filter(([, { status }]) => status < 400 || status > 599);
  expect(odd).toEqual([]);
});
