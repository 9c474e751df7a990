/**
 * The ticket folders on disk: `YYYY/MM/DD/NUMBER/{tmp,new,cur}` below `tickets/` or `archive/`; callers need not know which.
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
import type { Digest, MessageName, TicketEvent } from '../core/ticket/event.ts';
import { compareEvents, continueFold, foldTicket, type Ticket } from '../core/ticket/fold.ts';
import type { Day, TicketNumber } from '../core/ticket/number.ts';
import { finalDigests, readRedactions } from '../core/ticket/redaction.ts';
import { type DecodedMail, decodeMail } from './codec.ts';
import { type FileOps, linkOrCopy } from './files.ts';
import type { DecodeMail } from './mail-reader/mail-reader.ts';
import {
  deliver,
  listMaildir,
  type MaildirEntry,
  type MessageSpot,
  type NameMaker,
  placeOf,
  setFlags,
} from './maildir.ts';
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
import { createTicketMover, type TakenFolder } from './ticket-moves.ts';
import { createTicketPlaces, type PlacedFolder, type TicketPlace } from './ticket-places.ts';
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
  /** It lies in `archive/`. Absent where it does not. */
  readonly archived?: true;
  /** What lies there and is no message. Absent where there is none. */
  readonly strays?: readonly StrayFile[];
}

export interface FolderStamp {
  readonly newModified: Instant;
  readonly curModified: Instant;
}

export interface TicketReader {
  /** Every ticket on disk, or those of one place; oldest day first, those in `tickets/` before those in `archive/`. */
  numbers(place?: TicketPlace): AsyncIterable<TicketNumber>;
  /** Undefined when there is no such ticket. */
  read(number: TicketNumber): Promise<TicketFolder | undefined>;
  /** The decoded mail of a message; undefined when it is not there. */
  readMail(number: TicketNumber, name: MessageName): Promise<Mail | undefined>;
  /** The same with the bytes of its attachments, for whoever looks into several of them. */
  readDecoded(number: TicketNumber, name: MessageName): Promise<DecodedMail | undefined>;
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
  /** Removes drafts of tickets that a crash left behind, and ends moves that it broke off. */
  cleanUp(): Promise<void>;
  /** Where the ticket lies; undefined when there is none. */
  placeOf(number: TicketNumber): Promise<TicketPlace | undefined>;
  /** Moves the whole folder, durably; nothing when it is there already. Undefined when there is no such ticket. */
  move(number: TicketNumber, to: TicketPlace): Promise<TicketFolder | undefined>;
  /** Takes the folder out of its place, to be put back or removed; undefined when there is none. */
  takeAway(number: TicketNumber): Promise<TakenFolder | undefined>;
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
  /** How mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
  /** Told of a ticket in which a write failed that others may see all the same: its directory could not be synced. */
  readonly unsure?: (number: TicketNumber) => void;
}

