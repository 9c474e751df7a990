/**
 * What hooks have still to be told, and what could not be: the folder `hooks/` of the desk.
 *
 *     hooks/new/MILLIS.KEY.HOOK      waits; a JSON text, the same as the hook gets
 *     hooks/cur/…                    is being told
 *     hooks/failed/…                 was given up; "maildesk hook retry" puts it back
 *     hooks/done                     names of what was told in the last days, one a line
 *     hooks/HOOK.since               from when on the hook is told
 *
 * Promises: what follows from an event has one name, so it waits once, and is not told again once that it was told is on the
 * disk. Leaves to others: telling (hooks.ts).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Clock,
  type Duration,
  day,
  formatInstant,
  type Instant,
  parseInstant,
  toInstant,
} from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import type { Random } from '../../base/random.ts';
import { readIfThere, replaceFile } from '../../config/desk-files.ts';
import { type MessageName, parseMessageName } from '../../core/ticket/event.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import { type Claim, createSpool, type SpoolEntry } from '../../storage/spool.ts';

export interface WaitingTelling {
  readonly name: MessageName;
  readonly hook: string;
  /** Of the event. */
  readonly since: Instant;
  readonly entry: SpoolEntry;
}

export interface HookFiles {
  /** Makes the folders and reads what was told. */
  open(): Promise<void>;
  /** Undefined when it waits, was told or was given up. */
  add(name: MessageName, text: string): Promise<WaitingTelling | undefined>;
  /** Oldest first. */
  waiting(): Promise<readonly WaitingTelling[]>;
  /** The text, claimed from other processes; undefined when one of them has it. */
  take(telling: WaitingTelling): Promise<TakenTelling | undefined>;
  /** Names of what was given up, oldest first. */
  failed(): Promise<readonly FailedTelling[]>;
  /** Puts what was given up back, of one hook or all; returns how many. */
  retry(hook?: string): Promise<number>;
  /** From when on the hook is told: from the first time that this is asked. */
  sinceOf(hook: string): Promise<Instant>;
  /** Forgets hooks that are not there any more, and what is too old for anybody. */
  prune(hooks: readonly string[]): Promise<void>;
}

export type FailedTelling = Pick<WaitingTelling, 'name' | 'hook' | 'since'>;

export interface TakenTelling {
  readonly text: string;
  done(): Promise<void>;
  giveUp(): Promise<void>;
  release(): Promise<void>;
}

