import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { day, minute, second } from '../../../src/base/clock.ts';
import { type Log, silentLog } from '../../../src/base/log.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { anna, makeAccounts } from './account-parts.ts';

const client = '192.0.2.1';
const password = 'correct horse';
const agentOf = {
  login: 'anna',
  name: 'Anna Adler',
  email: 'Anna.Adler@x.example',
  roles: ['agent'],
};

describe('add', () => {
  test('makes a file that every process reads, for its owner alone', async () => {
    const { accounts, another, directory } = await makeAccounts();
    expect(await accounts.add(anna)).toMatchObject({
      ok: true,
      value: { ...agentOf, hasPassword: false },
    });
    expect((await another()).list()).toEqual(accounts.list());
    expect((await stat(join(directory, 'config/agents/anna.yaml'))).mode & 0o777).toBe(0o600);
  });

  test('of two processes that add the same agent one is told that it exists', async () => {
    const { accounts, another } = await makeAccounts();
    const other = await another();
    const both = await Promise.all([accounts.add(anna), other.add({ ...anna, name: 'Another' })]);
    expect(both.filter(({ ok }) => ok).length).toBe(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({
      refusal: { code: 'agent-exists', login: 'anna' },
    });
    await accounts.reload();
    expect((await another()).list()).toEqual(accounts.list());
  });

  test.each([
    [{ login: '../anna' }, 'login'],
    [{ name: ' ' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ email: 'nobody' }, 'email'],
    [{ roles: [] }, 'roles'],
  ])('refuses %j', async (change, field) => {
    const { accounts } = await makeAccounts();
    expect(await accounts.add({ ...anna, ...change })).toMatchObject({
      refusal: { code: 'bad-value', field },
    });
    expect(accounts.list()).toEqual([]);
  });

  test('refuses an address that another agent has', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    expect(
      await accounts.add({ ...anna, login: 'ben', email: 'anna.adler@X.example' }),
    ).toMatchObject({
      refusal: { code: 'bad-value', field: 'email' },
    });
  });
});

