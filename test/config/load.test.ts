import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Log } from '../../src/base/log.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Config } from '../../src/config/config.ts';
import { createLiveConfig } from '../../src/config/live.ts';
import { loadConfig, readDataDirectory } from '../../src/config/load.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { makeEd25519Key, makeRsaKey } from '../helpers/signed-mail.ts';
import { makeTemporaryDesk, makeTemporaryDirectory } from './temporary-desk.ts';

function load(directory: string, environment: Readonly<Record<string, string>> = {}) {
  return loadConfig({ files: nodeFiles, directory, environment, hostName: 'machine.example' });
}

async function loadGood(directory: string): Promise<Config> {
  const loaded = await load(directory);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
  return loaded.value;
}

describe('loadConfig', () => {
  test('a directory without configuration has the defaults', async () => {
    const { desk } = await loadGood(await makeTemporaryDirectory());
    expect(desk).toMatchObject({ addresses: ['support@localhost'], hostName: 'machine.example' });
  });

  test('the environment reaches the desk, and adds to no list', async () => {
    const loaded = await load(await makeTemporaryDesk(), {
      MAILDESK_ADDRESS: 'help@x.example',
      MAILDESK_SMTP: 'off',
      MAILDESK_LMTP: '0',
      MAILDESK_SMARTHOST: 'smtp://127.0.0.1:2526',
    });
    expect(loaded.ok && loaded.value.desk).toMatchObject({
      addresses: ['help@x.example'],
      smtp: undefined,
      lmtp: { host: '127.0.0.1', port: 0 },
      smarthost: { host: '127.0.0.1', port: 2526, secure: false, user: undefined },
    });
    expect(loaded.ok && loaded.value.queues[0]?.addresses).toEqual(['help@x.example']);
  });

  test('all problems come sorted by file and line', async () => {
    const directory = await makeTemporaryDesk();
    const config = join(directory, 'config');
    await writeFile(
      join(config, 'desk.yaml'),
      'timeZone: Mars/Olympus\nsmtp: x\ntlsKey: a\ntlsCertificate: b\n',
    );
    await writeFile(join(config, 'queues/junk.yaml'), 'name: [\n');
    await writeFile(join(config, 'auto-replies/confirmation.de.md'), 'Hello');
    await writeFile(join(config, 'auto-replies/wrong.md'), 'Hello');
    const loaded = await load(directory);
    expect(loaded.ok ? [] : loaded.refusal.map(({ file, line }) => [file, line])).toEqual([
      ['auto-replies/confirmation.de.md', 1],
      ['auto-replies/wrong.md', undefined],
      ['desk.yaml', 1],
      ['desk.yaml', 2],
      ['queues/junk.yaml', 2],
    ]);
  });

  test('TLS files that are not there are named', async () => {
    const directory = await makeTemporaryDesk();
    await writeFile(
      join(directory, 'config/desk.yaml'),
      'tlsKey: key.pem\ntlsCertificate: cert.pem\n',
    );
    const loaded = await load(directory);
    expect(loaded.ok ? [] : loaded.refusal.map(({ reason }) => reason)).toEqual([
      `"tlsKey" names "${directory}/config/key.pem", but there is no such file`,
      `"tlsCertificate" names "${directory}/config/cert.pem", but there is no such file`,
    ]);
  });

  test('a key for DKIM is looked into', async () => {
    const directory = await makeTemporaryDesk();
    const path = join(directory, 'config/dkim.pem');
    const reasons = async () => {
      const loaded = await load(directory, {
        MAILDESK_DKIM_KEY: 'dkim.pem',
        MAILDESK_DKIM_SELECTOR: 'desk',
      });
      return loaded.ok ? [] : loaded.refusal.map(({ reason }) => reason);
    };
    const expected =
      'a private key in PEM form, RSA of at least 1024 bits or Ed25519, not encrypted';
    expect(await reasons()).toEqual([`"dkimKey" names "${path}", but there is no such file`]);
    await writeFile(path, 'no key');
    expect(await reasons()).toEqual([`"dkimKey" names "${path}", which is not ${expected}`]);
    await writeFile(path, makeRsaKey(512).privateKey);
    expect(await reasons()).toEqual([
      `"dkimKey" names "${path}", which is an RSA key of 512 bits; it should be ${expected}`,
    ]);
    await writeFile(path, makeEd25519Key().privateKey);
    expect(await reasons()).toEqual([]);
  });

  test('a file that cannot be read is a problem', async () => {
    const directory = await makeTemporaryDesk();
    const path = join(directory, 'config/desk.yaml');
    await rm(path);
    await mkdir(path);
    await chmod(path, 0o755);
    const loaded = await load(directory);
    expect(loaded.ok ? [] : loaded.refusal.map(({ file }) => file)).toEqual(['desk.yaml']);
  });

  test('unfinished files and those of an editor do not count', async () => {
    const directory = await makeTemporaryDesk();
    for (const name of ['.tmp-abc', '.#junk.yaml', 'junk.yaml~', 'notes.txt']) {
      await writeFile(join(directory, 'config/queues', name), '[broken');
    }
    expect((await loadGood(directory)).queues.length).toBe(3);
  });
});

test('readDataDirectory takes the flag before the environment before ./data', () => {
  expect(readDataDirectory({ MAILDESK_DATA: '/a' }, '/b')).toBe('/b');
  expect(readDataDirectory({ MAILDESK_DATA: '/a' })).toBe('/a');
  expect(readDataDirectory({ MAILDESK_DATA: '' })).toBe('./data');
});

describe('createLiveConfig', () => {
  async function makeLive(log: Log = silentLog) {
    const directory = await makeTemporaryDesk();
    const live = createLiveConfig({
      first: await loadGood(directory),
      load: () => load(directory),
      log,
    });
    const changes: string[] = [];
    const end = live.onChange(() => changes.push(live.current().desk.name));
    const write = (text: string) => writeFile(join(directory, 'config/desk.yaml'), text);
    return { live, changes, end, write };
  }

  test('switches to what is right and tells who listens', async () => {
    const { live, changes, end, write } = await makeLive();
    await write('name: One');
    expect(await live.reload()).toEqual([]);
    expect(live.current().desk.name).toBe('One');
    await live.reload();
    end();
    await write('name: Two');
    await live.reload();
    expect(changes).toEqual(['One']);
    expect(live.current().desk.name).toBe('Two');
  });

  test('keeps the last good one while a file is wrong, and says so once', async () => {
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (event) => warnings.push(event) };
    const { live, changes, write } = await makeLive(log);
    await write('name: One');
    await live.reload();
    await write('name: One\nhttp: nowhere');
    const problems = await live.reload();
    expect(problems).toMatchObject([{ file: 'desk.yaml', line: 2 }]);
    expect(live.problems()).toEqual(problems);
    await live.reload();
    expect(live.current().desk.name).toBe('One');
    expect(warnings).toEqual(['config.refused']);
    await write('name: One');
    expect(await live.reload()).toEqual([]);
    expect(live.problems()).toEqual([]);
    expect(changes).toEqual(['One', 'One', 'One']);
  });
});
