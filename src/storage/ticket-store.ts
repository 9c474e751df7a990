/**
 * The ticket folders on disk: `YYYY/MM/DD/NUMBER/{tmp,new,cur}`.
 *
 * Owns: filing messages, reading folders, keeping what was read. Promises: no reader ever sees half a
 * ticket; what `create` and `append` returned survives a power cut; any number of hosts may write.
 * Events once decoded are kept in memory, because a written message never changes.
 * Leaves to others: claiming numbers (ticket-claim.ts), what may be written (core/ticket/decide.ts), lists over tickets (services/index).
 */
import { dirname, join } from 'node:path';
import { type Clock, formatInstant, type Instant, toInstant } from '../base/clock.ts';
import { Fault, isFault } from '../base/fault.ts';
import { createRecent } from '../base/recent.ts';
import type { Mail } from '../core/message/mail.ts';
import type { MessageName, TicketEvent } from '../core/ticket/event.ts';
import { compareEvents, continueFold, foldTicket, type Ticket } from '../core/ticket/fold.ts';
import { type Day, folderOf, type TicketNumber } from '../core/ticket/number.ts';
import type { FileOps } from './files.ts';
import { deliver, listMaildir, type MaildirEntry, type NameMaker, setFlags } from './maildir.ts';
import {
  decodeEvent,
  decodeMessage,
  encodeMessage,
  type NewMessage,
  originalOf,
} from './message-file.ts';
import {
  findReplaced,
  isStillGrowing,
  readMessageFile,
  type SeenFile,
  type StrayFile,
  type StrayReason,
  sizeInName,
} from './stray-files.ts';
import { createSyncGroup } from './sync-group.ts';
import { createTicketClaim } from './ticket-claim.ts';
import { walkNumbers } from './walk-numbers.ts';

/** Maildir flags of a file: S seen, R answered, P forwarded, F flagged, D draft, T hidden. */
export type Flags = string;

export interface StoredMessage {
  readonly event: TicketEvent;
  /** Size of the whole file in bytes. */
  readonly size: number;
  readonly flags: Flags;
  /** File name with info part, below `directory`. */
  readonly fileName: string;
  readonly directory: 'new' | 'cur';
  /** The merged ticket in whose folder it lies, where that is not the one read. */
  readonly home?: TicketNumber;
}

export interface TicketFolder {
  readonly number: TicketNumber;
  /** In the order of the ticket's history. */
  readonly messages: readonly StoredMessage[];
  /** What is still being written: no part of the history. Absent where there is none. */
  readonly drafts?: readonly StoredMessage[];
  readonly ticket: Ticket;
  /** Directory times at the reading, for the sweep; undefined when not known. */
  readonly stamp: FolderStamp | undefined;
  /** What lies there and is no message. Absent where there is none. */
  readonly strays?: readonly StrayFile[];
}

export interface FolderStamp {
  readonly newModified: Instant;
  readonly curModified: Instant;
}

export interface TicketReader {
  /** Every ticket on disk, oldest day first. */
  numbers(): AsyncIterable<TicketNumber>;
  /** Undefined when there is no such ticket. */
  read(number: TicketNumber): Promise<TicketFolder | undefined>;
  /** The decoded mail of a message; undefined when it is not there. */
  readMail(number: TicketNumber, name: MessageName): Promise<Mail | undefined>;
  /** All bytes of the message's file; undefined when it is not there. */
  readFile(number: TicketNumber, name: MessageName): Promise<Buffer | undefined>;
  /** The mail exactly as received, or as composed: the file without block and trace. */
  readOriginal(number: TicketNumber, name: MessageName): Promise<Buffer | undefined>;
  /** Decoded bytes of an attachment by its id; undefined when it is not there. */
  readAttachment(number: TicketNumber, name: MessageName, id: number): Promise<Buffer | undefined>;
}

