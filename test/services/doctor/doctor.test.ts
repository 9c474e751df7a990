import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { day, hour, minute, second, systemClock, toInstant } from '../../../src/base/clock.ts';
import { createDoctor, type Finding, good } from '../../../src/services/doctor/doctor.ts';
import {
  checkCertificate,
  checkDrop,
  checkLeftovers,
  checkSecrets,
  parseValidTo,
} from '../../../src/services/doctor/files.ts';
import {
  checkDiskClock,
  checkNode,
  checkOneDisk,
  checkSnapshot,
  checkSpace,
  checkSync,
  checkWatches,
  findRunning,
} from '../../../src/services/doctor/machine.ts';
import { checkNames, checkPorts, reverseName } from '../../../src/services/doctor/network.ts';
import { checkTimes } from '../../../src/services/doctor/times.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';
import { openTestDesk, plainMail } from '../../helpers/test-desk.ts';

let directory = '';

const deps = (files: FileOps = nodeFiles) => ({ files, directory, clock: systemClock });
const levels = (findings: readonly Finding[]) =>
  findings.map(({ check, level }) => `${level} ${check}`);

beforeEach(async () => {
  directory = await makeTemporaryDirectory();
  for (const name of [
    'index',
    'tickets/.tmp',
    'archive/.tmp',
    'outbox/tmp',
    'drop',
    'config/agents',
  ])
    await mkdir(join(directory, name), { recursive: true });
});

describe('the doctor', () => {
  it('makes a finding of a check that fails, or is not done in time, and goes on with the others', async () => {
    const clock = createFakeClock();
    const doctor = createDoctor(
      [
        { name: 'hangs', find: () => new Promise(() => {}) },
        { name: 'fails', find: () => Promise.reject(new Error('It broke')) },
        { name: 'one', find: async () => good('one', 'fine') },
      ],
      clock,
    );
    const examined = doctor.examine();
    await clock.advance(9 * second);
    const findings = await examined;
    expect(levels(findings)).toEqual(['fail hangs', 'fail fails', 'ok one']);
    expect(findings.map(({ cure }) => cure === undefined)).toEqual([false, false, true]);
  });
});

describe('the machine', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['v22.1.0', 'ok'],
    ['20.18.9', 'fail'],
  ])('with Node.js %s is %s', (version, level) => {
    expect(checkNode(version).level).toBe(level);
  });

  it('has a clock that agrees with its disk, and says so when it does not', async () => {
    expect((await checkDiskClock(deps())).level).toBe('ok');
    const ahead = { ...systemClock, now: () => toInstant(Date.now() + hour) };
    expect((await checkDiskClock({ ...deps(), clock: ahead })).level).toBe('fail');
    expect(await readdir(join(directory, 'index'))).toEqual([]);
  });

  it.each([
    [2 * 1024 ** 3, 900, 'ok'],
    [512 * 1024 ** 2, 900, 'warn'],
    [1024, 900, 'fail'],
    [2 * 1024 ** 3, 5, 'warn'],
    [2 * 1024 ** 3, 0, 'warn'],
  ])('with %d bytes and %d of 1000 inodes free is %s', async (freeBytes, freeInodes, level) => {
    const space = async () => ({ freeBytes, freeInodes, totalInodes: 1000 });
    const [first] = await checkSpace(deps({ ...nodeFiles, space }));
    expect(first?.level).toBe(level);
  });

  it('measures a real disk', async () => {
    expect(levels(await checkSpace(deps()))).toHaveLength(2);
    expect((await checkSync(deps())).detail).toMatch(/^a durable file takes \d+\.\d ms$/);
    expect(await readdir(join(directory, 'index'))).toEqual([]);
    expect(levels(await checkOneDisk(deps()))).toEqual(['ok file system']);
  });

  it('tells when tickets, outbox and archive are on several file systems', async () => {
    const stat: FileOps['stat'] = async (path) => {
      const found = await nodeFiles.stat(path);
      return found && { ...found, device: path.endsWith('tickets') ? 1 : 2 };
    };
    const findings = await checkOneDisk(deps({ ...nodeFiles, stat }));
    expect(levels(findings)).toEqual(['warn file system', 'ok file system']);
  });

  it('compares wanted and used watches with what the kernel allows', async () => {
    const readFile: FileOps['readFile'] = async (path) => {
      if (path.endsWith('max_user_watches')) return Buffer.from('1000\n');
      if (path.includes('fdinfo'))
        return Buffer.from('pos: 0\ninotify wd:1 ino:2\ninotify wd:2 ino:3\n');
      return nodeFiles.readFile(path);
    };
    const list: FileOps['list'] = async (path) =>
      path === '/proc/4711/fdinfo' ? ['3', '4'] : nodeFiles.list(path);
    const files = { ...nodeFiles, readFile, list };
    const [few] = await checkWatches({ files }, 100, 4711);
    expect(few).toMatchObject({ level: 'ok', detail: expect.stringContaining('4 used') });
    expect((await checkWatches({ files }, 500, undefined))[0]?.level).toBe('warn');
  });

  it('knows a desk that runs from a number that was left over', async () => {
    expect(await findRunning(deps())).toBeUndefined();
    await writeFile(join(directory, 'index/desk.pid'), '4711\n');
    const running = (command: string) =>
      findRunning(
        deps({
          ...nodeFiles,
          readFile: async (path) =>
            path === '/proc/4711/cmdline' ? Buffer.from(command) : nodeFiles.readFile(path),
        }),
      );
    expect(await running('node\0/opt/maildesk/dist/main.js\0start\0')).toBe(4711);
    expect(await running('vim\0notes\0')).toBeUndefined();
  });

  it('sees a broken snapshot of the index, and changes that nobody takes in', async () => {
    const path = join(directory, 'index/catalogue.jsonl');
    expect(levels(await checkSnapshot(deps(), undefined))).toEqual(['ok index snapshot']);
    await writeFile(path, 'rubbish');
    expect(levels(await checkSnapshot(deps(), undefined))).toEqual(['warn index snapshot']);
    await writeFile(path, '{"format":"maildesk-catalogue","version":6,"tickets":0}\n');
    expect(levels(await checkSnapshot(deps(), undefined))).toEqual(['ok index snapshot']);
    await mkdir(join(directory, 'index/announce'));
    await writeFile(join(directory, 'index/announce/20261123000121'), '');
    const past = new Date(Date.now() - 3 * hour);
    await utimes(path, past, past);
    expect(levels(await checkSnapshot(deps(), 4711))).toEqual(['warn index snapshot']);
  });
});