export interface TicketStoreOptions {
  /** The `tickets` directory; it must exist. `archive` lies beside it. */
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
  const { files, clock, names, decode = decodeMail } = deps;
  const syncDirectory = createSyncGroup(files);
  const known = createRecent<TicketNumber, KnownTicket>(options.keptTickets);
  const unsure = deps.unsure ?? (() => {});
  const claims = createTicketClaim(
    { files, clock, names, syncDirectory, unsure, infoSeparator: options.infoSeparator, decode },
    options.directory,
  );
  const places = createTicketPlaces(files, {
    tickets: options.directory,
    infoSeparator: options.infoSeparator,
  });
  const mover = createTicketMover(
    { files, clock, names, syncDirectory, places },
    options.infoSeparator,
  );
  const folderPath = ({ number, archived }: Pick<TicketFolder, 'number' | 'archived'>) =>
    places.pathIn(archived ? 'archive' : 'tickets', number);

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
    const listed = await places.find(number, async ({ place, folder }) => {
      const stamp = await readStamp(files, folder);
      const entries = await listMaildir(files, folder, options.infoSeparator);
      return entries === undefined ? undefined : { place, folder, stamp, entries };
    });
    if (listed === undefined) {
      known.delete(number);
      return undefined;
    }
    const { folder, entries, stamp, place } = listed;
    const before = known.get(number);
    const stale = before === undefined ? noNames : findStale(before.events);
    const seen = ({ name }: MaildirEntry) => toSeen(before?.events.get(name));
    for (const { name } of await findReplaced(files, folder, entries, seen))
      before?.events.delete(name);
    if (before !== undefined && stale.size === 0 && isSameSet(entries, before)) {
      const { number: same, ticket, messages, drafts = [] } = before.folder;
      return remember(before.events, {
        number: same,
        messages: withPlaces(messages, entries),
        ...someDrafts(withPlaces(drafts, entries)),
        ticket,
        stamp,
        ...inPlace(place),
      });
    }
    const events: KnownEvents = new Map();
    const strays: StrayFile[] = [];
    for (const entry of entries) {
      const event = before?.events.get(entry.name);
      const isKnown = event?.isWhole === true && !stale.has(entry.name);
      const found = isKnown ? event : await decodeEntry(folder, entry, isLastAttempt);
      if (typeof found !== 'string') events.set(entry.name, found);
      else strays.push({ directory: entry.directory, fileName: entry.fileName, reason: found });
    }
    // An event that is new may say of a message that is known that it was rewritten.
    const rewritten = before === undefined ? noNames : findStale(events);
    for (const entry of entries) {
      if (!rewritten.has(entry.name)) continue;
      const found = await decodeEntry(folder, entry, isLastAttempt);
      if (typeof found !== 'string') events.set(entry.name, found);
    }
    // A file that grows, or is given its rights later, leaves the times of the directory as they are.
    const isSure =
      [...events.values()].every(({ isWhole }) => isWhole) &&
      strays.every(({ reason }) => reason === 'no-file');
    const sure = isSure ? stamp : undefined;
    const now = { ...toFolder(number, entries, events, sure), ...inPlace(place) };
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
    const origin = async () => {
      const { owner = -1, modified: written = modified } = stat ?? (await files.stat(path)) ?? {};
      return { modified: written, account: deps.accountOf(owner) };
    };
    const event = await decodeEvent(entry.name, bytes, origin, decode);
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
      toFolder(claimed.number, [{ name, ...claimed.place }], events, undefined),
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
    const from = await read(source.number);
    const message = from?.messages.find(({ event }) => event.name === source.name);
    if (from === undefined || message === undefined) throw unknownMessage(source);
    const { event, directory, fileName } = message;
    const path = join(folderPath(from), directory, fileName);
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
    if ((await places.locate(number)) === undefined) throw unknownTicket(number);
    return whereItIs(number, async ({ folder }) => {
      if ((await findEntry(number, source.name)) === undefined) {
        const entry = await findEntry(source.number, source.name);
        if (entry === undefined) return undefined;
        await linkOnce(files, entry.path, join(folder, entry.directory, entry.fileName));
      }
      // Also where the name was there: whoever made it may have stopped before the directory was synced.
      await Promise.all([syncDirectory(join(folder, 'new')), syncDirectory(join(folder, 'cur'))]);
      return read(number);
    });
  }

  async function release(
    number: TicketNumber,
    name: MessageName,
  ): Promise<TicketFolder | undefined> {
    const entry = await findEntry(number, name);
    if (entry !== undefined) {
      await files.unlink(entry.path);
      await syncDirectory(dirname(entry.path));
    }
    return read(number);
  }

  async function findEntry(
    number: TicketNumber,
    name: MessageName,
  ): Promise<PlacedEntry | undefined> {
    const listed = await places.list(number);
    const entry = listed?.entries.find((each) => each.name === name);
    if (listed === undefined || entry === undefined) return undefined;
    const { folder } = listed;
    return { ...entry, folder, path: join(folder, entry.directory, entry.fileName) };
  }

  /** What is done in the ticket's folder; once more when the folder was moved meanwhile. */
  async function whereItIs<T>(
    number: TicketNumber,
    act: (placed: PlacedFolder) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const placed = await places.locate(number);
      if (placed === undefined) throw unknownTicket(number);
      try {
        return await act(placed);
      } catch (error) {
        if (attempt === mostMoves || !isFault(error, 'not-found')) throw error;
      }
    }
  }

  async function append(number: TicketNumber, message: NewMessage): Promise<Appended> {
    const written = new Set<Digest>();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await appendOnce(number, message, written);
      } catch (error) {
        // Moved between our reading and our writing: it is written where the ticket is now.
        if (attempt === mostMoves || !isFault(error, 'not-found')) throw error;
      }
    }
  }

  /** `written` are the digests of what was written before the folder was moved: it may have gone with it. */
  async function appendOnce(
    number: TicketNumber,
    message: NewMessage,
    written: Set<Digest>,
  ): Promise<Appended> {
    const before = await read(number);
    if (before === undefined) throw unknownTicket(number);
    const folder = folderPath(before);
    const existing = before.messages.find(
      ({ event }) => event.name === message.name || written.has(event.digest),
    );
    if (existing !== undefined) {
      const path = join(folder, existing.directory, existing.fileName);
      // Whoever wrote it may have been killed before the directory was synced.
      await syncDirectory(join(folder, existing.directory));
      const { name, digest } = existing.event;
      return { folder: before, name, created: written.has(digest), path };
    }
    const time =
      message.time ??
      toInstant(Math.max(clock.now(), before.ticket.latest + 1, message.notBefore ?? 0));
    const previous = [...before.ticket.heads].sort();
    const context = { number, time, timeText: formatInstant(time), previous };
    const encoded = await encodeMessage(message, context, decode);
    const name = message.name ?? names.next(encoded.bytes.length);
    const isFixed = message.name !== undefined;
    written.add(encoded.event.digest);
    const place = placeOf(message, name, options.infoSeparator);
    const created = await orUnsure(
      number,
      deliver({ files, folder, name, place, bytes: encoded.bytes, isFixed, syncDirectory }),
    );
    const after = created
      ? withMessage(before, { ...encoded.event, name }, encoded.bytes.length, place)
      : ((await read(number)) ?? before);
    return { folder: after, name, created, path: join(folder, place.directory, place.fileName) };
  }

  /** The folder with a message that was just written; files that others added meanwhile show at the next reading. */
  function withMessage(
    before: TicketFolder,
    event: TicketEvent,
    size: number,
    place: MessageSpot,
  ): TicketFolder {
    const message: StoredMessage = { event, size, ...place };
    // What is imported may have been before what is there.
    const isLast = event.time > before.ticket.latest;
    const messages = isLast
      ? [...before.messages, message]
      : [...before.messages, message].sort((one, other) => compareEvents(one.event, other.event));
    const ticket = isLast
      ? continueFold(before.ticket, [event])
      : foldTicket(
          before.number,
          messages.map((each) => each.event),
        );
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
      ...(before.archived ? { archived: true } : {}),
    });
  }

  async function readFile(number: TicketNumber, name: MessageName): Promise<Buffer | undefined> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const entry = await findEntry(number, name);
      if (entry === undefined) return undefined;
      try {
        return await files.readFile(entry.path);
      } catch (error) {
        // Renamed meanwhile: list again.
        if (!isFault(error, 'not-found')) throw error;
      }
    }
    return undefined;
  }

  async function* walkBoth(): AsyncIterable<TicketNumber> {
    const seen = new Set<TicketNumber>();
    for await (const number of walkNumbers(files, places.directoryOf('tickets'))) {
      seen.add(number);
      yield number;
    }
    for await (const number of walkNumbers(files, places.directoryOf('archive')))
      if (!seen.has(number)) yield number;
  }

  async function addFlags(number: TicketNumber, name: MessageName, flags: Flags): Promise<void> {
    const entry = await findEntry(number, name);
    if (entry === undefined) return;
    await setFlags(files, entry.folder, entry, entry.flags + flags, options.infoSeparator);
  }

  return {
    numbers: (place) =>
      place === undefined ? walkBoth() : walkNumbers(files, places.directoryOf(place)),
    read,
    create,
    append,
    createFrom,
    adopt,
    release,
    addFlags,
    readFile,
    async pathOf(number, name) {
      return (await findEntry(number, name))?.path;
    },
    async readMail(number, name) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : (await decodeMessage(bytes, decode)).mail;
    },
    async readDecoded(number, name) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : decodeMessage(bytes, decode);
    },
    async readOriginal(number, name) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : originalOf(bytes);
    },
    async readAttachment(number, name, id) {
      const bytes = await readFile(number, name);
      return bytes === undefined ? undefined : (await decodeMessage(bytes, decode)).contents[id];
    },
    async cleanUp() {
      await mover.mend();
      await claims.cleanUp();
    },
    sync: (number) =>
      whereItIs(number, async ({ folder }) => {
        for (const directory of [join(folder, 'new'), folder, dirname(folder)])
          await syncDirectory(directory);
      }),
    placeOf: async (number) => (await places.locate(number))?.place,
    async move(number, to) {
      return (await mover.move(number, to)) ? read(number) : undefined;
    },
    takeAway: mover.takeAway,
  };
}

