/** Headers of every answer; a route that serves something else than a page sets its own policy. */
import type { Middleware } from 'koa';

const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "object-src 'none'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const setHeaders: Middleware = async (ctx, next) => {
  ctx.set({
    'Content-Security-Policy': pagePolicy,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  await next();
};
