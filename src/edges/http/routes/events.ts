/**
 * The stream of changes (server-sent events): one `ticket` event for each change of the index.
 *
 * Promises: a listener that does not read is dropped, so it costs no memory; closing ends every stream.
 */
import type { ServerResponse } from 'node:http';
import type Router from '@koa/router';
import { type Clock, second } from '../../../base/clock.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { IndexChange, TicketIndex } from '../../../services/index/index.ts';
import type { Notifications } from '../../../services/notifications/notifications.ts';
import type { Visitor } from '../middleware/visitor.ts';

export interface EventStreams {
  close(): void;
}

export interface EventsDeps {
  readonly index: Pick<TicketIndex, 'onChange'>;
  readonly notifications: Pick<Notifications, 'onTold'>;
  readonly clock: Clock;
  readonly visitor: Visitor;
}

const beatEvery = 25 * second;
/** Bytes that may wait for a slow listener. */
const mostWaiting = 256_000;

export function addEventRoutes(
  router: Router,
  { index, notifications, clock, visitor }: EventsDeps,
): EventStreams {
  const listeners = new Map<ServerResponse, Agent>();
  let cancelBeat = () => {};

  const stop = index.onChange((change) => tell(formatChange(change), () => true));
  const stopNews = notifications.onTold((login) =>
    tell('event: news\ndata: {}\n\n', (agent) => agent.login === login),
  );
  beat();

  function beat(): void {
    cancelBeat = clock.after(beatEvery, () => {
      // Keeps proxies from closing a quiet stream.
      tell(': still here\n\n', () => true);
      beat();
    });
  }

  function tell(text: string, isFor: (agent: Agent) => boolean): void {
    for (const [listener, agent] of listeners) {
      if (!isFor(agent)) continue;
      if (listener.writableLength > mostWaiting) listener.destroy();
      else listener.write(text);
    }
  }

  router.get(
    '/events',
    visitor.member(async (ctx, { agent }) => {
      ctx.respond = false;
      const { res } = ctx;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        'X-Content-Type-Options': 'nosniff',
      });
      res.write('retry: 2000\n\n');
      listeners.set(res, agent);
      res.on('close', () => listeners.delete(res));
    }),
  );

  return {
    close() {
      stop();
      stopNews();
      cancelBeat();
      for (const listener of listeners.keys()) listener.end();
      listeners.clear();
    },
  };
}

function formatChange({ number, isNew }: IndexChange): string {
  return `event: ticket\ndata: ${JSON.stringify({ number, isNew })}\n\n`;
}
