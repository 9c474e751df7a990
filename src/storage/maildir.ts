/**
 * One Maildir folder: `tmp`, `new`, `cur`, unique names, flags.
 *
 * Owns: file names (`SECONDS.MmicrosPpidQseq.host,S=bytes`, then the info part in `cur`). Promises: what
 * `deliver` returned is durable; everything keys on the unique part, so programs that move or flag
 * files (Dovecot, mutt, mbsync) disturb nothing. Source: https://cr.yp.to/proto/maildir.html
 */
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import { type MessageName, parseMessageName } from '../core/ticket/event.ts';
import type { FileOps } from './files.ts';

export interface MaildirEntry {
  readonly name: MessageName;
  readonly directory: 'new' | 'cur';
  readonly fileName: string;
  readonly flags: string;
}

/** Where in its folder a message lies. */
export interface MessageSpot {
  readonly directory: 'new' | 'cur';
  readonly fileName: string;
  readonly flags: string;
}

/** Whatever has flags from the beginning is not new to mail programs. */
export function placeOf(
  { flags }: { readonly flags?: string },
  name: MessageName,
  separator: string,
): MessageSpot {
  if (flags === undefined) return { directory: 'new', fileName: name, flags: '' };
  const info = sortedFlags(flags);
  return { directory: 'cur', fileName: `${name}${separator}2,${info}`, flags: info };
}

function sortedFlags(flags: string): string {
  return [...new Set(flags)].sort().join('');
}

export interface NameMaker {
  /** A name that nobody else makes; `size` is the exact size of the file. */
  next(size: number): MessageName;
}

/** A name, what a claim adds to it, and flags have room in the 255 bytes that file systems give. */
const longestHost = 64;

export function createNameMaker(clock: Clock, host: string, processId: number): NameMaker {
  // RFC-less custom of the Maildir specification: these characters would end the host or the path.
  const safeHost =
    host
      .slice(0, longestHost)
      .replaceAll('/', '\\057')
      .replaceAll(':', '\\072')
      .replaceAll(',', '\\054') || 'localhost';
  let sequence = 0;
  return {
    next(size) {
      const now = clock.now();
      sequence += 1;
      const seconds = Math.floor(now / 1000);
      const micros = String((now % 1000) * 1000).padStart(6, '0');
      return toName(`${seconds}.M${micros}P${processId}Q${sequence}.${safeHost},S=${size}`);
    },
  };
}

function toName(text: string): MessageName {
  const name = parseMessageName(text);
  if (name === undefined) throw new RangeError(`"${text}" is no file name`);
  return name;
}

/** A name that follows from something, so that a repetition finds it. `seconds` sorts it among the others. */
export function fixedName(seconds: number, kind: string, key: string): MessageName {
  return toName(`${Math.max(0, Math.floor(seconds))}.${kind}${key}.maildesk`);
}

/** Splits `UNIQUE:2,FLAGS`; the separator is `:` or the configured one. */
export function splitFileName(
  fileName: string,
  separator: string,
): { unique: string; flags: string } {
  const at = fileName.lastIndexOf(`${separator}2,`);
  if (at < 0) return { unique: fileName, flags: '' };
  return { unique: fileName.slice(0, at), flags: fileName.slice(at + separator.length + 2) };
}

/** What editors keep of a file that they changed: `name~`, `#name#`. */
const editorsLeftover = /^#.*#$|~$/;

/** Undefined when the folder is not there. A file in both places counts once, as in `cur`. */
export async function listMaildir(
  files: Pick<FileOps, 'list'>,
  folder: string,
  separator: string,
): Promise<readonly MaildirEntry[] | undefined> {
  const { fresh, current } = await listBoth(files, folder);
  if (fresh === undefined && current === undefined) return undefined;
  const entries = new Map<MessageName, MaildirEntry>();
  const add = (directory: 'new' | 'cur') => (fileName: string) => {
    const { unique, flags } = splitFileName(fileName, separator);
    const name = editorsLeftover.test(unique) ? undefined : parseMessageName(unique);
    if (name !== undefined) entries.set(name, { name, directory, fileName, flags });
  };
  (fresh ?? []).forEach(add('new'));
  (current ?? []).forEach(add('cur'));
  return [...entries.values()];
}

