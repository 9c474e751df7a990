import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { checkFileSystem } from '../../../src/edges/cli/file-system-checks.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { createFoldingFiles } from '../../helpers/folding-files.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';

let directory: string;
beforeEach(async () => {
  directory = await makeTemporaryDirectory();
  await mkdir(join(directory, 'index'));
});

const look = (files: FileOps, separator = ':') =>
  checkFileSystem({ files, directory, clock: systemClock }, separator);
const refuse = () =>
  Promise.reject(new Fault('permission-denied', { retry: 'later', detail: 'No' }));

describe('the file system', () => {
  it('is good when it has links and takes the names of the desk, and nothing stays there', async () => {
    expect(await look(nodeFiles)).toEqual([
      {
        check: 'file system',
        level: 'ok',
        detail: 'hard and symbolic links; upper and lower case differ',
      },
    ]);
    expect(await readdir(join(directory, 'index'))).toEqual([]);
  });

  it('says what it cannot do, each with its cure', async () => {
    const found = await look({ ...nodeFiles, link: refuse, symlink: refuse });
    expect(found.map(({ level, cure }) => [level, cure])).toEqual([
      ['fail', expect.stringContaining('ext4')],
      ['warn', expect.stringContaining('views: off')],
    ]);
  });

  it('of Windows needs another separator', async () => {
    const files = createFoldingFiles(directory);
    expect((await look(files)).map(({ detail }) => detail)).toEqual(['cannot hold ":" in a name']);
    expect((await look(files, ';')).map(({ detail }) => detail)).toEqual([
      'hard and symbolic links; upper and lower case are one',
    ]);
  });
});
