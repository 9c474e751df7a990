/**
 * What differs where the kernel is not Unix: files that are held open, directories that cannot be synced.
 *
 * Promises: a call that another program holds up for a moment is asked again, for about a second; on Unix nothing is, for there an
 * answer is final. A file system that has no sync of directories keeps names in a journal of its own.
 */
import { sep } from 'node:path';
import { sleep, systemClock } from '../base/clock.ts';

export const isWindows = sep === '\\';

/** A scanner or an indexer has the file open; libuv says one of these. */
const heldCodes: ReadonlySet<unknown> = new Set(['EBUSY', 'EPERM', 'EACCES']);
const pausesMs = [10, 20, 40, 80, 160, 320, 500];

export async function whileHeld<T>(
  work: () => Promise<T>,
  { isHolding = isWindows, wait = (ms: number) => sleep(systemClock, ms) } = {},
): Promise<T> {
  for (const pause of isHolding ? pausesMs : []) {
    try {
      return await work();
    } catch (error) {
      if (!heldCodes.has(codeOf(error))) throw error;
      await wait(pause);
    }
  }
  return work();
}

/** What a directory answers that cannot be synced: Windows the first two, some network and FUSE file systems the others. */
const unsyncedCodes: ReadonlySet<unknown> = new Set(['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP']);

export async function unlessUnsupported(sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    if (!unsyncedCodes.has(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