describe('the folders', () => {
  it('hold secrets that not everybody can read', async () => {
    const secret = join(directory, 'config/secret');
    await writeFile(secret, 'x');
    await chmod(secret, 0o600);
    expect(levels(await checkSecrets(deps(), []))).toEqual(['ok secrets']);
    const key = join(directory, 'dkim.pem');
    await writeFile(key, 'x');
    await chmod(key, 0o644);
    const [found] = await checkSecrets(deps(), [key]);
    expect(found).toMatchObject({ level: 'warn', cure: `chmod o= ${key}` });
  });

  it('hold nothing that was left over', async () => {
    expect(levels(await checkLeftovers(deps()))).toEqual(['ok leftovers']);
    await writeFile(join(directory, 'outbox/tmp/old'), '');
    const past = new Date(Date.now() - 2 * day);
    await utimes(join(directory, 'outbox/tmp/old'), past, past);
    await mkdir(join(directory, 'archive/.tmp/apart-20261123000121-x'));
    await writeFile(join(directory, 'tickets/.tmp/fresh'), '');
    expect(levels(await checkLeftovers(deps()))).toEqual(['warn leftovers', 'warn leftovers']);
  });

  it('have a drop/ from which somebody takes', async () => {
    const file = join(directory, 'drop/fax.tiff');
    await writeFile(file, '');
    expect((await checkDrop(deps(), true)).level).toBe('ok');
    const past = new Date(Date.now() - hour);
    await utimes(file, past, past);
    expect(await checkDrop(deps(), false)).toMatchObject({ level: 'warn', cure: 'Start the desk' });
  });

  it.each([
    ['Jun  1 12:00:00 2027 GMT', Date.UTC(2027, 5, 1, 12)],
    ['Dec 31 23:59:59 2026 GMT', Date.UTC(2026, 11, 31, 23, 59, 59)],
    ['soon', undefined],
  ])('know the end of a certificate: %s', (text, expected) => {
    expect(parseValidTo(text)).toBe(expected);
  });

  it.each([
    [100, 'DNS:mail.desk.org, DNS:desk.org', 'ok'],
    [100, 'DNS:*.desk.org', 'ok'],
    [100, '', 'ok'],
    [100, 'DNS:www.desk.org', 'warn'],
    [3, 'DNS:mail.desk.org', 'warn'],
    [-1, 'DNS:mail.desk.org', 'fail'],
  ])('judge one that ends in %d days and is for %j: %s', (left, names, level) => {
    const validTo = toInstant(Date.now() + left * day + hour);
    expect(checkCertificate({ validTo, names }, 'mail.desk.org', Date.now()).level).toBe(level);
  });
});

