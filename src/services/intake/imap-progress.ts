/**
 * The small files that say how far each mailbox was taken in, and how it stands: `index/imap/NAME.PLACE.json`, `NAME.status`.
 *
 * Promises: a crash leaves the old or the new text. Deleting the files costs time alone: when the mailbox was first
 * looked at is then read out of the tickets (`Ticket-Source`), and what is looked at again is known by its content.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Clock,
  formatInstant,
  type Instant,
  parseInstant,
  toInstant,
} from '../../base/clock.ts';
import type { MailboxConfig } from '../../config/config.ts';
import { readIfThere } from '../../config/desk-files.ts';
import {
  formatProgress,
  type MailboxProgress,
  parseProgress,
} from '../../core/mailbox/progress.ts';
import { firstBlockField, formatParameters, parseParameters } from '../../core/ticket/event.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';

export interface MailboxStatus {
  readonly name: string;
  /** The last look through the folder that came to its end; undefined when there was none. */
  readonly looked: Instant | undefined;
  /** One sentence; undefined when all is well. */
  readonly problem: string | undefined;
}

export interface MailboxKey {
  readonly name: string;
  /** Of user and folder: a file that names another folder is another mailbox, a server that moved is not. */
  readonly place: string;
}

export interface ProgressFiles {
  /** Never fails for what is missing or spoilt. */
  read(key: MailboxKey): Promise<MailboxProgress>;
  write(key: MailboxKey, progress: MailboxProgress): Promise<void>;
  writeStatus(status: MailboxStatus): Promise<void>;
}

export interface ProgressFilesDeps {
  readonly files: FileOps;
  /** The desk's directory. */
  readonly directory: string;
  readonly reader: Pick<TicketReader, 'numbers' | 'read'>;
  readonly clock: Clock;
}

export function createProgressFiles({
  files,
  directory,
  reader,
  clock,
}: ProgressFilesDeps): ProgressFiles {
  const folder = folderOf(directory);

  async function write(file: string, text: string): Promise<void> {
    await ensureDirectory(files, folder, directory);
    const draft = join(folder, `.${file}`);
    await files.unlink(draft);
    await files.createFile(draft, Buffer.from(text));
    await files.rename(draft, join(folder, file));
  }

  /** Of a mailbox that the desk took mail from before; otherwise it begins now. */
  async function firstTaken(key: MailboxKey): Promise<Instant> {
    let first = clock.now();
    for await (const number of reader.numbers()) {
      const ticket = await reader.read(number);
      for (const { event } of ticket?.messages ?? []) {
        if (isFrom(key, firstBlockField(event, 'source')))
          first = toInstant(Math.min(first, event.time));
      }
    }
    return first;
  }

  return {
    async read(key) {
      const text = await readIfThere(files, join(folder, fileOf(key)));
      const known = text === undefined ? undefined : parseProgress(text);
      if (known !== undefined) return known;
      const fresh = { validity: '', since: await firstTaken(key), done: 0, left: [] };
      // A crash in the first look must not move its beginning.
      await write(fileOf(key), formatProgress(fresh));
      return fresh;
    },
    write: (key, progress) => write(fileOf(key), formatProgress(progress)),
    writeStatus: ({ name, looked, problem }) =>
      write(
        `${name}.status`,
        `${JSON.stringify({ looked: looked === undefined ? null : formatInstant(looked), problem: problem ?? null })}\n`,
      ),
  };
}

/** What the running desk last wrote about a mailbox; undefined when there is nothing to read. */
export async function readMailboxStatus(
  files: Pick<FileOps, 'readFile'>,
  directory: string,
  name: string,
): Promise<MailboxStatus | undefined> {
  const text = await readIfThere(files, join(folderOf(directory), `${name}.status`));
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value !== 'object' || value === null) return undefined;
    const looked: unknown = Reflect.get(value, 'looked');
    const problem: unknown = Reflect.get(value, 'problem');
    return {
      name,
      looked: typeof looked === 'string' ? parseInstant(looked) : undefined,
      problem: typeof problem === 'string' ? problem : undefined,
    };
  } catch {
    // Missing, or not ours: the desk writes it anew.
    return undefined;
  }
}

export function keyOf({ name, user, folder }: MailboxConfig): MailboxKey {
  const digest = createHash('sha256').update(`${user}\n${folder}`).digest('hex');
  return { name, place: digest.slice(0, 12) };
}

/** The value of `Ticket-Source` for a mail of a mailbox. */
export function formatSource({ name, place }: MailboxKey, validity: string, uid: number): string {
  return formatParameters('imap', { mailbox: name, place, validity, uid });
}

function isFrom({ name, place }: MailboxKey, source: string | undefined): boolean {
  if (source === undefined) return false;
  const parameters = parseParameters(source);
  return (
    parameters.get('') === 'imap' &&
    parameters.get('mailbox') === name &&
    parameters.get('place') === place
  );
}

function fileOf({ name, place }: MailboxKey): string {
  return `${name}.${place}.json`;
}

function folderOf(directory: string): string {
  return join(directory, 'index', 'imap');
}
