/** An empty directory for a desk, removed after the test; and file calls that fail at the n-th. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { systemRandom } from '../../src/base/random.ts';
import { type PrepareRequest, prepareDesk } from '../../src/config/prepare.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';

export const templates = fileURLToPath(new URL('../../templates/desk', import.meta.url));

export async function makeTemporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'desk-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function prepareRequest(
  directory: string,
  changes: Partial<PrepareRequest> = {},
): PrepareRequest {
  return {
    files: nodeFiles,
    random: systemRandom,
    directory,
    templates,
    environment: {},
    timeZone: 'Europe/Berlin',
    ...changes,
  };
}

/** A desk as the first start makes it. */
export async function makeTemporaryDesk(): Promise<string> {
  const directory = join(await makeTemporaryDirectory(), 'data');
  await prepareDesk(prepareRequest(directory));
  return directory;
}

/** Every call from the n-th on fails, as if the process had died there; from 1. */
export function failingFiles(from: number): { readonly files: FileOps; calls(): number } {
  let calls = 0;
  function guarded<A extends readonly unknown[], T>(
    call: (...values: A) => Promise<T>,
  ): (...values: A) => Promise<T> {
    return async (...values) => {
      calls += 1;
      if (calls >= from)
        throw new Fault('disk-failed', { retry: 'later', detail: `Call ${calls}` });
      return call(...values);
    };
  }
  const files: FileOps = {
    readFile: guarded(nodeFiles.readFile),
    readPart: guarded(nodeFiles.readPart),
    list: guarded(nodeFiles.list),
    stat: guarded(nodeFiles.stat),
    makeDirectory: guarded(nodeFiles.makeDirectory),
    createFile: guarded(nodeFiles.createFile),
    rename: guarded(nodeFiles.rename),
    link: guarded(nodeFiles.link),
    unlink: guarded(nodeFiles.unlink),
    removeTree: guarded(nodeFiles.removeTree),
    syncDirectory: guarded(nodeFiles.syncDirectory),
    append: guarded(nodeFiles.append),
    kindOf: guarded(nodeFiles.kindOf),
    symlink: guarded(nodeFiles.symlink),
    readLink: guarded(nodeFiles.readLink),
    removeDirectory: guarded(nodeFiles.removeDirectory),
  };
  return { files, calls: () => calls };
}
