/**
 * Sessions: a signed cookie, and a file that says that it is alive.
 *
 * Promises: a cookie that we did not sign, that expired, that was made before the agent's password changed, whose
 * file is gone or whose agent is kept out is no session; nothing about it is remembered, so an ending holds
 * at once, in every process and after a new start. The CSRF token follows from the cookie.
 */
import { type Clock, hour, toInstant } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Accounts, Sessions } from './accounts.ts';
import { isSame } from './digest.ts';
import { createSeal } from './seal.ts';
import { createSessionFiles } from './session-files.ts';

export interface SessionsDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly files: FileOps;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The desk's. */
  readonly secret: Buffer;
}

export interface SessionsOptions {
  /** How long a session lasts, asked for at each opening. */
  sessionHours(): number;
}

const separator = '~';
const mostBrowser = 300;

export function createSessions(deps: SessionsDeps, { sessionHours }: SessionsOptions): Sessions {
  const { accounts, clock, log, secret } = deps;
  const stored = createSessionFiles(deps);
  const { sign } = createSeal(secret, clock);
  const listeners = new Set<(id: string) => void>();

  /** A session whose last use cannot be written is a session all the same. */
  async function noteUse(login: string, id: string): Promise<void> {
    try {
      await stored.noteUse(login, id);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn('accounts.session-use-lost', { login, cause: errorText(error) });
    }
  }

  function tell(ids: readonly string[]): void {
    for (const id of ids) for (const listener of [...listeners]) listener(id);
  }

  return {
    async open({ login, passwordMark }, { address, browser, way }) {
      const opened = clock.now();
      const expires = toInstant(opened + sessionHours() * hour);
      const id = stored.newId();
      // What is over goes when somebody comes anew, so that the folder stays small.
      await stored.list(login);
      const seen = { address: oneLine(address, 60), browser: oneLine(browser, mostBrowser) };
      await stored.write(login, { id, opened, expires, used: opened, way, ...seen });
      const body = [login, opened, expires, passwordMark, id].join(separator);
      return `${body}${separator}${sign('session', body)}`;
    },

    async read(cookie) {
      if (cookie.length > 500) return undefined;
      const end = cookie.lastIndexOf(separator);
      const body = cookie.slice(0, Math.max(0, end));
      if (!isSame(cookie.slice(end + 1), sign('session', body))) return undefined;
      const [login = '', , expiry = '', mark = '', id = ''] = body.split(separator);
      if (!(Number(expiry) > clock.now())) return undefined;
      const agent = accounts.find(login);
      if (agent === undefined || agent.isDisabled || !isSame(mark, agent.passwordMark))
        return undefined;
      const entry = await stored.read(login, id);
      if (entry === undefined) return undefined;
      await noteUse(login, id);
      return { agent, id, way: entry.way, csrf: sign('csrf', body) };
    },

    list: stored.list,
    async end(login, id) {
      const isEnded = await stored.end(login, id);
      if (!isEnded) return false;
      log.info('accounts.session-ended', { login });
      tell([id]);
      return true;
    },

    async endAll(login, except) {
      const ending = (await stored.list(login)).filter(({ id }) => id !== except);
      for (const { id } of ending) await stored.end(login, id);
      if (ending.length > 0) log.info('accounts.sessions-ended', { login, count: ending.length });
      tell(ending.map(({ id }) => id));
      return ending.length;
    },

    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function oneLine(text: string, most: number): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, most);
}

/** Whether the form came from a page of this session. */
export function isCsrfToken(session: { readonly csrf: string }, given: string): boolean {
  return isSame(session.csrf, given);
}
