/**
 * What lies in `drop/`: files, each with what stands beside it.
 *
 * Promises: bounded; names that programs use while they write are left until they are renamed.
 * Leaves to others: when a file is whole, what it is (drop.ts, drop-filing.ts).
 */
import { join } from 'node:path';
import type { Instant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { endingOf } from '../../core/drop/file-type.ts';
import { transcriptEndingOf } from '../../core/drop/transcript.ts';
import type { FileOps } from '../../storage/files.ts';

export interface DroppedName {
  /** Path below `drop/`, parts joined by slashes. */
  readonly path: string;
  readonly name: string;
  /** Folders it lies in, from the top. */
  readonly folders: readonly string[];
  readonly size: number;
  readonly modified: Instant;
  /** Also when somebody changed who may read it. */
  readonly changed: Instant;
}

export interface DropEntry {
  readonly file: DroppedName;
  /** `.yaml` and transcripts of the same name. */
  readonly sidecars: readonly DroppedName[];
}

export interface DropContents {
  readonly entries: readonly DropEntry[];
  /** Files that stand beside nothing. */
  readonly orphans: readonly DroppedName[];
  /** Paths of folders and files that cannot be looked at. */
  readonly closed: readonly string[];
  /** There is more than is looked at in one go. */
  readonly isCut: boolean;
}

const mostFiles = 2000;
const deepest = 6;
/** Endings under which programs write what is not whole yet. */
const unfinished =
  /\.(?:part|partial|tmp|temp|filepart|crdownload|incomplete|swp|lock|download)$|~$/i;

export async function listDrop(
  files: Pick<FileOps, 'list' | 'stat'>,
  directory: string,
): Promise<DropContents> {
  const found: DroppedName[] = [];
  const closed: string[] = [];
  const isCut = await collect([]);
  return { ...group(found), closed, isCut };

  async function collect(folders: readonly string[]): Promise<boolean> {
    const names = (await open(folders, () => files.list(join(directory, ...folders)))) ?? [];
    for (const name of names.toSorted()) {
      if (found.length >= mostFiles) return true;
      if (name.startsWith('.') || unfinished.test(name)) continue;
      const place = [...folders, name];
      const stat = await open(place, () => files.stat(join(directory, ...place)));
      if (stat === undefined) continue;
      if (!stat.isDirectory) found.push({ path: place.join('/'), name, folders, ...stat });
      else if (folders.length < deepest && (await collect(place))) return true;
    }
    return false;
  }

  /** What others may not see must not hide the rest. */
  async function open<T>(place: readonly string[], look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!isFault(error, 'permission-denied')) throw error;
      closed.push(place.join('/'));
      return undefined;
    }
  }
}

/** `a.mp3` has `a.yaml`, `a.mp3.yaml` and `a.vtt` beside it. */
function group(found: readonly DroppedName[]): Pick<DropContents, 'entries' | 'orphans'> {
  const files = found.filter(({ name }) => !isSidecar(name));
  const byStem = new Map<string, DroppedName>();
  for (const file of files) {
    byStem.set(file.path, file);
    // Of two files of one name the first has what stands beside both.
    if (!byStem.has(stemOf(file.path))) byStem.set(stemOf(file.path), file);
  }
  const beside = new Map<DroppedName, DroppedName[]>();
  const orphans: DroppedName[] = [];
  for (const sidecar of found.filter(({ name }) => isSidecar(name))) {
    const file = byStem.get(stemOf(sidecar.path));
    if (file === undefined) orphans.push(sidecar);
    else beside.set(file, [...(beside.get(file) ?? []), sidecar]);
  }
  return { entries: files.map((file) => ({ file, sidecars: beside.get(file) ?? [] })), orphans };
}

export function isYaml(name: string): boolean {
  return /^ya?ml$/.test(endingOf(name));
}

function isSidecar(name: string): boolean {
  return isYaml(name) || transcriptEndingOf(name) !== undefined;
}

/** Without its last ending; a name without one is its own. */
export function stemOf(path: string): string {
  const ending = endingOf(path);
  return ending === '' ? path : path.slice(0, -(ending.length + 1));
}
