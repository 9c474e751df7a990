/**
 * What other programs subscribe to: calendars and news of tickets. No log-in, the address is the secret.
 *
 * Promises: a wrong, an old and an unknown address are answered alike; nothing is told about why. Such programs ask often, so
 * what did not change is not sent again.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Feeds } from '../../services/appointments/feeds.ts';
import type { TicketNews } from '../../services/ticket-news.ts';

export interface SubscriptionDeps {
  readonly feeds: Pick<Feeds, 'read'>;
  readonly news: Pick<TicketNews, 'read'>;
}

interface SubscribedFile {
  readonly text: string;
  readonly tag: string;
  readonly type: string;
  readonly name: string;
}

export function createSubscriptionRouter({ feeds, news }: SubscriptionDeps): Router {
  const router = new Router();
  router.get('/calendar/:secret/:file', async (ctx) => {
    const feed = await feeds.read(ctx.params.secret ?? '', ctx.params.file ?? '');
    if (feed === undefined) return refuse(ctx, 404, 'There is no such calendar');
    send(ctx, { ...feed, type: 'text/calendar; charset=utf-8', name: 'calendar.ics' });
  });
  router.get('/news/:secret/:file', async (ctx) => {
    const { q: query = '' } = ctx.query;
    const asked = typeof query === 'string' ? query : '';
    const feed = await news.read(ctx.params.secret ?? '', ctx.params.file ?? '', asked);
    if (feed.ok) {
      const type = 'application/atom+xml; charset=utf-8';
      return send(ctx, { ...feed.value, type, name: 'tickets.atom' });
    }
    if (feed.refusal.code === 'unknown-address') return refuse(ctx, 404, 'There are no such news');
    refuse(ctx, 400, 'The search "q" is not right: the same search in the viewer says why');
  });
  return router;
}

function refuse(ctx: Context, status: number, sentence: string): void {
  ctx.status = status;
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = `${sentence}\n`;
}

function send(ctx: Context, { text, tag, type, name }: SubscribedFile): void {
  ctx.set({
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex',
    'Content-Disposition': `inline; filename="${name}"`,
  });
  ctx.status = 200;
  ctx.etag = tag;
  ctx.type = type;
  // By the tag alone (RFC 9110 section 13.1.2): some programs ask for no answer out of a cache in the same breath.
  if (ctx.get('If-None-Match').includes(tag)) {
    ctx.status = 304;
    return;
  }
  ctx.body = text;
}
