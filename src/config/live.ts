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
    const before = toText([config, problems]);
    // What says the same stays the same object: others keep what they made of it.
    if (loaded.ok && toText(loaded.value) !== toText(config)) config = loaded.value;
    problems = loaded.ok ? [] : loaded.refusal;
    if (toText([config, problems]) === before) return problems;

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

/** JSON alone would leave out what stands in sets and maps. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Set || part instanceof Map ? [...part] : part,
  );
}
