/**
 * One-time links to log in without a password.
 *
 * Owns: agents/LOGIN/login-link, which holds the digest of the token and its expiry. Promises: a token
 * is worth one log-in, also when several processes are asked at once; the newest link of an agent voids
 * the one before.
 */
import { type Clock, day, formatInstant, parseInstant, toInstant } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import { isLogin } from '../../config/agents.ts';
import { makeDirectories, readIfThere, replaceFile } from '../../config/desk-files.ts';
import type { FileOps } from '../../storage/files.ts';
import { digestOf, isSame } from './digest.ts';

export interface LoginLinks {
  /** A fresh token: the login, a dot, and 32 random letters. */
  create(login: string): Promise<string>;
  /** The login of an unused token in time, which is thereby used; undefined for every other. */
  redeem(token: string): Promise<string | undefined>;
}

export interface LoginLinksDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
}

const validFor = day;

export function createLoginLinks({ files, directory, clock, random }: LoginLinksDeps): LoginLinks {
  const folderOf = (login: string) => `${directory}/agents/${login}`;
  const pathOf = (login: string) => `${folderOf(login)}/login-link`;

  return {
    async create(login) {
      const token = `${login}.${randomText(random, 32)}`;
      const expiry = formatInstant(toInstant(clock.now() + validFor));
      await makeDirectories(files, folderOf(login));
      const text = `${digestOf(token)} ${expiry}\n`;
      await replaceFile({ files, random }, { path: pathOf(login), text, mode: 0o600 });
      return token;
    },

    async redeem(token) {
      const login = token.slice(0, Math.max(0, token.lastIndexOf('.')));
      if (token.length > 200 || !isLogin(login)) return undefined;
      const stored = await readIfThere(files, pathOf(login));
      const [digest = '', expiry = ''] = stored?.trim().split(' ') ?? [];
      const expires = parseInstant(expiry);
      if (!isSame(digest, digestOf(token)) || expires === undefined || expires <= clock.now())
        return undefined;
      // Of several who come this far one removes the file. The sync keeps a power cut from bringing it back.
      if (!(await files.unlink(pathOf(login)))) return undefined;
      await files.syncDirectory(folderOf(login));
      return login;
    },
  };
}
