/**
 * The stream of changes (server-sent events): one `ticket` event for each change of the index.
 *
 * Promises: a listener that does not read is dropped, so it costs no memory; closing ends every stream.
 */
import type { ServerResponse } from 'node:http';
import type Router from '@koa/router';
import { type Clock, second } from '../../../base/clock.ts';
import type { IndexChange, TicketIndex } from '../../../services/index/index.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { createSessionWatch, type SessionWatchDeps } from '../session-watch.ts';

export interface EventStreams {
  close(): void;
}

export interface EventsDeps extends SessionWatchDeps {
  readonly index: Pick<TicketIndex, 'onChange'>;
  readonly clock: Clock;
  readonly visitor: Visitor;
}

const beatEvery = 25 * second;
/** Bytes that may wait for a slow listener. */
const mostWaiting = 256_000;

export function addEventRoutes(router: Router, deps: EventsDeps): EventStreams {
  const { index, clock, visitor } = deps;
  const sessionWatch = createSessionWatch(deps);
  const listeners = new Set<ServerResponse>();
  let cancelBeat = () => {};

  const stop = index.onChange((change) => tellAll(formatChange(change)));
  beat();

  function beat(): void {
    cancelBeat = clock.after(beatEvery, () => {
      // Keeps proxies from closing a quiet stream.
      tellAll(': still here\n\n');
      beat();
    });
  }

  function tellAll(text: string): void {
    for (const listener of listeners) {
      if (listener.writableLength > mostWaiting) listener.destroy();
      else if (!listener.writableEnded) listener.write(text);
    }
  }

  router.get(
    '/events',
    visitor.member(async (ctx) => {
      ctx.respond = false;
      const { res } = ctx;
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        'X-Content-Type-Options': 'nosniff',
      });
      res.write('retry: 2000\n\n');
      listeners.add(res);
      sessionWatch.watch(ctx, res);
      res.on('close', () => listeners.delete(res));
    }),
  );

  return {
    close() {
      stop();
      sessionWatch.close();
      cancelBeat();
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}

function formatChange({ number, isNew }: IndexChange): string {
  return `event: ticket\ndata: ${JSON.stringify({ number, isNew })}\n\n`;
}
