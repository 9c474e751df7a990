/** Operations about the desk, the agent's own and drafts, against a whole desk, each answer held to its description. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemas } from '../../../src/edges/http/api/openapi-schemas.ts';
import { startTestApp, type TestApp } from '../../helpers/test-app.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { mismatch } from './schema.ts';

let app: TestApp;
let ticket: string;
let tokens: Readonly<Record<string, string>>;

beforeEach(async () => {
  app = await startTestApp({ settings: { confirmations: 'false' } });
  const { accounts } = app.desk;
  const given: Record<string, string> = {};
  for (const [login, roles] of Object.entries({ anna: ['agent'], root: ['agent', 'admin'] })) {
    await accounts.add({ login, name: login, email: `${login}@desk.example`, roles });
    const made = await accounts.createApiToken(login);
    if (!made.ok) throw new Error('No token was made');
    given[login] = made.value;
  }
  tokens = given;
  await app.send(plainMail({ 'Message-ID': '<a@customer.example>' }));
  await app.settled();
  ticket = (await ask('GET', '/tickets')).tickets[0].number;
});

afterEach(() => app.stop());

// biome-ignore lint/suspicious/noExplicitAny: each answer is held to its schema instead
type Answer = any;

async function call(method: string, path: string, body?: unknown, login = 'anna') {
  return fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${tokens[login]}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function ask(method: string, path: string, body?: unknown, login = 'anna'): Promise<Answer> {
  const response = await call(method, path, body, login);
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text);
}

async function described(schema: string, ...request: Parameters<typeof ask>): Promise<Answer> {
  const answer = await ask(...request);
  expect(schemas).toHaveProperty(schema);
  expect(mismatch({ $ref: `#/components/schemas/${schema}` }, answer)).toBeUndefined();
  return answer;
}

describe('about the desk', () => {
  it('says whose token it is, which queues and colleagues there are', async () => {
    expect(await described('Self', 'GET', '/me')).toMatchObject({
      login: 'anna',
      roles: ['agent'],
    });
    const { queues } = await described('QueueList', 'GET', '/queues');
    expect(queues).toContainEqual(
      expect.objectContaining({
        name: 'Support',
        open: 1,
        new: 1,
        rights: expect.arrayContaining(['see']),
      }),
    );
    const { agents } = await described('AgentList', 'GET', '/agents');
    expect(agents.map(({ login }: Answer) => login)).toEqual(
      expect.arrayContaining(['anna', 'root']),
    );
  });

  it('lists what waits to be sent', async () => {
    const receipt = await ask('POST', `/tickets/${ticket}/reply`, { text: 'A new bulb.' });
    const { mails } = await described('OutboxList', 'GET', '/outbox');
    expect(mails).toMatchObject([{ ticket, message: receipt.message, attempts: 0 }]);
  });

  it('lets admins alone read and release mails that need a human, and list hooks', async () => {
    expect(await described('TroubleList', 'GET', '/trouble')).toEqual({ entries: [] });
    expect((await call('GET', '/trouble/x/raw')).status).toBe(403);
    expect((await call('POST', '/trouble/x/release', {})).status).toBe(403);
    expect((await call('GET', '/hooks')).status).toBe(403);
    expect((await call('GET', '/trouble/x/raw', undefined, 'root')).status).toBe(404);
    expect((await call('POST', '/trouble/x/release', {}, 'root')).status).toBe(404);
    expect(await described('HookList', 'GET', '/hooks', undefined, 'root')).toEqual({ hooks: [] });
  });
});

describe("the agent's own", () => {
  it('is told, and takes it as read', async () => {
    await ask('POST', `/tickets/${ticket}/note`, { text: '@anna, a look please' }, 'root');
    await app.settled();
    const list = () => described('NotificationList', 'GET', '/notifications');
    expect((await list()).notifications[0]).toMatchObject({
      ticket,
      reasons: ['mentioned'],
      by: 'agent root',
      unread: true,
    });
    await described('ReadUpTo', 'POST', '/notifications/read', {});
    expect((await list()).notifications[0]).toMatchObject({ unread: false });
  });

  it('puts a ticket aside and brings it back', async () => {
    const until = '2100-01-01T09:00:00.000Z';
    expect(await described('Snoozed', 'POST', `/tickets/${ticket}/snooze`, { until })).toEqual({
      ticket,
      until,
    });
    const aside = async () => (await ask('GET', '/tickets?q=snoozed:me')).tickets.length;
    expect(await aside()).toBe(1);
    await described('Snoozed', 'POST', `/tickets/${ticket}/wake`, {});
    expect(await aside()).toBe(0);
    const past = await call('POST', `/tickets/${ticket}/snooze`, { until: '2020-01-01T00:00:00Z' });
    expect(past.status).toBe(422);
  });
});

describe('a draft', () => {
  const path = () => `/tickets/${ticket}/drafts`;

  it('is kept, changed with files, refused when it changed elsewhere, and thrown away', async () => {
    const first = await described('Draft', 'POST', path(), {
      text: 'Dear Kim',
      to: 'kim@customer.example',
    });
    expect(first).toMatchObject({ revision: 1, writing: 'answer', text: 'Dear Kim', sendAt: null });
    const file = { name: 'bulb.txt', content: Buffer.from('60 W').toString('base64') };
    const second = await described('Draft', 'POST', path(), {
      id: first.id,
      revision: 1,
      text: 'Dear Kim, yes',
      to: 'kim@customer.example',
      attachments: [file],
    });
    expect(second).toMatchObject({
      id: first.id,
      revision: 2,
      files: [{ name: 'bulb.txt', size: 4 }],
    });
    const late = await call('POST', path(), { id: first.id, revision: 1, text: 'No' });
    expect(late.status).toBe(409);
    expect((await described('DraftList', 'GET', path())).drafts).toMatchObject([
      { ...second, saved: expect.any(String) },
    ]);
    expect((await ask('GET', path(), undefined, 'root')).drafts).toEqual([]);
    expect((await call('POST', `${path()}/${first.id}/discard`, {}, 'root')).status).toBe(404);
    await described('Discarded', 'POST', `${path()}/${first.id}/discard`, {});
    expect((await ask('GET', path())).drafts).toEqual([]);
  });

  it('waits for its time, is called back, and goes out', async () => {
    const { id } = await ask('POST', path(), { text: 'A new bulb.', to: 'kim@customer.example' });
    const at = '2100-01-01T09:00:00.000Z';
    const schedule = (to: string | null) =>
      described('Draft', 'POST', `${path()}/${id}/schedule`, { at: to });
    expect(await schedule(at)).toMatchObject({ sendAt: at });
    expect(await schedule(null)).toMatchObject({ sendAt: null });
    await schedule('now');
    await app.settled();
    const shown = await ask('GET', `/tickets/${ticket}`);
    expect(shown.messages.map(({ kind }: Answer) => kind)).toEqual(['mail-in', 'mail-out']);
    expect((await call('POST', `${path()}/${id}/schedule`, { at: 'now' })).status).toBe(409);
    expect((await call('POST', `${path()}/NONE/discard`, {})).status).toBe(404);
  });
});