describe('the network', () => {
  async function listen(greeting: string): Promise<{ host: string; port: number }> {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
    const at = server.address();
    return { host: '127.0.0.1', port: typeof at === 'object' && at !== null ? at.port : 0 };
  }

  it.each([
    ['220 desk ESMTP\r\n', true, 'ok'],
    ['220 desk ESMTP\r\n', false, 'fail'],
    ['hello\r\n', true, 'fail'],
  ])(
    'with %j on the port of SMTP, while a desk runs (%s), is %s',
    async (said, isRunning, level) => {
      const smtp = await listen(said);
      const http = { host: '127.0.0.1', port: 0 };
      const found = await checkPorts(
        { http, smtp, lmtp: undefined },
        { clock: systemClock, isRunning },
      );
      expect(levels(found)).toEqual(['ok port http', `${level} port smtp`]);
    },
  );

  it('with nobody on a port is right while no desk runs alone', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = server.address();
    const port = typeof at === 'object' && at !== null ? at.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const http = { host: '127.0.0.1', port };
    const look = (isRunning: boolean) =>
      checkPorts({ http, smtp: undefined, lmtp: undefined }, { clock: systemClock, isRunning });
    expect(levels(await look(false))).toEqual(['ok port http']);
    expect(levels(await look(true))).toEqual(['fail port http']);
  });

  const zone: Readonly<Record<string, readonly unknown[]>> = {
    'MX desk.org': [{ exchange: 'mail.desk.org', priority: 10 }],
    'TXT desk.org': [['v=spf1 mx ', '-all'], ['other']],
    'TXT _dmarc.desk.org': [['v=DMARC1; p=none']],
    'A mail.desk.org': ['192.0.2.1'],
    'PTR 1.2.0.192.in-addr.arpa': ['Mail.Desk.org.'],
  };
  const ask = (known: typeof zone, isOffline = false) => ({
    lookup: async (name: string, type: string) => {
      if (isOffline) throw new Error('ETIMEOUT');
      return known[`${type} ${name}`] ?? [];
    },
    isAbsence: () => false,
  });
  const desk = { addresses: ['support@desk.org'], hostName: 'mail.desk.org' };

  it('is content with records that are right', async () => {
    const found = await checkNames(desk, ask(zone));
    expect(found.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(found).toHaveLength(4);
  });

  it.each(Object.keys(zone))('misses %s, and says how it should be', async (missing) => {
    const { [missing]: _, ...rest } = zone;
    const bad = (await checkNames(desk, ask(rest))).filter(({ level }) => level !== 'ok');
    expect(bad).toHaveLength(1);
    expect(bad[0]?.cure).toBeDefined();
  });

  it('is offline: findings, no failure', async () => {
    const found = await checkNames(desk, ask({}, true));
    expect(found.every(({ level, cure }) => level === 'warn' && cure !== undefined)).toBe(true);
  });

  it('asks nothing for a desk without a domain', async () => {
    const asked = ask({}, true);
    const local = { addresses: ['support@localhost', 'help@desk.example'], hostName: 'localhost' };
    expect(levels(await checkNames(local, asked))).toEqual(['ok dns']);
  });

  it.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
    ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
  ])('turns %s around', (address, name) => {
    expect(reverseName(address)).toBe(name);
  });
});

describe('times', () => {
  it('are wrong where tickets, or mails taken together, come from the future', async () => {
    const clock = createFakeClock(Date.UTC(2026, 10, 23, 10));
    const test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
    const { index, store: reader } = test.desk;
    await index.ready(minute);
    const look = () => checkTimes({ index, reader, clock });
    expect(levels(await look())).toEqual(['ok ticket times', 'ok mail times']);
    for (let at = 0; at < 6; at += 1)
      await test.receive(
        plainMail({
          'Message-ID': `<${at}@customer.example>`,
          Subject: `Lamp ${at}`,
          Date: 'Mon, 23 Nov 2026 11:00:00 +0000',
        }),
      );
    expect(levels(await look())).toEqual(['ok ticket times', 'warn mail times']);
    const past = { ...clock, now: () => toInstant(Date.UTC(2026, 10, 23, 9)) };
    const found = await checkTimes({ index, reader, clock: past });
    expect(levels(found)).toEqual(['warn ticket times', 'warn mail times']);
    await test.close();
  });
});
