/**
 * The configuration of a running desk.
 *
 * Promises: `current` is always one that was right as a whole; files that are wrong now change nothing
 * but `problems`. Leaves to others: when to read again (the watcher, a signal).
 */
import type { Log } from '../base/log.ts';
import type { Result } from '../base/result.ts';
import { createKeyedSerial } from '../base/serial.ts';
import type { Config, ConfigProblem, LiveConfig } from './config.ts';

export interface LiveConfigDeps {
  /** In force until the first reload. */
  readonly first: Config;
  load(): Promise<Result<Config, readonly ConfigProblem[]>>;
  readonly log: Log;
}

export interface ReloadableConfig extends LiveConfig {
  /** Reads everything again; answers with what is wrong now. One at a time. */
  reload(): Promise<readonly ConfigProblem[]>;
}

export function createLiveConfig({ first, load, log }: LiveConfigDeps): ReloadableConfig {
  const serial = createKeyedSerial();
  const listeners = new Set<() => void>();
  let config = first;
  let problems: readonly ConfigProblem[] = [];

  function announce(): void {
    for (const listener of [...listeners]) listener();
  }

  async function reload(): Promise<readonly ConfigProblem[]> {
    const loaded = await load();
    const before = JSON.stringify([config, problems]);
    if (loaded.ok) config = loaded.value;
    problems = loaded.ok ? [] : loaded.refusal;
    if (JSON.stringify([config, problems]) === before) return problems;

    if (loaded.ok) log.info('config.reloaded');
    else log.warn('config.refused', { problems });
    announce();
    return problems;
  }

  return {
    current: () => config,
    problems: () => problems,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload: () => serial.run('reload', reload),
  };
}
