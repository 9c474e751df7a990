/**
 * Slows down who guesses: after a few failures each further one costs a longer wait.
 *
 * Promises: bounded memory; a key is forgotten when its failures are older than the window.
 */
import { type Clock, type Duration, type Instant, minute, second } from '../../base/clock.ts';
import { createRecent } from '../../base/recent.ts';

export interface Throttle {
  /** How long the key must wait now; 0 when it need not. */
  waitMs(key: string): Duration;
  /** Counts a failure; the returned function takes it back. */
  count(key: string): () => void;
  forget(key: string): void;
}

const freeFailures = 5;
const window: Duration = 15 * minute;
const firstWait: Duration = 5 * second;
const longestWait: Duration = 15 * minute;
/** Beyond these a wait does not grow any more. */
const mostFailures = 16;

export function createThrottle(clock: Clock, mostKeys = 10_000): Throttle {
  const failures = createRecent<string, readonly Instant[]>(mostKeys);

  function recentOf(key: string): readonly Instant[] {
    const since = clock.now() - window;
    return (failures.get(key) ?? []).filter((at) => at > since);
  }

  return {
    waitMs(key) {
      const recent = recentOf(key);
      const last = recent.at(-1);
      if (last === undefined || recent.length < freeFailures) return 0;
      const wait = Math.min(longestWait, firstWait * 2 ** (recent.length - freeFailures));
      return Math.max(0, last + wait - clock.now());
    },
    count(key) {
      const at = clock.now();
      failures.set(key, [...recentOf(key), at].slice(-mostFailures));
      return () => {
        const recent = recentOf(key);
        const position = recent.lastIndexOf(at);
        if (position >= 0) failures.set(key, recent.toSpliced(position, 1));
      };
    },
    forget(key) {
      failures.delete(key);
    },
  };
}

/** What one customer of a provider has for himself: an IPv4 address, or the first half of an IPv6 one. */
export function clientKey(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '')
    .slice(0, 64);
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined
      ? []
      : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
