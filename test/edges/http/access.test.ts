/** Pages of accounts without a browser: who may, what is refused, what is noted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingOf } from '../../../src/edges/http/middleware/readings.ts';
import { browserWords } from '../../../src/services/present/browser-words.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { password, startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let admin: Visitor;
let number: string;

beforeAll(async () => {
  viewer = await startViewer();
  const { accounts } = viewer.test.desk;
  await accounts.add({ login: 'root', name: 'Root', email: 'root@desk.example', roles: ['admin'] });
  await accounts.setPassword('root', password);
  admin = viewer.visitor();
  await admin.get('/login');
  await admin.post('/login', { login: 'root', password });
  number = (await viewer.test.receive(plainMail())).ticket;
});
afterAll(() => viewer.close());

describe('pages of admins', () => {
  it('are for nobody else, to see or to use', async () => {
    const anna = await viewer.member();
    for (const path of ['/agents', '/agents/ben', '/agents/nobody', '/rights', '/audit']) {
      const answer = await anna.get(path);
      expect([path, answer.status]).toEqual([path, 403]);
    }
    await anna.get('/account');
    for (const path of ['roles', 'disable', 'enable', 'totp-off', 'link', 'sessions']) {
      const answer = await anna.post(`/agents/ben/${path}`, { roles: 'admin', all: '1' });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    const added = { login: 'eve', name: 'Eve', email: 'eve@desk.example', roles: 'admin' };
    expect((await anna.post('/agents', added)).status).toBe(403);
    expect(viewer.test.desk.accounts.find('eve')).toBeUndefined();
    expect(viewer.test.desk.accounts.find('ben')?.roles).toEqual(['agent']);
    expect((await anna.get('/account')).text).not.toContain('href="/audit"');
    expect((await admin.get('/account')).text).toContain('href="/audit"');
  });

  it('show which role may do what where', async () => {
    const text = textOf((await admin.get('/rights')).text);
    expect(text).toContain('see, note, answer, move, own and close');
    expect(text).toContain('everything');
    expect((await admin.get('/agents/nobody')).status).toBe(404);
  });

  it('refuse in place what does not work', async () => {
    await admin.get('/agents/root');
    const last = await admin.post('/agents/root/disable', {});
    expect([last.status, textOf(last.text)]).toEqual([
      409,
      expect.stringContaining('This is the only admin who can get in.'),
    ]);
    const words = await admin.post('/agents/ben/roles', { roles: 'agent Über' });
    expect(words.status).toBe(422);
    const off = await admin.post('/agents/ben/totp-off', {});
    expect(off.status).toBe(409);
  });
});

describe('what was read', () => {
  it('is noted once for each agent and thing, and what was not there is not', async () => {
    const { audit } = viewer.test.desk;
    const anna = await viewer.member();
    const missing = '20261123000002';
    for (const path of ['', '', '/history', '/messages/none/raw'])
      await anna.get(`/tickets/${number}${path}`);
    await anna.get(`/tickets/${missing}`);
    await viewer.visitor().get(`/tickets/${number}`);
    const { entries } = await audit.list({ kind: 'reads', most: 9 });
    expect(entries.map(({ agent, ticket, what, way }) => [agent, ticket, what, way])).toEqual([
      ['anna', number, 'history', 'viewer'],
      ['anna', number, 'ticket', 'viewer'],
    ]);
    const page = textOf((await admin.get(`/audit?kind=reads&agent=anna&ticket=%23${number}`)).text);
    expect(page).toContain(`anna opened the history of ${number}`);
    expect(textOf((await admin.get('/audit?kind=reads&day=2001-01-01')).text)).toContain(
      'Nothing is noted for this.',
    );
  });

  it.each([
    ['/tickets/20261123000124', 'ticket'],
    ['/tickets/20261123000124/print', 'print'],
    ['/tickets/20261123000124/messages/a%2Cb/raw', 'raw'],
    ['/tickets/20261123000124/messages/x/attachments/3', 'attachment'],
    ['/tickets/20261123000124/offers', undefined],
    ['/tickets/20261123000124/prepared', undefined],
    ['/tickets/20261123000124/messages/x/html', undefined],
    ['/tickets', undefined],
    ['/trouble/x/raw', 'trouble'],
    ['/trouble', undefined],
    ['/tickets/20261123000124/messages/%E0%A4%A/raw', 'raw'],
  ])('%s is %s', (path, what) => {
    expect(readingOf(path)?.what).toBe(what);
  });
});

describe('log-ins', () => {
  it('and refused ones are noted, a name that nobody has is not', async () => {
    const { audit } = viewer.test.desk;
    const guest = viewer.visitor();
    await guest.get('/login', { 'User-Agent': 'Mozilla/5.0 (X11; Linux) Firefox/150.0' });
    await guest.post('/login', { login: 'my secret password', password: 'x' });
    await guest.post('/login', { login: 'Ben@desk.example', password: 'x' });
    const { entries } = await audit.list({ kind: 'logins', most: 2 });
    expect(entries).toMatchObject([
      { event: 'log-in-refused', agent: 'ben', way: 'password', detail: 'wrong-login' },
      { event: 'log-in-refused', agent: undefined },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });
});

describe('own sessions', () => {
  it('are ended by their owner alone', async () => {
    const { access } = viewer.test.desk;
    const [anna, other] = [await viewer.member(), await viewer.member()];
    const [rootId] = (await access.sessions.list('root')).map(({ id }) => id);
    await anna.get('/account');
    await anna.post('/account/sessions/end', { id: rootId ?? '' });
    expect((await admin.get('/account')).status).toBe(200);
    await anna.get('/account');
    await anna.post('/account/sessions/end-others', {});
    expect((await other.get('/account')).status).toBe(303);
    expect((await anna.get('/account')).status).toBe(200);
    expect(await access.sessions.list('anna')).toHaveLength(1);
  });

  it('logging out ends it for whoever copied the cookie', async () => {
    const anna = await viewer.member();
    await anna.get('/account');
    const copied = anna.cookies.get('session') ?? '';
    await anna.post('/logout', {});
    const answer = await viewer.visitor().get('/account', { Cookie: `session=${copied}` });
    expect(answer.status).toBe(303);
    expect(await viewer.test.desk.access.sessions.read(decodeURIComponent(copied))).toBeUndefined();
  });
});

describe('tokens', () => {
  it('need at least one scope and a name in one line', async () => {
    const anna = await viewer.member();
    await anna.get('/account');
    for (const fields of [{ name: 'x' }, { name: 'x'.repeat(101), scope: 'read' }])
      expect((await anna.post('/account/tokens', fields)).status).toBe(422);
    const made = await anna.post('/account/tokens', { name: 'Report', scope: 'read', lives: '30' });
    const token = /id="new-token">(md_[a-z2-7]{40})</.exec(made.text)?.[1] ?? '';
    expect(viewer.test.desk.accounts.findByApiToken(token)?.scopes).toEqual(['read']);
    expect((await anna.get('/account')).text).not.toContain(token);
    expect((await anna.post('/account/tokens/revoke', { id: 'unknown' })).status).toBe(404);
  });
});

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0',
    'Edge',
    'Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0',
    'Firefox',
    'macOS',
  ],
  ['something', '', ''],
])('%s is %s on %s', (userAgent, browser, system) => {
  expect(browserWords(userAgent)).toEqual({ browser, system });
});
