/**
 * Moving a ticket's folder between `tickets/` and `archive/`.
 *
 * Owns: `left-NUMBER-…` and `moving-NUMBER` in the `.tmp` of both. Promises: on one file system a move is one rename; across
 * two, the copy is durable before the original goes, and what others wrote meanwhile goes with it. At any instant at least
 * one whole folder is there; what a crash left in between is settled by `mend`, by any process, any number of times.
 * Leaves to others: which tickets move (services/keeping), reading while they do (ticket-places.ts).
 */
import { dirname, join } from 'node:path';
import { type Clock, hour, minute } from '../base/clock.ts';
import { Fault, isFault } from '../base/fault.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps, isOtherDisk } from './files.ts';
import { listMaildir, type MaildirEntry, type NameMaker } from './maildir.ts';
import type { SyncGroup } from './sync-group.ts';
import type { TicketPlace, TicketPlaces } from './ticket-places.ts';
import { removalPath } from './ticket-removal.ts';

export interface TicketMover {
  /** False when there is no such ticket; a ticket that is there already stays. */
  move(number: TicketNumber, to: TicketPlace): Promise<boolean>;
  /** Takes the folder out of its place, whole, for `putBack` or for good; undefined when there is none. */
  takeAway(number: TicketNumber): Promise<TakenFolder | undefined>;
  /** Ends what was broken off: nothing stays in two places, nothing stays aside. */
  mend(): Promise<readonly TicketNumber[]>;
}

export interface TakenFolder {
  readonly entries: readonly MaildirEntry[];
  /** Gives it its place again, with what came there meanwhile. */
  putBack(): Promise<void>;
  remove(): Promise<void>;
}

export interface TicketMoverDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly names: NameMaker;
  readonly syncDirectory: SyncGroup;
  readonly places: TicketPlaces;
}

/** A copy that nobody has gone on with for so long is abandoned. */
const abandonedAfter = 10 * minute;
/** The Maildir custom. */
const staleCopyMs = 36 * hour;
const bothPlaces: readonly TicketPlace[] = ['tickets', 'archive'];
/** Deeper than any mail program puts its own files into a Maildir folder. */
const deepest = 4;