const noNames: ReadonlySet<MessageName> = new Set();

/** Messages of which something was taken out since they were read. */
function findStale(events: KnownEvents): ReadonlySet<MessageName> {
  const told = [...events.values()].flatMap(({ event }) =>
    event.kind === 'redaction' ? [event] : [],
  );
  if (told.length === 0) return noNames;
  const last = finalDigests(readRedactions(told.sort(compareEvents)));
  return new Set(
    [...last].flatMap(([name, { now }]) => {
      const known = events.get(name);
      return known === undefined || known.event.digest === now ? [] : [name];
    }),
  );
}

/** A ticket moves once in months; more often than this while one message is written, and something else is wrong. */
const mostMoves = 3;

interface PlacedEntry extends MaildirEntry {
  /** Path of the ticket's folder. */
  readonly folder: string;
  /** Of the file. */
  readonly path: string;
}

function inPlace(place: TicketPlace): Pick<TicketFolder, 'archived'> {
  return place === 'archive' ? { archived: true } : {};
}

function someDrafts(drafts: readonly StoredMessage[]): Pick<TicketFolder, 'drafts'> {
  return drafts.length === 0 ? {} : { drafts };
}

async function linkOnce(files: FileOps, from: string, to: string): Promise<void> {
  try {
    await linkOrCopy(files, from, to);
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
