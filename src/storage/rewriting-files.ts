/**
 * Written files that get other bytes: the road for what is taken out of them.
 *
 * The new bytes lie in the ticket's `tmp` before anybody says that they are to come; then they take the place of the old
 * ones by a rename. `redactions/NUMBER` says that a ticket is in hand, so that a start finds what a crash left.
 * Promises: at any instant the file is there, whole, in its old or in its new form; what `replace` returned is durable,
 * and no second name of the message in this ticket holds the old bytes.
 * Leaves to others: the event that accounts for it (services/redact).
 */
import { join } from 'node:path';
import { isFault } from '../base/fault.ts';
import type { Digest, MessageName } from '../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { digestOf } from './codec.ts';
import { ensureDirectory, type FileOps } from './files.ts';
import { listMaildirFiles } from './maildir.ts';

export interface RewritingFiles {
  /** From then on a start looks at the ticket. */
  begin(number: TicketNumber): Promise<void>;
  end(number: TicketNumber): Promise<void>;
  begun(): Promise<readonly TicketNumber[]>;
  /** Lays the new bytes aside, durably. */
  prepare(number: TicketNumber, name: MessageName, bytes: Buffer): Promise<void>;
  /** Puts them in place; false when neither they nor the message as it should be are there. */
  replace(number: TicketNumber, name: MessageName, now: Digest): Promise<boolean>;
  /** Throws away what was laid aside. */
  discard(number: TicketNumber): Promise<void>;
}

export interface RewritingFilesOptions {
  /** The data directory. */
  readonly directory: string;
  readonly infoSeparator: string;
  /** Where the ticket's folder is. */
  readonly folderOf: (number: TicketNumber) => Promise<string>;
}

const mark = '.redacted-';
/** Other programs may rename the file meanwhile, to flag it. */
const mostRounds = 5;

export function createRewritingFiles(
  files: FileOps,
  { directory, infoSeparator, folderOf }: RewritingFilesOptions,
): RewritingFiles {
  const journal = join(directory, 'redactions');
  const asideOf = (folder: string, name: MessageName, now: Digest) =>
    join(folder, 'tmp', `${name}${mark}${now.slice('sha256:'.length, 'sha256:'.length + 16)}`);

  async function placesOf(folder: string, name: MessageName): Promise<readonly string[]> {
    const all = await listMaildirFiles(files, folder, infoSeparator);
    return all.filter((each) => each.name === name).map(({ path }) => path);
  }

  async function readSure(path: string): Promise<Buffer | undefined> {
    try {
      return await files.readFile(path);
    } catch (error) {
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  async function createSure(path: string, bytes: Buffer): Promise<void> {
    // What a crash left there may be half of it.
    await files.unlink(path);
    await files.createFile(path, bytes);
  }

  async function replace(number: TicketNumber, name: MessageName, now: Digest): Promise<boolean> {
    const folder = await folderOf(number);
    const aside = asideOf(folder, name, now);
    let bytes = await readSure(aside);
    if (bytes !== undefined && digestOf(bytes) !== now) bytes = undefined;
    for (let round = 0; round < mostRounds; round += 1) {
      const stale: string[] = [];
      for (const path of await placesOf(folder, name)) {
        const found = await readSure(path);
        if (found === undefined) continue;
        if (digestOf(found) === now) bytes ??= found;
        else stale.push(path);
      }
      if (stale.length === 0) break;
      if (bytes === undefined) return false;
      for (const path of stale) {
        if ((await readSure(aside)) === undefined) await createSure(aside, bytes);
        // Only where it still is: a file that was renamed meanwhile must not get a second name.
        if ((await files.stat(path)) !== undefined) await files.rename(aside, path);
      }
    }
    await files.unlink(aside);
    for (const part of ['cur', 'new']) {
      if ((await files.stat(join(folder, part))) !== undefined)
        await files.syncDirectory(join(folder, part));
    }
    return true;
  }

  return {
    replace,
    async begin(number) {
      await ensureDirectory(files, journal, directory);
      try {
        await files.createFile(join(journal, number), Buffer.alloc(0));
      } catch (error) {
        if (!isFault(error, 'exists')) throw error;
      }
      await files.syncDirectory(journal);
    },
    async end(number) {
      await files.unlink(join(journal, number));
    },
    async begun() {
      return ((await files.list(journal)) ?? []).flatMap((name) => parseTicketNumber(name) ?? []);
    },
    async prepare(number, name, bytes) {
      const folder = await folderOf(number);
      await createSure(asideOf(folder, name, digestOf(bytes)), bytes);
      await files.syncDirectory(join(folder, 'tmp'));
    },
    async discard(number) {
      const tmp = join(await folderOf(number), 'tmp');
      for (const name of (await files.list(tmp)) ?? [])
        if (name.includes(mark)) await files.unlink(join(tmp, name));
    },
  };
}
