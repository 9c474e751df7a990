/** Randomness that parts of the system are given, so that tests can replace it. */
import { randomBytes } from 'node:crypto';

export interface Random {
  bytes(count: number): Buffer;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base 32 text of the length, five random bits a letter. */
export function randomText(random: Random, length: number): string {
  return Array.from(random.bytes(length), (byte) => letters[byte % 32]).join('');
}

/** A whole number from 0 up to but not including the bound (at most 2^32). */
export function randomBelow(random: Random, bound: number): number {
  return random.bytes(4).readUInt32BE() % bound;
}
