/**
 * Sessions: signed cookies, so that any node with the desk's secret can read them.
 *
 * Promises: a cookie that we did not sign, that expired, or that was made before the agent's password
 * changed is no session. Nothing is stored; the CSRF token follows from the cookie.
 */
import { createHmac } from 'node:crypto';
import { type Clock, hour } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import type { Accounts, Sessions } from './accounts.ts';
import { isSame } from './digest.ts';

export interface SessionsDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly clock: Clock;
  readonly random: Random;
  /** The desk's. */
  readonly secret: Buffer;
}

export interface SessionsOptions {
  /** How long a session lasts, asked for at each opening. */
  sessionHours(): number;
}

const separator = '~';

export function createSessions(deps: SessionsDeps, { sessionHours }: SessionsOptions): Sessions {
  const { accounts, clock, random, secret } = deps;

  // The purpose is part of what is signed: the same secret signs Message-IDs too.
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(`${purpose} ${text}`).digest('base64url');

  return {
    open({ login, passwordMark }) {
      const issued = clock.now();
      const expiry = issued + sessionHours() * hour;
      const nonce = randomText(random, 16);
      const body = [login, issued, expiry, passwordMark, nonce].join(separator);
      return `${body}${separator}${sign('session', body)}`;
    },

    read(cookie) {
      if (cookie.length > 500) return undefined;
      const end = cookie.lastIndexOf(separator);
      const body = cookie.slice(0, Math.max(0, end));
      if (!isSame(cookie.slice(end + 1), sign('session', body))) return undefined;
      const [login = '', , expiry = '', mark = ''] = body.split(separator);
      if (!(Number(expiry) > clock.now())) return undefined;
      const agent = accounts.find(login);
      if (agent === undefined || !isSame(mark, agent.passwordMark)) return undefined;
      return { agent, csrf: sign('csrf', body) };
    },
  };
}

/** Whether the form came from a page of this session. */
export function isCsrfToken(session: { readonly csrf: string }, given: string): boolean {
  return isSame(session.csrf, given);
}
