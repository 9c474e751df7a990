/** What a provider may say that is not so: the log-in against a double whose answers can be bent. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { AccessConfig } from '../../../src/config/access.ts';
import { createOpenidLogIn, type OpenidLogIn } from '../../../src/services/accounts/openid.ts';
import { createOpenidAgents } from '../../../src/services/accounts/openid-agents.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { recordingLog } from '../../helpers/parts.ts';
import { anna, makeAccounts } from './account-parts.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Double {
  issuer: string;
  server: Server;
  /** Changes of the ID token's claims. */
  claims: Record<string, unknown>;
  metadata: Record<string, unknown>;
  key: KeyObject;
  userinfo: Record<string, unknown>;
  asked: URLSearchParams[];
}

let double: Double;
let openid: OpenidLogIn;
let logged: ReturnType<typeof recordingLog>['lines'];

function settingsOf(issuer: string): AccessConfig {
  return {
    requireTotp: 'never',
    passwordLogin: true,
    auditDays: 1,
    openidIssuer: issuer,
    openidClientId: 'desk',
    openidClientSecret: 'secret of the desk',
    openidClientSecretFile: undefined,
    openidName: 'x',
    openidScopes: 'email',
    openidCreate: false,
    openidRolesClaim: 'groups',
  };
}

beforeEach(async () => {
  double = await startDouble();
  const { log, lines } = recordingLog();
  logged = lines;
  openid = createOpenidLogIn({
    settings: () => settingsOf(double.issuer),
    files: nodeFiles,
    clock: systemClock,
    log,
  });
});

afterEach(() => {
  double.server.closeAllConnections();
  return new Promise((resolve) => double.server.close(resolve));
});

async function startDouble(): Promise<Double> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const made: Double = {
    issuer,
    server,
    claims: {},
    metadata: {},
    key: keys.privateKey,
    userinfo: { sub: '42', email: 'anna@x.example', email_verified: true, name: 'Anna' },
    asked: [],
  };
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    if (request.url === '/token') made.asked.push(form);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answerOf(request.url ?? '', made)));
  });
  return made;
}

function answerOf(path: string, { issuer, metadata, userinfo, claims, key }: Double) {
  if (path === '/.well-known/openid-configuration')
    return {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      jwks_uri: `${issuer}/jwks`,
      ...metadata,
    };
  if (path === '/jwks')
    return {
      keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
    };
  if (path === '/token')
    return {
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: tokenOf(issuer, claims, key),
    };
  return userinfo;
}

function tokenOf(issuer: string, claims: Record<string, unknown>, key: KeyObject): string {
  const now = Math.floor(systemClock.now() / 1000);
  const all = { iss: issuer, aud: 'desk', sub: '42', iat: now, exp: now + 60, ...claims };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'RS256', kid: 'k' })}.${part(all)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}

/** As the browser does it: away with the attempt, back with a code. */
async function logIn(claims: object = {}) {
  const begun = await openid.begin('http://desk.example/openid/callback');
  if (!begun.ok) return begun;
  double.claims = { nonce: begun.value.nonce, ...claims };
  const address = `http://desk.example/openid/callback?code=c&state=${begun.value.state}`;
  return openid.finish(address, begun.value);
}

