/**
 * Subscribed calendars over HTTP: no log-in, the address is the secret.
 *
 * Promises: a wrong, an old and an unknown address are answered alike; nothing is told about why. Calendar programs ask often, so
 * what did not change is not sent again.
 */
import Router from '@koa/router';
import type { Feeds } from '../../services/appointments/feeds.ts';

export function createCalendarRouter({ feeds }: { readonly feeds: Pick<Feeds, 'read'> }): Router {
  const router = new Router();
  router.get('/calendar/:secret/:file', async (ctx) => {
    const feed = await feeds.read(ctx.params.secret ?? '', ctx.params.file ?? '');
    if (feed === undefined) {
      ctx.status = 404;
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body = 'There is no such calendar\n';
      return;
    }
    ctx.set({
      'Cache-Control': 'private, no-cache',
      'Content-Security-Policy': "default-src 'none'",
      'X-Robots-Tag': 'noindex',
      'Content-Disposition': 'inline; filename="calendar.ics"',
    });
    ctx.status = 200;
    ctx.etag = feed.tag;
    ctx.type = 'text/calendar; charset=utf-8';
    // By the tag alone (RFC 9110 section 13.1.2): some programs ask for no answer out of a cache in the same breath.
    if (ctx.get('If-None-Match').includes(feed.tag)) {
      ctx.status = 304;
      return;
    }
    ctx.body = feed.text;
  });
  return router;
}
