/**
 * Files of the configuration, written by the page of first steps as an editor would write them.
 *
 * Promises: a change is tried against the whole configuration before anything is written; what would make it wrong is refused, with the
 * reasons that the next start would give. A file that is not as the writer saw it is refused too. Each file is replaced whole. When the
 * promise resolves the change is durable and in force.
 * Leaves to others: what the files say (the steps), files of agents (services/accounts).
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config, ConfigProblem } from '../../config/config.ts';
import {
  type DeskFiles,
  makeDirectories,
  makeFile,
  readIfThere,
  replaceFile,
} from '../../config/desk-files.ts';
import { editYamlText, type YamlValue } from '../../config/yaml-edits.ts';

/** A file as somebody saw it. */
export interface SeenFile {
  /** Below `config/`. */
  readonly file: string;
  /** Undefined where there is none. */
  readonly text: string | undefined;
  /** Empty where there is none. */
  readonly digest: string;
}

export interface FileChange {
  readonly file: string;
  /** What the writer saw; empty for a file that is not there. */
  readonly digest: string;
  readonly text: string;
  /** Nobody but the desk's own account may read it. */
  readonly isSecret?: boolean;
}

export type WriteRefusal =
  | { readonly code: 'file-changed'; readonly file: string }
  | { readonly code: 'bad-config'; readonly problems: readonly ConfigProblem[] };

export interface ConfigWriter {
  read(file: string): Promise<SeenFile>;
  /** Files of that folder that end in `.yaml` or `.yml`. */
  readFolder(folder: string): Promise<readonly SeenFile[]>;
  write(changes: readonly FileChange[]): Promise<Result<undefined, WriteRefusal>>;
}

export interface ConfigWriterDeps {
  readonly files: DeskFiles;
  /** The desk. */
  readonly directory: string;
  /** Reads the whole configuration by these file calls. */
  readonly load: (
    files: Pick<DeskFiles, 'readFile' | 'list' | 'stat'>,
  ) => Promise<Result<Config, readonly ConfigProblem[]>>;
  /** Takes what is on the disk now into force. */
  readonly reload: () => Promise<unknown>;
  readonly random: Random;
  readonly log: Log;
}

const ordinaryMode = 0o640;
const secretMode = 0o600;

export function createConfigWriter(deps: ConfigWriterDeps): ConfigWriter {
  const { files, directory, load, reload, log } = deps;
  const serial = createKeyedSerial();
  const pathOf = (file: string) => `${directory}/config/${file}`;

  async function read(file: string): Promise<SeenFile> {
    const text = await readIfThere(files, pathOf(file));
    return { file, text, digest: text === undefined ? '' : digestOf(text) };
  }

  async function write(changes: readonly FileChange[]): Promise<Result<undefined, WriteRefusal>> {
    const wanted: FileChange[] = [];
    for (const change of changes) {
      const seen = await read(change.file);
      if (seen.digest !== change.digest) return refuse({ code: 'file-changed', file: change.file });
      if (seen.text !== change.text) wanted.push(change);
    }
    const problems = await newProblems(wanted);
    if (problems.length > 0) return refuse({ code: 'bad-config', problems });
    for (const change of wanted) {
      if (!(await writeOne(change))) return refuse({ code: 'file-changed', file: change.file });
      log.info('first-steps.written', { file: change.file });
    }
    if (wanted.length > 0) await reload();
    return ok(undefined);
  }

  /** What is wrong already is not the fault of this change, and must not stand in its way. */
  async function newProblems(changes: readonly FileChange[]): Promise<readonly ConfigProblem[]> {
    if (changes.length === 0) return [];
    const after = await load(overlay(changes));
    if (after.ok) return [];
    const before = await load(files);
    const known = new Set(before.ok ? [] : before.refusal.map(keyOf));
    return after.refusal.filter((problem) => !known.has(keyOf(problem)));
  }

  /** The disk as it would be. */
  function overlay(changes: readonly FileChange[]): Pick<DeskFiles, 'readFile' | 'list' | 'stat'> {
    const texts = new Map(changes.map(({ file, text }) => [pathOf(file), text]));
    const namesIn = (path: string) =>
      [...texts.keys()]
        .filter((each) => dirname(each) === path)
        .map((each) => each.slice(path.length + 1));
    return {
      stat: (path) => files.stat(path),
      async readFile(path) {
        const text = texts.get(path);
        return text === undefined ? files.readFile(path) : Buffer.from(text);
      },
      async list(path) {
        const [there, added] = [await files.list(path), namesIn(path)];
        return there === undefined && added.length === 0
          ? undefined
          : [...new Set([...(there ?? []), ...added])];
      },
    };
  }

  /** False when somebody else made the file meanwhile. */
  async function writeOne({ file, digest, text, isSecret }: FileChange): Promise<boolean> {
    const path = pathOf(file);
    const before = (await files.stat(path))?.mode ?? ordinaryMode;
    const small = { path, text, mode: isSecret === true ? secretMode : before };
    await makeDirectories(files, dirname(path));
    if (digest === '') return makeFile(deps, small);
    await replaceFile(deps, small);
    return true;
  }

  return {
    read,
    async readFolder(folder) {
      const names = ((await files.list(pathOf(folder))) ?? [])
        .filter((name) => !name.startsWith('.') && /\.ya?ml$/.test(name))
        .toSorted();
      return Promise.all(names.map((name) => read(`${folder}/${name}`)));
    },
    write: (changes) => serial.run('write', () => write(changes)),
  };
}

/** The text of the file with these settings changed; a file that is not YAML is refused, for nobody knows what it means. */
export function editSeen(
  { file, text = '' }: SeenFile,
  changes: Readonly<Record<string, YamlValue>>,
): Result<string, WriteRefusal> {
  try {
    return ok(editYamlText(text, changes));
  } catch (error) {
    if (!isFault(error, 'config-invalid')) throw error;
    const problem = { file, line: undefined, reason: error.message };
    return refuse({ code: 'bad-config', problems: [problem] });
  }
}

function keyOf({ file, reason }: ConfigProblem): string {
  return `${file}\n${reason}`;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
