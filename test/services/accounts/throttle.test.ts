import { describe, expect, test } from 'vitest';
import { minute, second } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { createPasswords } from '../../../src/services/accounts/password.ts';
import { clientKey, createThrottle } from '../../../src/services/accounts/throttle.ts';
import { makeClock } from './account-parts.ts';

describe('createThrottle', () => {
  test('waits grow to a quarter of an hour and end with the window', () => {
    const clock = makeClock();
    const throttle = createThrottle(clock);
    const waits = Array.from({ length: 20 }, () => {
      throttle.count('a');
      return throttle.waitMs('a') / second;
    });
    expect(waits.slice(3, 13)).toEqual([0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
    expect(waits.at(-1)).toBe(900);
    expect(throttle.waitMs('b')).toBe(0);
    clock.advance(15 * minute);
    expect(throttle.waitMs('a')).toBe(0);
    throttle.count('a');
    expect(throttle.waitMs('a')).toBe(0);
  });

  test('a failure that is taken back never was', () => {
    const throttle = createThrottle(makeClock());
    for (let attempt = 0; attempt < 4; attempt += 1) throttle.count('a');
    throttle.count('a')();
    expect(throttle.waitMs('a')).toBe(0);
  });

  test('remembers a bounded number of keys, those seen last', () => {
    const throttle = createThrottle(makeClock(), 2);
    for (const key of ['a', 'b', 'c']) {
      for (let attempt = 0; attempt < 5; attempt += 1) throttle.count(key);
    }
    expect(['a', 'b', 'c'].map((key) => throttle.waitMs(key) > 0)).toEqual([false, true, true]);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:2::1', '2001:db8:0:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['', ''],
])('clientKey of %s is %s', (address, key) => {
  expect(clientKey(address)).toBe(key);
});

describe('createPasswords', () => {
  test('says that it is busy while much waits', async () => {
    const passwords = createPasswords(systemRandom, 10);
    const all = Array.from({ length: 40 }, () => passwords.verify('x', undefined));
    expect(passwords.isBusy()).toBe(true);
    expect(new Set(await Promise.all(all))).toEqual(new Set([false]));
    expect(passwords.isBusy()).toBe(false);
  });

  test('checks hashes that were made with other parameters', async () => {
    const hash = await createPasswords(systemRandom, 11).hash('correct horse');
    const passwords = createPasswords(systemRandom, 10);
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horsf', hash)).toBe(false);
  });

  test('a fresh hash of the full cost is checked', async () => {
    const passwords = createPasswords(systemRandom, 15);
    expect(await passwords.verify('correct horse', await passwords.hash('correct horse'))).toBe(
      true,
    );
  });
});
