/**
 * The hot folder `drop/`: faxes and recordings that other programs put there.
 *
 * Promises: a file is taken when nothing of it, nor of what stands beside it, changed for a while; it goes away only after its
 * message is durable. Wherever the desk stops, the next look finds the file, or that it is filed already. What cannot be
 * taken stays, and is named until it is gone.
 * Leaves to others: hints that something came (services/watch), what a file is (drop-filing.ts).
 */
import { dirname, join } from 'node:path';
import { type Clock, type Duration, type Instant, minute, second } from '../../base/clock.ts';
import { errorText, Fault, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { ConfigProblem } from '../../config/config.ts';
import type { FileOps } from '../../storage/files.ts';
import { type DroppedName, listDrop } from './drop-entries.ts';
import type { DropFiling, DropOutcome } from './drop-filing.ts';

export interface Drop {
  /** Looks at everything there; what is whole is taken. Looks again by itself when more may be. */
  collect(): Promise<void>;
  /** What stays there, and why. */
  problems(): readonly ConfigProblem[];
  /** Resolves when no file is being taken. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface DropDeps {
  readonly files: Pick<FileOps, 'list' | 'stat' | 'unlink' | 'syncDirectory'>;
  readonly filing: DropFiling;
  readonly clock: Clock;
  readonly log: Log;
}

export interface DropOptions {
  /** `drop/`. */
  readonly directory: string;
  readonly stableMs: () => Duration;
}

/** What was seen of a file and of what stands beside it. */
interface Seen {
  readonly signature: string;
  readonly since: Instant;
  readonly reason?: string;
}

const retryMs = 30 * second;
/** What stands beside nothing may have come before its file. */
const orphanGraceMs = minute;

export function createDrop({ files, filing, clock, log }: DropDeps, options: DropOptions): Drop {
  const { directory, stableMs } = options;
  let seen = new Map<string, Seen>();
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;
  let cancelLook = () => {};

  function collect(): Promise<void> {
    if (isStopped) return Promise.resolve();
    if (running !== undefined) {
      isAskedAgain = true;
      return running;
    }
    running = lookUntilQuiet().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function lookUntilQuiet(): Promise<void> {
    do {
      isAskedAgain = false;
      try {
        await look();
      } catch (error) {
        if (!isFault(error)) throw error;
        // A folder that cannot be listed now must not end the sweep that asks for it.
        log.warn('drop.deferred', { cause: error.message });
      }
    } while (isAskedAgain && !isStopped);
  }

  async function look(): Promise<void> {
    const { entries, orphans, closed, isCut } = await listDrop(files, directory);
    const before = seen;
    seen = new Map();
    const waits: Duration[] = isCut ? [second] : [];
    for (const path of closed) {
      const reason = 'The desk may not read it';
      seen.set(path, { signature: '', since: clock.now(), reason });
    }
    for (const entry of entries) {
      const parts = [entry.file, ...entry.sidecars];
      const wait = await consider(entry.file.path, parts, before, stableMs(), () =>
        filing.file(entry),
      );
      if (wait !== undefined) waits.push(wait);
    }
    for (const orphan of orphans) {
      const grace = Math.max(stableMs(), orphanGraceMs);
      const wait = await consider(orphan.path, [orphan], before, stableMs(), () =>
        addOrphan(orphan, before, grace),
      );
      if (wait !== undefined) waits.push(wait);
    }
    cancelLook();
    if (waits.length > 0 && !isStopped)
      cancelLook = clock.after(Math.max(20, Math.min(...waits)), () => void lookInBackground());
  }

  async function lookInBackground(): Promise<void> {
    try {
      await collect();
    } catch (error) {
      log.error('drop.failed', { cause: errorText(error) });
    }
  }

  /** How long to wait before it is looked at again; undefined when nothing is expected of it. */
  async function consider(
    path: string,
    parts: readonly DroppedName[],
    before: ReadonlyMap<string, Seen>,
    stable: Duration,
    take: () => Promise<DropOutcome | 'wait'>,
  ): Promise<Duration | undefined> {
    const signature = parts
      .map(({ path: each, size, modified, changed }) => `${each} ${size} ${modified} ${changed}`)
      .join('\n');
    const known = before.get(path);
    const isSame = known?.signature === signature;
    const since = isSame ? known.since : clock.now();
    seen.set(path, {
      signature,
      since,
      ...(isSame && known.reason !== undefined ? { reason: known.reason } : {}),
    });
    if (isSame && known.reason !== undefined) return undefined;
    const left = since + stable - clock.now();
    if (left > 0 || isStopped) return left;
    return attempt(path, parts, take);
  }

  async function attempt(
    path: string,
    parts: readonly DroppedName[],
    take: () => Promise<DropOutcome | 'wait'>,
  ): Promise<Duration | undefined> {
    try {
      const outcome = await take();
      if (outcome === 'wait') return orphanGraceMs;
      if (outcome.kind === 'stays') return keep(path, outcome.reason);
      await clear(parts);
      seen.delete(path);
      log.info('drop.filed', {
        ticket: outcome.ticket,
        message: outcome.message,
        bytes: parts[0]?.size,
      });
      return undefined;
    } catch (error) {
      if (isFault(error, 'not-found')) return undefined;
      // Nobody but an admin can help: that it is filed already, if it is, is found when he has.
      if (isFault(error, 'permission-denied')) return keep(path, errorText(error));
      if (error instanceof Fault && error.retry === 'later') {
        log.warn('drop.deferred', { cause: error.message });
        return retryMs;
      }
      log.error('drop.failed', { cause: errorText(error) });
      return keep(path, errorText(error));
    }
  }

  function keep(path: string, reason: string): undefined {
    const known = seen.get(path);
    if (known !== undefined) seen.set(path, { ...known, reason });
    log.warn('drop.stays', { reason });
  }

  /** A transcript may belong to a recording that was taken; anything else gets some time for its file to come. */
  async function addOrphan(
    orphan: DroppedName,
    before: ReadonlyMap<string, Seen>,
    grace: Duration,
  ): Promise<DropOutcome | 'wait'> {
    const outcome = await filing.addTranscript(orphan);
    const since = before.get(orphan.path)?.since ?? clock.now();
    return outcome.kind === 'stays' && clock.now() - since < grace ? 'wait' : outcome;
  }

  /**
   * What stands beside the file goes first, durably: a transcript that outlived its recording would be taken for one that came
   * late. What was written anew meanwhile stays, and is the next file.
   */
  async function clear(parts: readonly DroppedName[]): Promise<void> {
    const [file, ...sidecars] = parts;
    for (const sidecar of sidecars) await removeIfSame(sidecar);
    for (const folder of foldersOf(sidecars)) await files.syncDirectory(folder);
    if (file === undefined) return;
    await removeIfSame(file);
    await files.syncDirectory(dirname(join(directory, file.path)));
  }

  async function removeIfSame({ path, size, modified }: DroppedName): Promise<void> {
    const stat = await files.stat(join(directory, path));
    if (stat?.size === size && stat.modified === modified)
      await files.unlink(join(directory, path));
  }

  function foldersOf(parts: readonly DroppedName[]): readonly string[] {
    return [...new Set(parts.map(({ path }) => dirname(join(directory, path))))];
  }

  return {
    collect,
    problems: () =>
      [...seen].flatMap(([path, { reason }]) =>
        reason === undefined ? [] : [{ file: `drop/${path}`, line: undefined, reason }],
      ),
    async settled() {
      while (running !== undefined) await running;
    },
    async stop() {
      isStopped = true;
      cancelLook();
      await running;
      cancelLook();
    },
  };
}
