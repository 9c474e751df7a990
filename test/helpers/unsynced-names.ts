/**
 * What a power cut takes back: names whose directory was not synced.
 *
 * Owns: the list of name changes on a real directory tree, and undoing them in reverse order.
 * Promises: a change is durable once the directory that holds the name was synced after it; a rename is
 * one change, held by the directory of the new name, as journals write it. A name that is undone takes
 * with it what was made below it. What was appended without a sync is always at risk.
 * Leaves to others: making the changes and counting them (faulty-files.ts).
 */
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeTemporaryDirectory } from './temp.ts';

/**
 * Which of the changes that are at risk the power cut takes back: the kernel may have written none,
 * all, or some of them. `every-other` takes the first, third and so on.
 */
export type Loss = 'all' | 'none' | 'every-other';

export interface UnsyncedNames {
  /** The name came to be at this path. */
  addMade(path: string): void;
  /** Renames, and remembers what stood in the way. */
  move(from: string, to: string): Promise<void>;
  /** Takes the file or tree away so that it can come back. False when there was none. */
  remove(path: string): Promise<boolean>;
  /** The file had this many bytes before something was appended. */
  addAppended(path: string, bytesBefore: number): void;
  /** To be called before the directory is synced; the returned function, after it was. */
  beginSync(directory: string): () => void;
  /** How many changes are at risk. */
  atRisk(): number;
  /** Undoes what is lost; the rest is on the disk. */
  undo(loss: Loss): Promise<void>;
}

type Change =
  | { readonly kind: 'made'; readonly path: string }
  | {
      readonly kind: 'moved';
      readonly from: string;
      readonly path: string;
      readonly replaced: Replaced;
    }
  | { readonly kind: 'removed'; readonly path: string; readonly keptAt: string }
  | { readonly kind: 'appended'; readonly path: string; readonly bytesBefore: number };

type Replaced =
  | { readonly kind: 'nothing' | 'directory' }
  | { readonly kind: 'file'; readonly keptAt: string };

interface Entry {
  readonly change: Change;
  state: 'at-risk' | 'durable' | 'undone';
}

export function createUnsyncedNames(): UnsyncedNames {
  const entries: Entry[] = [];
  let attic: Promise<string> | undefined;
  let keptCount = 0;

  const add = (change: Change) => void entries.push({ change, state: 'at-risk' });

  /** A free path in a directory that no test looks at. */
  async function nextKeptPath(): Promise<string> {
    attic ??= makeTemporaryDirectory();
    keptCount += 1;
    return join(await attic, String(keptCount));
  }

  /** Where the path of an entry leads after the renames that came later and hold. */
  function follow(path: string, after: number, isMovedItself: boolean): string {
    return entries.slice(after + 1).reduce((current, { change, state }) => {
      if (change.kind !== 'moved' || state === 'undone') return current;
      if (isMovedItself && current === change.from) return change.path;
      return current.startsWith(`${change.from}/`)
        ? change.path + current.slice(change.from.length)
        : current;
    }, path);
  }

  /** A removed name stays where it was; others go where their file was renamed to. */
  function placeOf(position: number, change: Change): string {
    return follow(change.path, position, change.kind !== 'removed');
  }

  async function keepWhatIsReplaced(path: string): Promise<Replaced> {
    const stats = await statOf(path);
    if (stats === undefined) return { kind: 'nothing' };
    if (stats.isDirectory()) return { kind: 'directory' };
    const keptAt = await nextKeptPath();
    await fs.link(path, keptAt);
    return { kind: 'file', keptAt };
  }

  async function undoChange(position: number, entry: Entry): Promise<void> {
    const { change } = entry;
    const place = placeOf(position, change);
    switch (change.kind) {
      case 'made':
        return fs.rm(place, { recursive: true, force: true });
      case 'moved': {
        await moveIfFree(place, follow(change.from, position, false));
        if (change.replaced.kind === 'file') await moveIfFree(change.replaced.keptAt, place);
        if (change.replaced.kind === 'directory') await fs.mkdir(place, { recursive: true });
        return;
      }
      case 'removed':
        return moveIfFree(change.keptAt, place);
      case 'appended':
        if ((await statOf(place)) !== undefined) await fs.truncate(place, change.bytesBefore);
    }
  }

  /** A name that a later rename took along is on the disk when that rename is. */
  function keepWhatWasMoved(position: number, place: string): void {
    entries.slice(0, position).forEach((older, index) => {
      const isName = older.change.kind === 'made' || older.change.kind === 'moved';
      if (older.state === 'at-risk' && isName && placeOf(index, older.change) === place)
        older.state = 'durable';
    });
  }

  return {
    addMade: (path) => add({ kind: 'made', path }),
    async move(from, to) {
      const replaced = await keepWhatIsReplaced(to);
      await fs.rename(from, to);
      // Two names of one file: the kernel leaves both as they are (rename(2)).
      if ((await statOf(from)) !== undefined) return;
      add({ kind: 'moved', from, path: to, replaced });
    },
    async remove(path) {
      const keptAt = await nextKeptPath();
      try {
        await fs.rename(path, keptAt);
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
      add({ kind: 'removed', path, keptAt });
      return true;
    },
    addAppended: (path, bytesBefore) => add({ kind: 'appended', path, bytesBefore }),
    beginSync(directory) {
      // A change that comes while the kernel syncs may be too late for it.
      const before = entries.length;
      return () => {
        entries.slice(0, before).forEach((entry, position) => {
          if (entry.state !== 'at-risk' || entry.change.kind === 'appended') return;
          if (dirname(placeOf(position, entry.change)) === directory) entry.state = 'durable';
        });
      };
    },
    atRisk: () => entries.filter(({ state }) => state === 'at-risk').length,
    async undo(loss) {
      const risked = entries.filter(({ state }) => state === 'at-risk');
      const lost = new Set(
        risked.filter((_, index) => loss === 'all' || (loss === 'every-other' && index % 2 === 0)),
      );
      for (const [position, entry] of [...entries.entries()].reverse()) {
        if (entry.state !== 'at-risk') continue;
        if (lost.has(entry)) {
          await undoChange(position, entry);
          entry.state = 'undone';
        } else {
          entry.state = 'durable';
          if (entry.change.kind === 'moved')
            keepWhatWasMoved(position, placeOf(position, entry.change));
        }
      }
    },
  };
}

/** Nothing to move, or a name in the way that the disk kept: then the older state cannot come back. */
async function moveIfFree(from: string, to: string): Promise<void> {
  if ((await statOf(to)) !== undefined || (await statOf(dirname(to))) === undefined) return;
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function statOf(path: string) {
  try {
    return await fs.lstat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
