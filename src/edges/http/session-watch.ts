/**
 * Ends the event streams of sessions that are ended, and tells their pages.
 *
 * Promises: an ending in this process reaches an open page at once, one in another process within half a minute.
 */
import type { ServerResponse } from 'node:http';
import { type Clock, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { PageContext, ViewerDeps } from './deps.ts';
import type { Cookies } from './middleware/cookies.ts';
import type { Visitor } from './middleware/visitor.ts';

export interface SessionWatch {
  watch(ctx: PageContext, stream: ServerResponse): void;
  close(): void;
}

export interface SessionWatchDeps extends Pick<ViewerDeps, 'access'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly visitor: Visitor;
  readonly cookies: Cookies;
}

interface Watched {
  readonly id: string;
  readonly cookie: string;
}

const lookEvery = 25 * second;

export function createSessionWatch(deps: SessionWatchDeps): SessionWatch {
  const { access, clock, log, visitor, cookies } = deps;
  const watched = new Map<ServerResponse, Watched>();
  let cancelLook = () => {};
  let isClosed = false;
  const stop = access.sessions.onEnd((id) => {
    for (const [stream, session] of watched) if (session.id === id) end(stream);
  });
  lookLater();

  function end(stream: ServerResponse): void {
    watched.delete(stream);
    stream.end('event: ended\ndata: {}\n\n');
  }

  function lookLater(): void {
    if (isClosed) return;
    cancelLook = clock.after(lookEvery, () => {
      look()
        .catch((error: unknown) => log.warn('http.sessions-unseen', { cause: errorText(error) }))
        .finally(lookLater);
    });
  }

  async function look(): Promise<void> {
    for (const [stream, { cookie }] of [...watched])
      if ((await access.sessions.read(cookie)) === undefined) end(stream);
  }

  return {
    watch(ctx, stream) {
      const session = visitor.sessionOf(ctx);
      if (session === undefined) return;
      watched.set(stream, { id: session.id, cookie: cookies.read(ctx, 'session') ?? '' });
      stream.on('close', () => watched.delete(stream));
    },
    close() {
      isClosed = true;
      stop();
      cancelLook();
      watched.clear();
    },
  };
}
