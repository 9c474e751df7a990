/**
 * Whether mails that were acknowledged still stand on disk.
 *
 * Promises: looks at the disk, not at what the desk remembers; knows a mail again that was moved to another
 * ticket or archived, or whose removal an event tells of; a mail counts as missing only after the index saw the
 * same. Bounded: the newest receipts, each looked at when new and then among the newest again and again.
 * Leaves to others: when to look (ledger.ts).
 */
import { join } from 'node:path';
import { type Clock, type Instant, second } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createLimit } from '../../base/serial.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import { folderOf, type TicketNumber } from '../../core/ticket/number.ts';
import type { FileOps } from '../../storage/files.ts';
import { listMaildir } from '../../storage/maildir.ts';
import { removalPath } from '../../storage/ticket-removal.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { KnownMessage, MessageKey, TicketIndex } from '../index/index.ts';

export interface MailReceipt {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
}

export interface MissingMail extends MailReceipt {
  /** When it was acknowledged. */
  readonly received: Instant;
}

export interface ReceiptCheck {
  /** A mail was acknowledged as filed there. */
  add(receipt: MailReceipt, received: Instant): void;
  /** Looks at the disk; to be called when the index has just seen every change. */
  check(): Promise<void>;
  missing(): readonly MissingMail[];
  /** How many receipts were found on disk since the start. */
  verified(): number;
  /** Forgets what is missing; answers with it. */
  forgetMissing(): readonly MissingMail[];
}

