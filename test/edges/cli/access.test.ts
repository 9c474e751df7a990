/** `maildesk agent …` and `maildesk audit` over the accounts of a real desk. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let real: TestDesk;
let cli: TestCli;

beforeEach(async () => {
  real = await openTestDesk();
  cli = await openTestCli();
  const { accounts, access, audit } = real.desk;
  cli.machine.parts = { accounts, access, audit };
  const agent = { login: 'anna', name: 'Anna Adler', email: 'anna@desk.example' };
  await accounts.add({ ...agent, roles: ['agent'] });
  await accounts.add({ login: 'root', name: 'Root', email: 'root@desk.example', roles: ['admin'] });
});

afterEach(async () => {
  await real.close();
  await cli.desk.close();
});

const from = { address: '192.0.2.1', browser: 'Firefox/150.0 Linux', way: 'password' } as const;

async function openSession() {
  const agent = real.desk.accounts.find('anna');
  if (agent === undefined) throw new Error('no agent');
  return real.desk.access.sessions.open(agent, from);
}

describe('agent role', () => {
  it('gives and takes roles, and prints what is left', async () => {
    expect(await cli.run('agent', 'role', 'anna', '+billing', '-agent')).toMatchObject({
      code: 0,
      out: 'billing\n',
    });
    expect(await cli.run('agent', 'role', 'anna', '-billing', '+agent', '+refunds')).toMatchObject({
      out: 'agent refunds\n',
    });
    expect(real.desk.accounts.find('anna')?.roles).toEqual(['agent', 'refunds']);
  });

  it('refuses what is no change, nobody, and the last admin', async () => {
    expect(await cli.run('agent', 'role', 'anna', 'billing')).toMatchObject({ code: 65 });
    expect(await cli.run('agent', 'role', 'anna', '+Über')).toMatchObject({ code: 65 });
    expect((await cli.run('agent', 'role', 'nobody', '+billing')).err).toContain('Unknown agent');
    expect(await cli.run('agent', 'role', 'root', '-admin')).toMatchObject({
      code: 65,
      err: expect.stringContaining('the only admin'),
    });
    expect(await cli.run('agent', 'disable', 'root')).toMatchObject({ code: 65 });
    expect((await cli.run('agent', 'role', 'anna', '+admin')).out).toBe('agent admin\n');
    expect(await cli.run('agent', 'role', 'root', '-admin')).toMatchObject({ code: 0 });
  });
});

describe('agent disable', () => {
  it('ends sessions and tokens at once; enable lets in again', async () => {
    const cookie = await openSession();
    const token = await real.desk.accounts.createApiToken('anna');
    const link = await real.desk.accounts.createLoginToken('anna');
    if (!token.ok) throw new Error(token.refusal.code);
    expect(await cli.run('agent', 'disable', 'anna')).toMatchObject({ code: 0 });
    expect(await real.desk.access.sessions.read(cookie)).toBeUndefined();
    expect(real.desk.accounts.findByApiToken(token.value)).toBeUndefined();
    expect(await real.desk.accounts.redeemLoginToken(link)).toMatchObject({ ok: false });
    expect((await cli.run('agent', 'list')).out).toMatch(/^anna +disabled/m);
    expect(await cli.run('agent', 'enable', 'anna')).toMatchObject({ code: 0 });
    expect(real.desk.accounts.findByApiToken(token.value)).toBeDefined();
    expect(await cli.run('agent', 'enable', 'nobody')).toMatchObject({ code: 65 });
  });
});

describe('agent sessions', () => {
  it('lists them, ends one, ends all', async () => {
    const cookies = [await openSession(), await openSession()];
    const { out } = await cli.run('agent', 'sessions', 'anna');
    expect(out).toMatch(
      /^[a-z2-7]{16} {2}\S+ {2}\S+ {2}password {2}192\.0\.2\.1 {2}Firefox Linux$/m,
    );
    const id = (await real.desk.access.sessions.read(cookies[0] ?? ''))?.id ?? '';
    expect(await cli.run('agent', 'sessions', 'anna', '--end', id)).toMatchObject({ code: 0 });
    expect(await real.desk.access.sessions.read(cookies[0] ?? '')).toBeUndefined();
    expect(await real.desk.access.sessions.read(cookies[1] ?? '')).toBeDefined();
    expect(await cli.run('agent', 'sessions', 'anna', '--end', id)).toMatchObject({
      code: 65,
      err: expect.stringContaining('There is no session'),
    });
    expect(await cli.run('agent', 'sessions', 'anna', '--end-all')).toMatchObject({ code: 0 });
    expect(await cli.run('agent', 'sessions', 'anna')).toMatchObject({ code: 0, out: '' });
    expect(await cli.run('agent', 'sessions', 'nobody')).toMatchObject({ code: 65 });
  });

  it('a new password ends them', async () => {
    await openSession();
    cli.machine.input = 'correct horse battery\n';
    expect(await cli.run('agent', 'passwd', 'anna')).toMatchObject({ code: 0 });
    expect(await real.desk.access.sessions.list('anna')).toEqual([]);
  });
});

describe('agent token', () => {
  it('prints the token alone; without scopes it may do everything', async () => {
    const { out } = await cli.run('agent', 'token', 'anna');
    expect(out).toMatch(/^md_[a-z2-7]{40}\n$/);
    expect(real.desk.accounts.findByApiToken(out.trim())?.scopes).toBeUndefined();
  });

  it('takes scopes, name and end, lists and revokes', async () => {
    const made = await cli.run(
      ...['agent', 'token', 'anna', '--scope', 'read', 'note', '--name', 'Report'],
      ...['--expires', '2999-01-31'],
    );
    const token = made.out.trim();
    expect(real.desk.accounts.findByApiToken(token)?.scopes).toEqual(['read', 'note']);
    const { out } = await cli.run('agent', 'tokens', 'anna');
    const id = /^([0-9a-f]{12}) {2}read,note {2}- {2}2999-01-31T\S+ {2}Report$/m.exec(out)?.[1];
    expect(await cli.run('agent', 'tokens', 'anna', '--revoke', id ?? '')).toMatchObject({
      code: 0,
    });
    expect(real.desk.accounts.findByApiToken(token)).toBeUndefined();
    expect(await cli.run('agent', 'tokens', 'anna', '--revoke', id ?? '')).toMatchObject({
      code: 65,
    });
  });

  it('an end that is over, a word that is no scope, a time that is none', async () => {
    const over = await cli.run('agent', 'token', 'anna', '--expires', '2001-01-01');
    expect(real.desk.accounts.findByApiToken(over.out.trim())).toBeUndefined();
    expect(await cli.run('agent', 'token', 'anna', '--scope', 'all')).toMatchObject({ code: 64 });
    expect(await cli.run('agent', 'token', 'anna', '--expires', 'soon')).toMatchObject({
      code: 65,
    });
    expect(await cli.run('agent', 'token', 'anna', '--name', 'a\nb')).toMatchObject({ code: 65 });
  });
});

it('agent totp --off switches a second step off, and does nothing twice', async () => {
  const { secondStep } = real.desk.access;
  const { TOTP } = await import('otpauth');
  const agent = real.desk.accounts.find('anna');
  if (agent === undefined) throw new Error('no agent');
  const { secret } = secondStep.offer(agent, 'Desk');
  const enabled = await secondStep.enable('anna', secret, new TOTP({ secret }).generate());
  expect(enabled.ok).toBe(true);
  expect((await cli.run('agent', 'list')).out).toMatch(/^anna +agent +totp/m);
  expect(await cli.run('agent', 'totp', 'anna', '--off')).toMatchObject({ code: 0 });
  expect(real.desk.accounts.find('anna')?.hasTotp).toBeUndefined();
  expect(await cli.run('agent', 'totp', 'anna', '--off')).toMatchObject({ code: 0 });
  expect(await cli.run('agent', 'totp', 'nobody', '--off')).toMatchObject({ code: 65 });
  expect(await cli.run('agent', 'totp', 'anna')).toMatchObject({ code: 64 });
});

describe('audit', () => {
  it('prints who did what, filtered, also as the lines of the file', async () => {
    const { audit } = real.desk;
    const ticket = '20261123000124';
    audit.note({ event: 'log-in', agent: 'anna', way: 'password', address: '192.0.2.1' });
    audit.note({ event: 'read', agent: 'anna', ticket, what: 'ticket', way: 'viewer' });
    audit.note({ event: 'read', agent: 'root', ticket, what: 'raw', way: 'api' });
    await cli.run('agent', 'role', 'anna', '+billing');
    const logins = await cli.run('audit');
    expect(logins.out).toMatch(
      /^\S+ {2}anna {2}roles-changed .*\+billing by user \S+\n\S+ {2}anna {2}log-in/,
    );
    expect((await cli.run('audit', '--agent', 'root')).out).toBe('');
    expect((await cli.run('audit', '--reads', '--agent', 'root')).out).toContain(`raw ${ticket}`);
    expect((await cli.run('audit', '--ticket', `#${ticket}`)).out.trim().split('\n').length).toBe(
      2,
    );
    expect((await cli.run('audit', '--since', '2999-01-01')).out).toBe('');
    expect(await cli.run('audit', '--since', 'lately')).toMatchObject({ code: 65 });
    const json = await cli.run('audit', '--reads', '--json', '--agent', 'root');
    const month = json.out.slice('{"time":"'.length).slice(0, 7);
    const file = await readFile(join(real.directory, 'log', `reads-${month}.jsonl`), 'utf8');
    expect(JSON.parse(file.split('\n')[1] ?? '')).toEqual(JSON.parse(json.out));
  });
});
