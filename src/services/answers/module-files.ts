/**
 * Text modules as agents write, move and remove them.
 *
 * Promises: a file is replaced whole and durably; one that somebody else changed since it was opened is left alone. No path leads out
 * of config/answers. A move writes the new files before it takes the old ones away, so a crash leaves both and loses nothing. What is
 * removed is set aside in config/answers/.removed, from where it can be put back by hand.
 * Leaves to others: the form of the files (config/), who they are offered to, versions (whatever keeps the desk's files).
 */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Clock, formatInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import {
  type DeskFiles,
  makeDirectories,
  makeFile,
  readIfThere,
  replaceFile,
} from '../../config/desk-files.ts';
import { editModuleText, type ModuleFields, renameNested } from '../../config/module-edits.ts';
import { isModuleId, parseModuleName, parseTextModule } from '../../config/text-modules.ts';
import { nestedIn } from '../../core/answers/fill-text.ts';
import { mayEditModule } from '../../core/answers/module-rights.ts';
import { filesOf, type TextModule } from '../../core/answers/text-module.ts';
import { caseKey } from '../../core/views/file-words.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { AnswerBook } from './answer-book.ts';

export interface ModuleKey {
  readonly id: string;
  readonly language: string;
}

export interface OpenModule extends ModuleKey {
  /** Undefined when the file is broken: then only its text can be changed, elsewhere. */
  readonly module: TextModule | undefined;
  readonly reasons: readonly string[];
  /** To be given back with a change. */
  readonly digest: string;
}

export type ModuleRefusal =
  | { readonly code: 'not-allowed' }
  | { readonly code: 'unknown-module' }
  | { readonly code: 'module-exists'; readonly id: string }
  /** Somebody else wrote the file since. */
  | { readonly code: 'module-changed' }
  | { readonly code: 'bad-module'; readonly reasons: readonly string[] };

export interface NewAttachment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ModuleChange extends ModuleKey {
  readonly fields: ModuleFields;
  /** Undefined for a file that is to be new. */
  readonly digest: string | undefined;
  readonly attach?: readonly NewAttachment[];
}

type Outcome<T> = Promise<Result<T, ModuleRefusal>>;

export interface ModuleFiles {
  open(key: ModuleKey): Promise<OpenModule | undefined>;
  mayEdit(agent: Pick<Agent, 'roles'>, queues: readonly string[]): boolean;
  save(agent: Agent, change: ModuleChange): Outcome<OpenModule>;
  /** Every language of the module, its attachments, and the modules that nest it. */
  move(agent: Agent, from: string, to: string): Outcome<undefined>;
  remove(agent: Agent, key: ModuleKey & { readonly digest: string }): Outcome<undefined>;
}

export interface ModuleFilesDeps {
  readonly files: DeskFiles;
  /** The desk. */
  readonly directory: string;
  readonly answers: Pick<AnswerBook, 'modules' | 'load'>;
  readonly config: () => Config;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly log: Log;
}

const fileMode = 0o644;

