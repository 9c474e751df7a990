/**
 * The handful of file calls that everything on disk is made of.
 *
 * Owns: `node:fs` and the translation of its error numbers into faults. Promises: `createFile` and
 * `syncDirectory` return only when the kernel says the bytes, or the names, are on the disk.
 * Tests replace this with a double that fails or crashes at the n-th call.
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Instant, toInstant } from '../base/clock.ts';
import { errorText, Fault, type FaultCode, isFault } from '../base/fault.ts';
import { unlessUnsupported, whileHeld } from './held-files.ts';

export interface FileStat {
  readonly isDirectory: boolean;
  readonly size: number;
  readonly modified: Instant;
  /** Last change of the inode: contents, name count, permissions or a rename. */
  readonly changed: Instant;
  readonly owner: number;
  /** Permission bits. */
  readonly mode?: number;
  /** Number of the file system. */
  readonly device?: number;
}

export interface DiskSpace {
  /** For accounts without privileges. */
  readonly freeBytes: number;
  readonly freeInodes: number;
  /** 0 where the file system makes them as it goes. */
  readonly totalInodes: number;
}

export interface FileOps {
  readFile(path: string): Promise<Buffer>;
  /** Reads at most `length` bytes from the position. */
  readPart(path: string, position: number, length: number): Promise<Buffer>;
  /** Names in the directory, unsorted; undefined when there is none. */
  list(path: string): Promise<readonly string[] | undefined>;
  /** Undefined when there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Creates one directory; fails with `exists`. */
  makeDirectory(path: string): Promise<void>;
  /** Creates the file with these bytes and syncs its data; fails with `exists`. Modified now, or then. */
  createFile(path: string, bytes: Uint8Array, mode?: number, modified?: Instant): Promise<void>;
  /** Replaces; a non-empty directory in the way fails with `exists`. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; fails with `exists`. */
  link(existing: string, path: string): Promise<void>;
  /** Returns false when there was nothing. */
  unlink(path: string): Promise<boolean>;
  /** Removes a directory with all it holds; nothing there is fine. */
  removeTree(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Appends without syncing: only for what may be lost. */
  append(path: string, text: string): Promise<void>;
  /** What is free on the file system of the path; undefined when there is nothing. Absent in doubles. */
  space?(path: string): Promise<DiskSpace | undefined>;
  /** What bears this name, links not followed; undefined when there is nothing. */
  kindOf(path: string): Promise<FileKind | undefined>;
  /** A symbolic link with this text; fails with `exists`. Not synced: only for what can be made again. */
  symlink(target: string, path: string): Promise<void>;
  /** Text of a symbolic link; undefined when there is none. */
  readLink(path: string): Promise<string | undefined>;
  /** Returns false when it holds something, or there was none. */
  removeDirectory(path: string): Promise<boolean>;
}

export type FileKind = 'file' | 'directory' | 'link' | 'other';

export const nodeFiles: FileOps = {
  readFile: (path) => guard('read file', path, () => fs.readFile(path)),

  readPart: (path, position, length) =>
    guard('read file', path, async () => {
      const file = await fs.open(path, constants.O_RDONLY);
      try {
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(buffer, 0, length, position);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    }),

  list: (path) => absent(guard('list directory', path, () => fs.readdir(path))),

  stat: (path) =>
    absent(
      guard('look at', path, async () => {
        const stats = await fs.stat(path);
        return {
          isDirectory: stats.isDirectory(),
          size: stats.size,
          modified: toInstant(stats.mtimeMs),
          changed: toInstant(stats.ctimeMs),
          owner: stats.uid,
          mode: stats.mode & 0o777,
          device: stats.dev,
        };
      }),
    ),

  makeDirectory: (path) => guard('create directory', path, () => fs.mkdir(path, { mode: 0o750 })),

  createFile: (path, bytes, mode = 0o640, modified) =>
    guard('create file', path, async () => {
      const file = await fs.open(path, 'wx', mode);
      try {
        await file.writeFile(bytes);
        if (modified !== undefined) await file.utimes(modified / 1000, modified / 1000);
        await file.sync();
      } finally {
        await file.close();
      }
    }),

  rename: (from, to) => guard('rename', from, () => whileHeld(() => fs.rename(from, to))),

  link: (existing, path) => guard('link file', path, () => fs.link(existing, path)),

  unlink: async (path) =>
    (await absent(
      guard('remove file', path, () => whileHeld(() => fs.unlink(path)).then(() => true)),
    )) ?? false,

  removeTree: (path) =>
    guard('remove directory', path, () => fs.rm(path, { recursive: true, force: true })),

  syncDirectory: (path) =>
    guard('sync directory', path, async () => {
      const directory = await fs.open(path, constants.O_RDONLY);
      try {
        await unlessUnsupported(() => directory.sync());
      } finally {
        await directory.close();
      }
    }),

  append: (path, text) =>
    guard('append to file', path, () => fs.appendFile(path, text, { mode: 0o640 })),

  space: (path) =>
    absent(
      guard('look at', path, async () => {
        const { bavail, bsize, ffree, files } = await fs.statfs(path);
        return { freeBytes: bavail * bsize, freeInodes: ffree, totalInodes: files };
      }),
    ),

  kindOf: (path) =>
    absent(
      guard('look at', path, async () => {
        const stats = await fs.lstat(path);
        if (stats.isFile()) return 'file';
        if (stats.isDirectory()) return 'directory';
        return stats.isSymbolicLink() ? 'link' : 'other';
      }),
    ),

  symlink: (target, path) => guard('make link', path, () => fs.symlink(target, path, 'dir')),

  readLink: async (path) => {
    try {
      return await fs.readlink(path);
    } catch (error) {
      // EINVAL: there is something else of this name. Windows says UNKNOWN.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EINVAL' || code === 'UNKNOWN') return undefined;
      return absent(Promise.reject(toFault('read link', path, error)));
    }
  },

  removeDirectory: async (path) => {
    try {
      await guard('remove directory', path, () => fs.rmdir(path));
      return true;
    } catch (error) {
      if (isFault(error, 'exists') || isFault(error, 'not-found')) return false;
      throw error;
    }
  },
};

const codes: Readonly<Record<string, FaultCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EEXIST: 'exists',
  ENOTEMPTY: 'exists',
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
};

async function guard<T>(action: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toFault(action, path, error);
  }
}

/** The fault for a failed file call. */
export function toFault(action: string, path: string, error: unknown): Fault {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  const code = codes[errno] ?? 'disk-failed';
  return new Fault(code, {
    retry: code === 'exists' || code === 'not-found' ? 'never' : 'later',
    detail: `Cannot ${action} "${path}": ${errorText(error)}`,
    cause: error,
  });
}

async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Whether a rename or link failed because its two ends are on different file systems. */
export function isOtherDisk(error: unknown): boolean {
  if (!(error instanceof Fault)) return false;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && cause.code === 'EXDEV';
}

/** A second name for the file or, on another file system, a copy of the same age; fails with `exists`. */
export async function linkOrCopy(files: FileOps, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (!isOtherDisk(error)) throw error;
    const stat = await files.stat(from);
    await files.createFile(to, await files.readFile(from), stat?.mode, stat?.modified);
  }
}

/** Creates the directory and what is missing above it, down from `root`, durably. */
export async function ensureDirectory(files: FileOps, path: string, root: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  if (path !== root && path !== dirname(path)) await ensureDirectory(files, dirname(path), root);
  try {
    await files.makeDirectory(path);
  } catch (error) {
    if (error instanceof Fault && error.code === 'exists') return;
    throw error;
  }
  await files.syncDirectory(dirname(path));
}