export interface TicketWriter extends TicketReader {
  /** Claims the next number of the day and files the first message there, durably. */
  create(day: Day, first: NewMessage): Promise<TicketFolder>;
  /**
   * Files one more message, durably. An existing message of the same given name is left as it is
   * (the answer's `created` is false). Fails with `not-found` when there is no such ticket.
   */
  append(number: TicketNumber, message: NewMessage): Promise<Appended>;
  /**
   * Claims the next number of the day for a message that lies in another ticket: its file gets a second name in the new
   * folder, beside `first`. The old name stays until `release`.
   */
  createFrom(day: Day, source: MessagePlace, first: NewMessage): Promise<TicketFolder>;
  /** Gives a message of another ticket a second name here, durably; nothing when it has one. Undefined when it is in neither. */
  adopt(number: TicketNumber, source: MessagePlace): Promise<TicketFolder | undefined>;
  /** Takes the message's name here away, durably; nothing when it is not here. */
  release(number: TicketNumber, name: MessageName): Promise<TicketFolder | undefined>;
  /** Path of the message's file as it is now, for a hard link into the outbox. */
  pathOf(number: TicketNumber, name: MessageName): Promise<string | undefined>;
  /** Adds Maildir flags to a message, for mail programs; nothing when it is not there. */
  addFlags(number: TicketNumber, name: MessageName, flags: Flags): Promise<void>;
  /** What is visible in the ticket survives a power cut from then on, whoever wrote it. */
  sync(number: TicketNumber): Promise<void>;
  /** Removes drafts of tickets that a crash left behind. */
  cleanUp(): Promise<void>;
}

export interface Appended {
  readonly folder: TicketFolder;
  readonly name: MessageName;
  readonly created: boolean;
  /** Path of the file, for a hard link into the outbox. */
  readonly path: string;
}

/** A message in the ticket where it is now. */
export interface MessagePlace {
  readonly number: TicketNumber;
  readonly name: MessageName;
}

export interface TicketStoreDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly names: NameMaker;
  /** Account name of a numeric owner of a file. */
  readonly accountOf: (owner: number) => string;
  /** Told of a ticket in which a write failed that others may see all the same: its directory could not be synced. */
  readonly unsure?: (number: TicketNumber) => void;
}

export interface TicketStoreOptions {
  /** The `tickets` directory; it must exist. */
  readonly directory: string;
  readonly infoSeparator: string;
  /** How many tickets' events are kept in memory. */
  readonly keptTickets: number;
}

interface KnownEvent {
  readonly event: TicketEvent;
  readonly size: number;
  /** False for a file that may still have been growing when it was read. */
  readonly isWhole: boolean;
  readonly modified?: Instant;
}

type KnownEvents = Map<MessageName, KnownEvent>;

interface KnownTicket {
  readonly events: KnownEvents;
  /** The sum of exactly these events. */
  readonly folder: TicketFolder;
}