export interface ReceiptCheckDeps {
  readonly files: FileOps;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly index: Pick<TicketIndex, 'find' | 'findMessage' | 'findContent'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReceiptCheckOptions {
  /** Directories with ticket folders: `tickets`, `archive`. */
  readonly directories: readonly string[];
  readonly infoSeparator: string;
}

interface Entry extends MailReceipt {
  readonly received: Instant;
  state: 'fresh' | 'seen' | 'missing';
  /** By what it is found again when it was moved. */
  key: MessageKey | undefined;
  /** Times of the folder when the mail was seen last. */
  stamp: string;
}

const mostKept = 10_000;
/** Of those that were seen before, at each look. */
const mostAgain = 1000;
const atATime = 8;
/** A directory changed this lately may change again without its time telling so. */
const racyMs = 2 * second;

export function createReceiptCheck(
  { files, reader, index, clock, log }: ReceiptCheckDeps,
  { directories, infoSeparator }: ReceiptCheckOptions,
): ReceiptCheck {
  /** Oldest first. */
  const entries = new Map<string, Entry>();
  /** Those of them that are missing: every page asks. */
  const lost = new Map<string, Entry>();
  const limit = createLimit(atATime);
  let verified = 0;

  function add({ ticket, message }: MailReceipt, received: Instant): void {
    const id = `${ticket}/${message}`;
    // A duplicate says once more that the first one is there.
    if (entries.get(id)?.state === 'missing') return;
    entries.delete(id);
    const entry: Entry = {
      ticket,
      message,
      received,
      state: 'fresh',
      key: undefined,
      stamp: '',
    };
    entries.set(id, entry);
    lost.delete(id);
    void learnKey(entry);
    for (const [oldest, { state }] of entries) {
      if (entries.size <= mostKept) break;
      if (state !== 'missing' || entries.size > 2 * mostKept) forget(oldest);
    }
  }

  function forget(id: string): void {
    entries.delete(id);
    lost.delete(id);
  }

  async function check(): Promise<void> {
    const all = [...entries];
    const seen = all.filter(([, { state }]) => state === 'seen').slice(-mostAgain);
    const others = all.filter(([, { state }]) => state !== 'seen');
    await Promise.all([...others, ...seen].map(([id, entry]) => limit.run(() => look(id, entry))));
  }

  async function look(id: string, entry: Entry): Promise<void> {
    try {
      const isFirst = entry.state === 'fresh';
      if (await isAccountedFor(entry)) {
        if (isFirst) verified += 1;
        entry.state = 'seen';
        lost.delete(id);
        if (entry.key === undefined) await learnKey(entry);
        return;
      }
      if (entry.state === 'missing' || !entries.has(id)) return;
      entry.state = 'missing';
      lost.set(id, entry);
      log.error('ledger.missing', { ticket: entry.ticket, message: entry.message });
    } catch (error) {
      if (!isFault(error)) throw error;
      // What cannot be read now is neither there nor missing; the next look tells.
      log.warn('ledger.unreadable', { ticket: entry.ticket, cause: errorText(error) });
    }
  }

  async function isAccountedFor(entry: Entry): Promise<boolean> {
    if (await isInFolder(entry)) return true;
    return (await isElsewhere(entry)) || (await isExplained(entry));
  }

  async function isInFolder(entry: Entry): Promise<boolean> {
    for (const directory of directories) {
      const folder = join(directory, ...folderOf(entry.ticket));
      const stamp = await stampOf(folder);
      if (stamp === undefined) continue;
      if (stamp !== '' && stamp === entry.stamp) return true;
      const listed = await listMaildir(files, folder, infoSeparator);
      if (listed?.some(({ name }) => name === entry.message) !== true) continue;
      entry.stamp = stamp;
      return true;
    }
    return false;
  }

  /** Undefined when there is no such folder; empty when its times cannot be relied on yet. */
  async function stampOf(folder: string): Promise<string | undefined> {
    const now = clock.now();
    const stats = await Promise.all(['new', 'cur'].map((part) => files.stat(join(folder, part))));
    const times = stats.flatMap((stat) => (stat === undefined ? [] : [stat.modified]));
    if (times.length === 0) return undefined;
    return times.some((time) => now - time < racyMs) ? '' : `${folder} ${times.join(' ')}`;
  }

  /** At once, since somebody may move the mail before the first look. */
  async function learnKey(entry: Entry): Promise<void> {
    try {
      const record = await index.find(entry.ticket);
      entry.key ??= record?.messages.find(({ name }) => name === entry.message);
    } catch (error) {
      // Without a key only a move without an event is not understood; the next look asks again.
      log.warn('ledger.unreadable', { ticket: entry.ticket, cause: errorText(error) });
    }
  }

  /** The same mail in another ticket, or under another name: an admin may move files by hand. */
  async function isElsewhere({ ticket, message, key }: Entry): Promise<boolean> {
    if (key === undefined) return false;
    const known: readonly KnownMessage[] =
      key.messageId !== undefined
        ? await index.findMessage(key.messageId)
        : key.content === undefined
          ? []
          : await index.findContent(key.content);
    const same = known.filter(
      (other) =>
        other.content === key.content && (other.ticket !== ticket || other.name !== message),
    );
    for (const other of same) {
      if ((await readNames(other.ticket)).has(other.name)) return true;
    }
    return false;
  }

  async function readNames(ticket: TicketNumber): Promise<ReadonlySet<MessageName>> {
    const names = new Set<MessageName>();
    for (const directory of directories) {
      const listed = await listMaildir(files, join(directory, ...folderOf(ticket)), infoSeparator);
      for (const { name } of listed ?? []) names.add(name);
    }
    return names;
  }

  /** A rule removed the whole ticket, and left its trace. */
  async function isRemoved(ticket: TicketNumber): Promise<boolean> {
    for (const directory of directories) {
      const path = removalPath(join(directory, ...folderOf(ticket)));
      if ((await files.stat(path)) !== undefined) return true;
    }
    return false;
  }

  /** An event says that the message was moved, split off or redacted; an answer names it as well, and says nothing. */
  async function isExplained({ ticket, message }: Entry): Promise<boolean> {
    if (await isRemoved(ticket)) return true;
    const folder = await reader.read(ticket);
    if (folder === undefined) return false;
    if (folder.ticket.state === 'removed') return true;
    return folder.messages.some(
      ({ event }) =>
        (event.kind === 'split' || event.kind === 'redaction') &&
        [...event.fields.values()].some((values) =>
          values.some((value) => value.includes(message)),
        ),
    );
  }

  const missing = (): readonly MissingMail[] =>
    [...lost.values()].map(({ ticket, message, received }) => ({ ticket, message, received }));

  return {
    add,
    check,
    missing,
    verified: () => verified,
    forgetMissing() {
      const gone = missing();
      for (const id of [...lost.keys()]) forget(id);
      return gone;
    },
  };
}