export interface HookFilesDeps {
  readonly files: FileOps;
  /** The `hooks` folder of the desk. */
  readonly directory: string;
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface HookFilesOptions {
  /** Longer than any telling takes. */
  readonly staleAfterMs: Duration;
  /** How far back events are shown again after a start. */
  readonly longestFollowed: Duration;
}

const keptFailed = 30 * day;

/** The one name of telling this hook of this event. */
export function tellingName(hook: string, time: Instant, event: string): MessageName {
  const key = createHash('sha256').update(`${hook} ${event}`).digest('hex').slice(0, 24);
  const name = parseMessageName(`${String(Math.max(0, time)).padStart(13, '0')}.${key}.${hook}`);
  if (name === undefined) throw new RangeError(`"${hook}" is no name of a hook`);
  return name;
}

export function createHookFiles(
  deps: HookFilesDeps,
  { staleAfterMs, longestFollowed }: HookFilesOptions,
): HookFiles {
  const { files, directory, clock } = deps;
  const spool = createSpool(deps, { staleAfterMs });
  const failedFolder = join(directory, 'failed');
  const donePath = join(directory, 'done');
  const done = new Set<string>();
  let doneSize = 0;

  async function open(): Promise<void> {
    await spool.open();
    await ensureDirectory(files, failedFolder, directory);
    const lines = ((await readIfThere(files, donePath)) ?? '').split('\n').filter(Boolean);
    const kept = lines.filter((name) => isRecent(name));
    for (const name of kept) done.add(name);
    if (kept.length < lines.length)
      await replaceFile(deps, { path: donePath, text: toText(kept), mode: 0o600 });
    doneSize = (await files.stat(donePath))?.size ?? 0;
  }

  /** Another process may have told it: the size of the file tells. */
  async function wasTold(name: MessageName): Promise<boolean> {
    const size = (await files.stat(donePath))?.size ?? 0;
    if (size !== doneSize) {
      for (const line of ((await readIfThere(files, donePath)) ?? '').split('\n')) done.add(line);
      doneSize = size;
    }
    return done.has(name);
  }

  function isRecent(name: string): boolean {
    const found = parseName(name);
    return found !== undefined && clock.now() - found.since <= longestFollowed + day;
  }

  async function take({ entry, name }: WaitingTelling): Promise<TakenTelling | undefined> {
    const claim = await spool.claim(entry);
    if (claim === undefined) return undefined;
    const text = (await files.readFile(claim.path)).toString('utf8');
    return {
      text,
      async done() {
        done.add(name);
        await files.append(donePath, `${name}\n`);
        await claim.done();
      },
      giveUp: () => setAside(claim, name),
      release: () => claim.release(),
    };
  }

  /** Linked before it goes, so that it is never nowhere. */
  async function setAside(claim: Claim, name: MessageName): Promise<void> {
    try {
      await files.link(claim.path, join(failedFolder, name));
    } catch (error) {
      // From an attempt to give it up that ended half way.
      if (!isFault(error, 'exists')) throw error;
    }
    await files.syncDirectory(failedFolder);
    await claim.done();
  }

  async function failed(): Promise<readonly FailedTelling[]> {
    const names = ((await files.list(failedFolder)) ?? []).toSorted();
    return names.flatMap((name) => parseName(name) ?? []);
  }

  async function waiting(): Promise<readonly WaitingTelling[]> {
    return (await spool.waiting()).flatMap((entry) => {
      const found = parseName(entry.name);
      return found === undefined ? [] : [{ ...found, entry }];
    });
  }

  async function retry(hook?: string): Promise<number> {
    const wanted = (await failed()).filter((each) => hook === undefined || each.hook === hook);
    for (const { name } of wanted) {
      await spool.put(join(failedFolder, name), name);
      await files.unlink(join(failedFolder, name));
    }
    return wanted.length;
  }

  function sincePath(hook: string): string {
    return join(directory, `${hook}.since`);
  }

  async function sinceOf(hook: string): Promise<Instant> {
    const known = parseInstant(((await readIfThere(files, sincePath(hook))) ?? '').trim());
    if (known !== undefined) return known;
    const now = clock.now();
    const text = `${formatInstant(now)}\n`;
    await replaceFile(deps, { path: sincePath(hook), text, mode: 0o600 });
    return now;
  }

  async function prune(hooks: readonly string[]): Promise<void> {
    for (const name of (await files.list(directory)) ?? []) {
      const hook = /^(.+)\.since$/.exec(name)?.[1];
      if (hook !== undefined && !hooks.includes(hook)) await files.unlink(join(directory, name));
    }
    const old = ({ since }: FailedTelling) => clock.now() - since > keptFailed;
    for (const each of (await failed()).filter(old))
      await files.unlink(join(failedFolder, each.name));
    for (const each of (await waiting()).filter(old))
      if (!hooks.includes(each.hook)) await (await spool.claim(each.entry))?.done();
    for (const name of done) if (!isRecent(name)) done.delete(name);
  }

  return {
    open,
    async add(name, text) {
      if ((await wasTold(name)) || (await files.stat(join(failedFolder, name))) !== undefined)
        return undefined;
      const isNew = await spool.add(Buffer.from(text), name);
      const found = isNew ? parseName(name) : undefined;
      return found === undefined ? undefined : { ...found, entry: spool.entryOf(name) };
    },
    waiting,
    take,
    failed,
    retry,
    sinceOf,
    prune,
  };
}

/** Undefined for files that are not ours. */
function parseName(text: string): FailedTelling | undefined {
  const [, time, hook] = /^(\d{13,15})\.[0-9a-f]{24}\.(.+)$/.exec(text) ?? [];
  const name = parseMessageName(text);
  if (name === undefined || hook === undefined) return undefined;
  return { name, hook, since: toInstant(Number(time)) };
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
