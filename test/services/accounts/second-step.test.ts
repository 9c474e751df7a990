import { TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { minute, second, toInstant } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createSecondStep } from '../../../src/services/accounts/second-step.ts';
import { drawQr, findTotpStep } from '../../../src/services/accounts/totp.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { anna, makeAccounts } from './account-parts.ts';

const client = '192.0.2.1';
const password = 'correct horse';

async function makeSecondStep() {
  const parts = await makeAccounts();
  const { accounts, clock, directory } = parts;
  await accounts.add(anna);
  await accounts.setPassword('anna', password);
  const make = (of = accounts) =>
    createSecondStep({
      agents: of.files,
      accounts: of,
      files: nodeFiles,
      directory,
      clock,
      random: systemRandom,
      log: silentLog,
    });
  const steps = make();
  const agent = accounts.find('anna');
  if (agent === undefined) throw new Error('no agent');
  const { secret } = steps.offer(agent, 'Desk');
  const code = (secondsLater = 0) =>
    new TOTP({ secret }).generate({ timestamp: clock.now() + secondsLater * second });
  return { ...parts, steps, make, secret, code, agent };
}

async function switchedOn() {
  const parts = await makeSecondStep();
  const enabled = await parts.steps.enable('anna', parts.secret, parts.code());
  if (!enabled.ok) throw new Error(enabled.refusal.code);
  parts.clock.advance(minute);
  return { ...parts, recovery: enabled.value };
}

describe('codes', () => {
  // RFC 6238 appendix B, SHA-1, the last six of the eight digits.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %i seconds the code of the RFC is right', (seconds, code) => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const at = (offset: number) => toInstant((seconds + offset) * 1000);
    expect(findTotpStep(secret, code, at(0))).toBe(Math.floor(seconds / 30));
    expect(findTotpStep(secret, code, at(120))).toBeUndefined();
  });

  test('a picture has the quiet zone that scanners need', () => {
    const { size, path } = drawQr('otpauth://totp/x');
    expect(size).toBeGreaterThanOrEqual(29);
    expect(path).toMatch(/^(?:M\d+ \d+h1v1h-1z)+$/);
    expect(path).not.toMatch(/M[0-3] /);
  });
});

describe('switching on', () => {
  test('needs a right code, gives ten recovery codes and stores only their digests', async () => {
    const { steps, secret, code, accounts, readAgent, agent } = await makeSecondStep();
    expect(steps.offer(agent, 'Desk')).toMatchObject({
      address: expect.stringMatching(/^otpauth:\/\/totp\/Desk:Anna.Adler%40x.example\?/),
    });
    for (const [given, typed] of [
      [secret, '000000'],
      [secret, ''],
      ['not a secret', code()],
      ['A'.repeat(32), code()],
    ] as const)
      expect(await steps.enable('anna', given, typed)).toMatchObject({
        refusal: { code: 'wrong-code' },
      });
    expect(accounts.find('anna')?.hasTotp).toBeUndefined();
    const enabled = await steps.enable('anna', secret, code());
    if (!enabled.ok) throw new Error(enabled.refusal.code);
    expect(new Set(enabled.value).size).toBe(10);
    for (const each of enabled.value) {
      expect(each).toMatch(/^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/);
      expect(await readAgent('anna')).not.toContain(each.replaceAll('-', ''));
    }
    expect(accounts.find('anna')?.hasTotp).toBe(true);
    expect(await steps.enable('anna', secret, code(30))).toMatchObject({
      refusal: { code: 'totp-on' },
    });
    expect(await steps.enable('ben', secret, code())).toMatchObject({
      refusal: { code: 'unknown-agent' },
    });
  });
});

