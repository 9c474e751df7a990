/** Digests of secrets, and comparing secrets without telling how much of them was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Digest of a token, which is random enough to need no salt. */
export function digestOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}

/** Takes the same time wherever the texts differ. */
export function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
