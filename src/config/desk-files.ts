/**
 * The file calls that the configuration is read and written with.
 *
 * Owns: writing a small file whole, so that a crash leaves the old or the new, never half of one.
 * Leaves to others: the calls themselves (storage/files.ts fits this interface).
 */
import { dirname } from 'node:path';
import { isFault } from '../base/fault.ts';
import { type Random, randomText } from '../base/random.ts';

export interface DeskFiles {
  readFile(path: string): Promise<Buffer>;
  list(path: string): Promise<readonly string[] | undefined>;
  stat(
    path: string,
  ): Promise<{ readonly isDirectory: boolean; readonly mode?: number } | undefined>;
  makeDirectory(path: string): Promise<void>;
  createFile(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<boolean>;
  removeTree(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

export interface WriteDeps {
  readonly files: DeskFiles;
  readonly random: Random;
}

export interface SmallFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Replaces the file, or makes it, durably. */
export async function replaceFile({ files, random }: WriteDeps, file: SmallFile): Promise<void> {
  const temporary = temporaryName(file.path, random);
  try {
    await files.createFile(temporary, Buffer.from(file.text), file.mode);
    await files.rename(temporary, file.path);
  } catch (error) {
    await discard(files, temporary);
    throw error;
  }
  await files.syncDirectory(dirname(file.path));
}

/**
 * Makes the file durably and returns true; leaves one that is there as it is and returns false. Of
 * several processes that try at once one gets true.
 */
export async function makeFile({ files, random }: WriteDeps, file: SmallFile): Promise<boolean> {
  const temporary = temporaryName(file.path, random);
  let isMade = true;
  try {
    await files.createFile(temporary, Buffer.from(file.text), file.mode);
    await files.link(temporary, file.path);
  } catch (error) {
    if (!isFault(error, 'exists')) {
      await discard(files, temporary);
      throw error;
    }
    isMade = false;
  }
  await discard(files, temporary);
  // Also for who came second: the winner may not have come so far yet, and both go on from here.
  await files.syncDirectory(dirname(file.path));
  return isMade;
}

/** The dot keeps it out of every listing of the configuration. */
function temporaryName(path: string, random: Random): string {
  return `${dirname(path)}/.tmp-${randomText(random, 16)}`;
}

async function discard(files: DeskFiles, path: string): Promise<void> {
  // What is left behind is harmless, and the failure that led here matters more.
  await files.unlink(path).catch(() => false);
}

/** Undefined when there is no such file. */
export async function readIfThere(
  files: Pick<DeskFiles, 'readFile'>,
  path: string,
): Promise<string | undefined> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return undefined;
    throw error;
  }
}

/** Makes the directory and what is missing above it, durably. */
export async function makeDirectories(files: DeskFiles, path: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  if (dirname(path) !== path) await makeDirectories(files, dirname(path));
  try {
    await files.makeDirectory(path);
  } catch (error) {
    if (!isFault(error, 'exists')) throw error;
  }
  await files.syncDirectory(dirname(path));
}
