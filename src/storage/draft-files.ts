/**
 * Drafts in a ticket's folder: the one kind of file that is replaced while it is worked on.
 *
 * A draft lies in `cur` with the flags `D` and `S`, so that mail programs show it as one, and not as new. Each saving is a
 * file of its own: written in `tmp`, renamed into `cur`, the directory synced, then the file before it unlinked. Promises:
 * at any instant at least one of them is there; what `replace` returned is durable. Taking the former file away is what
 * decides between two who want it at the same time, in any number of processes: one of them gets it, the others are told.
 * Leaves to others: what stands in a draft (core/ticket/draft.ts), reading folders (ticket-store.ts), settling what a crash left.
 */
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { formatInstant, toInstant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { EventDraft, MessageName } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { FileOps } from './files.ts';
import type { NameMaker } from './maildir.ts';
import { encodeMessage } from './message-file.ts';
import { createTicketPlaces } from './ticket-places.ts';
import type { StoredMessage } from './ticket-store.ts';

export interface DraftToWrite {
  readonly draft: EventDraft;
  /** A whole mail with LF line ends. */
  readonly bytes: Buffer;
  /** The file that it takes the place of. */
  readonly before: StoredMessage | undefined;
}

export interface DraftFiles {
  /** Undefined when somebody else took the former file away or claimed it meanwhile; then nothing has changed. */
  replace(number: TicketNumber, next: DraftToWrite): Promise<MessageName | undefined>;
  /** Takes the file for sending: who does so first alone gets it. A file that is claimed already may be claimed again. */
  claim(number: TicketNumber, file: StoredMessage): Promise<boolean>;
  /** False when it was not there any more. */
  remove(number: TicketNumber, file: StoredMessage): Promise<boolean>;
}

export interface DraftFilesDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly names: NameMaker;
}

export interface DraftFilesOptions {
  /** The `tickets` directory. */
  readonly directory: string;
  readonly infoSeparator: string;
}

const flagsOfDrafts = 'DS';
/** `P`, passed on: somebody is sending it. */
const flagsOfClaimed = 'DPS';

export function isClaimed({ flags }: Pick<StoredMessage, 'flags'>): boolean {
  return flags.includes('P');
}

export function createDraftFiles(
  { files, clock, names }: DraftFilesDeps,
  { directory, infoSeparator }: DraftFilesOptions,
): DraftFiles {
  const places = createTicketPlaces(files, { tickets: directory, infoSeparator });
  const fileName = (name: MessageName, flags: string) => `${name}${infoSeparator}2,${flags}`;

  /** `act` in the ticket's folder; once more when it missed something because the folder was moved meanwhile. */
  async function whereItIs<T>(
    number: TicketNumber,
    act: (folder: string) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    let folder = await places.locate(number);
    for (;;) {
      const path = folder?.folder ?? places.pathIn('tickets', number);
      const result = await act(path);
      if (result !== undefined) return result;
      const now = await places.locate(number);
      if (now === undefined || now.folder === path) return undefined;
      folder = now;
    }
  }

  const unlink = (number: TicketNumber, file: StoredMessage) =>
    whereItIs(number, async (folder) => {
      const path = join(folder, file.directory, file.fileName);
      return (await files.unlink(path)) ? dirname(path) : undefined;
    });

  async function write(
    number: TicketNumber,
    { draft, bytes, before }: DraftToWrite,
  ): Promise<MessageName> {
    const time = toInstant(Math.max(clock.now(), (before?.event.time ?? 0) + 1));
    const written = await encodeMessage(
      { draft, content: { kind: 'composed', bytes } },
      { number, time, timeText: formatInstant(time), previous: [] },
    );
    const name = names.next(written.bytes.length);
    const folder = (await places.locate(number))?.folder ?? places.pathIn('tickets', number);
    const path = join(folder, 'cur', fileName(name, flagsOfDrafts));
    const temporary = join(folder, 'tmp', name);
    try {
      await files.createFile(temporary, written.bytes);
      await files.rename(temporary, path);
    } catch (error) {
      await files.unlink(temporary).catch(() => false);
      throw error;
    }
    // Until the directory is synced a power cut may undo the name, and the file before it would be gone.
    await files.syncDirectory(join(folder, 'cur'));
    return name;
  }

  return {
    async replace(number, next) {
      const name = await write(number, next);
      if (next.before === undefined || (await unlink(number, next.before)) !== undefined)
        return name;
      await whereItIs(number, async (folder) =>
        (await files.unlink(join(folder, 'cur', fileName(name, flagsOfDrafts)))) ? true : undefined,
      );
      return undefined;
    },
    async claim(number, file) {
      if (isClaimed(file)) return true;
      const claimed = await whereItIs(number, async (folder) => {
        const target = join(folder, 'cur', fileName(file.event.name, flagsOfClaimed));
        try {
          await files.rename(join(folder, file.directory, file.fileName), target);
          return true;
        } catch (error) {
          if (isFault(error, 'not-found')) return undefined;
          throw error;
        }
      });
      return claimed === true;
    },
    async remove(number, file) {
      const taken = await unlink(number, file);
      if (taken === undefined) return false;
      await files.syncDirectory(taken);
      return true;
    },
  };
}
