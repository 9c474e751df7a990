import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLimit } from '../../src/base/serial.ts';
import { loadConfig } from '../../src/config/load.ts';
import { prepareDesk, readSecret } from '../../src/config/prepare.ts';
import { allSettings } from '../../src/config/settings.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { makeEd25519Key } from '../helpers/signed-mail.ts';
import {
  failingFiles,
  makeTemporaryDirectory,
  prepareRequest,
  templates,
} from './temporary-desk.ts';

async function load(directory: string) {
  return loadConfig({ files: nodeFiles, directory, environment: {}, hostName: 'machine.example' });
}

async function tree(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted();
}

describe('prepareDesk', () => {
  test('makes a working desk of a directory that is not there', async () => {
    const directory = join(await makeTemporaryDirectory(), 'not', 'yet');
    const { isNew, secret } = await prepareDesk(
      prepareRequest(directory, {
        environment: { MAILDESK_ADDRESS: 'help@x.example, b@x.example' },
      }),
    );

    expect(isNew).toBe(true);
    expect(secret.length).toBe(32);
    expect((await stat(join(directory, 'config/secret'))).mode & 0o777).toBe(0o600);
    const loaded = await load(directory);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
    expect(loaded.value.desk).toMatchObject({
      addresses: ['help@x.example', 'b@x.example'],
      timeZone: 'Europe/Berlin',
      defaultQueue: 'Support',
    });
    expect(loaded.value.queues.map(({ name, reopenDays }) => [name, reopenDays])).toEqual([
      ['Support', 90],
      ['Billing', 90],
      ['Junk', 0],
    ]);
    const names = await tree(directory);
    for (const box of ['inbox', 'outbox', 'trouble']) {
      for (const part of ['tmp', 'new', 'cur']) expect(names).toContain(`${box}/${part}`);
    }
    for (const folder of [
      'drop',
      'tickets',
      'archive',
      'agents',
      'index',
      'views',
      'config/agents',
      'README.txt',
    ]) {
      expect(names).toContain(folder);
    }
    expect(names.filter((name) => /(^|\/)\./.test(name))).toEqual([]);
  });

  test('the commented lines of desk.yaml are settings that are right', async () => {
    const directory = await makeTemporaryDirectory();
    await prepareDesk(prepareRequest(directory));
    const path = join(directory, 'config/desk.yaml');
    const text = await readFile(path, 'utf8');
    await mkdir(join(directory, 'config/tls'));
    for (const name of ['key.pem', 'certificate.pem'])
      await writeFile(join(directory, 'config/tls', name), 'x');
    await mkdir(join(directory, 'config/dkim'));
    await writeFile(join(directory, 'config/dkim/private.pem'), makeEd25519Key().privateKey);
    await writeFile(path, text.replace(/^#(?=[a-zA-Z]+: )/gm, ''));
    expect(await load(directory)).toMatchObject({ ok: true });
    const named = [...text.matchAll(/^#?([a-zA-Z]+): /gm)].map((match) => match[1]);
    const known = allSettings.map(({ key }) => key).filter((key) => key !== 'data');
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  test('changes nothing a second time, and does not bring back what was removed', async () => {
    const directory = await makeTemporaryDirectory();
    const first = await prepareDesk(prepareRequest(directory));
    await rm(join(directory, 'config/queues/junk.yaml'));
    await writeFile(join(directory, 'config/desk.yaml'), 'name: Mine\n');
    const before = await tree(directory);

    const second = await prepareDesk(
      prepareRequest(directory, { environment: { MAILDESK_ADDRESS: 'other@x.example' } }),
    );
    expect(second).toEqual({ isNew: false, secret: first.secret });
    expect(await tree(directory)).toEqual(before);
    expect(await readFile(join(directory, 'config/desk.yaml'), 'utf8')).toBe('name: Mine\n');
  });

  test('leaves a configuration alone that an admin has laid there', async () => {
    const directory = await makeTemporaryDirectory();
    await mkdir(join(directory, 'config'));
    await writeFile(join(directory, 'config/desk.yaml'), 'name: Mine\n');
    expect((await prepareDesk(prepareRequest(directory))).isNew).toBe(false);
    expect((await readdir(join(directory, 'config'))).toSorted()).toEqual([
      'agents',
      'answers',
      'auto-replies',
      'calendars',
      'desk.yaml',
      'gateways',
      'mailboxes',
      'queues',
      'rules',
      'secret',
    ]);
    expect(await readdir(join(directory, 'config/queues'))).toEqual([]);
  });

  test('several at once make one desk with one secret', async () => {
    const directory = await makeTemporaryDirectory();
    const made = await Promise.all(
      Array.from({ length: 8 }, () => prepareDesk(prepareRequest(directory))),
    );
    expect(made.filter(({ isNew }) => isNew).length).toBe(1);
    const secrets = new Set(made.map(({ secret }) => secret.toString('hex')));
    expect(secrets.size).toBe(1);
    expect((await readSecret({ files: nodeFiles, directory })).toString('hex')).toBe(
      [...secrets][0],
    );
    expect((await tree(directory)).filter((name) => /(^|\/)\./.test(name))).toEqual([]);
  });

  test('goes on where it stopped, whichever file call it stopped at', async () => {
    const small = await laySmallTemplates();
    const whole = await makeTemporaryDirectory();
    const counting = failingFiles(Number.POSITIVE_INFINITY);
    await prepareDesk(prepareRequest(whole, { templates: small, files: counting.files }));
    const wanted = (await tree(whole)).filter((name) => !/(^|\/)\./.test(name));
    expect(counting.calls()).toBeGreaterThan(60);

    const stopAt = async (call: number) => {
      const directory = await makeTemporaryDirectory();
      const { files } = failingFiles(call);
      await expect(
        prepareDesk(prepareRequest(directory, { templates: small, files })),
      ).rejects.toMatchObject({ code: 'disk-failed' });
      await prepareDesk(prepareRequest(directory, { templates: small }));
      const made = (await tree(directory)).filter((name) => !/(^|\/)\./.test(name));
      expect(made, `stopped at call ${call}`).toEqual(wanted);
      expect((await load(directory)).ok).toBe(true);
    };
    const limit = createLimit(16);
    const every = Array.from({ length: counting.calls() }, (_, index) => index + 1);
    await Promise.all(every.map((call) => limit.run(() => stopAt(call))));
  }, 60_000);

  test('a secret that is too short is refused', async () => {
    const directory = await makeTemporaryDirectory();
    await prepareDesk(prepareRequest(directory));
    await writeFile(join(directory, 'config/secret'), 'abcd\n');
    await expect(prepareDesk(prepareRequest(directory))).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });
});

/** A desk of one file of each depth: every call more is one more desk that is stopped there. */
async function laySmallTemplates(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  for (const file of ['README.txt', 'config/desk.yaml', 'config/auto-replies/confirmation.en.md']) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await copyFile(join(templates, file), join(directory, file));
  }
  await mkdir(join(directory, 'config/queues'));
  await writeFile(join(directory, 'config/queues/support.yaml'), 'name: Support\n');
  return directory;
}
