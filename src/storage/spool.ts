/**
 * A spool: a Maildir whose entries wait in `new` and are worked on in `cur`.
 *
 * Owns: claiming by rename to `cur/NAME,HOST,GENERATION`, done by unlink. Promises: of any number of
 * claimers on any number of hosts one wins; wherever a process stops, the entry is found again by the
 * next `waiting`, in `new` or as an abandoned claim; no entry is lost to another one of the same name.
 * Leaves to others: what an entry means, and when to look.
 *
 * HOST names one running desk: its claims that this object does not hold are left over from a run before.
 * Claims of other hosts are abandoned when their inode was not changed for `staleAfterMs` (a rename
 * changes it), which must be longer than any piece of work takes.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Duration } from '../base/clock.ts';
import { invariant, isFault } from '../base/fault.ts';
import { type MessageName, parseMessageName } from '../core/ticket/event.ts';
import { ensureDirectory, type FileOps, linkOrCopy } from './files.ts';
import { deliver, splitFileName } from './maildir.ts';
import { createSyncGroup } from './sync-group.ts';

export interface SpoolEntry {
  /** Unique part of the file's name, without the info that mail programs add. */
  readonly name: MessageName;
  /** The file's name as it stands in `new`; tells entries apart. */
  readonly fileName: string;
  /** Where the file was when it was listed. */
  readonly path: string;
  /** Of the claim that holds the entry; 0 for one in `new`. */
  readonly generation: number;
}

export interface Claim {
  readonly name: MessageName;
  readonly path: string;
  /** The entry as it stands in `new` after a release. */
  readonly released: SpoolEntry;
  /** The work is done and durable elsewhere: the entry goes away. */
  done(): Promise<void>;
  /** Puts the entry back into `new`. */
  release(): Promise<void>;
}

export interface Spool {
  /** Creates the directories. */
  open(): Promise<void>;
  /** What can be claimed, by name: entries in `new`, our own former claims, stale ones of other hosts. */
  waiting(): Promise<readonly SpoolEntry[]>;
  /** Every entry, those that are being worked on included, by name. */
  list(): Promise<readonly SpoolEntry[]>;
  /** The entry of this name in `new`, whether or not it is there. */
  entryOf(name: MessageName): SpoolEntry;
  /** Undefined when somebody else was faster, or this object holds the entry. */
  claim(entry: SpoolEntry): Promise<Claim | undefined>;
  /** Links the file into `new`, durably. False when it waits there or is claimed already. */
  put(existing: string, name: MessageName): Promise<boolean>;
  /** Writes the bytes into `new`, durably. False when the name waits there or is claimed already. */
  add(bytes: Buffer, name: MessageName): Promise<boolean>;
}

export interface SpoolDeps {
  readonly files: FileOps;
  /** Holds `new`, `cur` and `tmp`; its parent exists. */
  readonly directory: string;
  readonly host: string;
  readonly clock: Clock;
}

export interface SpoolOptions {
  readonly staleAfterMs: Duration;
  /** Between a name and the info that mail programs add; `:` unless told otherwise. */
  readonly infoSeparator?: string;
}

interface FormerClaim {
  readonly fileName: string;
  readonly host: string;
  readonly generation: number;
}

