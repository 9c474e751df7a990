/** Files written by the first steps: whole or not at all, never over somebody else's change, never a configuration that is wrong. */
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { prepareDesk } from '../../../src/config/prepare.ts';
import {
  type ConfigWriter,
  createConfigWriter,
  editSeen,
} from '../../../src/services/first-steps/config-writer.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { makeTemporaryDirectory, prepareRequest } from '../../config/temporary-desk.ts';
import { createFaultyFiles, type FaultPlan } from '../../helpers/faulty-files.ts';

async function makeDesk(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  await prepareDesk(prepareRequest(directory));
  return directory;
}

function writerOf(directory: string, files: FileOps = nodeFiles): ConfigWriter {
  return createConfigWriter({
    files,
    directory,
    load: (overlay) =>
      loadConfig({ files: overlay, directory, environment: {}, hostName: 'x.example' }),
    reload: async () => {},
    random: systemRandom,
    log: silentLog,
  });
}

async function rename(writer: ConfigWriter, name: string) {
  const seen = await writer.read('desk.yaml');
  const text = editSeen(seen, { name });
  if (!text.ok) return text;
  return writer.write([{ file: 'desk.yaml', digest: seen.digest, text: text.value }]);
}

test('of two writers who saw the same file one is refused', async () => {
  const directory = await makeDesk();
  const [one, other] = [writerOf(directory), writerOf(directory)];
  const seen = await one.read('desk.yaml');
  const change = (name: string) => [
    { file: 'desk.yaml', digest: seen.digest, text: `${seen.text}\nname: ${name}\n` },
  ];
  expect(await one.write(change('One'))).toMatchObject({ ok: true });
  expect(await other.write(change('Other'))).toEqual({
    ok: false,
    refusal: { code: 'file-changed', file: 'desk.yaml' },
  });
  expect(await readFile(join(directory, 'config/desk.yaml'), 'utf8')).toContain('name: One\n');
});

test('what would make the configuration wrong is not written, what was wrong before stands in nobody’s way', async () => {
  const directory = await makeDesk();
  const writer = writerOf(directory);
  const text = 'name: Support\naddresses: nonsense\n';
  expect(await writer.write([{ file: 'queues/orders.yaml', digest: '', text }])).toMatchObject({
    ok: false,
    refusal: { code: 'bad-config', problems: [{ file: 'queues/orders.yaml', line: 2 }, {}] },
  });
  expect(await readdir(join(directory, 'config/queues'))).not.toContain('orders.yaml');
  await writeFile(join(directory, 'config/queues/billing.yaml'), 'name: [\n');
  expect(await rename(writer, 'Kontor')).toMatchObject({ ok: true });
});

test('rights stay as they are, and a secret closes the file', async () => {
  const directory = await makeDesk();
  const path = join(directory, 'config/desk.yaml');
  const mode = async () => (await stat(path)).mode & 0o777;
  await chmod(path, 0o644);
  const writer = writerOf(directory);
  await rename(writer, 'Kontor');
  expect(await mode()).toBe(0o644);
  const seen = await writer.read('desk.yaml');
  const text = `${seen.text}smarthost: smtp://kim:secret@x.example\n`;
  await writer.write([{ file: 'desk.yaml', digest: seen.digest, text, isSecret: true }]);
  expect(await mode()).toBe(0o600);
  await rename(writer, 'Again');
  expect(await mode()).toBe(0o600);
});

test('whichever call of the disk fails or is the last, the file is the old one or the new one', async () => {
  const counting = createFaultyFiles();
  await rename(writerOf(await makeDesk(), counting), 'Kontor');
  const calls = counting.calls();
  expect(calls).toBeGreaterThan(20);
  const writing = counting.operations().findIndex((line) => line.startsWith('createFile'));
  expect(writing).toBeGreaterThan(0);
  const directory = await makeDesk();
  const path = join(directory, 'config/desk.yaml');
  const before = await readFile(path, 'utf8');
  for (let at = writing; at <= calls; at += 1) {
    const plans: readonly FaultPlan[] = [
      { kind: 'fail', at, errno: 'ENOSPC' },
      { kind: 'crash', at, effect: 'half' },
    ];
    for (const plan of plans) {
      await writeFile(path, before);
      const files = createFaultyFiles(plan);
      await rename(writerOf(directory, files), 'Kontor').catch(() => {});
      expect(files.hasStruck()).toBe(true);
      const after = await readFile(path, 'utf8');
      expect([before, before.replace('#name: Support', 'name: Kontor')]).toContain(after);
      expect(await rename(writerOf(directory), 'Later')).toMatchObject({ ok: true });
    }
  }
});
