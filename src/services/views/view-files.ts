/**
 * View files on disk, of one folder.
 *
 * Promises: what is read is as new as the files, however they were changed; a file that cannot be used is a problem and keeps out
 * itself alone; what was not changed is not read again. What is written is durable.
 * Leaves to others: the form (config/views.ts), whose folder it is and who may write there (saved-views.ts).
 */
import { join } from 'node:path';
import { errorText, isFault } from '../../base/fault.ts';
import type { Random } from '../../base/random.ts';
import type { ConfigProblem } from '../../config/config.ts';
import { makeDirectories, makeFile, replaceFile } from '../../config/desk-files.ts';
import { parseViewFile, type ViewFacts, type ViewFile } from '../../config/views.ts';
import { editYamlText, formatYamlEntry, type YamlValue } from '../../config/yaml-edits.ts';
import type { SavedView, ViewScope } from '../../core/views/view.ts';
import type { FileOps } from '../../storage/files.ts';

export interface ViewFolder {
  readonly path: string;
  readonly scope: ViewScope;
}

export interface FolderReading {
  readonly views: readonly SavedView[];
  readonly problems: readonly ConfigProblem[];
  /** Names that are taken, also by files that cannot be used. */
  readonly taken: ReadonlySet<string>;
}

export type ViewValues = Readonly<Record<string, YamlValue>>;

export interface ViewFiles {
  read(folder: ViewFolder): Promise<FolderReading>;
  /** False when there is a file of that name already. */
  create(folder: ViewFolder, id: string, values: ViewValues): Promise<boolean>;
  /** Changes these settings and nothing else in the file. */
  edit(folder: ViewFolder, id: string, values: ViewValues): Promise<void>;
  remove(folder: ViewFolder, id: string): Promise<void>;
}

export interface ViewFilesDeps {
  readonly files: FileOps;
  readonly random: Random;
  readonly facts: () => ViewFacts;
}

/** Of one folder; more are a problem. */
const mostViews = 200;
const mostBytes = 64 * 1024;
const fileName = /^([A-Za-z0-9_][A-Za-z0-9_-]{0,63})\.ya?ml$/;

interface Known {
  readonly stamp: string;
  readonly file: ViewFile;
}

export function createViewFiles({ files, random, facts }: ViewFilesDeps): ViewFiles {
  const known = new Map<string, Known>();

  async function readOne(folder: ViewFolder, name: string, id: string): Promise<ViewFile> {
    const path = join(folder.path, name);
    const file = `views/${name}`;
    try {
      const stat = await files.stat(path);
      if (stat === undefined) return { view: undefined, problems: [] };
      if (stat.size > mostBytes) return refused(file, `It is larger than ${mostBytes} bytes`);
      const told = facts();
      const stamp = JSON.stringify([stat.modified, stat.changed, stat.size, told]);
      const before = known.get(path);
      if (before?.stamp === stamp) return before.file;
      const text = (await files.readFile(path)).toString('utf8');
      const read = parseViewFile(text, { file, id, scope: folder.scope, facts: told });
      known.set(path, { stamp, file: read });
      return read;
    } catch (error) {
      if (!isFault(error)) throw error;
      // Somebody took it away between our looking and our reading.
      if (isFault(error, 'not-found')) return { view: undefined, problems: [] };
      return refused(file, errorText(error));
    }
  }

  function pathOf({ path }: ViewFolder, id: string): string {
    return join(path, `${id}.yaml`);
  }

  return {
    async read(folder) {
      const names = ((await files.list(folder.path)) ?? [])
        .filter((name) => !name.startsWith('.') && /\.ya?ml$/.test(name))
        .toSorted();
      const read: ViewFile[] = [];
      for (const name of names.slice(0, mostViews)) {
        const id = fileName.exec(name)?.[1];
        read.push(
          id === undefined
            ? refused(`views/${name}`, 'Its name should be letters, digits, "-" and "_" alone')
            : await readOne(folder, name, id.toLowerCase()),
        );
      }
      return {
        views: read.flatMap(({ view }) => view ?? []),
        problems: [
          ...read.flatMap(({ problems }) => problems),
          ...names
            .slice(mostViews)
            .flatMap(
              (name) => refused(`views/${name}`, `There are more than ${mostViews}`).problems,
            ),
        ],
        taken: new Set(names.map((name) => name.replace(/\.ya?ml$/, '').toLowerCase())),
      };
    },
    async create(folder, id, values) {
      await makeDirectories(files, folder.path);
      const text = Object.entries(values)
        .map(([key, value]) => `${formatYamlEntry(key, value)}\n`)
        .join('');
      return makeFile({ files, random }, { path: pathOf(folder, id), text, mode: 0o640 });
    },
    async edit(folder, id, values) {
      const path = await existing(folder, id);
      const text = (await files.readFile(path)).toString('utf8');
      await replaceFile({ files, random }, { path, text: editYamlText(text, values), mode: 0o640 });
    },
    async remove(folder, id) {
      await files.unlink(await existing(folder, id));
      await files.syncDirectory(folder.path);
    },
  };

  /** By hand a file may be called `.yml`, or in capitals. */
  async function existing(folder: ViewFolder, id: string): Promise<string> {
    const names = (await files.list(folder.path)) ?? [];
    const name = names.find((each) => fileName.exec(each)?.[1]?.toLowerCase() === id);
    return name === undefined ? pathOf(folder, id) : join(folder.path, name);
  }
}

function refused(file: string, reason: string): ViewFile {
  return { view: undefined, problems: [{ file, line: undefined, reason }] };
}