/** Every file that is a message, also where one unique name stands in both places; those in `cur` first. */
export async function listMaildirFiles(
  files: FileOps,
  folder: string,
  separator: string,
): Promise<readonly { readonly name: MessageName; readonly path: string }[]> {
  const found: { readonly name: MessageName; readonly path: string }[] = [];
  for (const directory of ['cur', 'new']) {
    for (const fileName of [...((await files.list(join(folder, directory))) ?? [])].sort()) {
      const name = parseMessageName(splitFileName(fileName, separator).unique);
      if (name !== undefined) found.push({ name, path: join(folder, directory, fileName) });
    }
  }
  return found;
}

/** A folder that is renamed between the two listings would show half of what it holds: then both are listed again. */
async function listBoth(
  files: Pick<FileOps, 'list'>,
  folder: string,
): Promise<Record<'fresh' | 'current', readonly string[] | undefined>> {
  for (let attempt = 1; ; attempt += 1) {
    const fresh = await files.list(join(folder, 'new'));
    const current = await files.list(join(folder, 'cur'));
    const isWhole = (fresh === undefined) === (current === undefined);
    if (isWhole || attempt === 3) return { fresh, current };
  }
}

export interface Delivery {
  readonly files: FileOps;
  readonly folder: string;
  readonly name: MessageName;
  /** In `new` under its name when absent. */
  readonly place?: MessageSpot;
  readonly bytes: Buffer;
  /** The name was given: an existing file of this name wins. */
  readonly isFixed: boolean;
  readonly syncDirectory: (path: string) => Promise<void>;
}

/** Writes into `tmp`, then gives the file its place in `new`. False when a fixed name was there already. */
export async function deliver({
  files,
  folder,
  name,
  place = { directory: 'new', fileName: name, flags: '' },
  bytes,
  isFixed,
  syncDirectory,
}: Delivery): Promise<boolean> {
  const target = join(folder, place.directory, place.fileName);
  if (isFixed) {
    const draft = await withParts(files, folder, () =>
      createDraft(files, join(folder, 'tmp', `${name}.${bytes.length}`), bytes),
    );
    const isOurs = await withParts(files, folder, () => linkNew(files, draft, target));
    await files.unlink(draft);
    await syncDirectory(join(folder, place.directory));
    return isOurs;
  }
  const draft = join(folder, 'tmp', name);
  await withParts(files, folder, () => files.createFile(draft, bytes));
  await withParts(files, folder, () => files.rename(draft, target));
  // Until the directory is synced a power cut may undo the name although the bytes are safe, and we
  // would have said 250 for nothing.
  await syncDirectory(join(folder, place.directory));
  return true;
}

/** Copies and archives often leave empty directories out: then they are made anew. A folder that is gone stays gone. */
async function withParts<T>(files: FileOps, folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFault(error, 'not-found') || (await files.stat(folder)) === undefined) throw error;
    for (const part of ['tmp', 'new', 'cur'])
      await files.makeDirectory(join(folder, part)).catch((failed: unknown) => {
        if (!isFault(failed, 'exists')) throw failed;
      });
    await files.syncDirectory(folder);
    return work();
  }
}

let attempts = 0;

/**
 * Drafts of one fixed name are told apart by a number. A process that was killed may have left one, and another process
 * may be writing one: then the next number is free.
 */
async function createDraft(files: FileOps, path: string, bytes: Buffer): Promise<string> {
  for (;;) {
    attempts += 1;
    const draft = `${path}.${attempts}`;
    try {
      await files.createFile(draft, bytes);
      return draft;
    } catch (error) {
      if (!isFault(error, 'exists')) throw error;
    }
  }
}

async function linkNew(files: FileOps, from: string, to: string): Promise<boolean> {
  try {
    await files.link(from, to);
    return true;
  } catch (error) {
    if (isFault(error, 'exists')) return false;
    throw error;
  }
}

/** Moves the file into `cur` with these flags in ASCII order. */
export async function setFlags(
  files: FileOps,
  folder: string,
  entry: MaildirEntry,
  flags: string,
  separator: string,
): Promise<void> {
  const info = sortedFlags(flags);
  const fileName = `${entry.name}${separator}2,${info}`;
  if (entry.directory === 'cur' && entry.fileName === fileName) return;
  await withParts(files, folder, () =>
    files.rename(join(folder, entry.directory, entry.fileName), join(folder, 'cur', fileName)),
  );
}
