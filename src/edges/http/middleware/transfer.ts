/**
 * Answers that travel light: compressed, and not sent again to whoever has them.
 *
 * Promises: what was made is what arrives; streams, files and what a route compressed itself pass as they are. A page
 * that holds secrets besides words of the address (BREACH, CVE-2013-3587) has a length that tells nothing exact.
 * Leaves to others: whether an answer may be kept (headers.ts and the routes).
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { type Random, randomBelow, randomText } from '../../../base/random.ts';

const compress = promisify(gzip);

/** Bytes below which the effort gains nothing: one packet holds as much. */
const leastCompressed = 1400;
/** Half of the effort of the usual level for a twentieth more bytes. */
const level = 4;
/** What compresses well; pictures, sound and archives are compressed already. */
const compressible = /^(?:text\/|application\/(?:json|problem\+json|manifest\+json)|image\/svg)/;
const longestPadding = 64;

export function createTransfer(random: Random): Middleware {
  return async (ctx, next) => {
    await next();
    const body: unknown = ctx.body;
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return;
    if (ctx.status !== 200 || ctx.res.hasHeader('Content-Encoding')) return;
    const bytes = Buffer.from(body);
    if (isUnchanged(ctx, bytes)) return;
    if (bytes.length < leastCompressed || !compressible.test(ctx.response.type)) return;
    ctx.vary('Accept-Encoding');
    if (ctx.acceptsEncodings('gzip', 'identity') !== 'gzip') return;
    ctx.set('Content-Encoding', 'gzip');
    if (ctx.response.type === 'text/html')
      ctx.set('X-Padding', randomText(random, 1 + randomBelow(random, longestPadding)));
    ctx.body = await compress(bytes, { level });
  };
}

/** Weak, since the same page may travel compressed or not (RFC 9110 section 8.8.1). */
function isUnchanged(ctx: Context, bytes: Buffer): boolean {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return false;
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const tag = ctx.response.get('ETag') || `W/"${digest}"`;
  ctx.set('ETag', tag);
  const known = ctx.get('If-None-Match').split(',').map(opaque);
  // A script's request says "no-cache" whenever it brings a tag, so that is not asked (RFC 9110 section 13.1.2).
  if (!known.includes(opaque(tag))) return false;
  ctx.status = 304;
  return true;
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
