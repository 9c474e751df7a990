/**
 * A disk that fails, or loses its power, at the n-th call.
 *
 * Owns: counting the calls of `FileOps` and striking at one of them. Promises: all that happens, happens
 * to real files; after a crash every call rejects with `CrashError`, and `powerCut` leaves the files as a
 * machine would find them that starts again. The data of a file is durable when `createFile` resolved.
 * Leaves to others: which names are at risk (unsynced-names.ts), what must hold afterwards (the test).
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FileOps, nodeFiles, toFault } from '../../src/storage/files.ts';
import { createUnsyncedNames, type Loss } from './unsynced-names.ts';

export type FaultPlan =
  /** Only counts. */
  | { readonly kind: 'count' }
  /** The call does not happen and fails; a file that is created keeps half of its bytes. */
  | {
      readonly kind: 'fail';
      /** From 1. */
      readonly at: number;
      readonly errno: 'EIO' | 'ENOSPC';
      /** Every later call fails as well. */
      readonly lasting?: boolean;
    }
  /** The process dies in this call: before it took effect, in the middle of it, or just after. */
  | { readonly kind: 'crash'; readonly at: number; readonly effect?: CrashEffect };

/** `half` of a file is half its bytes, of a tree half its entries, of a name nothing. */
export type CrashEffect = 'none' | 'half' | 'done';

/** What every call answers when the machine is off. It is no `Fault`: nobody may take it for one. */
export class CrashError extends Error {
  constructor() {
    super('The machine has lost its power');
    this.name = 'CrashError';
  }
}

export interface FaultyFiles extends FileOps {
  /** Calls so far. */
  calls(): number;
  /** Their names and paths, in order: `rename /tmp/…`. */
  operations(): readonly string[];
  /** Whether the plan's call was reached. */
  hasStruck(): boolean;
  /** Ends everything, then undoes what a power cut takes back. Call it once, then open fresh objects. */
  powerCut(loss: Loss): Promise<void>;
}

type Effect = () => Promise<unknown>;

/** What a call leaves behind that did not come to its end. */
interface Interrupted {
  readonly fail?: Effect;
  readonly half?: Effect;
  /** Where it differs from what the call does. */
  readonly done?: Effect;
}

