/**
 * Cookies of the viewer.
 *
 * Promises: every cookie is HttpOnly and SameSite=Lax, and Secure when people reach the desk by https.
 */
import type { Context } from 'koa';
import { type Duration, second } from '../../../base/clock.ts';

export type CookieName = 'session' | 'guest' | 'language' | 'look' | 'said' | 'step' | 'openid';

export interface Cookies {
  read(ctx: Context, name: CookieName): string | undefined;
  /** Without a duration it ends with the browser's session. */
  write(ctx: Context, name: CookieName, value: string, lasts?: Duration): void;
  clear(ctx: Context, name: CookieName): void;
}

export function createCookies(isSecure: () => boolean): Cookies {
  function append(
    ctx: Context,
    name: CookieName,
    value: string,
    lasts: Duration | undefined,
  ): void {
    const age = lasts === undefined ? [] : [`Max-Age=${Math.floor(lasts / second)}`];
    const secure = isSecure() ? ['Secure'] : [];
    const parts = [
      `${name}=${encodeURIComponent(value)}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Lax',
      ...age,
      ...secure,
    ];
    ctx.append('Set-Cookie', parts.join('; '));
  }

  return {
    read: (ctx, name) => readCookie(ctx.get('Cookie'), name),
    write: append,
    clear: (ctx, name) => append(ctx, name, '', 0),
  };
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key = '', ...value] = pair.trim().split('=');
    if (key !== name) continue;
    try {
      return decodeURIComponent(value.join('='));
    } catch {
      // Somebody else's cookie of the same name, or a damaged one: as good as none.
      return undefined;
    }
  }
  return undefined;
}
