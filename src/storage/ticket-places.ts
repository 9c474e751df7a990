/**
 * Where a ticket's folder lies: below `tickets/`, or below `archive/` in the same shape.
 *
 * Owns: the paths of both. Promises: a folder that is moved from one to the other while it is looked for is found all the
 * same, whole; where it lies in both (a restored backup, a move that was broken off), the one in `tickets/` is the ticket.
 * Leaves to others: moving folders (ticket-moves.ts), what is in them (ticket-store.ts).
 */
import { dirname, join } from 'node:path';
import { folderOf, type TicketNumber } from '../core/ticket/number.ts';
import type { FileOps } from './files.ts';
import { listMaildir, type MaildirEntry } from './maildir.ts';

export type TicketPlace = 'tickets' | 'archive';

export interface PlacedFolder {
  readonly place: TicketPlace;
  /** Path of the ticket's folder. */
  readonly folder: string;
}

export interface ListedFolder extends PlacedFolder {
  readonly entries: readonly MaildirEntry[];
}

export interface TicketPlaces {
  /** The directory of all tickets of the place. */
  directoryOf(place: TicketPlace): string;
  pathIn(place: TicketPlace, number: TicketNumber): string;
  /** Undefined when there is no such ticket. */
  locate(number: TicketNumber): Promise<PlacedFolder | undefined>;
  /** The files of the ticket; undefined when there is no such ticket. */
  list(number: TicketNumber): Promise<ListedFolder | undefined>;
  /** The first answer of `look`, which says undefined where the folder is not. */
  find<T>(
    number: TicketNumber,
    look: (placed: PlacedFolder) => Promise<T | undefined>,
  ): Promise<T | undefined>;
}

export interface TicketPlacesOptions {
  /** The directory of that name; `archive` lies beside it. */
  readonly tickets: string;
  readonly infoSeparator: string;
}

/** A ticket may be on its way from one place to the other while we look: then it is where we looked first. */
const lookedAt: readonly TicketPlace[] = ['tickets', 'archive', 'tickets', 'archive'];

export function archiveBeside(tickets: string): string {
  return join(dirname(tickets), 'archive');
}

export function createTicketPlaces(
  files: Pick<FileOps, 'list' | 'stat'>,
  { tickets, infoSeparator }: TicketPlacesOptions,
): TicketPlaces {
  const directories = { tickets, archive: archiveBeside(tickets) };
  const pathIn = (place: TicketPlace, number: TicketNumber) =>
    join(directories[place], ...folderOf(number));

  async function find<T>(
    number: TicketNumber,
    look: (placed: PlacedFolder) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const place of lookedAt) {
      const found = await look({ place, folder: pathIn(place, number) });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    directoryOf: (place) => directories[place],
    pathIn,
    find,
    locate: (number) =>
      find(number, async (placed) =>
        (await files.stat(placed.folder))?.isDirectory === true ? placed : undefined,
      ),
    list: (number) =>
      find(number, async (placed) => {
        const entries = await listMaildir(files, placed.folder, infoSeparator);
        return entries === undefined ? undefined : { ...placed, entries };
      }),
  };
}