export function createFaultyFiles(plan: FaultPlan = { kind: 'count' }): FaultyFiles {
  const names = createUnsyncedNames();
  const operations: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  let isOff = false;
  let hasStruck = false;

  function call<T>(
    name: string,
    path: string,
    run: () => Promise<T>,
    interrupted: Interrupted = {},
  ): Promise<T> {
    const answer = strike(name, path, run, interrupted);
    const ended = answer.then(
      () => {},
      () => {},
    );
    underWay.add(ended);
    void ended.then(() => underWay.delete(ended));
    return answer;
  }

  async function strike<T>(
    name: string,
    path: string,
    run: () => Promise<T>,
    interrupted: Interrupted,
  ): Promise<T> {
    if (isOff) throw new CrashError();
    operations.push(`${name} ${path}`);
    if (isHit(plan, operations.length)) {
      hasStruck = true;
      if (plan.kind === 'fail') {
        await interrupted.fail?.();
        throw toFault(
          name,
          path,
          Object.assign(new Error(`${plan.errno}: made up`), { code: plan.errno }),
        );
      }
      if (plan.kind === 'crash') {
        isOff = true;
        await leaveBehind(plan.effect ?? 'none', run, interrupted);
      }
    }
    if (isOff) throw new CrashError();
    const result = await run();
    // The kernel did its work, but nobody lives to hear of it.
    if (isOff) throw new CrashError();
    return result;
  }

  async function createPart(path: string, bytes: Uint8Array): Promise<void> {
    await writeFile(path, bytes.subarray(0, bytes.length >> 1), { flag: 'wx', mode: 0o640 });
    names.addMade(path);
  }

  async function removeHalf(path: string): Promise<void> {
    const children = [...((await nodeFiles.list(path)) ?? [])].sort();
    for (const child of children.slice(0, Math.ceil(children.length / 2)))
      await names.remove(join(path, child));
  }

  const move = (from: string, to: string) => guard('rename', from, () => names.move(from, to));

  async function unlink(path: string): Promise<boolean> {
    const stats = await nodeFiles.stat(path);
    // A directory is refused as the kernel refuses it.
    if (stats?.isDirectory === true) return nodeFiles.unlink(path);
    return guard('remove file', path, () => names.remove(path));
  }

  async function removeTree(path: string): Promise<void> {
    await guard('remove directory', path, () => names.remove(path));
  }

  async function append(path: string, text: string): Promise<void> {
    const before = (await nodeFiles.stat(path))?.size;
    await nodeFiles.append(path, text);
    if (before === undefined) names.addMade(path);
    names.addAppended(path, before ?? 0);
  }

  async function sync(path: string): Promise<void> {
    const endSync = names.beginSync(path);
    await nodeFiles.syncDirectory(path);
    // A sync that was under way when the power went may have come too late.
    if (!isOff) endSync();
  }

  async function syncAtTheLastMoment(path: string): Promise<void> {
    const endSync = names.beginSync(path);
    await nodeFiles.syncDirectory(path);
    endSync();
  }

  async function made(path: string, make: Promise<void>): Promise<void> {
    await make;
    names.addMade(path);
  }

  const reading = <T>(name: string, path: string, run: (path: string) => Promise<T>) =>
    call(name, resolve(path), () => run(resolve(path)));

  return {
    readFile: (path) => reading('readFile', path, nodeFiles.readFile),
    readPart: (path, position, length) =>
      reading('readPart', path, (full) => nodeFiles.readPart(full, position, length)),
    list: (path) => reading('list', path, nodeFiles.list),
    stat: (path) => reading('stat', path, nodeFiles.stat),
    makeDirectory: (path) => {
      const full = resolve(path);
      return call('makeDirectory', full, () => made(full, nodeFiles.makeDirectory(full)));
    },
    createFile: (path, bytes, mode, modified) => {
      const full = resolve(path);
      const part = () => createPart(full, bytes).catch(ignoreExisting);
      return call(
        'createFile',
        full,
        () => made(full, nodeFiles.createFile(full, bytes, mode, modified)),
        {
          fail: part,
          half: part,
        },
      );
    },
    rename: (from, to) => call('rename', resolve(from), () => move(resolve(from), resolve(to))),
    link: (existing, path) => {
      const full = resolve(path);
      return call('link', full, () => made(full, nodeFiles.link(resolve(existing), full)));
    },
    unlink: (path) => call('unlink', resolve(path), () => unlink(resolve(path))),
    removeTree: (path) =>
      call('removeTree', resolve(path), () => removeTree(resolve(path)), {
        half: () => removeHalf(resolve(path)),
      }),
    syncDirectory: (path) =>
      call('syncDirectory', resolve(path), () => sync(resolve(path)), {
        done: () => syncAtTheLastMoment(resolve(path)),
      }),
    append: (path, text) => call('append', resolve(path), () => append(resolve(path), text)),
    calls: () => operations.length,
    operations: () => operations,
    hasStruck: () => hasStruck,
    async powerCut(loss) {
      isOff = true;
      await Promise.all(underWay);
      await names.undo(loss);
    },
  };
}

function isHit(plan: FaultPlan, call: number): boolean {
  if (plan.kind === 'count') return false;
  return call === plan.at || (plan.kind === 'fail' && plan.lasting === true && call > plan.at);
}

async function leaveBehind(
  effect: CrashEffect,
  run: Effect,
  { half, done = run }: Interrupted,
): Promise<void> {
  try {
    if (effect === 'done') await done();
    if (effect === 'half') await half?.();
  } catch {
    // The call would have failed, and its caller is dead in any case.
  }
}

async function guard<T>(action: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toFault(action, path, error);
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
