/**
 * Hints that something changed on disk.
 *
 * Owns: chokidar. Promises: few watches, shallow ones. A hint may be lost, doubled or late: whoever gets
 * one looks for himself, and the sweep finds what no hint told.
 */
import { join } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Clock, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createRecent } from '../../base/recent.ts';

export interface WatcherDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export interface Watcher {
  /** Calls back, once for a burst, after files in the directory came, went or changed. */
  directory(
    path: string,
    changed: () => void,
    options?: { readonly deep?: boolean },
  ): Promise<void>;
  close(): Promise<void>;
}

const burstMs = 60;

export function createWatcher({ clock, log }: WatcherDeps): Watcher {
  const watchers: FSWatcher[] = [];

  return {
    directory(path, changed, { deep = false } = {}) {
      const watcher = watch(path, { ignoreInitial: true, ...(deep ? {} : { depth: 0 }) });
      watchers.push(watcher);
      let isPending = false;
      watcher.on('all', () => {
        if (isPending) return;
        isPending = true;
        clock.after(burstMs, () => {
          isPending = false;
          changed();
        });
      });
      watcher.on('error', (error) => log.warn('watcher.failed', { cause: errorText(error) }));
      return new Promise((resolve) => watcher.once('ready', () => resolve()));
    },
    async close() {
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

export interface FolderWatch {
  /** The folder is looked at or was changed: watch it from now on, as long as others are not more recent. */
  touch(folder: string): void;
  /** Somebody has it before his eyes: watch it at once, however busy the desk is. */
  look(folder: string): void;
  close(): Promise<void>;
}

/** Watching begins when it has been quiet this long: a burst of new tickets must not pay for watches. */
const quietMs = 1 * second;

/** Watches the `new` and `cur` of the ticket folders touched last; calls back once for a burst in a folder. */
export function createFolderWatch(
  { clock, log }: WatcherDeps,
  options: { readonly most: number },
  changed: (folder: string) => void,
): FolderWatch {
  // What is there when the watch begins is a hint too: it may have come since the folder was last read.
  const watcher = watch([], { ignoreInitial: false, depth: 0 });
  const hinted = new Set<string>();
  const watched = createRecent<string, true>(options.most, (folder) =>
    watcher.unwatch(partsOf(folder)),
  );
  const waiting = createRecent<string, true>(options.most);
  let cancel = () => {};

  watcher.on('all', (_, path) => {
    if (hinted.size === 0) clock.after(burstMs, tell);
    hinted.add(path.replace(/[/\\](new|cur)([/\\][^/\\]*)?$/, ''));
  });
  watcher.on('error', (error) => log.warn('watcher.failed', { cause: errorText(error) }));

  function tell(): void {
    const folders = [...hinted];
    hinted.clear();
    for (const folder of folders) changed(folder);
  }

  function begin(): void {
    for (const folder of [...waiting.keys()]) {
      waiting.delete(folder);
      add(folder);
    }
  }

  function add(folder: string): void {
    const isNew = watched.get(folder) === undefined;
    watched.set(folder, true);
    if (isNew) watcher.add(partsOf(folder));
  }

  return {
    touch(folder) {
      if (options.most === 0) return;
      waiting.set(folder, true);
      cancel();
      cancel = clock.after(quietMs, begin);
    },
    look(folder) {
      if (options.most > 0) add(folder);
    },
    async close() {
      cancel();
      await watcher.close();
    },
  };
}

function partsOf(folder: string): string[] {
  return [join(folder, 'new'), join(folder, 'cur')];
}
