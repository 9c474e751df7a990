/**
 * API tokens as their agent sees them: which there are, when each was used last, and taking one back.
 *
 * Owns: `agents/LOGIN/tokens/ID`, the instant of the last use. Promises: a token that is taken back is so at once in
 * this process, and in others when they read the agent's file again; a use is written at most once in five minutes.
 * Leaves to others: making and finding them (directory.ts), what a scope allows (edges/http/api/scopes.ts).
 */
import { join } from 'node:path';
import { type Clock, formatInstant, type Instant, minute, parseInstant } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { createRecent } from '../../base/recent.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { type AgentToken, tokenId } from '../../config/agent-tokens.ts';
import { makeDirectories, readIfThere, replaceFile } from '../../config/desk-files.ts';
import type { FileOps } from '../../storage/files.ts';
import type { AccountRefusal } from './accounts.ts';
import type { AgentFiles } from './agent-files.ts';

export interface TokenEntry extends AgentToken {
  readonly id: string;
  /** To a few minutes; undefined when it never was. */
  readonly used: Instant | undefined;
  readonly isOver: boolean;
}

export interface ApiTokens {
  list(login: string): Promise<readonly TokenEntry[]>;
  revoke(login: string, id: string): Promise<Result<TokenEntry, AccountRefusal>>;
  noteUse(login: string, id: string): Promise<void>;
}

export interface ApiTokensDeps {
  readonly agents: Pick<AgentFiles, 'find' | 'refresh' | 'edit'>;
  readonly files: FileOps;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const noteEvery = 5 * minute;
const rememberedUses = 10_000;

export function createApiTokens(deps: ApiTokensDeps): ApiTokens {
  const { agents, files, directory, clock, random, log } = deps;
  const uses = createRecent<string, Instant>(rememberedUses);
  const folderOf = (login: string) => join(directory, 'agents', login, 'tokens');

  async function toEntry(login: string, token: AgentToken): Promise<TokenEntry> {
    const id = tokenId(token);
    const used = parseInstant((await readIfThere(files, join(folderOf(login), id))) ?? '');
    const isOver = token.expires !== undefined && token.expires <= clock.now();
    return { ...token, id, used, isOver };
  }

  return {
    list: async (login) =>
      Promise.all((agents.find(login)?.tokens ?? []).map((token) => toEntry(login, token))),

    async revoke(login, id) {
      const agent = await agents.refresh(login);
      const token = agent?.tokens.find((each) => tokenId(each) === id);
      if (token === undefined) return refuse({ code: 'unknown-token', value: id.slice(0, 100) });
      const entry = await toEntry(login, token);
      await agents.edit(login, { kind: 'revoke-token', digest: token.digest });
      await files.unlink(join(folderOf(login), id));
      log.info('accounts.token-revoked', { login, token: id });
      return ok(entry);
    },

    async noteUse(login, id) {
      const now = clock.now();
      if ((uses.get(id) ?? 0) > now - noteEvery) return;
      uses.set(id, now);
      try {
        await makeDirectories(files, folderOf(login));
        const path = join(folderOf(login), id);
        await replaceFile(
          { files, random },
          { path, text: `${formatInstant(now)}\n`, mode: 0o600 },
        );
      } catch (error) {
        // Whoever asks gets an answer all the same.
        if (!isFault(error)) throw error;
        log.warn('accounts.token-use-lost', { login, cause: errorText(error) });
      }
    },
  };
}
