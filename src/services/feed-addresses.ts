/**
 * Secret addresses at which other programs read what somebody may see, without a log-in.
 *
 * Promises: an address is an HMAC of the desk's secret over what is read, for whom and a count that "renew" raises, so nothing that
 * opens it is kept, and one count ends all addresses of its holder. Leaves to others: what is read there, and HTTP.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Random } from '../base/random.ts';
import { readIfThere, replaceFile } from '../config/desk-files.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';

export type FeedHolder =
  | { readonly kind: 'agent'; readonly login: string }
  | { readonly kind: 'queue'; readonly queue: string };

export interface FeedAddresses {
  secretOf(holder: FeedHolder, file: string): Promise<string>;
  isSecretOf(holder: FeedHolder, file: string, given: string): Promise<boolean>;
  /** All of the holder's addresses stop; others take their place. */
  renew(holder: FeedHolder): Promise<void>;
}

export interface FeedAddressesDeps {
  readonly files: FileOps;
  readonly random: Random;
  /** The `agents` directory. */
  readonly directory: string;
  readonly secret: Buffer;
}

export function createFeedAddresses(deps: FeedAddressesDeps): FeedAddresses {
  const { files, directory, secret } = deps;

  async function secretOf(holder: FeedHolder, file: string): Promise<string> {
    return createHmac('sha256', secret)
      .update(`feed ${file} ${await countOf(holder)}`)
      .digest('hex')
      .slice(0, 40);
  }

  async function countOf(holder: FeedHolder): Promise<number> {
    const text = (await readIfThere(files, counterPath(holder)))?.trim() ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  }

  function counterPath(holder: FeedHolder): string {
    return holder.kind === 'agent'
      ? join(directory, holder.login, 'feed')
      : join(directory, '.feeds', encodeURIComponent(holder.queue));
  }

  return {
    secretOf,
    isSecretOf: async (holder, file, given) => isSame(given, await secretOf(holder, file)),
    async renew(holder) {
      const path = counterPath(holder);
      await ensureDirectory(files, dirname(path), directory);
      const text = `${(await countOf(holder)) + 1}\n`;
      await replaceFile(deps, { path, text, mode: 0o600 });
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
