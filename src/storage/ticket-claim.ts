/**
 * How a ticket gets its number: the whole folder is prepared aside and renamed into place.
 *
 * Owns: `tickets/.tmp/`, counters of days. Promises: no reader sees half a ticket; of several hosts that try one number
 * one gets it; what `claim` returned survives a power cut.
 */
import { join } from 'node:path';
import { type Clock, formatInstant, hour, type Instant, toInstant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { Digest, TicketEvent } from '../core/ticket/event.ts';
import {
  counterOf,
  type Day,
  folderOf,
  formatTicketNumber,
  isTicketNumber,
  type TicketNumber,
} from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps, linkOrCopy } from './files.ts';
import type { DecodeMail } from './mail-reader/mail-reader.ts';
import { type MessageSpot, type NameMaker, placeOf } from './maildir.ts';
import { encodeMessage, type NewMessage } from './message-file.ts';
import type { SyncGroup } from './sync-group.ts';
import { isAside } from './ticket-moves.ts';
import { archiveBeside } from './ticket-places.ts';
import { removalOf, removalPath } from './ticket-removal.ts';
import { dayPath } from './walk-numbers.ts';

/** A message of another ticket that gets a second name in the new one. */
export interface LinkedMessage {
  readonly time: Instant;
  readonly digest: Digest;
  readonly directory: 'new' | 'cur';
  readonly fileName: string;
  /** Where its file lies now. */
  readonly path: string;
}

export interface ClaimedTicket {
  readonly number: TicketNumber;
  readonly event: TicketEvent;
  readonly size: number;
  /** Where the first message lies. */
  readonly place: MessageSpot;
}

export interface TicketClaim {
  /** Claims the next number of the day for a folder with `first` and the linked messages in it. */
  claim(day: Day, first: NewMessage, linked: readonly LinkedMessage[]): Promise<ClaimedTicket>;
  /** Removes folders in the making that a crash left behind. */
  cleanUp(): Promise<void>;
}

export interface TicketClaimDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly names: NameMaker;
  readonly syncDirectory: SyncGroup;
  /** Told of a ticket that others may see although its directory could not be synced. */
  readonly unsure: (number: TicketNumber) => void;
  readonly infoSeparator: string;
  readonly decode: DecodeMail;
}

/** The Maildir custom: what is older than 36 hours in a `tmp` belongs to nobody any more. */
const staleDraftMs = 36 * hour;

/** `directory` is that of the tickets; it must exist. */
export function createTicketClaim(deps: TicketClaimDeps, directory: string): TicketClaim {
  const { files, clock, names, syncDirectory, unsure } = deps;
  const counters = new Map<Day, Promise<{ next: number }>>();
  const archive = archiveBeside(directory);
  const dayFolder = (day: Day) => dayPath(directory, day);
  let drafts = 0;

  async function claim(
    day: Day,
    first: NewMessage,
    linked: readonly LinkedMessage[],
  ): Promise<ClaimedTicket> {
    const counter = await counterOfDay(day);
    const latest = linked.map(({ time }) => time + 1);
    for (;;) {
      const number = formatTicketNumber(day, counter.next);
      counter.next += 1;
      if (await isArchived(number)) continue;
      const time = first.time ?? toInstant(Math.max(clock.now(), ...latest));
      const previous = linked.map(({ digest }) => digest);
      const context = { number, time, timeText: formatInstant(time), previous };
      const written = await encodeMessage(first, context, deps.decode);
      const name = first.name ?? names.next(written.bytes.length);
      drafts += 1;
      const draft = join(directory, '.tmp', `${names.next(0)}-${drafts}`);
      const place = placeOf(first, name, deps.infoSeparator);
      await prepareFolder(draft, { place, bytes: written.bytes, linked });
      if (!(await putInPlace(draft, join(directory, ...folderOf(number))))) {
        await files.removeTree(draft);
        continue;
      }
      await settle(number, day);
      const event = { ...written.event, name };
      return { number, event, size: written.bytes.length, place };
    }
  }

  async function settle(number: TicketNumber, day: Day): Promise<void> {
    try {
      await syncDirectory(dayFolder(day));
    } catch (error) {
      unsure(number);
      throw error;
    }
  }

  async function prepareFolder(
    draft: string,
    {
      place,
      bytes,
      linked,
    }: { place: MessageSpot; bytes: Buffer; linked: readonly LinkedMessage[] },
  ): Promise<void> {
    await files.makeDirectory(draft);
    await Promise.all(['tmp', 'new', 'cur'].map((part) => files.makeDirectory(join(draft, part))));
    await files.createFile(join(draft, place.directory, place.fileName), bytes);
    if (place.directory === 'cur') await files.syncDirectory(join(draft, 'cur'));
    for (const { path, directory: part, fileName } of linked) {
      await linkOrCopy(files, path, join(draft, part, fileName));
      if (part === 'cur') await files.syncDirectory(join(draft, 'cur'));
    }
    await files.syncDirectory(join(draft, 'new'));
    await files.syncDirectory(draft);
  }

  /** The next free counter of the day, known from the disk once and counted in memory from then. */
  function counterOfDay(day: Day): Promise<{ next: number }> {
    let counter = counters.get(day);
    if (counter === undefined) {
      counter = findCounter(day);
      counters.set(day, counter);
      counter.catch(() => counters.delete(day));
    }
    return counter;
  }

  async function findCounter(day: Day): Promise<{ next: number }> {
    await ensureDirectory(files, dayFolder(day), directory);
    await ensureDirectory(files, join(directory, '.tmp'), directory);
    const names = [
      ...((await files.list(dayFolder(day))) ?? []),
      ...((await files.list(dayPath(archive, day))) ?? []).map((name) => removalOf(name) ?? name),
    ];
    const taken = names.filter(isTicketNumber).map(counterOf);
    return { next: taken.reduce((most, counter) => Math.max(most, counter), 0) + 1 };
  }

  /** Another process may have archived or removed the ticket of this number since we counted. */
  async function isArchived(number: TicketNumber): Promise<boolean> {
    const path = join(archive, ...folderOf(number));
    return (
      (await files.stat(path)) !== undefined || (await files.stat(removalPath(path))) !== undefined
    );
  }

  /** Renaming onto a folder that holds something fails: then somebody else has the number. */
  async function putInPlace(draft: string, target: string): Promise<boolean> {
    try {
      await files.rename(draft, target);
      return true;
    } catch (error) {
      if (isFault(error, 'exists')) return false;
      // Windows refuses every directory in the way with a word of its own.
      if (isFault(error, 'permission-denied') && (await files.stat(target)) !== undefined)
        return false;
      throw error;
    }
  }

  return {
    claim,
    async cleanUp() {
      const root = join(directory, '.tmp');
      for (const draft of (await files.list(root)) ?? []) {
        if (isAside(draft)) continue;
        const stat = await files.stat(join(root, draft));
        if (stat !== undefined && clock.now() - stat.modified > staleDraftMs)
          await files.removeTree(join(root, draft));
      }
    },
  };
}
