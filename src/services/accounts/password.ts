/**
 * Passwords: hashed with scrypt, away from the main thread.
 *
 * Promises: at most two hashes at a time (each takes 32 MB and one of the few threads that files need
 * too), and a bounded number waiting.
 */
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../base/random.ts';
import { createLimit } from '../../base/serial.ts';
import {
  formatPasswordHash,
  type PasswordHash,
  parsePasswordHash,
} from '../../config/password-hash.ts';

export interface Passwords {
  /** PHC string with a fresh salt. */
  hash(password: string): Promise<string>;
  /** Takes as long when there is no hash to compare with. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether so much work waits that more should be refused. */
  isBusy(): boolean;
}

export const leastPasswordLength = 10;
const mostPasswordLength = 1000;
const concurrent = 2;
const mostWaiting = 40;

export function isStrongEnough(password: string): boolean {
  const { length } = [...password.slice(0, 2 * mostPasswordLength)];
  return length >= leastPasswordLength && length <= mostPasswordLength;
}

/** `cost` is the logarithm of scrypt's N to base 2. */
export function createPasswords(random: Random, cost: number): Passwords {
  const limit = createLimit(concurrent);
  const decoy = formatPasswordHash(newHash(random.bytes(32)));
  let waiting = 0;

  function newHash(hash: Buffer, salt = random.bytes(16)): PasswordHash {
    return { cost, blockSize: 8, parallel: 1, salt, hash };
  }

  async function derive(password: string, like: PasswordHash): Promise<Buffer> {
    waiting += 1;
    try {
      return await limit.run(() => runScrypt(password, like));
    } finally {
      waiting -= 1;
    }
  }

  return {
    async hash(password) {
      const like = newHash(Buffer.alloc(32));
      return formatPasswordHash({ ...like, hash: await derive(password, like) });
    },

    async verify(password, hash) {
      const stored = parsePasswordHash(hash ?? decoy);
      if (stored === undefined || password.length > 2 * mostPasswordLength) return false;
      return timingSafeEqual(await derive(password, stored), stored.hash);
    },

    isBusy: () => waiting >= mostWaiting,
  };
}

function runScrypt(
  password: string,
  { cost, blockSize, parallel, salt, hash }: PasswordHash,
): Promise<Buffer> {
  const N = 2 ** cost;
  const options: ScryptOptions = { N, r: blockSize, p: parallel, maxmem: 256 * N * blockSize };
  // One keyboard sends letters with accents as one character, another as two.
  const text = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hash.length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