export function createModuleFiles(deps: ModuleFilesDeps): ModuleFiles {
  const { files, directory, answers, config, clock, log } = deps;
  const serial = createKeyedSerial();
  const absolute = (path: string) => `${directory}/config/${path}`;
  const mayEdit = (agent: Pick<Agent, 'roles'>, queues: readonly string[]) =>
    mayEditModule(agent.roles, queues, config().queues);

  async function open({ id, language }: ModuleKey): Promise<OpenModule | undefined> {
    const file = fileOf({ id, language });
    const text = file === undefined ? undefined : await readIfThere(files, absolute(file));
    if (file === undefined || text === undefined) return undefined;
    const { module, problems } = parseTextModule(text, file);
    return { id, language, module, reasons: problems.map(toReason), digest: digestOf(text) };
  }

  /** Nobody but an admin may touch a file of which it is not known whom it belongs to. */
  function mayTouch(agent: Agent, { module }: OpenModule): boolean {
    return mayEdit(agent, module?.queues ?? []);
  }

  async function save(agent: Agent, change: ModuleChange): Outcome<OpenModule> {
    const file = fileOf(change);
    if (file === undefined) return refuse({ code: 'bad-module', reasons: [nameExpected] });
    const before = await open(change);
    const refusal = refuseChange(agent, before, change);
    if (refusal !== undefined) return refuse(refusal);
    const attached = await placeAll(file, change.attach ?? []);
    const names = [...new Set([...change.fields.attachments, ...attached])];
    const fields = { ...change.fields, attachments: names };
    const old = before === undefined ? undefined : await readIfThere(files, absolute(file));
    const name = posix.basename(change.id);
    const text = editModuleText(old, fields, { name, file });
    const { problems } = parseTextModule(text, file);
    if (problems.length > 0) return refuse({ code: 'bad-module', reasons: problems.map(toReason) });
    if (!(await write(file, text, before === undefined)))
      return refuse({ code: 'module-exists', id: change.id });
    log.info('answers.module-saved', { login: agent.login, file });
    await answers.load();
    await setAsideUnused(before?.module);
    const saved = await open(change);
    return saved === undefined ? refuse({ code: 'unknown-module' }) : ok(saved);
  }

  function refuseChange(
    agent: Agent,
    before: OpenModule | undefined,
    { id, digest, fields }: ModuleChange,
  ): ModuleRefusal | undefined {
    if (!mayEdit(agent, fields.queues)) return { code: 'not-allowed' };
    if (before !== undefined && !mayTouch(agent, before)) return { code: 'not-allowed' };
    if (digest === undefined) {
      // Where upper and lower case are one, so would be the two files.
      const twin = answers.modules().find((each) => caseKey(each.id) === caseKey(id));
      if (before !== undefined) return { code: 'module-exists', id };
      return twin === undefined || twin.id === id
        ? undefined
        : { code: 'module-exists', id: twin.id };
    }
    if (before === undefined) return { code: 'unknown-module' };
    return before.digest === digest ? undefined : { code: 'module-changed' };
  }

  async function write(file: string, text: string, isNew: boolean): Promise<boolean> {
    await makeDirectories(files, posix.dirname(absolute(file)));
    const small = { path: absolute(file), text, mode: fileMode };
    if (isNew) return makeFile(deps, small);
    await replaceFile(deps, small);
    return true;
  }

  /** Beside the module, each under a name that nothing else has; what is there already is not written again. */
  async function placeAll(
    file: string,
    attached: readonly NewAttachment[],
  ): Promise<readonly string[]> {
    const folder = posix.dirname(file);
    const names: string[] = [];
    for (const { name, bytes } of attached) {
      await makeDirectories(files, absolute(folder));
      names.push(await place(folder, tidyName(name), bytes));
    }
    return names;
  }

  async function place(folder: string, name: string, bytes: Uint8Array): Promise<string> {
    const { name: stem, ext } = posix.parse(name);
    for (let number = 1; ; number += 1) {
      const wanted = number === 1 ? name : `${stem}-${number}${ext}`;
      const path = absolute(`${folder}/${wanted}`);
      if ((await files.stat(path)) === undefined) {
        await files.createFile(path, bytes, fileMode);
        await files.syncDirectory(posix.dirname(path));
        return wanted;
      }
      if (Buffer.from(bytes).equals(await files.readFile(path))) return wanted;
    }
  }

  async function setAsideUnused(before: TextModule | undefined): Promise<void> {
    if (before === undefined) return;
    const named = new Set(
      answers.modules().flatMap((each) => filesOf(each).map(({ path }) => path)),
    );
    for (const { path } of filesOf(before)) if (!named.has(path)) await setAside(path);
  }

  async function setAside(file: string): Promise<void> {
    const path = absolute(file);
    if ((await files.stat(path)) === undefined) return;
    const time = formatInstant(clock.now()).replace(/[:.]/g, '-');
    const target = absolute(`answers/.removed/${time} ${file.slice(8).replaceAll('/', ' ')}`);
    await makeDirectories(files, posix.dirname(target));
    await files.rename(path, target);
    await files.syncDirectory(posix.dirname(target));
    await files.syncDirectory(posix.dirname(path));
  }

  async function remove(
    agent: Agent,
    { digest, ...key }: ModuleKey & { readonly digest: string },
  ): Outcome<undefined> {
    const before = await open(key);
    const file = fileOf(key);
    if (before === undefined || file === undefined) return refuse({ code: 'unknown-module' });
    if (!mayTouch(agent, before)) return refuse({ code: 'not-allowed' });
    if (before.digest !== digest) return refuse({ code: 'module-changed' });
    await setAside(file);
    log.info('answers.module-removed', { login: agent.login, file });
    await answers.load();
    await setAsideUnused(before.module);
    return ok(undefined);
  }

  async function move(agent: Agent, from: string, to: string): Outcome<undefined> {
    if (!isModuleId(to)) return refuse({ code: 'bad-module', reasons: [nameExpected] });
    await answers.load();
    const all = answers.modules();
    const own = all.filter(({ id }) => id === from);
    const around = all.filter((each) => each.id !== from && nestedIn(each).includes(from));
    if (own.length === 0) return refuse({ code: 'unknown-module' });
    if (all.some(({ id }) => id === to)) return refuse({ code: 'module-exists', id: to });
    if (![...own, ...around].every(({ queues }) => mayEdit(agent, queues)))
      return refuse({ code: 'not-allowed' });
    for (const module of own) {
      const target = fileOf({ id: to, language: module.language });
      if (target === undefined || !(await copyTo(module, target, from, to)))
        return refuse({ code: 'module-exists', id: to });
    }
    for (const { file } of around) await rewrite(file, file, from, to);
    for (const { file } of own) await setAside(file);
    log.info('answers.module-moved', { login: agent.login, from, to });
    await answers.load();
    for (const module of own) await setAsideUnused(module);
    return ok(undefined);
  }

  async function copyTo(
    module: TextModule,
    target: string,
    from: string,
    to: string,
  ): Promise<boolean> {
    if ((await files.stat(absolute(target))) !== undefined) return false;
    await makeDirectories(files, posix.dirname(absolute(target)));
    for (const { name, path } of filesOf(module)) {
      const there = absolute(`${posix.dirname(target)}/${name}`);
      if ((await files.stat(absolute(path))) === undefined) continue;
      if ((await files.stat(there)) !== undefined) continue;
      await files.createFile(there, await files.readFile(absolute(path)), fileMode);
    }
    return rewrite(module.file, target, from, to);
  }

  async function rewrite(file: string, target: string, from: string, to: string): Promise<boolean> {
    const text = (await readIfThere(files, absolute(file))) ?? '';
    return write(target, renameNested(text, from, to), file !== target);
  }

  return {
    open,
    mayEdit,
    // One change at a time: a move touches many files.
    save: (agent, change) => serial.run('change', () => save(agent, change)),
    move: (agent, from, to) => serial.run('change', () => move(agent, from, to)),
    remove: (agent, key) => serial.run('change', () => remove(agent, key)),
  };
}

export const nameExpected =
  'A module is named by words of letters, digits and "-", with "/" between folder and name, such as billing/refund';

/** Undefined when these name no file of a module, such as one outside of config/answers. */
function fileOf({ id, language }: ModuleKey): string | undefined {
  const file = `answers/${id}.${language}.md`;
  const named = parseModuleName(file);
  return named?.id === id && named.language === language ? file : undefined;
}

function toReason({ line, reason }: { line: number | undefined; reason: string }): string {
  return line === undefined ? reason : `${reason} (line ${line})`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The last part of a path, as the front matter can name it. */
function tidyName(name: string): string {
  const plain = name
    .replace(/^.*[\\/]/s, '')
    .replace(/[\s\p{Cc}\p{Cf}"<>|:*?,[\]{}#&]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(-100);
  return plain === '' || plain.endsWith('.md') ? `${plain}.file` : plain;
}