export function createSpool(
  { files, directory, host, clock }: SpoolDeps,
  { staleAfterMs, infoSeparator = ':' }: SpoolOptions,
): Spool {
  const fresh = join(directory, 'new');
  const claimed = join(directory, 'cur');
  const ownHost = toClaimHost(host);
  const held = new Set<string>();
  const syncDirectory = createSyncGroup(files);

  function toEntry(fileName: string, path: string, generation: number): SpoolEntry {
    const { unique } = splitFileName(fileName, infoSeparator);
    const name = parseMessageName(unique) ?? parseMessageName(fileName);
    invariant(name !== undefined, `A listed file name is not empty, but "${fileName}" is`);
    return { name, fileName, path, generation };
  }

  async function listFresh(): Promise<readonly SpoolEntry[]> {
    const names = (await files.list(fresh)) ?? [];
    return names.filter(isEntryName).map((fileName) => toEntry(fileName, join(fresh, fileName), 0));
  }

  async function listClaims(): Promise<readonly (FormerClaim & { readonly path: string })[]> {
    const names = ((await files.list(claimed)) ?? []).filter(isEntryName);
    return names.flatMap((name) => {
      const claim = parseClaim(name);
      return claim === undefined ? [] : [{ ...claim, path: join(claimed, name) }];
    });
  }

  async function isAbandoned(claim: FormerClaim & { readonly path: string }): Promise<boolean> {
    if (held.has(claim.fileName)) return false;
    if (claim.host === ownHost) return true;
    const stat = await files.stat(claim.path);
    return stat !== undefined && clock.now() - stat.changed > staleAfterMs;
  }

  async function waiting(): Promise<readonly SpoolEntry[]> {
    const entries = (await listFresh()).filter(({ fileName }) => !held.has(fileName));
    const abandoned: SpoolEntry[] = [];
    for (const claim of await listClaims()) {
      if (await isAbandoned(claim))
        abandoned.push(toEntry(claim.fileName, claim.path, claim.generation));
    }
    return [...entries, ...abandoned].sort(byName);
  }

  async function claim(entry: SpoolEntry): Promise<Claim | undefined> {
    const fileName = fitName(entry.fileName, ownHost);
    if (held.has(fileName)) return undefined;
    held.add(fileName);
    try {
      const { path, generation } = await freePath(fileName, entry.generation + 1);
      await files.rename(entry.path, path);
      return createClaim(toEntry(fileName, path, generation));
    } catch (error) {
      held.delete(fileName);
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /**
   * A former claim of ours may still stand under this name when another program delivered the name
   * again; renaming over it would lose a mail.
   */
  async function freePath(
    fileName: string,
    from: number,
  ): Promise<{ path: string; generation: number }> {
    for (let generation = from; ; generation += 1) {
      const path = join(claimed, `${fileName},${ownHost},${generation}`);
      if ((await files.stat(path)) === undefined) return { path, generation };
    }
  }

  function createClaim({ name, fileName, path, generation }: SpoolEntry): Claim {
    return {
      name,
      path,
      released: toEntry(fileName, join(fresh, fileName), 0),
      async done() {
        try {
          await files.unlink(path);
          await syncDirectory(claimed);
        } finally {
          held.delete(fileName);
        }
      },
      async release() {
        try {
          await putBack(path, fileName, generation);
        } catch (error) {
          // Gone: another host found the claim stale and has it now.
          if (!isFault(error, 'not-found')) throw error;
        } finally {
          held.delete(fileName);
        }
      },
    };
  }

  /** The name may have been delivered again meanwhile: the same bytes are one entry, others are two. */
  async function putBack(path: string, fileName: string, generation: number): Promise<void> {
    const target = join(fresh, fileName);
    if ((await files.stat(target)) === undefined) return files.rename(path, target);
    if ((await files.readFile(target)).equals(await files.readFile(path))) {
      await files.unlink(path);
      return;
    }
    await files.rename(path, join(fresh, `${fitName(fileName, ownHost)}~${generation}`));
  }

  async function isClaimed(name: MessageName): Promise<boolean> {
    return (await listClaims()).some(({ fileName }) => fileName === name);
  }

  return {
    async open() {
      for (const part of ['tmp', 'new', 'cur'])
        await ensureDirectory(files, join(directory, part), directory);
    },
    waiting,
    async list() {
      const claims = (await listClaims()).map(({ fileName, path, generation }) =>
        toEntry(fileName, path, generation),
      );
      return [...(await listFresh()), ...claims].sort(byName);
    },
    entryOf: (name) => ({ name, fileName: name, path: join(fresh, name), generation: 0 }),
    claim,
    async put(existing, name) {
      if (await isClaimed(name)) return false;
      const isNew = await linkNew(files, existing, join(fresh, name));
      // Also when the link stood there: whoever made it may have died before this.
      await syncDirectory(fresh);
      return isNew;
    },
    async add(bytes, name) {
      if (await isClaimed(name)) return false;
      return deliver({ files, folder: directory, name, bytes, isFixed: true, syncDirectory });
    },
  };
}

async function linkNew(files: FileOps, existing: string, path: string): Promise<boolean> {
  try {
    await linkOrCopy(files, existing, path);
    return true;
  } catch (error) {
    if (isFault(error, 'exists')) return false;
    throw error;
  }
}

/** Hidden files are nobody's mail (Maildir: readers skip names that begin with a dot). */
function isEntryName(fileName: string): boolean {
  return fileName !== '' && !fileName.startsWith('.');
}

/** Names hold commas themselves, so the two last ones count. Other files in `cur` are not ours. */
function parseClaim(text: string): FormerClaim | undefined {
  const match = /^(.+),([^,]+),([1-9][0-9]{0,8})$/su.exec(text);
  if (match === null) return undefined;
  const [, fileName = '', host = '', generation = ''] = match;
  return { fileName, host, generation: Number(generation) };
}

function toClaimHost(host: string): string {
  return host.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64) || 'localhost';
}

/** What a file system allows in one name. */
const longestName = 255;
const longestGeneration = 10;

/** A name that leaves no room for host and generation is replaced by one that follows from it. */
function fitName(fileName: string, host: string): string {
  const room = longestName - host.length - longestGeneration - 1;
  if (Buffer.byteLength(fileName) <= room) return fileName;
  const digest = createHash('sha256').update(fileName).digest('hex').slice(0, 32);
  return `${fileName.slice(0, 40).replace(/[^\x21-\x7e]/g, '_')}~${digest}`;
}

function byName(one: SpoolEntry, other: SpoolEntry): number {
  return one.fileName < other.fileName ? -1 : one.fileName > other.fileName ? 1 : 0;
}
