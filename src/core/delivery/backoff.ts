/**
 * When a mail is tried again, and what a reply code of the smarthost means for that.
 *
 * Promises: pure; before jitter the delays never decrease and are bounded; jitter only lengthens, by at
 * most a fifth, so that mails which failed together do not come back together.
 */
import { type Duration, hour, type Instant, minute, second, toInstant } from '../../base/clock.ts';

/** After the first, second, … attempt; the last one goes on for ever. */
const retryDelays: readonly Duration[] = [
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
];

const shortestReconnect = 10 * second;
const longestReconnect = 5 * minute;

export interface RetryFacts {
  /** Attempts so far, from 1. */
  readonly attempts: number;
  /** When the first of them ended. */
  readonly since: Instant;
  readonly now: Instant;
  readonly giveUpAfterMs: Duration;
  /** From 0 to below 1. */
  readonly jitter: number;
}

/** The last attempt falls on the end of the patience, so that no mail is given up long before or after it. */
export function nextAttempt(facts: RetryFacts): Instant | 'give-up' {
  const { attempts, since, now, giveUpAfterMs, jitter } = facts;
  const end = since + giveUpAfterMs;
  if (now >= end) return 'give-up';
  return toInstant(Math.min(now + withJitter(retryDelay(attempts), jitter), end));
}

/** The pause after so many attempts at one mail, before jitter. */
export function retryDelay(attempts: number): Duration {
  const position = Math.min(Math.max(1, attempts), retryDelays.length) - 1;
  return retryDelays[position] ?? 4 * hour;
}

/** The pause of the whole sender after so many failures in a row to reach the smarthost, before jitter. */
export function reconnectDelay(failures: number): Duration {
  const doublings = Math.min(Math.max(1, failures), 16) - 1;
  return Math.min(shortestReconnect * 2 ** doublings, longestReconnect);
}

export function withJitter(delay: Duration, jitter: number): Duration {
  return Math.floor(delay * (1 + Math.min(Math.max(0, jitter), 1) / 5));
}

export type ReplyClass = 'accepted' | 'deferred' | 'rejected';

/**
 * RFC 5321 section 4.2.1: 2yz is done, 5yz will not succeed, anything else may later. 503 says that the
 * session was out of step, not that the mail is refused, so another session may succeed.
 */
export function classifyReply(code: number): ReplyClass {
  if (code >= 200 && code < 300) return 'accepted';
  return code >= 500 && code < 600 && code !== 503 ? 'rejected' : 'deferred';
}