export function createTicketStore(
  deps: TicketStoreDeps,
  options: TicketStoreOptions,
): TicketWriter {
  const { files, clock, names } = deps;
  const syncDirectory = createSyncGroup(files);
  const known = createRecent<TicketNumber, KnownTicket>(options.keptTickets);
  const unsure = deps.unsure ?? (() => {});
  const claims = createTicketClaim(
    { files, clock, names, syncDirectory, unsure },
    options.directory,
  );
  const folderPath = (number: TicketNumber) => join(options.directory, ...folderOf(number));

  async function read(number: TicketNumber): Promise<TicketFolder | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await readOnce(number, attempt === 3);
      } catch (error) {
        // Another program renamed a file between our listing and our reading: list again.
        if (attempt === 3 || !isFault(error, 'not-found')) throw error;
      }
    }
  }

  async function readOnce(
    number: TicketNumber,
    isLastAttempt: boolean,
  ): Promise<TicketFolder | undefined> {
    const folder = folderPath(number);
    const stamp = await readStamp(files, folder);
    const entries = await listMaildir(files, folder, options.infoSeparator);
    if (entries === undefined) {
      known.delete(number);
      return undefined;
    }
    const before = known.get(number);
    const seen = ({ name }: MaildirEntry) => toSeen(before?.events.get(name));
    for (const { name } of await findReplaced(files, folder, entries, seen))
      before?.events.delete(name);
    if (before !== undefined && isSameSet(entries, before)) {
      return remember(before.events, {
        ...before.folder,
        messages: withPlaces(before.folder.messages, entries),
        ...someDrafts(withPlaces(before.folder.drafts ?? [], entries)),
        stamp,
      });
    }
    const events: KnownEvents = new Map();
    const strays: StrayFile[] = [];
    for (const entry of entries) {
      const event = before?.events.get(entry.name);
      const found = event?.isWhole ? event : await decodeEntry(folder, entry, isLastAttempt);
      if (typeof found !== 'string') events.set(entry.name, found);
      else strays.push({ directory: entry.directory, fileName: entry.fileName, reason: found });
    }
    // A file that grows, or is given its rights later, leaves the times of the directory as they are.
    const isSure =
      [...events.values()].every(({ isWhole }) => isWhole) &&
      strays.every(({ reason }) => reason === 'no-file');
    const sure = isSure ? stamp : undefined;
    const now = toFolder(number, entries, events, sure);
    return remember(events, strays.length === 0 ? now : { ...now, strays });
  }

  function remember(events: KnownEvents, folder: TicketFolder): TicketFolder {
    known.set(folder.number, { events, folder });
    return folder;
  }

  async function decodeEntry(
    folder: string,
    entry: MaildirEntry,
    isLastAttempt: boolean,
  ): Promise<KnownEvent | StrayReason> {
    const path = join(folder, entry.directory, entry.fileName);
    const bytes = await readMessageFile(files, path, isLastAttempt);
    if (typeof bytes === 'string') return bytes;
    const hasSize = sizeInName(entry.name) === bytes.length;
    const stat = hasSize ? undefined : await files.stat(path);
    const modified = stat?.modified ?? clock.now();
    const event = await decodeEvent(entry.name, bytes, async () => {
      const { owner = -1, modified: written = modified } = stat ?? (await files.stat(path)) ?? {};
      return { modified: written, account: deps.accountOf(owner) };
    });
    return {
      event,
      size: bytes.length,
      isWhole: hasSize || !isStillGrowing(clock, modified),
      modified,
    };
  }

  async function create(day: Day, first: NewMessage): Promise<TicketFolder> {
    const claimed = await claims.claim(day, first, []);
    const { name } = claimed.event;
    const events: KnownEvents = new Map([
      [name, { event: claimed.event, size: claimed.size, isWhole: true }],
    ]);
    return remember(
      events,
      toFolder(
        claimed.number,
        [{ name, directory: 'new', fileName: name, flags: '' }],
        events,
        undefined,
      ),
    );
  }

  async function orUnsure<T>(number: TicketNumber, write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      unsure(number);
      throw error;
    }
  }

  async function createFrom(
    day: Day,
    source: MessagePlace,
    first: NewMessage,
  ): Promise<TicketFolder> {
    const message = (await read(source.number))?.messages.find(
      ({ event }) => event.name === source.name,
    );
    if (message === undefined) throw unknownMessage(source);
    const { event, directory, fileName } = message;
    const path = join(folderPath(source.number), directory, fileName);
    const linked = { time: event.time, digest: event.digest, directory, fileName, path };
    const { number } = await claims.claim(day, first, [linked]);
    const folder = await read(number);
    if (folder === undefined) throw unknownTicket(number);
    return folder;
  }

  async function adopt(
    number: TicketNumber,
    source: MessagePlace,
  ): Promise<TicketFolder | undefined> {
    const folder = folderPath(number);
    if ((await findEntry(number, source.name)) === undefined) {
      const entry = await findEntry(source.number, source.name);
      if (entry === undefined) return undefined;
      const path = join(folderPath(source.number), entry.directory, entry.fileName);
      await linkOnce(files, path, join(folder, entry.directory, entry.fileName));
    }
    // Also where the name was there: whoever made it may have stopped before the directory was synced.
    await Promise.all([syncDirectory(join(folder, 'new')), syncDirectory(join(folder, 'cur'))]);
    return read(number);
  }

  async function release(
    number: TicketNumber,
    name: MessageName,
  ): Promise<TicketFolder | undefined> {
    const folder = folderPath(number);
    const entry = await findEntry(number, name);
    if (entry !== undefined) {
      await files.unlink(join(folder, entry.directory, entry.fileName));
      await syncDirectory(join(folder, entry.directory));
    }
    return read(number);
  }

  async function findEntry(
    number: TicketNumber,
    name: MessageName,
  ): Promise<MaildirEntry | undefined> {
    const entries = await listMaildir(files, folderPath(number), options.infoSeparator);
    return entries?.find((entry) => entry.name === name);
  }

  async function append(number: TicketNumber, message: NewMessage): Promise<Appended> {
    const before = await read(number);
    if (before === undefined) throw unknownTicket(number);
    const folder = folderPath(number);
    const existing = before.messages.find(({ event }) => event.name === message.name);
    if (existing !== undefined) {
      const path = join(folder, existing.directory, existing.fileName);
      // Whoever wrote it may have been killed before the directory was synced.
      await syncDirectory(join(folder, existing.directory));
      return { folder: before, name: existing.event.name, created: false, path };
    }
    const time = toInstant(Math.max(clock.now(), before.ticket.latest + 1, message.notBefore ?? 0));
    const previous = [...before.ticket.heads].sort();
    const written = await encodeMessage(message, {
      number,
      time,
      timeText: formatInstant(time),
      previous,
    });
    const name = message.name ?? names.next(written.bytes.length);
    const isFixed = message.name !== undefined;
    const created = await orUnsure(
      number,
      deliver({ files, folder, name, bytes: written.bytes, isFixed, syncDirectory }),
    );
    const after = created
      ? withMessage(before, { ...written.event, name }, written.bytes.length)
      : ((await read(number)) ?? before);
    return { folder: after, name, created, path: join(folder, 'new', name) };
  }

  /** The folder with a message that was just written; files that others added meanwhile show at the next reading. */
  function withMessage(before: TicketFolder, event: TicketEvent, size: number): TicketFolder {
    const message: StoredMessage = {
      event,
      size,
      flags: '',
      fileName: event.name,
      directory: 'new',
    };
    const messages = [...before.messages, message];
    const ticket = continueFold(before.ticket, [event]);
    // Only the events of this sum: a reading in between may have seen what others added, which is not in it.
    const kept = known.get(before.number)?.events;
    const events: KnownEvents = new Map();
    for (const { event: each } of before.messages) {
      const found = kept?.get(each.name);
      if (found !== undefined) events.set(each.name, found);
    }
    events.set(event.name, { event, size, isWhole: true });
    const drafts = someDrafts(before.drafts ?? []);
    return remember(events, {
      number: before.number,
      messages,
      ...drafts,
      ticket,
      stamp: undefined,
    });
  }

  async function readFile(number: TicketNumber, name: MessageName): Promise<Buffer | undefined> {
    const folder = folderPath(number);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const entries = (await listMaildir(files, folder, options.infoSeparator)) ?? [];
      const entry = entries.find((candidate) => candidate.name === name);
      if (entry === undefined) return undefined;
      try {
        return await files.readFile(join(folder, entry.directory, entry.fileName));
      } catch (error) {
        // Renamed meanwhile: list again.
        if (!isFault(error, 'not-found')) throw error;
      }
    }
    return undefined;
  }

  async function addFlags(number: TicketNumber, name: MessageName, flags: Flags): Promise<void> {
    const entry = await findEntry(number, name);
    if (entry === undefined) return;
    await setFlags(files, folderPath(number), entry, entry.flags + flags, options.infoSeparator);
  }

  return {
    numbers: () => walkNumbers(files, options.directory),
    read,
    create,
    append,
    createFrom,
    adopt,
    release,
    addFlags,
    readFile,
    async pathOf(number, name) {
      const entry = await findEntry(number, name);
      return entry && join(folderPath(number), entry.directory, entry.fileName);
    },
    async readMail(number, name) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : (await decodeMessage(bytes)).mail;
    },
    async readOriginal(number, name) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : originalOf(bytes);
    },
    async readAttachment(number, name, id) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : (await decodeMessage(bytes)).contents[id];
    },
    cleanUp: claims.cleanUp,
    async sync(number) {
      const folder = folderPath(number);
      for (const directory of [join(folder, 'new'), folder, dirname(folder)])
        await syncDirectory(directory);
    },
  };
}

