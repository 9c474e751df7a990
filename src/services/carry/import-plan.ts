/**
 * Which mails an import consists of, the oldest first: where each lies, when it was written, what its folder says of it.
 *
 * Promises: the same files give the same plan, in whatever order they are named or listed; of the mails themselves only the
 * beginnings are read. A mailbox is read in pieces, so what is held is a line for each mail and never the mails.
 * Leaves to others: cutting mailboxes (core/carry/mbox.ts), reading whole mails (mail-source.ts).
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Instant, second, toInstant } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { firstSane, lookAtHeader } from '../../core/carry/header-look.ts';
import { findMails, type ReadAt } from '../../core/carry/mbox.ts';
import type { FileOps } from '../../storage/files.ts';
import { splitFileName } from '../../storage/maildir.ts';
import { type MailPlace, readEmlx } from './mail-source.ts';

export const importKinds = ['mbox', 'maildir', 'eml'] as const;

export type ImportKind = (typeof importKinds)[number];

export interface PlannedMail extends MailPlace {
  /** What tells it from the others for ever: its place in its file, or its name without flags. */
  readonly key: string;
  /** For people: file or folder, as far as it is below what was named. */
  readonly from: string;
  /** In an mbox where it begins; elsewhere its file's name. */
  readonly at: string;
  readonly bytes: number;
  readonly time: Instant;
  readonly flags: string;
}

export interface ImportPlan {
  readonly mails: readonly PlannedMail[];
  readonly bytes: number;
  /** Drafts, deleted mails, notes of mail programs to themselves. */
  readonly leftOut: number;
  /** Of all the mails and their order. */
  readonly digest: string;
}

export interface PlanDeps {
  readonly files: FileOps;
  readonly now: Instant;
  /** Told how many mails were found so far. */
  readonly onFound?: (count: number) => void;
}

const mostHeader = 64 * 1024;
const mostDepth = 30;

type Found = Omit<PlannedMail, 'flags'> & { readonly flags: string; readonly isInternal: boolean };

export async function planImport(
  deps: PlanDeps,
  kind: ImportKind,
  paths: readonly string[],
): Promise<ImportPlan> {
  const found = new Map<string, Found>();
  let leftOut = 0;
  for (const path of [...new Set(paths.map((each) => resolve(each)))].sort()) {
    if ((await deps.files.stat(path)) === undefined) throw nothingThere(path);
    for await (const mail of walks[kind](deps, path)) {
      if (mail.isInternal || /[DT]/.test(mail.flags)) leftOut += 1;
      else found.set(mail.key, mail);
      deps.onFound?.(found.size);
    }
  }
  const mails = [...found.values()].sort(
    (one, other) => one.time - other.time || (one.key < other.key ? -1 : 1),
  );
  const hash = createHash('sha256');
  for (const { key, time, bytes } of mails) hash.update(`${key}\n${time} ${bytes}\n`);
  return {
    mails,
    bytes: mails.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut,
    digest: hash.digest('hex').slice(0, 32),
  };
}

const walks: Readonly<
  Record<ImportKind, (deps: PlanDeps, path: string) => AsyncGenerator<Found, void, void>>
> = { mbox: findInMailboxes, maildir: findInMaildirs, eml: findInFolders };

async function* findInMailboxes(deps: PlanDeps, root: string): AsyncGenerator<Found, void, void> {
  const { files } = deps;
  for await (const path of filesBelow(files, root)) {
    const size = (await files.stat(path))?.size ?? 0;
    // In a folder everything that does not begin as a mailbox is something else.
    if (path !== root && !(await isMailbox(files, path, size))) continue;
    yield* findInMailbox(deps, path, shortOf(root, path));
  }
}

async function* findInMailbox(
  { files, now }: PlanDeps,
  path: string,
  from: string,
): AsyncGenerator<Found, void, void> {
  const stat = await files.stat(path);
  const size = stat?.size ?? 0;
  const header = createPieces((position, length) => files.readPart(path, position, length));
  const found: Found[] = [];
  const places = findMails((position, length) => files.readPart(path, position, length), size);
  let isQuoted = true;
  for (;;) {
    const next = await places.next();
    if (next.done === true) {
      isQuoted = next.value.isQuoted;
      break;
    }
    const { start, end, date } = next.value;
    const look = lookAtHeader(await header(start, Math.min(mostHeader, end - start)), now);
    const time = firstSane([look.date, date, stat?.modified], now) ?? now;
    const { flags, isInternal } = look;
    const part = { start, end, isQuoted: true };
    const place = { path, key: `${path}\n${start}`, from, at: String(start), bytes: end - start };
    found.push({ ...place, part, time, flags, isInternal });
  }
  for (const mail of found)
    yield mail.part === undefined || isQuoted
      ? mail
      : { ...mail, part: { ...mail.part, isQuoted: false } };
}

