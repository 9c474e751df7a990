import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeFiles } from '../../src/storage/files.ts';
import { deliver, fixedName } from '../../src/storage/maildir.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

it('a fixed name is delivered past drafts that killed processes left behind', async () => {
  const folder = await makeTemporaryDirectory();
  for (const part of ['tmp', 'new', 'cur']) await mkdir(join(folder, part));
  const name = fixedName(1_795_000_000, 'I', 'abc');
  const left: string[] = [];
  const files: typeof nodeFiles = {
    ...nodeFiles,
    // As if a process before had died with this very draft half written, three times.
    async createFile(path, bytes, mode) {
      if (left.length < 3) {
        left.push(path);
        await writeFile(path, 'half');
      }
      return nodeFiles.createFile(path, bytes, mode);
    },
  };
  const bytes = Buffer.from('Subject: x');
  const delivery = { files, folder, name, bytes, isFixed: true, syncDirectory: async () => {} };
  expect(await deliver(delivery)).toBe(true);
  expect(await readFile(join(folder, 'new', name))).toEqual(bytes);
  expect(await readdir(join(folder, 'tmp'))).toHaveLength(3);
  expect(await deliver(delivery)).toBe(false);
});
