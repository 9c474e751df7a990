/**
 * The text modules in force, and their files on disk.
 *
 * Owns: config/answers, with folders as categories, and the signatures and salutations beside it. Promises: a broken file, or one that
 * cannot be read, is a problem and gives no module; all others are offered. A module whose attachment is not there is a problem as well and
 * is offered all the same: its text is right, and who inserts it is told. Modules come by id, then by language.
 * Leaves to others: the form (config/text-modules.ts), when to read again, which one fits (suggestions.ts).
 */
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { ConfigProblem } from '../../config/config.ts';
import { type DeskFiles, readIfThere } from '../../config/desk-files.ts';
import { parseTextModule, type TextModuleFile } from '../../config/text-modules.ts';
import type { LetterFile } from '../../core/answers/letter-text.ts';
import { filesOf, type TextModule } from '../../core/answers/text-module.ts';
import { readLetters } from './letter-files.ts';

export interface AnswerBook {
  modules(): readonly TextModule[];
  /** Signatures and salutations. */
  letters(): readonly LetterFile[];
  /** Paths below `config/` of attachments that modules name and that are not there. */
  absentFiles(): ReadonlySet<string>;
  /** What is wrong with the files; a file with a problem gives no module. */
  problems(): readonly ConfigProblem[];
  /** Reads every file; to be called once before anything else, and whenever files changed. */
  load(): Promise<void>;
  /** Called when `modules` gives something else; the returned function ends it. */
  onChange(listener: () => void): () => void;
}

export interface AnswerBookDeps {
  readonly files: Pick<DeskFiles, 'readFile' | 'list' | 'stat'>;
  /** The desk. */
  readonly directory: string;
  readonly log: Log;
}

const mostDepth = 6;
const mostFiles = 20_000;
const atATime = 32;

export function createAnswerBook({ files, directory, log }: AnswerBookDeps): AnswerBook {
  const serial = createKeyedSerial();
  const listeners = new Set<() => void>();
  let modules: readonly TextModule[] = [];
  let letters: readonly LetterFile[] = [];
  let absentFiles: ReadonlySet<string> = new Set();
  let problems: readonly ConfigProblem[] = [];
  /** What was read last, as text, so that a reading that finds nothing new says nothing. */
  let known = '';

  /** Paths below `config/`, folders before what is in them. */
  async function collect(folder: string, depth: number, found: string[]): Promise<void> {
    const names = ((await files.list(`${directory}/config/${folder}`)) ?? []).filter(
      (name) => !name.startsWith('.'),
    );
    for (const name of names.toSorted()) {
      const path = `${folder}/${name}`;
      if (found.length >= mostFiles) return;
      if (name.endsWith('.md')) found.push(path);
      else if (depth < mostDepth && (await isFolder(path))) await collect(path, depth + 1, found);
    }
  }

  async function isFolder(path: string): Promise<boolean> {
    return (await files.stat(`${directory}/config/${path}`))?.isDirectory === true;
  }

  async function readFile(file: string): Promise<TextModuleFile | undefined> {
    try {
      const text = await readIfThere(files, `${directory}/config/${file}`);
      return text === undefined ? undefined : parseTextModule(text, file);
    } catch (error) {
      return unreadable(file, error);
    }
  }

  async function readAll(): Promise<readonly TextModuleFile[]> {
    const found: string[] = [];
    try {
      await collect('answers', 0, found);
    } catch (error) {
      return [unreadable('answers', error)];
    }
    const read: TextModuleFile[] = [];
    for (let at = 0; at < found.length; at += atATime) {
      const batch = await Promise.all(found.slice(at, at + atATime).map(readFile));
      read.push(...batch.flatMap((each) => each ?? []));
    }
    return read;
  }

  /** Asks the disk once for each file that is named. */
  async function findAbsent(from: readonly TextModule[]): Promise<readonly NamedFile[]> {
    const named = from.flatMap((module) =>
      filesOf(module).map(({ path }) => ({ path, file: module.file })),
    );
    const isThere = new Map<string, boolean>();
    const absent: NamedFile[] = [];
    for (const each of named) {
      const found = isThere.get(each.path) ?? (await isFile(each.path));
      isThere.set(each.path, found);
      if (!found) absent.push(each);
    }
    return absent;
  }

  async function isFile(path: string): Promise<boolean> {
    try {
      return (await files.stat(`${directory}/config/${path}`))?.isDirectory === false;
    } catch (error) {
      if (isFault(error)) return false;
      throw error;
    }
  }

  async function load(): Promise<void> {
    const read = await readAll();
    const readModules = read.flatMap(({ module }) => module ?? []).toSorted(compareModules);
    const absent = await findAbsent(readModules);
    const readTexts = await readLetters(files, directory);
    const text = JSON.stringify([read, absent, readTexts]);
    if (text === known) return;
    known = text;
    modules = readModules;
    letters = readTexts.flatMap(({ letter }) => letter ?? []);
    absentFiles = new Set(absent.map(({ path }) => path));
    problems = [
      ...[...read, ...readTexts].flatMap((each) => each.problems),
      ...absent.map(toProblem),
    ];
    if (problems.length > 0) log.warn('answers.files-broken', { problems });
    for (const listener of [...listeners]) listener();
  }

  return {
    modules: () => modules,
    letters: () => letters,
    absentFiles: () => absentFiles,
    problems: () => problems,
    // One reading at a time, else an older one that ends later would hide what is there now.
    load: () => serial.run('load', load),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface NamedFile {
  readonly path: string;
  /** Of the module that names it. */
  readonly file: string;
}

function toProblem({ file, path }: NamedFile): ConfigProblem {
  const name = path.replace(/^.*\//, '');
  return {
    file,
    line: undefined,
    reason: `"attachments" names "${name}", but there is no such file beside this one`,
  };
}

function compareModules(one: TextModule, other: TextModule): number {
  if (one.id !== other.id) return one.id < other.id ? -1 : 1;
  return one.language < other.language ? -1 : 1;
}

function unreadable(file: string, error: unknown): TextModuleFile {
  if (!isFault(error)) throw error;
  return {
    file,
    module: undefined,
    problems: [{ file, line: undefined, reason: errorText(error) }],
  };
}
