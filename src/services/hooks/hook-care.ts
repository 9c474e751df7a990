/**
 * What people do about hooks: see what waits, put back what was given up, try one.
 *
 * Promises: works beside a running desk, which sees within a minute what was put back.
 */
import type { Clock, Instant } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { LiveConfig } from '../../config/config.ts';
import type { Hook } from '../../core/hooks/hook.ts';
import type { HookFiles } from './hook-files.ts';
import { formatPing } from './payload.ts';
import type { Teller, TellOutcome } from './tell.ts';

export interface HookState {
  readonly hook: Hook;
  readonly waiting: number;
  readonly failed: number;
  /** When the oldest event happened of which it was not told yet. */
  readonly oldest: Instant | undefined;
}

export interface UnknownHook {
  readonly code: 'unknown-hook';
  readonly name: string;
  readonly known: readonly string[];
}

export interface HookCare {
  list(): Promise<readonly HookState[]>;
  /** How many were put back. */
  retry(name: string | undefined): Promise<Result<number, UnknownHook>>;
  /** Tells it that it is tried (`ping`), now. */
  tryOut(name: string): Promise<Result<TellOutcome, UnknownHook>>;
}

export interface HookCareDeps {
  readonly files: HookFiles;
  readonly tell: Teller;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly clock: Clock;
  readonly random: Random;
}

export function createHookCare({ files, tell, config, clock, random }: HookCareDeps): HookCare {
  const hooks = () => config.current().hooks ?? [];

  function find(name: string): Result<Hook, UnknownHook> {
    const found = hooks().find((hook) => hook.name === name);
    if (found !== undefined) return ok(found);
    return refuse({ code: 'unknown-hook', name, known: hooks().map((hook) => hook.name) });
  }

  return {
    async list() {
      const [waiting, failed] = [await files.waiting(), await files.failed()];
      return hooks().map((hook) => {
        const own = waiting.filter((each) => each.hook === hook.name);
        return {
          hook,
          waiting: own.length,
          failed: failed.filter((each) => each.hook === hook.name).length,
          oldest: own[0]?.since,
        };
      });
    },
    async retry(name) {
      if (name === undefined) return ok(await files.retry());
      const hook = find(name);
      return hook.ok ? ok(await files.retry(name)) : hook;
    },
    async tryOut(name) {
      const hook = find(name);
      if (!hook.ok) return hook;
      const id = `ping.${randomText(random, 16)}`;
      const body = formatPing(name, id, clock.now());
      return ok(await tell(hook.value, { id, body, words: ['ping'] }));
    },
  };
}
