/**
 * One timer for many times.
 *
 * Promises: what is due is rung within half a minute also after the clock was set or the machine slept; each ring of a key
 * ends before the next one begins; `settled` resolves when none is under way. A ring that fails is tried again.
 */
import { type Clock, type Instant, minute, second, toInstant } from '../base/clock.ts';
import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createLimit } from '../base/serial.ts';

export interface Alarm<K> {
  /** Undefined takes it away. */
  set(key: K, at: Instant | undefined): void;
  at(key: K): Instant | undefined;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface AlarmDeps<K> {
  readonly clock: Clock;
  readonly log: Log;
  /** Area of the log lines. */
  readonly name: string;
  /** Called with the key taken off; what shall ring again is set again. */
  readonly ring: (key: K) => Promise<void>;
}

const atATime = 4;
const longestRest = 30 * second;
const restAfterFailure = minute;

export function createAlarm<K>({ clock, log, name, ring }: AlarmDeps<K>): Alarm<K> {
  const times = new Map<K, Instant>();
  const running = new Map<K, Promise<void>>();
  const limit = createLimit(atATime);
  let cancel = () => {};
  let timed: Instant | undefined;
  let isStopped = false;

  function schedule(at: Instant): void {
    if (isStopped || (timed !== undefined && timed <= at)) return;
    cancel();
    timed = at;
    const rest = Math.max(0, Math.min(at - clock.now(), longestRest));
    cancel = clock.after(rest, ringDue);
  }

  function ringDue(): void {
    timed = undefined;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [key, at] of times) {
      // What is under way is looked at when it is over.
      if (running.has(key)) continue;
      if (at <= now) start(key);
      else next = Math.min(next, at);
    }
    if (next < Number.POSITIVE_INFINITY) schedule(toInstant(next));
  }

  function start(key: K): void {
    times.delete(key);
    const work = limit
      .run(() => ring(key))
      .catch((error: unknown) => {
        log.error(`${name}.failed`, { key: String(key), cause: errorText(error) });
        if (!times.has(key)) times.set(key, toInstant(clock.now() + restAfterFailure));
      })
      .finally(() => {
        running.delete(key);
        const at = times.get(key);
        if (at !== undefined) schedule(at);
      });
    running.set(key, work);
  }

  return {
    set(key, at) {
      if (at === undefined) {
        times.delete(key);
        return;
      }
      times.set(key, at);
      if (running.has(key) || isStopped) return;
      if (at <= clock.now()) start(key);
      else schedule(at);
    },
    at: (key) => times.get(key),
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
    async stop() {
      isStopped = true;
      cancel();
      await Promise.all(running.values());
    },
  };
}