function someDrafts(drafts: readonly StoredMessage[]): Pick<TicketFolder, 'drafts'> {
  return drafts.length === 0 ? {} : { drafts };
}

async function linkOnce(files: FileOps, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (!isFault(error, 'exists')) throw error;
  }
}

function isSameSet(
  entries: readonly MaildirEntry[],
  { events, folder }: Pick<KnownTicket, 'events' | 'folder'>,
): boolean {
  const { messages, drafts = [] } = folder;
  return (
    entries.length === events.size &&
    messages.length + drafts.length === events.size &&
    entries.every(({ name, flags }) => {
      const found = events.get(name);
      return (
        found?.isWhole === true && (found.event.kind === 'draft' || !isUnfinished(found, flags))
      );
    })
  );
}

/** What a mail program keeps as a draft of its own: said by the flag alone, and no part of the history before that goes. */
function isUnfinished({ event }: KnownEvent, flags: Flags): boolean {
  return flags.includes('D') && event.kind === 'mail-in' && !event.fields.has('number');
}

function toSeen(found: KnownEvent | undefined): SeenFile | undefined {
  return found?.modified === undefined || !found.isWhole
    ? undefined
    : { size: found.size, modified: found.modified };
}

/** Other programs move and flag files; what the files mean stays. */
function withPlaces(
  messages: readonly StoredMessage[],
  entries: readonly MaildirEntry[],
): readonly StoredMessage[] {
  const places = new Map(entries.map((entry) => [entry.name, entry]));
  return messages.map((message) => {
    const place = places.get(message.event.name);
    if (place === undefined || place.fileName === message.fileName) return message;
    return { ...message, fileName: place.fileName, directory: place.directory, flags: place.flags };
  });
}