describe('logIn', () => {
  test('takes login or address in any case, and only the right password', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    await accounts.setPassword('anna', password);
    for (const name of ['anna', ' ANNA ', 'anna.adler@x.example']) {
      expect(await accounts.logIn(name, password, client)).toMatchObject({
        ok: true,
        value: { login: 'anna', hasPassword: true },
      });
    }
    for (const [name, given] of [
      ['anna', 'correct horsf'],
      ['anna', ''],
      ['ben', password],
      ['../anna', password],
    ]) {
      expect(await accounts.logIn(name ?? '', given ?? '', client)).toEqual({
        ok: false,
        refusal: { code: 'wrong-login' },
      });
    }
  });

  test('an accent is the same letter however it was typed', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    await accounts.setPassword('anna', 'größte Mühe'.normalize('NFD'));
    expect(await accounts.logIn('anna', 'größte Mühe'.normalize('NFC'), client)).toMatchObject({
      ok: true,
    });
  });

  test('nobody gets in without a password', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    expect(await accounts.logIn('anna', '', client)).toMatchObject({
      refusal: { code: 'wrong-login' },
    });
  });

  test('a password that another process set counts at once', async () => {
    const { accounts, another } = await makeAccounts();
    await accounts.add(anna);
    await (await another()).setPassword('anna', password);
    expect(await accounts.logIn('anna', password, client)).toMatchObject({ ok: true });
  });

  test('an agent whose file is gone is gone', async () => {
    const { accounts, directory } = await makeAccounts();
    await accounts.add(anna);
    await accounts.setPassword('anna', password);
    await rm(join(directory, 'config/agents/anna.yaml'));
    expect(await accounts.logIn('anna', password, client)).toMatchObject({
      refusal: { code: 'wrong-login' },
    });
    expect(accounts.find('anna')).toBeUndefined();
  });

  test('after five failures a name waits, longer each time, also with the right password', async () => {
    const { accounts, clock } = await makeAccounts();
    await accounts.add(anna);
    await accounts.setPassword('anna', password);
    let from = 0;
    const guess = () => {
      from += 1;
      return accounts.logIn('anna', 'wrong', `192.0.2.${from}`);
    };
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await guess()).toMatchObject({ refusal: { code: 'wrong-login' } });
    expect(await accounts.logIn('anna.adler@x.example', password, client)).toEqual({
      ok: false,
      refusal: { code: 'too-many-attempts', retryAfterMs: 5 * second },
    });
    clock.advance(5 * second);
    expect(await guess()).toMatchObject({ refusal: { code: 'wrong-login' } });
    expect(await guess()).toMatchObject({ refusal: { retryAfterMs: 10 * second } });
    clock.advance(10 * second);
    expect(await accounts.logIn('anna', password, client)).toMatchObject({ ok: true });
    expect(await guess()).toMatchObject({ refusal: { code: 'wrong-login' } });
  });

  test('a client that tries many names waits, others do not', async () => {
    const { accounts, clock } = await makeAccounts();
    await accounts.add(anna);
    await accounts.setPassword('anna', password);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await accounts.logIn(`name${attempt}`, 'wrong', `2001:db8:1:2::${attempt}`);
    }
    expect(await accounts.logIn('anna', password, '2001:db8:1:2:3::1')).toMatchObject({
      refusal: { code: 'too-many-attempts' },
    });
    expect(await accounts.logIn('anna', password, '2001:db8:1:3::1')).toMatchObject({ ok: true });
    clock.advance(15 * minute);
    expect(await accounts.logIn('anna', password, '2001:db8:1:2:3::1')).toMatchObject({ ok: true });
  });

  test('many attempts at once gain no more than five', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    const all = await Promise.all(
      Array.from({ length: 30 }, () => accounts.logIn('anna', 'wrong', client)),
    );
    expect(all.filter((each) => !each.ok && each.refusal.code === 'wrong-login').length).toBe(5);
  });

  test('the log names neither password nor what was typed as a name', async () => {
    const lines: string[] = [];
    const write = (event: string, fields: unknown) => lines.push(event + JSON.stringify(fields));
    const log: Log = { ...silentLog, info: write, warn: write, debug: write, error: write };
    const { accounts } = await makeAccounts({ log });
    await accounts.add(anna);
    await accounts.setPassword('anna', password);
    await accounts.logIn('typed-secret', 'secret too', client);
    await accounts.logIn('anna', password, client);
    expect(lines.length).toBe(4);
    expect(lines.join('\n')).not.toMatch(/secret|horse/);
  });
});

describe('setPassword', () => {
  test('changes the mark, keeps the file otherwise, and stores scrypt', async () => {
    const { accounts, readAgent, writeAgent } = await makeAccounts();
    await writeAgent('anna', '# first\nemail: anna@x.example # main\nshoe: 39\n');
    await accounts.reload();
    const before = accounts.find('anna')?.passwordMark;
    const set = await accounts.setPassword('anna', password);
    expect(set).toEqual({ ok: true, value: accounts.find('anna') });
    expect(accounts.find('anna')?.passwordMark).not.toBe(before);
    expect(await readAgent('anna')).toMatch(
      /^# first\nemail: anna@x\.example # main\nshoe: 39\npassword: \$scrypt\$ln=10,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}\n$/,
    );
  });

  test('refuses a short one and an unknown agent', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    expect(await accounts.setPassword('anna', '123456789')).toEqual({
      ok: false,
      refusal: { code: 'weak-password', least: 10 },
    });
    expect(await accounts.setPassword('ben', password)).toEqual({
      ok: false,
      refusal: { code: 'unknown-agent', value: 'ben', known: ['anna'] },
    });
  });
});

test('setLanguage is kept, and does nothing for an agent who is gone', async () => {
  const { accounts, another } = await makeAccounts();
  await accounts.add(anna);
  await accounts.setLanguage('anna', 'zh-Hans');
  await accounts.setLanguage('ben', 'de');
  expect((await another()).list().map(({ login, language }) => [login, language])).toEqual([
    ['anna', 'zh-Hans'],
  ]);
});

