/** Style sheet, script and signs, out of memory. */
import type { Middleware } from 'koa';
import type { Assets } from '../../../services/render/assets.ts';

/** Shows the page that says so when the desk is away. */
const workerName = 'worker.js';

export function serveAssets(assets: Assets): Middleware {
  return async (ctx, next) => {
    const name = /^\/static\/([a-z0-9.-]+)$/.exec(ctx.path)?.[1];
    const asset = name === undefined ? undefined : assets.find(name);
    if (asset === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    const isVersioned = ctx.query.v === asset.version;
    ctx.set('Cache-Control', isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('ETag', `W/"${asset.version}"`);
    ctx.set('Vary', 'Accept-Encoding');
    // It lies with the other scripts, and still answers for every page.
    if (name === workerName) ctx.set('Service-Worker-Allowed', '/');
    ctx.type = asset.type;
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    // Browsers take Brotli only where nobody in between can read along.
    const coding = ctx.acceptsEncodings('br', 'gzip', 'identity');
    if (coding !== 'br' && coding !== 'gzip') {
      ctx.body = asset.bytes;
      return;
    }
    ctx.set('Content-Encoding', coding);
    ctx.body = asset.compressed(coding);
  };
}
