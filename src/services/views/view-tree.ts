/**
 * The links below `views/`: what there should be, and making the disk so.
 *
 * Owns: symbolic links with a ticket's number for a name, and folders that hold nothing else. Promises: what people put
 * there beside them is left alone. The work of a change is that of its own folders, whatever their number; a look at a
 * folder that nobody touched is one question for its time.
 * Leaves to others: which ticket stands where (core/views), when to look (views.ts).
 */
import { join } from 'node:path';
import { type Clock, type Instant, second } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { createLimit } from '../../base/serial.ts';
import { isTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import { caseKey } from '../../core/views/file-words.ts';
import type { ViewFolder } from '../../core/views/view-folders.ts';
import type { FileOps } from '../../storage/files.ts';

export interface Placed {
  readonly folders: readonly ViewFolder[];
  /** Names from the desk's directory to the ticket's folder. */
  readonly target: readonly string[];
}

export interface ViewTree {
  /** Says where the ticket should stand; nowhere when undefined. Touches no disk. */
  want(number: TicketNumber, placed: Placed | undefined): void;
  numbers(): Iterable<TicketNumber>;
  /** Makes what was wanted since the last call. */
  settle(): Promise<number>;
  /** Looks at every folder, and mends those that others changed. Answers how many links were made or removed. */
  mend(): Promise<number>;
}

export interface ViewTreeDeps {
  readonly files: Pick<
    FileOps,
    | 'list'
    | 'stat'
    | 'kindOf'
    | 'readLink'
    | 'symlink'
    | 'unlink'
    | 'makeDirectory'
    | 'removeDirectory'
  >;
  readonly clock: Clock;
}

interface Folder {
  readonly path: ViewFolder;
  /** The links that should be there. */
  readonly links: Map<TicketNumber, string>;
  /** Keys of the folders in it. */
  readonly children: Set<string>;
  /** Time of the directory when all in it was right; undefined when that is not known. */
  time: Instant | undefined;
  /** It was so young then that a later change may bear the same time. */
  isYoung: boolean;
}

const youngFor = 2 * second;
const width = 8;
const deepest = 12;

export function createViewTree({ files, clock }: ViewTreeDeps, directory: string): ViewTree {
  const folders = new Map<string, Folder>();
  const places = new Map<TicketNumber, readonly string[]>();
  /** Of folders that others have not touched: links to be made (text) or removed (undefined). */
  const open = new Map<string, Map<TicketNumber, string | undefined>>();
  const root = addFolder([]);

  function addFolder(path: ViewFolder): Folder {
    const key = keyOf(path);
    const known = folders.get(key);
    if (known !== undefined) return known;
    const folder: Folder = {
      path,
      links: new Map(),
      children: new Set(),
      time: undefined,
      isYoung: false,
    };
    folders.set(key, folder);
    if (path.length > 0) {
      const above = addFolder(path.slice(0, -1));
      above.children.add(key);
    }
    return folder;
  }

  function note(key: string, number: TicketNumber, text: string | undefined): void {
    const changes = open.get(key) ?? new Map<TicketNumber, string | undefined>();
    changes.set(number, text);
    open.set(key, changes);
  }

  function want(number: TicketNumber, placed: Placed | undefined): void {
    const wanted = new Map<string, string>();
    for (const path of placed?.folders ?? []) {
      const folder = addFolder(path);
      const up = [...path.map(() => '..'), '..'];
      // Signs of the link's own text, which stays as it is when the desk moves to another system.
      wanted.set(keyOf(folder.path), [...up, ...(placed?.target ?? [])].join('/'));
    }
    for (const key of places.get(number) ?? []) {
      if (wanted.has(key)) continue;
      folders.get(key)?.links.delete(number);
      note(key, number, undefined);
    }
    for (const [key, text] of wanted) {
      const links = folders.get(key)?.links;
      if (links?.get(number) === text) continue;
      links?.set(number, text);
      note(key, number, text);
    }
    if (wanted.size === 0) places.delete(number);
    else places.set(number, [...wanted.keys()]);
  }

  const pathOf = (folder: Folder) => join(directory, ...folder.path);

  /** What was noted, folder by folder; one that others touched is put right as a whole. */
  async function settle(): Promise<number> {
    const work = [...open];
    open.clear();
    return sum(work, async ([key, changes]) => {
      const folder = folders.get(key);
      return folder === undefined ? 0 : change(folder, changes);
    });
  }

  async function change(
    folder: Folder,
    changes: ReadonlyMap<TicketNumber, string | undefined>,
  ): Promise<number> {
    const path = pathOf(folder);
    const before = (await files.stat(path))?.modified;
    if (before === undefined || before !== folder.time) {
      const made = await putRight(folder);
      await removeEmpty(folder);
      return made;
    }
    folder.time = undefined;
    for (const [number, text] of changes) {
      if (text === undefined) await removeLink(join(path, number));
      else await makeLink(folder, number, text);
    }
    await remember(folder);
    await removeEmpty(folder);
    return changes.size;
  }

  async function mend(): Promise<number> {
    open.clear();
    // Above before below: what was put there by hand is found in its parent.
    const all = [...folders.values()].sort((one, other) => one.path.length - other.path.length);
    return sum(all, async (folder) => {
      if (folder.links.size === 0 && folder.children.size === 0 && folder !== root) {
        await removeEmpty(folder);
        return 0;
      }
      const time = (await files.stat(pathOf(folder)))?.modified;
      // A change right after the last look may have left the time as it was.
      return time === undefined || time !== folder.time || folder.isYoung ? putRight(folder) : 0;
    });
  }

  /** Everything in the folder is looked at. */
  async function putRight(folder: Folder): Promise<number> {
    const path = pathOf(folder);
    folder.time = undefined;
    let made = 0;
    const right = new Set<TicketNumber>();
    const own = new Map([...folder.children].map((key) => [key, folders.get(key)]));
    const names = (await files.list(path)) ?? [];
    for (const name of names) {
      if (!isTicketNumber(name)) {
        const ours = own.get(keyOf([...folder.path, name]))?.path.at(-1);
        // Ours in another spelling is another folder only where the file system tells the two apart.
        const isOurs = ours === name || (ours !== undefined && !names.includes(ours));
        // Beside our three folders people may have their own.
        if (!isOurs && folder !== root) made += await clear(join(path, name), folder.path);
        continue;
      }
      const text = await files.readLink(join(path, name));
      if (text === undefined || text === folder.links.get(name)) right.add(name);
      else made += Number(await removeLink(join(path, name)));
    }
    for (const [number, text] of folder.links) {
      if (right.has(number)) continue;
      await makeLink(folder, number, text);
      made += 1;
    }
    await remember(folder);
    return made;
  }

  /** Takes our links out of a folder that should not be there, and the folder where nothing is left. */
  async function clear(path: string, above: ViewFolder): Promise<number> {
    if (above.length >= deepest || (await files.kindOf(path)) !== 'directory') return 0;
    let removed = 0;
    for (const name of (await files.list(path)) ?? []) {
      const below = join(path, name);
      removed += isTicketNumber(name)
        ? Number(await removeLink(below))
        : await clear(below, [...above, name]);
    }
    await files.removeDirectory(path);
    return removed;
  }

  async function removeLink(path: string): Promise<boolean> {
    // What is no link was put there by somebody.
    return (await files.readLink(path)) === undefined ? false : files.unlink(path);
  }

  async function makeLink(folder: Folder, number: TicketNumber, text: string): Promise<void> {
    const path = join(pathOf(folder), number);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await files.symlink(text, path);
        return;
      } catch (error) {
        if (attempt === 3) throw error;
        if (isFault(error, 'not-found')) await makePath(folder.path);
        else if (!isFault(error, 'exists')) throw error;
        else if (!(await isInTheWay(path, text))) return;
      }
    }
  }

  /** False when the link is there, or something that is not ours to remove. */
  async function isInTheWay(path: string, text: string): Promise<boolean> {
    const there = await files.readLink(path);
    return there !== undefined && there !== text && files.unlink(path);
  }

  async function makePath(path: ViewFolder): Promise<void> {
    for (let length = 0; length <= path.length; length += 1) {
      try {
        const above = length === 0 ? undefined : folders.get(keyOf(path.slice(0, length - 1)));
        await aware(above, () => files.makeDirectory(join(directory, ...path.slice(0, length))));
      } catch (error) {
        if (!isFault(error, 'exists')) throw error;
      }
    }
  }

  /** Changes a folder of which everything is known; what others did to it meanwhile stays unknown. */
  async function aware(folder: Folder | undefined, work: () => Promise<unknown>): Promise<void> {
    if (folder === undefined) {
      await work();
      return;
    }
    const before = (await files.stat(pathOf(folder)))?.modified;
    const isKnown = before !== undefined && before === folder.time;
    folder.time = undefined;
    await work();
    if (isKnown) await remember(folder);
  }

  async function remember(folder: Folder): Promise<void> {
    const time = (await files.stat(pathOf(folder)))?.modified;
    folder.time = time;
    folder.isYoung = time !== undefined && clock.now() - time < youngFor;
  }

  /** Up to the folders `queue`, `owner` and `customer`, which stay. */
  async function removeEmpty(folder: Folder): Promise<void> {
    if (folder.links.size > 0 || folder.children.size > 0 || folder.path.length < 2) return;
    const key = keyOf(folder.path);
    const above = folders.get(keyOf(folder.path.slice(0, -1)));
    await aware(above, () => files.removeDirectory(pathOf(folder)));
    if (folders.get(key) !== folder || folder.links.size > 0 || folder.children.size > 0) return;
    folders.delete(key);
    if (above === undefined) return;
    above.children.delete(key);
    await removeEmpty(above);
  }

  return { want, numbers: () => places.keys(), settle, mend };
}

function keyOf(path: ViewFolder): string {
  return path.map(caseKey).join('/');
}

async function sum<T>(items: readonly T[], count: (item: T) => Promise<number>): Promise<number> {
  const limit = createLimit(width);
  const counts = await Promise.all(items.map((item) => limit.run(() => count(item))));
  return counts.reduce((total, each) => total + each, 0);
}