test('setNewestFirst is kept, the usual order leaves no trace, and nothing is done for an agent who is gone', async () => {
  const { accounts, another } = await makeAccounts();
  await accounts.add(anna);
  await accounts.setNewestFirst('ben', true);
  await accounts.setNewestFirst('anna', true);
  expect(
    (await another()).list().map(({ login, isNewestFirst }) => [login, isNewestFirst]),
  ).toEqual([['anna', true]]);
  await accounts.setNewestFirst('anna', false);
  expect((await another()).find('anna')?.isNewestFirst).toBeUndefined();
});

describe('login links', () => {
  test('let in once', async () => {
    const { accounts, directory } = await makeAccounts();
    await accounts.add(anna);
    const token = await accounts.createLoginToken('anna');
    expect(token).toMatch(/^anna\.[a-z2-7]{32}$/);
    const stored = join(directory, 'agents/anna/login-link');
    expect((await stat(stored)).mode & 0o777).toBe(0o600);
    expect(await readFile(stored, 'utf8')).not.toContain(token.slice(5));
    expect(await accounts.redeemLoginToken(token)).toMatchObject({
      ok: true,
      value: { login: 'anna' },
    });
    expect(await accounts.redeemLoginToken(token)).toEqual({
      ok: false,
      refusal: { code: 'link-used' },
    });
  });

  test('let one in when many processes are asked at once', async () => {
    const { accounts, another } = await makeAccounts();
    await accounts.add(anna);
    const token = await accounts.createLoginToken('anna');
    const processes = [accounts, await another(), await another(), await another()];
    const all = await Promise.all(processes.map((each) => each.redeemLoginToken(token)));
    expect(all.filter(({ ok }) => ok).length).toBe(1);
  });

  test('end after a day, and when a newer one was made', async () => {
    const { accounts, clock } = await makeAccounts();
    await accounts.add(anna);
    const [old, fresh] = [
      await accounts.createLoginToken('anna'),
      await accounts.createLoginToken('anna'),
    ];
    expect(await accounts.redeemLoginToken(old)).toMatchObject({ refusal: { code: 'link-used' } });
    clock.advance(day);
    expect(await accounts.redeemLoginToken(fresh)).toMatchObject({
      refusal: { code: 'link-used' },
    });
  });

  test('a wrong token does not use up the right one', async () => {
    const { accounts } = await makeAccounts();
    await accounts.add(anna);
    const token = await accounts.createLoginToken('anna');
    for (const wrong of [
      '',
      '.',
      'anna',
      'anna.',
      `anna.${'a'.repeat(32)}`,
      `../anna.${token.slice(5)}`,
      `ben.${token.slice(5)}`,
      'x'.repeat(5000),
    ]) {
      expect(await accounts.redeemLoginToken(wrong)).toMatchObject({
        refusal: { code: 'link-used' },
      });
    }
    expect(await accounts.redeemLoginToken(token)).toMatchObject({ ok: true });
  });

  test('are not made for nobody', async () => {
    const { accounts } = await makeAccounts();
    await expect(accounts.createLoginToken('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('API tokens', () => {
  test('find their agent, also in another process, and are stored as digests', async () => {
    const { accounts, another, readAgent } = await makeAccounts();
    await accounts.add(anna);
    const made = [await accounts.createApiToken('anna'), await accounts.createApiToken('anna')];
    const other = await another();
    for (const each of made) {
      if (!each.ok) throw new Error(each.refusal.code);
      expect(accounts.findByApiToken(each.value)).toMatchObject({
        agent: accounts.find('anna'),
        scopes: undefined,
      });
      expect(other.findByApiToken(each.value)?.agent.login).toBe('anna');
      expect(await readAgent('anna')).not.toContain(each.value);
    }
    expect(await readAgent('anna')).toContain('created: 2026-11-23T10:15:30.000Z');
    expect(accounts.findByApiToken('')).toBeUndefined();
    expect(await accounts.createApiToken('ben')).toMatchObject({
      refusal: { code: 'unknown-agent' },
    });
  });
});

describe('ensureAdmin', () => {
  test('makes the admin of an empty desk, whose link works', async () => {
    const { accounts } = await makeAccounts();
    const first = await accounts.ensureAdmin('support@localhost');
    expect(accounts.list()).toMatchObject([
      { login: 'admin', email: 'support@localhost', roles: ['admin', 'agent'] },
    ]);
    expect(await accounts.redeemLoginToken(first?.token ?? '')).toMatchObject({
      ok: true,
      value: { login: 'admin' },
    });
  });

  test('gives a fresh link until an admin has a password', async () => {
    const { accounts, another } = await makeAccounts();
    await accounts.ensureAdmin('support@localhost');
    const again = await (await another()).ensureAdmin('support@localhost');
    expect(await accounts.redeemLoginToken(again?.token ?? '')).toMatchObject({ ok: true });
    await accounts.setPassword('admin', password);
    expect(await (await another()).ensureAdmin('support@localhost')).toBeUndefined();
  });

  test('of two processes at once one gets the link, and it works', async () => {
    const { accounts, another } = await makeAccounts();
    const other = await another();
    const both = await Promise.all([
      accounts.ensureAdmin('a@x.example'),
      other.ensureAdmin('a@x.example'),
    ]);
    const given = both.filter((each) => each !== undefined);
    expect(given.length).toBe(1);
    expect(await other.redeemLoginToken(given[0]?.token ?? '')).toMatchObject({ ok: true });
  });

  test('adds nobody beside agents whose files are broken', async () => {
    const { accounts, directory, writeAgent } = await makeAccounts();
    await writeAgent('anna', '[');
    await accounts.reload();
    expect(await accounts.ensureAdmin('a@x.example')).toBeUndefined();
    expect(await readdir(join(directory, 'config/agents'))).toEqual(['anna.yaml']);
  });
});

describe('reload', () => {
  test('a broken file keeps its own agent out until it is right, and is warned of once', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (event) => warnings.push(event) };
    const { accounts, readAgent, writeAgent } = await makeAccounts({ log });
    await accounts.add(anna);
    await accounts.add({ ...anna, login: 'ben', email: 'ben@x.example' });
    const text = await readAgent('anna');
    await writeAgent('anna', `${text}roles: [boss]\n`);
    await accounts.reload();
    await accounts.reload();
    expect(accounts.list().map(({ login }) => login)).toEqual(['ben']);
    expect(accounts.problems()).toMatchObject([
      { file: 'agents/anna.yaml', line: 6, reason: 'Map keys must be unique' },
    ]);
    expect(warnings).toEqual(['accounts.files-broken']);
    await writeAgent('anna', text);
    await accounts.reload();
    expect(accounts.problems()).toEqual([]);
    expect(accounts.list().map(({ login }) => login)).toEqual(['anna', 'ben']);
  });

  test('names files that are no logins, and addresses that two agents share', async () => {
    const { accounts, writeAgent } = await makeAccounts();
    await writeAgent('Anna Adler', 'email: a@x.example\n');
    await writeAgent('anna', 'email: a@x.example\n');
    await writeAgent('ben', 'email: A@x.example\n');
    await accounts.reload();
    expect(accounts.problems().map(({ file }) => file)).toEqual([
      'agents/Anna Adler.yaml',
      'agents/ben.yaml',
    ]);
    expect(accounts.list().map(({ login }) => login)).toEqual(['anna', 'ben']);
  });

  test('a change that is written while it reads is not hidden by what it read', async () => {
    let hold: Promise<void> | undefined;
    let renamed = () => {};
    const files = {
      ...nodeFiles,
      async readFile(path: string) {
        const [bytes, wait] = [await nodeFiles.readFile(path), hold];
        hold = undefined;
        await wait;
        return bytes;
      },
      async rename(from: string, to: string) {
        await nodeFiles.rename(from, to);
        renamed();
      },
    };
    const { accounts, readAgent } = await makeAccounts({ files });
    await accounts.add(anna);
    const [read, written] = [deferred(), deferred()];
    hold = read.promise;
    renamed = written.resolve;
    const reloading = accounts.reload();
    // Until its reading is the one that is held.
    while (hold !== undefined) await readAgent('anna');
    const changing = accounts.setLanguage('anna', 'de');
    await written.promise;
    // Time enough for a change that would not wait for the reading under way.
    for (let round = 0; round < 20; round += 1) await readAgent('anna');
    read.resolve();
    await Promise.all([reloading, changing]);
    expect(accounts.find('anna')?.language).toBe('de');
  });
});

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
