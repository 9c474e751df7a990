/**
 * Temporary directories that are gone after the test, or after the file's last test.
 *
 * Promises: each call gives a fresh, empty directory below the system's temporary one; it is removed
 * also when the test failed. Hooks of the test file itself run before the removal.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ofTest = new Set<string>();
const ofFile = new Set<string>();

/** After each test (test/setup.ts). */
export const removeDirectoriesOfTest = () => removeAll(ofTest);

/** After the last test of a file (test/setup.ts). */
export const removeDirectoriesOfFile = () => removeAll(ofFile);

/** Lives until the end of the test that runs, or with `file` until the end of all tests in the file. */
export async function makeTemporaryDirectory(keptFor: 'test' | 'file' = 'test'): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'maildesk-')));
  (keptFor === 'test' ? ofTest : ofFile).add(path);
  return path;
}

async function removeAll(paths: Set<string>): Promise<void> {
  const all = [...paths];
  paths.clear();
  // A part of the desk that still closes may make a last file while the tree is removed.
  await Promise.all(all.map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })));
}
