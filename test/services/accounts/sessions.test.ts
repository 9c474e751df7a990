import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createSessions, isCsrfToken } from '../../../src/services/accounts/sessions.ts';
import { anna, makeAccounts } from './account-parts.ts';

async function makeSessions() {
  const parts = await makeAccounts();
  await parts.accounts.add(anna);
  const agent = parts.accounts.find('anna');
  if (agent === undefined) throw new Error('no agent');
  const make = (secret: string) =>
    createSessions(
      {
        accounts: parts.accounts,
        clock: parts.clock,
        random: systemRandom,
        secret: Buffer.from(secret),
      },
      { sessionHours: () => 12 },
    );
  return { ...parts, agent, make, sessions: make('secret') };
}

describe('sessions', () => {
  test('a cookie is read back by every node that has the secret', async () => {
    const { sessions, make, agent } = await makeSessions();
    const cookie = sessions.open(agent);
    expect(cookie).toMatch(/^[A-Za-z0-9._~-]{1,300}$/);
    expect(make('secret').read(cookie)?.agent).toEqual(agent);
    expect(make('other secret').read(cookie)).toBeUndefined();
  });

  test('ends after its hours', async () => {
    const { sessions, agent, clock } = await makeSessions();
    const cookie = sessions.open(agent);
    clock.advance(12 * hour - 1);
    expect(sessions.read(cookie)?.agent.login).toBe('anna');
    clock.advance(1);
    expect(sessions.read(cookie)).toBeUndefined();
  });

  test('ends with a new password, while one opened afterwards lives', async () => {
    const { sessions, agent, accounts } = await makeSessions();
    const cookie = sessions.open(agent);
    const changed = await accounts.setPassword('anna', 'correct horse');
    if (!changed.ok) throw new Error(changed.refusal.code);
    expect(sessions.read(cookie)).toBeUndefined();
    expect(sessions.read(sessions.open(changed.value))?.agent.hasPassword).toBe(true);
  });

  test('shows the agent as he is now, and nobody when he is gone', async () => {
    const { sessions, agent, accounts, writeAgent } = await makeSessions();
    const cookie = sessions.open(agent);
    await accounts.setLanguage('anna', 'de');
    expect(sessions.read(cookie)?.agent.language).toBe('de');
    await writeAgent('anna', '[');
    await accounts.reload();
    expect(sessions.read(cookie)).toBeUndefined();
  });

  test('no changed letter, cut or added one leaves a session', async () => {
    const { sessions, agent } = await makeSessions();
    const cookie = sessions.open(agent);
    const change = fc.record({
      at: fc.nat(cookie.length - 1),
      letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789~-_.'),
      cut: fc.nat(1),
    });
    fc.assert(
      fc.property(change, ({ at, letter, cut }) => {
        const forged = cookie.slice(0, at) + letter + cookie.slice(at + cut);
        fc.pre(forged !== cookie);
        expect(sessions.read(forged)).toBeUndefined();
      }),
    );
  });

  test('any text may be sent as a cookie', async () => {
    const { sessions } = await makeSessions();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sessions.read(text)).toBeUndefined();
      }),
    );
  });

  test('the CSRF token belongs to one session, and is not its signature', async () => {
    const { sessions, agent } = await makeSessions();
    const cookies = [sessions.open(agent), sessions.open(agent)];
    const [first, second] = cookies.map((cookie) => sessions.read(cookie));
    if (first === undefined || second === undefined) throw new Error('no session');
    expect(isCsrfToken(first, first.csrf)).toBe(true);
    expect(isCsrfToken(first, second.csrf)).toBe(false);
    expect(isCsrfToken(first, '')).toBe(false);
    expect(cookies[0]).not.toContain(first.csrf);
    expect(sessions.read(cookies[0] ?? '')?.csrf).toBe(first.csrf);
  });
});
