/**
 * What lies in a ticket's `new` or `cur` and is no message: folders, links, what nobody may read.
 *
 * Promises: none of it hinders the reading of the others, and each is named. A symbolic link is not followed: what is
 * behind it may change at any time, and a written message never does.
 */
import { join } from 'node:path';
import { type Clock, type Instant, second } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { FileOps } from './files.ts';
import type { MaildirEntry } from './maildir.ts';

/** `no-file`: a folder, a link or a device. `unreadable`: its rights or its name keep us out. */
export type StrayReason = 'no-file' | 'unreadable';

export interface StrayFile {
  readonly directory: 'new' | 'cur';
  readonly fileName: string;
  readonly reason: StrayReason;
}

type Reading = Pick<FileOps, 'readFile' | 'kindOf'>;

/**
 * The bytes, or why there are none. A file that is gone rejects with `not-found`, for somebody may have renamed it since it was listed;
 * at the last attempt it is one whose name nobody can say (bytes that are no UTF-8).
 */
export async function readMessageFile(
  files: Reading,
  path: string,
  isLastAttempt: boolean,
): Promise<Buffer | StrayReason> {
  try {
    const kind = await files.kindOf(path);
    if (kind !== undefined && kind !== 'file') return 'no-file';
    return await files.readFile(path);
  } catch (error) {
    if (isFault(error, 'permission-denied')) return 'unreadable';
    if (isLastAttempt && isFault(error, 'not-found')) return 'unreadable';
    throw error;
  }
}

/** Whether the name says how many bytes the file has: `…,S=763`, or Dovecot's `…,S=763,W=780`. */
export function sizeInName(name: string): number | undefined {
  const size = /,S=([0-9]{1,15})(?![0-9])/.exec(name)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** A name of nobody's making: people write such a file in place, and put another one under the same name. */
export function isNamedByHand(name: string): boolean {
  return sizeInName(name) === undefined && !name.endsWith('.maildesk');
}

/** What was known of a file named by hand. */
export interface SeenFile {
  readonly size: number;
  readonly modified: Instant;
}

/** Those of the entries whose file is another one by now than when it was read. */
export async function findReplaced(
  files: Pick<FileOps, 'stat'>,
  folder: string,
  entries: readonly MaildirEntry[],
  seen: (entry: MaildirEntry) => SeenFile | undefined,
): Promise<readonly MaildirEntry[]> {
  const replaced: MaildirEntry[] = [];
  for (const entry of entries) {
    const before = seen(entry);
    if (before === undefined || !isNamedByHand(entry.name)) continue;
    const now = await files.stat(join(folder, entry.directory, entry.fileName));
    if (now?.size !== before.size || now.modified !== before.modified) replaced.push(entry);
  }
  return replaced;
}

const youngFor = 2 * second;

/** Whoever writes by hand may not rename into place: a file changed this lately may not be whole. */
export function isStillGrowing(clock: Clock, modified: Instant): boolean {
  return clock.now() - modified <= youngFor;
}