describe('verify', () => {
  test('takes a code once, and none before it', async () => {
    const { steps, code } = await switchedOn();
    const now = code();
    expect(await steps.verify('anna', `${now.slice(0, 3)} ${now.slice(3)}`, client)).toMatchObject({
      ok: true,
      value: { login: 'anna' },
    });
    for (const replayed of [now, code(-30)])
      expect(await steps.verify('anna', replayed, client)).toMatchObject({
        refusal: { code: 'wrong-code' },
      });
    expect(await steps.verify('anna', code(30), client)).toMatchObject({ ok: true });
  });

  test('the code that switched it on does not log in', async () => {
    const parts = await makeSecondStep();
    const code = parts.code();
    await parts.steps.enable('anna', parts.secret, code);
    expect(await parts.steps.verify('anna', code, client)).toMatchObject({
      refusal: { code: 'wrong-code' },
    });
  });

  test('of several processes that are shown the same code one lets in, also of a recovery code', async () => {
    const { another, make, code, recovery, steps } = await switchedOn();
    const all = [steps, make(await another()), make(await another())];
    for (const given of [code(), recovery[3] ?? '']) {
      const outcomes = await Promise.all(all.map((each) => each.verify('anna', given, client)));
      expect(outcomes.filter(({ ok }) => ok).length).toBe(1);
    }
  });

  test('a recovery code lets in once, however it is typed', async () => {
    const { steps, recovery } = await switchedOn();
    const typed = (recovery[0] ?? '').toUpperCase().replaceAll('-', ' ');
    expect(await steps.verify('anna', typed, client)).toMatchObject({ ok: true });
    expect(steps.left('anna')).toBe(9);
    expect(await steps.verify('anna', recovery[0] ?? '', client)).toMatchObject({
      refusal: { code: 'wrong-code' },
    });
    expect(await steps.verify('anna', recovery[1] ?? '', client)).toMatchObject({ ok: true });
  });

  test('after five wrong codes it waits, also with the right one, whatever the address', async () => {
    const { steps, code, clock } = await switchedOn();
    for (let guess = 0; guess < 5; guess += 1)
      expect(await steps.verify('anna', '000000', `192.0.2.${guess}`)).toMatchObject({
        refusal: { code: 'wrong-code' },
      });
    expect(await steps.verify('anna', code(), '198.51.100.1')).toMatchObject({
      refusal: { code: 'too-many-attempts', retryAfterMs: 5 * second },
    });
    clock.advance(30 * second);
    expect(await steps.verify('anna', code(), '198.51.100.1')).toMatchObject({ ok: true });
  });

  test('lets nobody in without a second step, or who is kept out', async () => {
    const { steps, code, writeAgent, readAgent, accounts } = await switchedOn();
    expect(await steps.verify('nobody', code(), client)).toMatchObject({
      refusal: { code: 'wrong-code' },
    });
    await writeAgent('anna', `${await readAgent('anna')}disabled: true\n`);
    await accounts.reload();
    expect(await steps.verify('anna', code(), client)).toMatchObject({
      refusal: { code: 'wrong-code' },
    });
  });
});

describe('switching off', () => {
  test('takes the password', async () => {
    const { steps, accounts, code } = await switchedOn();
    for (const proof of ['wrong', '', code()])
      expect(await steps.disable('anna', proof, client)).toMatchObject({
        refusal: { code: 'wrong-login' },
      });
    expect(await steps.disable('anna', password, client)).toMatchObject({ ok: true });
    expect(accounts.find('anna')?.hasTotp).toBeUndefined();
    expect(await steps.disable('anna', password, client)).toMatchObject({
      refusal: { code: 'totp-off' },
    });
  });

  test('takes a code where there is no password', async () => {
    const { steps, readAgent, writeAgent, accounts, code } = await switchedOn();
    await writeAgent('anna', (await readAgent('anna')).replace(/^password:.*\n/m, ''));
    await accounts.reload();
    expect(await steps.disable('anna', '', client)).toMatchObject({
      refusal: { code: 'wrong-code' },
    });
    expect(await steps.disable('anna', code(), client)).toMatchObject({ ok: true });
  });

  test('new recovery codes void the old ones; an admin resets without them', async () => {
    const { steps, recovery } = await switchedOn();
    const renewed = await steps.renew('anna', password, client);
    if (!renewed.ok) throw new Error(renewed.refusal.code);
    expect(await steps.verify('anna', recovery[0] ?? '', client)).toMatchObject({ ok: false });
    expect(await steps.verify('anna', renewed.value[0] ?? '', client)).toMatchObject({ ok: true });
    expect(await steps.reset('anna')).toMatchObject({ ok: true });
    expect(await steps.reset('anna')).toMatchObject({ refusal: { code: 'totp-off' } });
    expect(await steps.reset('ben')).toMatchObject({ refusal: { code: 'unknown-agent' } });
    expect(await steps.renew('anna', password, client)).toMatchObject({
      refusal: { code: 'totp-off' },
    });
  });
});
