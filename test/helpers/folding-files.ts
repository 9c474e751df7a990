/**
 * A disk as Windows and macOS have it, over the real one: upper and lower case are one, and so are the forms of a letter; some
 * names cannot be.
 *
 * Promises: a path in other case leads to what is there; a name that Windows refuses fails the call and is remembered.
 * Leaves to others: what is above `root`.
 */
import { basename, dirname, join, relative, sep } from 'node:path';
import { Fault } from '../../src/base/fault.ts';
import { caseKey } from '../../src/core/views/file-words.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';

export interface FoldingFiles extends FileOps {
  /** Paths that were asked for and cannot be. */
  readonly refused: readonly string[];
}

const forbidden = /[<>:"|?*\\\p{Cc}]|[. ]$/u;
const devices = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

export function createFoldingFiles(root: string): FoldingFiles {
  const refused: string[] = [];

  /** The path as it is spelled on the disk. */
  async function spelled(path: string): Promise<string> {
    if (path === root || !path.startsWith(root + sep)) return path;
    if ((await nodeFiles.kindOf(path)) !== undefined) return path;
    const above = await spelled(dirname(path));
    const key = caseKey(basename(path));
    const names = (await nodeFiles.list(above).catch(() => [])) ?? [];
    return join(above, names.find((name) => caseKey(name) === key) ?? basename(path));
  }

  /** For what makes a name. */
  async function named(path: string): Promise<string> {
    const isBad = relative(root, path)
      .split(sep)
      .filter((name) => name !== '')
      .some((name) => forbidden.test(name) || devices.test(name) || Buffer.byteLength(name) > 255);
    if (isBad) {
      refused.push(path);
      throw new Fault('disk-failed', { retry: 'never', detail: `"${path}" cannot be a name` });
    }
    return spelled(path);
  }

  return {
    refused,
    readFile: async (path) => nodeFiles.readFile(await spelled(path)),
    readPart: async (path, position, length) =>
      nodeFiles.readPart(await spelled(path), position, length),
    list: async (path) => nodeFiles.list(await spelled(path)),
    stat: async (path) => nodeFiles.stat(await spelled(path)),
    makeDirectory: async (path) => nodeFiles.makeDirectory(await named(path)),
    createFile: async (path, bytes, mode) => nodeFiles.createFile(await named(path), bytes, mode),
    rename: async (from, to) => nodeFiles.rename(await spelled(from), await named(to)),
    link: async (existing, path) => nodeFiles.link(await spelled(existing), await named(path)),
    unlink: async (path) => nodeFiles.unlink(await spelled(path)),
    removeTree: async (path) => nodeFiles.removeTree(await spelled(path)),
    syncDirectory: async (path) => nodeFiles.syncDirectory(await spelled(path)),
    append: async (path, text) => nodeFiles.append(await named(path), text),
    kindOf: async (path) => nodeFiles.kindOf(await spelled(path)),
    symlink: async (target, path) => nodeFiles.symlink(target, await named(path)),
    readLink: async (path) => nodeFiles.readLink(await spelled(path)),
    removeDirectory: async (path) => nodeFiles.removeDirectory(await spelled(path)),
  };
}