function unknownTicket(number: TicketNumber): Fault {
  return new Fault('not-found', { retry: 'never', detail: `There is no ticket ${number}` });
}

function unknownMessage({ number, name }: MessagePlace): Fault {
  return new Fault('not-found', {
    retry: 'never',
    detail: `There is no message ${name} in ticket ${number}`,
  });
}

async function readStamp(files: FileOps, folder: string): Promise<FolderStamp | undefined> {
  const fresh = await files.stat(join(folder, 'new'));
  const current = await files.stat(join(folder, 'cur'));
  if (fresh === undefined || current === undefined) return undefined;
  return { newModified: fresh.modified, curModified: current.modified };
}

function toFolder(
  number: TicketNumber,
  entries: readonly MaildirEntry[],
  events: KnownEvents,
  stamp: FolderStamp | undefined,
): TicketFolder {
  const all = entries
    .flatMap(({ name, directory, fileName, flags }) => {
      const found = events.get(name);
      if (found === undefined || isUnfinished(found, flags)) return [];
      const { event, size } = found;
      return [{ event, size, flags, fileName, directory }];
    })
    .sort((one, other) => compareEvents(one.event, other.event));
  const messages = all.filter(({ event }) => event.kind !== 'draft');
  return {
    number,
    messages,
    ...someDrafts(all.filter(({ event }) => event.kind === 'draft')),
    ticket: foldTicket(
      number,
      messages.map(({ event }) => event),
    ),
    stamp,
  };
}
