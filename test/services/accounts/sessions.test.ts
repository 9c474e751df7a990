import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createSessions, isCsrfToken } from '../../../src/services/accounts/sessions.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { anna, makeAccounts } from './account-parts.ts';

const from = {
  address: '192.0.2.1',
  browser: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  way: 'password',
} as const;

async function makeSessions() {
  const parts = await makeAccounts();
  await parts.accounts.add(anna);
  const agent = parts.accounts.find('anna');
  if (agent === undefined) throw new Error('no agent');
  const make = (secret: string) =>
    createSessions(
      {
        accounts: parts.accounts,
        files: nodeFiles,
        directory: parts.directory,
        clock: parts.clock,
        random: systemRandom,
        log: silentLog,
        secret: Buffer.from(secret),
      },
      { sessionHours: () => 12 },
    );
  const folder = join(parts.directory, 'agents/anna/sessions');
  return { ...parts, agent, make, sessions: make('secret'), folder };
}

describe('sessions', () => {
  test('a cookie is read back by every node that has the secret', async () => {
    const { sessions, make, agent } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    expect(cookie).toMatch(/^[A-Za-z0-9._~-]{1,300}$/);
    expect(await make('secret').read(cookie)).toMatchObject({ agent, way: 'password' });
    expect(await make('other secret').read(cookie)).toBeUndefined();
  });

  test('ends after its hours, and its file goes when another one is opened', async () => {
    const { sessions, agent, clock, folder } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    clock.advance(12 * hour - 1);
    expect((await sessions.read(cookie))?.agent.login).toBe('anna');
    clock.advance(1);
    expect(await sessions.read(cookie)).toBeUndefined();
    await sessions.open(agent, from);
    expect((await readdir(folder)).length).toBe(1);
  });

  test('ends with a new password, while one opened afterwards lives', async () => {
    const { sessions, agent, accounts } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    const changed = await accounts.setPassword('anna', 'correct horse');
    if (!changed.ok) throw new Error(changed.refusal.code);
    expect(await sessions.read(cookie)).toBeUndefined();
    const fresh = await sessions.open(changed.value, from);
    expect((await sessions.read(fresh))?.agent.hasPassword).toBe(true);
  });

  test('shows the agent as he is now, and nobody when he is gone or kept out', async () => {
    const { sessions, agent, accounts, writeAgent, readAgent } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    await accounts.setLanguage('anna', 'de');
    expect((await sessions.read(cookie))?.agent.language).toBe('de');
    const text = await readAgent('anna');
    await writeAgent('anna', `${text}disabled: true\n`);
    await accounts.reload();
    expect(await sessions.read(cookie)).toBeUndefined();
    await writeAgent('anna', '[');
    await accounts.reload();
    expect(await sessions.read(cookie)).toBeUndefined();
  });

  test('are listed with where they came from, the last used first, for their owner alone', async () => {
    const { sessions, agent, clock, folder } = await makeSessions();
    const first = await sessions.open(agent, from);
    clock.advance(minute);
    await sessions.open(agent, { ...from, address: '192.0.2.2', browser: 'x\ny', way: 'link' });
    clock.advance(10 * minute);
    await sessions.read(first);
    const listed = await sessions.list('anna');
    expect(listed).toMatchObject([
      { address: '192.0.2.1', way: 'password', used: clock.now() },
      { address: '192.0.2.2', way: 'link', browser: 'x y' },
    ]);
    expect((await stat(join(folder, listed[0]?.id ?? ''))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, listed[0]?.id ?? ''), 'utf8')).not.toContain(first);
    expect(await sessions.list('nobody')).toEqual([]);
  });

  test('an ended one is over at once, also for another process and after a new start', async () => {
    const { sessions, make, agent } = await makeSessions();
    const [one, other] = [await sessions.open(agent, from), await sessions.open(agent, from)];
    const elsewhere = make('secret');
    expect(await elsewhere.read(one)).toBeDefined();
    const id = (await sessions.read(one))?.id ?? '';
    expect(await sessions.end('anna', id)).toBe(true);
    expect(await sessions.end('anna', id)).toBe(false);
    expect(await elsewhere.read(one)).toBeUndefined();
    expect(await make('secret').read(one)).toBeUndefined();
    expect(await elsewhere.read(other)).toBeDefined();
  });

  test('noting a use never brings an ended one back', async () => {
    const { sessions, agent, clock, folder } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    const id = (await sessions.read(cookie))?.id ?? '';
    clock.advance(6 * minute);
    await Promise.all([sessions.read(cookie), sessions.end('anna', id)]);
    expect(await sessions.read(cookie)).toBeUndefined();
    expect(await sessions.list('anna')).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('the last use is written at most once in five minutes', async () => {
    const { sessions, agent, clock, folder } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    const id = (await sessions.read(cookie))?.id ?? '';
    const read = () => readFile(join(folder, `${id}.used`), 'utf8');
    const first = await read();
    clock.advance(4 * minute);
    await sessions.read(cookie);
    expect(await read()).toBe(first);
    clock.advance(2 * minute);
    await sessions.read(cookie);
    expect(await read()).not.toBe(first);
  });

  test('all others end together', async () => {
    const { sessions, agent } = await makeSessions();
    const cookies = [];
    for (let count = 0; count < 3; count += 1) cookies.push(await sessions.open(agent, from));
    const [kept = '', ...others] = cookies;
    const id = (await sessions.read(kept))?.id ?? '';
    expect(await sessions.endAll('anna', id)).toBe(2);
    expect(await sessions.read(kept)).toBeDefined();
    for (const cookie of others) expect(await sessions.read(cookie)).toBeUndefined();
  });

  test('names that are none, and files that say nothing, are no sessions', async () => {
    const { sessions, agent, folder } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    for (const id of ['', '..', '../anna', 'x'.repeat(16), 'a/b'])
      expect(await sessions.end('anna', id)).toBe(false);
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '');
    expect(await sessions.read(cookie)).toBeUndefined();
    await rm(folder, { recursive: true });
    expect(await sessions.read(cookie)).toBeUndefined();
  });

  test('no changed letter, cut or added one leaves a session', async () => {
    const { sessions, agent } = await makeSessions();
    const cookie = await sessions.open(agent, from);
    const change = fc.record({
      at: fc.nat(cookie.length - 1),
      letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789~-_.'),
      cut: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, letter, cut }) => {
        const forged = cookie.slice(0, at) + letter + cookie.slice(at + cut);
        fc.pre(forged !== cookie);
        expect(await sessions.read(forged)).toBeUndefined();
      }),
    );
  });

  test('any text may be sent as a cookie', async () => {
    const { sessions } = await makeSessions();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await sessions.read(text)).toBeUndefined();
      }),
    );
  });

  test('the CSRF token belongs to one session, and is not its signature', async () => {
    const { sessions, agent } = await makeSessions();
    const cookies = [await sessions.open(agent, from), await sessions.open(agent, from)];
    const [first, second] = await Promise.all(cookies.map((cookie) => sessions.read(cookie)));
    if (first === undefined || second === undefined) throw new Error('no session');
    expect(isCsrfToken(first, first.csrf)).toBe(true);
    expect(isCsrfToken(first, second.csrf)).toBe(false);
    expect(isCsrfToken(first, '')).toBe(false);
    expect(cookies[0]).not.toContain(first.csrf);
    expect((await sessions.read(cookies[0] ?? ''))?.csrf).toBe(first.csrf);
  });
});