export function createTicketMover(
  { files, clock, names, syncDirectory, places }: TicketMoverDeps,
  infoSeparator: string,
): TicketMover {
  let asides = 0;
  const asideOf = (place: TicketPlace) => join(places.directoryOf(place), '.tmp');
  const markOf = (place: TicketPlace, number: TicketNumber) =>
    join(asideOf(place), `moving-${number}`);

  async function isThere(path: string): Promise<boolean> {
    return (await files.stat(path)) !== undefined;
  }

  async function move(number: TicketNumber, to: TicketPlace): Promise<boolean> {
    const from = to === 'archive' ? 'tickets' : 'archive';
    const [source, target] = [places.pathIn(from, number), places.pathIn(to, number)];
    if (!(await isThere(source))) return isThere(target);
    if (await isThere(target)) await joinBoth(number);
    const isMoved = await renameOver(source, target, places.directoryOf(to));
    if (isMoved === 'moved') return true;
    if (isMoved === 'gone') return (await places.locate(number)) !== undefined;
    await copyOver(number, from, to);
    return true;
  }

  async function renameOver(
    source: string,
    target: string,
    root: string,
  ): Promise<'moved' | 'gone' | 'other-disk'> {
    await ensureDirectory(files, dirname(target), root);
    try {
      await files.rename(source, target);
    } catch (error) {
      if (isOtherDisk(error)) return 'other-disk';
      if (isFault(error, 'not-found')) return 'gone';
      throw error;
    }
    // The new name first: a power cut in between may show both, never none.
    await syncDirectory(dirname(target));
    await syncDirectory(dirname(source));
    return 'moved';
  }

  /** Where archive/ is another file system: a whole copy, then the original goes. */
  async function copyOver(number: TicketNumber, from: TicketPlace, to: TicketPlace): Promise<void> {
    const mark = markOf(from, number);
    await ensureDirectory(files, asideOf(from), places.directoryOf(from));
    await createMark(mark);
    const [source, target] = [places.pathIn(from, number), places.pathIn(to, number)];
    const draft = await asideName(to, 'copy', number);
    await copyTree(source, draft, deepest);
    if ((await renameOver(draft, target, places.directoryOf(to))) !== 'moved')
      throw broken(number, 'its copy is gone');
    const taken = await setAside(number, from);
    if (taken !== undefined) await settle(taken, target, number);
    await files.unlink(mark);
  }

  async function createMark(mark: string): Promise<void> {
    try {
      await files.createFile(mark, Buffer.alloc(0));
      await syncDirectory(dirname(mark));
    } catch (error) {
      if (!isFault(error, 'exists')) throw error;
    }
  }

  async function asideName(
    place: TicketPlace,
    kind: 'copy' | 'left',
    number: TicketNumber,
  ): Promise<string> {
    const directory = asideOf(place);
    await ensureDirectory(files, directory, places.directoryOf(place));
    asides += 1;
    return join(directory, `${kind}-${number}-${names.next(0)}-${asides}`);
  }

  /** Nobody finds it there, and who was about to write looks for the ticket again. */
  async function setAside(number: TicketNumber, place: TicketPlace): Promise<string | undefined> {
    const source = places.pathIn(place, number);
    const aside = await asideName(place, 'left', number);
    const isMoved = await renameOver(source, aside, places.directoryOf(place));
    return isMoved === 'moved' ? aside : undefined;
  }

  /** Gives the folder what it does not hold of the one set aside, then removes that. */
  async function settle(aside: string, target: string, number: TicketNumber): Promise<void> {
    try {
      const there = new Map(
        ((await listMaildir(files, target, infoSeparator)) ?? []).map((entry) => [
          entry.name,
          entry,
        ]),
      );
      for (const entry of (await listMaildir(files, aside, infoSeparator)) ?? []) {
        const path = join(aside, entry.directory, entry.fileName);
        const other = there.get(entry.name);
        if (other === undefined)
          await copyFile(path, join(target, entry.directory, entry.fileName));
        else if (!(await isSame(path, join(target, other.directory, other.fileName))))
          throw broken(number, `${aside} holds another ${entry.name} than ${target}`);
      }
      for (const part of ['new', 'cur']) await syncDirectory(join(target, part));
    } catch (error) {
      // Another process settles the same.
      if (!isFault(error, 'not-found') || (await isThere(aside))) throw error;
    }
    await files.removeTree(aside);
  }

  async function isSame(one: string, other: string): Promise<boolean> {
    return (await files.readFile(one)).equals(await files.readFile(other));
  }

  async function copyFile(from: string, to: string): Promise<void> {
    const stat = await files.stat(from);
    try {
      await files.createFile(to, await files.readFile(from), stat?.mode, stat?.modified);
    } catch (error) {
      if (!isFault(error, 'exists')) throw error;
    }
  }

  async function copyTree(from: string, to: string, depth: number): Promise<void> {
    await files.makeDirectory(to);
    for (const name of (await files.list(from)) ?? []) {
      const stat = await files.stat(join(from, name));
      if (stat?.isDirectory === false) await copyFile(join(from, name), join(to, name));
      if (stat?.isDirectory === true && depth > 1)
        await copyTree(join(from, name), join(to, name), depth - 1);
    }
    await files.syncDirectory(to);
  }

  /** A ticket that lies in both places: the archived one goes into the other. */
  async function joinBoth(number: TicketNumber): Promise<void> {
    const aside = await setAside(number, 'archive');
    if (aside !== undefined) await settle(aside, places.pathIn('tickets', number), number);
  }

  async function mendMark(place: TicketPlace, name: string): Promise<TicketNumber | undefined> {
    const number = parseTicketNumber(name.slice('moving-'.length));
    const path = join(asideOf(place), name);
    const stat = await files.stat(path);
    if (number === undefined || stat === undefined) return undefined;
    if (clock.now() - stat.modified < abandonedAfter) return undefined;
    const isInBoth = await Promise.all(
      bothPlaces.map((each) => isThere(places.pathIn(each, number))),
    );
    if (isInBoth.every(Boolean)) await joinBoth(number);
    await files.unlink(path);
    return number;
  }

  async function mendLeft(place: TicketPlace, name: string): Promise<TicketNumber | undefined> {
    const number = parseTicketNumber(name.split('-')[1] ?? '');
    if (number === undefined) return undefined;
    const path = join(asideOf(place), name);
    const there = await places.locate(number);
    if (there !== undefined) await settle(path, there.folder, number);
    else if (await isThere(removalPath(places.pathIn('archive', number))))
      await files.removeTree(path);
    else await renameOver(path, places.pathIn(place, number), places.directoryOf(place));
    return number;
  }

  async function dropOld(path: string): Promise<undefined> {
    const stat = await files.stat(path);
    if (stat !== undefined && clock.now() - stat.modified > staleCopyMs)
      await files.removeTree(path);
  }

  return {
    move,
    async takeAway(number) {
      const there = await places.locate(number);
      const aside = there === undefined ? undefined : await setAside(number, there.place);
      if (there === undefined || aside === undefined) return undefined;
      return {
        entries: (await listMaildir(files, aside, infoSeparator)) ?? [],
        async putBack() {
          const now = await places.locate(number);
          if (now !== undefined) await settle(aside, now.folder, number);
          else await renameOver(aside, there.folder, places.directoryOf(there.place));
        },
        remove: () => files.removeTree(aside),
      };
    },
    async mend() {
      const mended: TicketNumber[] = [];
      for (const place of bothPlaces) {
        for (const name of (await files.list(asideOf(place))) ?? []) {
          const number = name.startsWith('moving-')
            ? await mendMark(place, name)
            : name.startsWith('left-')
              ? await mendLeft(place, name)
              : await dropOld(join(asideOf(place), name));
          if (number !== undefined) mended.push(number);
        }
      }
      return mended;
    },
  };
}

/** What is aside for a purpose, and not merely left over. */
export function isAside(name: string): boolean {
  return name.startsWith('left-') || name.startsWith('moving-');
}

function broken(number: TicketNumber, why: string): Fault {
  return new Fault('exists', { retry: 'never', detail: `Cannot move ticket ${number}: ${why}` });
}
