/**
 * Directory syncs shared by everybody who waits for the same directory.
 *
 * Promises: when the returned promise resolves, every name made before the call is on the disk. A sync
 * already under way may have begun too early, so the next one serves all who came meanwhile.
 */
import type { FileOps } from './files.ts';

export type SyncGroup = (path: string) => Promise<void>;

export function createSyncGroup(files: FileOps): SyncGroup {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  function start(path: string): Promise<void> {
    const sync = files.syncDirectory(path).finally(() => {
      if (running.get(path) === sync) running.delete(path);
    });
    running.set(path, sync);
    return sync;
  }

  return (path) => {
    const current = running.get(path);
    if (current === undefined) return start(path);
    let following = next.get(path);
    if (following === undefined) {
      const begin = () => {
        next.delete(path);
        return start(path);
      };
      following = current.then(begin, begin);
      next.set(path, following);
    }
    return following;
  };
}
