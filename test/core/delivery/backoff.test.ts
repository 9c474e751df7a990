/** The pauses between attempts, and what reply codes mean. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, hour, minute, second, toInstant } from '../../../src/base/clock.ts';
import {
  classifyReply,
  nextAttempt,
  reconnectDelay,
  retryDelay,
  withJitter,
} from '../../../src/core/delivery/backoff.ts';

describe('retryDelay', () => {
  test('goes 1m, 5m, 15m, 30m, 1h, 2h, 4h and stays at 4h', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map(retryDelay);
    expect(delays).toEqual([
      minute,
      5 * minute,
      15 * minute,
      30 * minute,
      hour,
      2 * hour,
      4 * hour,
      4 * hour,
      4 * hour,
    ]);
  });

  test('never decreases and is bounded, and so is the pause of the whole sender', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 1e9 }), (attempts) => {
        expect(retryDelay(attempts + 1)).toBeGreaterThanOrEqual(retryDelay(attempts));
        expect(retryDelay(attempts)).toBeLessThanOrEqual(4 * hour);
        expect(reconnectDelay(attempts + 1)).toBeGreaterThanOrEqual(reconnectDelay(attempts));
        expect(reconnectDelay(attempts)).toBeGreaterThanOrEqual(10 * second);
        expect(reconnectDelay(attempts)).toBeLessThanOrEqual(5 * minute);
      }),
    );
  });

  test('jitter lengthens by a fifth at most', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.double({ min: 0, max: 1, noNaN: true }), (delay, jitter) => {
        expect(withJitter(delay, jitter)).toBeGreaterThanOrEqual(delay);
        expect(withJitter(delay, jitter)).toBeLessThanOrEqual(delay * 1.2);
      }),
    );
  });
});

describe('nextAttempt', () => {
  const facts = { attempts: 1, since: toInstant(0), giveUpAfterMs: 5 * day, jitter: 0 };

  test('is a minute after the first failure', () => {
    expect(nextAttempt({ ...facts, now: toInstant(0) })).toBe(minute);
  });

  test('puts the last attempt on the end of the patience', () => {
    expect(nextAttempt({ ...facts, attempts: 30, now: toInstant(5 * day - hour) })).toBe(5 * day);
  });

  test('gives up when the patience has ended', () => {
    expect(nextAttempt({ ...facts, attempts: 30, now: toInstant(5 * day) })).toBe('give-up');
  });
});

test('classifyReply tells accepted, deferred and rejected apart', () => {
  const classes = [
    250,
    251,
    421,
    450,
    451,
    452,
    503,
    500,
    550,
    552,
    554,
    354,
    0,
    Number.NaN,
    600,
  ].map(classifyReply);
  expect(classes).toEqual([
    'accepted',
    'accepted',
    'deferred',
    'deferred',
    'deferred',
    'deferred',
    'deferred',
    'rejected',
    'rejected',
    'rejected',
    'rejected',
    'deferred',
    'deferred',
    'deferred',
    'deferred',
  ]);
});