async function isMailbox(files: FileOps, path: string, size: number): Promise<boolean> {
  const start = await files.readPart(path, 0, Math.min(size, 4096));
  return /^\s*From \S/.test(start.toString('latin1'));
}

/** Headers lie one after another: most are in the piece that is there. */
function createPieces(readAt: ReadAt): ReadAt {
  const pieceBytes = 1024 * 1024;
  let base = 0;
  let kept: Buffer = Buffer.alloc(0);
  return async (position, length) => {
    if (position < base || position + length > base + kept.length) {
      kept = await readAt(position, Math.max(length, pieceBytes));
      base = position;
    }
    return kept.subarray(position - base, position - base + length);
  };
}

/** A Maildir, its Maildir++ folders, and folders in folders. */
async function* findInMaildirs(
  deps: PlanDeps,
  root: string,
  folder = root,
  depth = 0,
): AsyncGenerator<Found, void, void> {
  const { files, now } = deps;
  const names = [...((await files.list(folder)) ?? [])].sort();
  for (const part of ['cur', 'new'].filter((each) => names.includes(each))) {
    for (const name of [...((await files.list(join(folder, part))) ?? [])].sort()) {
      if (name.startsWith('.')) continue;
      const path = join(folder, part, name);
      const stat = await files.stat(path);
      if (stat === undefined || stat.isDirectory) continue;
      const { unique, flags } = splitMaildirName(name);
      const look = lookAtHeader(await files.readPart(path, 0, mostHeader), now);
      const time = firstSane([look.date, deliveredAt(unique), stat.modified], now) ?? now;
      const from = folderName(root, folder);
      const place = { path, key: `${folder}\n${unique}`, from, at: unique, bytes: stat.size };
      yield { ...place, time, flags: part === 'new' ? '' : flags, isInternal: look.isInternal };
    }
  }
  if (depth > mostDepth) return;
  for (const name of names) {
    if (name === 'cur' || name === 'new' || name === 'tmp') continue;
    if ((await files.stat(join(folder, name)))?.isDirectory === true)
      yield* findInMaildirs(deps, root, join(folder, name), depth + 1);
  }
}

/** Of a Maildir that was on Windows the separator is a semicolon, or an exclamation mark. */
function splitMaildirName(name: string): { readonly unique: string; readonly flags: string } {
  for (const separator of [':', ';', '!']) {
    const { unique, flags } = splitFileName(name, separator);
    if (unique !== name) return { unique, flags: flags.replace(/[^A-Z]/g, '') };
  }
  return { unique: name, flags: '' };
}

/** Its name begins with the seconds at which it came. */
function deliveredAt(unique: string): Instant | undefined {
  const seconds = /^[0-9]{9,10}(?=\.)/.exec(unique)?.[0];
  return seconds === undefined ? undefined : toInstant(Number(seconds) * second);
}

async function* findInFolders(
  { files, now }: PlanDeps,
  root: string,
): AsyncGenerator<Found, void, void> {
  for await (const path of filesBelow(files, root)) {
    const type = /\.(eml|emlx)$/i.exec(path)?.[1]?.toLowerCase();
    if (path !== root && type === undefined) continue;
    const stat = await files.stat(path);
    const start = await files.readPart(path, 0, mostHeader);
    const apple = type === 'emlx' ? readEmlx(await files.readFile(path)) : undefined;
    const look = lookAtHeader(apple?.raw ?? start, now);
    const time = firstSane([look.date, stat?.modified], now) ?? now;
    const flags = apple?.flags ?? look.flags;
    const from = shortOf(root, dirname(path));
    const place = { path, key: path, from, at: basename(path), bytes: stat?.size ?? 0 };
    yield { ...place, time, flags, isInternal: look.isInternal };
  }
}

async function* filesBelow(
  files: FileOps,
  path: string,
  depth = 0,
): AsyncGenerator<string, void, void> {
  if ((await files.stat(path))?.isDirectory !== true) {
    yield path;
    return;
  }
  if (depth > mostDepth) return;
  for (const name of [...((await files.list(path)) ?? [])].sort())
    if (!name.startsWith('.')) yield* filesBelow(files, join(path, name), depth + 1);
}

function shortOf(root: string, path: string): string {
  return relative(root, path) || basename(path);
}

/** `.Billing.Refunds` of Maildir++ and `Billing/Refunds` are the same folder. */
function folderName(root: string, folder: string): string {
  const names = relative(root, folder)
    .split(sep)
    .flatMap((name) => (name.startsWith('.') ? name.slice(1).split('.') : [name]))
    .filter((name) => name !== '');
  return names.join('/') || basename(root);
}

function nothingThere(path: string): Fault {
  return new Fault('not-found', { retry: 'never', detail: `There is nothing at "${path}"` });
}