describe('a provider', () => {
  test('that tells the truth names a person, and is asked with PKCE for no more than was set', async () => {
    const begun = await openid.begin('http://desk.example/openid/callback');
    if (!begun.ok) throw new Error(begun.refusal.code);
    const asked = new URL(begun.value.address).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'desk',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: 'http://desk.example/openid/callback',
      code_challenge_method: 'S256',
      state: begun.value.state,
      nonce: begun.value.nonce,
    });
    expect(begun.value.address).not.toContain(begun.value.verifier);
    double.userinfo = { ...double.userinfo, groups: ['a', 1, 'b'] };
    expect(await logIn()).toEqual({
      ok: true,
      value: {
        issuer: double.issuer,
        subject: '42',
        email: 'anna@x.example',
        name: 'Anna',
        wantedLogin: undefined,
        roles: ['a', 'b'],
      },
    });
    expect(double.asked[0]?.get('code_verifier')?.length).toBeGreaterThan(42);
  });

  test.each<[string, { claims?: object; key?: KeyObject; userinfo?: object }]>([
    ['a nonce of another attempt', { claims: { nonce: 'other' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another audience', { claims: { aud: 'other' } }],
    ['a token that is over', { claims: { exp: 1 } }],
    ['a signature of somebody else', { key: otherKeys.privateKey }],
    ['another person in the second answer', { userinfo: { sub: '43' } }],
  ])(
    'with %s is not believed',
    async (_, { claims = {}, key = keys.privateKey, userinfo = {} }) => {
      double.key = key;
      double.userinfo = { ...double.userinfo, ...userinfo };
      expect(await logIn(claims)).toEqual({ ok: false, refusal: { code: 'openid-invalid' } });
      expect(logged).toMatchObject([{ level: 'warn', event: 'openid.answer-refused' }]);
      expect(JSON.stringify(logged)).not.toContain('secret of the desk');
    },
  );

  test('that calls itself otherwise, or is away, is not asked', async () => {
    double.metadata = { issuer: 'https://evil.example' };
    expect(await logIn()).toEqual({ ok: false, refusal: { code: 'openid-unreachable' } });
    double.server.close();
    double.server.closeAllConnections();
    expect(await logIn()).toEqual({ ok: false, refusal: { code: 'openid-unreachable' } });
    expect(logged.map(({ event }) => event)).toEqual([
      'openid.provider-unreachable',
      'openid.provider-unreachable',
    ]);
  });

  test('an address that it has not verified is none', async () => {
    for (const verified of [false, undefined, 'true', 1]) {
      double.userinfo = { sub: '42', email: 'anna@x.example', email_verified: verified };
      expect(await logIn()).toMatchObject({ ok: true, value: { email: undefined } });
    }
  });

  test('that takes the secret in the body alone gets it there', async () => {
    double.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    expect(await logIn()).toMatchObject({ ok: true });
    expect(double.asked[0]?.get('client_secret')).toBe('secret of the desk');
  });

  test('of a desk that has none is refused', async () => {
    const { log } = recordingLog();
    const without = { ...settingsOf('x'), openidIssuer: undefined };
    const off = createOpenidLogIn({
      settings: () => without,
      files: nodeFiles,
      clock: systemClock,
      log,
    });
    expect(off.isOn()).toBe(false);
    expect(await off.begin('http://desk.example')).toEqual({
      ok: false,
      refusal: { code: 'openid-off' },
    });
  });
});

describe('which agent it is', () => {
  const person = {
    issuer: 'https://id.example',
    subject: '42',
    email: 'Anna.Adler@X.example',
    name: 'Anna',
    wantedLogin: undefined,
    roles: undefined,
  };

  async function makeAgents(settings: { openidCreate: boolean; openidRolesClaim?: string }) {
    const parts = await makeAccounts();
    await parts.accounts.add(anna);
    const { log } = recordingLog();
    const agents = createOpenidAgents({
      agents: parts.accounts.files,
      accounts: parts.accounts,
      settings: () => ({ openidRolesClaim: undefined, ...settings }),
      log,
    });
    return { ...parts, agents };
  }

  test('the address decides once, then the subject; nobody takes over a connected agent', async () => {
    const { agents, readAgent } = await makeAgents({ openidCreate: false });
    expect(await agents.find(person)).toMatchObject({ ok: true, value: { login: 'anna' } });
    expect(await readAgent('anna')).toContain('subject: "42"');
    const moved = { ...person, email: undefined };
    expect(await agents.find(moved)).toMatchObject({ ok: true, value: { login: 'anna' } });
    for (const other of [
      { ...person, subject: '43' },
      { ...moved, subject: '43' },
      { ...person, subject: '43', email: 'nobody@x.example' },
    ])
      expect((await agents.find(other)).ok).toBe(false);
    // Another provider is a change of the desk's settings, not of the person.
    const elsewhere = { ...person, issuer: 'https://other.example', subject: '7' };
    expect(await agents.find(elsewhere)).toMatchObject({ ok: true, value: { login: 'anna' } });
  });

  test('who is kept out stays out', async () => {
    const { agents, accounts, readAgent, writeAgent } = await makeAgents({ openidCreate: true });
    await writeAgent('anna', `${await readAgent('anna')}disabled: true\n`);
    await accounts.reload();
    expect(await agents.find(person)).toEqual({ ok: false, refusal: { code: 'openid-no-agent' } });
  });

  test.each([
    ['Carla.Diaz', 'carla.diaz'],
    ['Anna', 'anna2'],
    ['../../etc', 'etc'],
    ['ÜÖ', 'sam'],
    [undefined, 'sam'],
    ['x'.repeat(200), 'x'.repeat(60)],
  ])('a new agent who is %s there is %s here', async (wantedLogin, login) => {
    const { agents } = await makeAgents({ openidCreate: true });
    const found = await agents.find({ ...person, email: 'Sam@x.example', wantedLogin });
    expect(found).toMatchObject({ ok: true, value: { login, roles: ['agent'] } });
  });

  test('roles follow the claim at every log-in, also down to none', async () => {
    const { agents, accounts } = await makeAgents({
      openidCreate: true,
      openidRolesClaim: 'groups',
    });
    const found = await agents.find({ ...person, roles: ['billing', 'Not one', 'billing'] });
    expect(found).toMatchObject({ ok: true, value: { roles: ['billing'] } });
    for (const roles of [[], undefined])
      expect(await agents.find({ ...person, roles })).toEqual({
        ok: false,
        refusal: { code: 'openid-no-role' },
      });
    expect(accounts.find('anna')?.roles).toEqual([]);
  });
});
