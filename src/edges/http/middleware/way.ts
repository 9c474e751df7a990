/** Says of every request by which way somebody acts: pages are the viewer, everything below `/api` the API. */
import type { Middleware } from 'koa';
import type { Ways } from '../../../services/ways.ts';

export function rememberWay(ways: Pick<Ways, 'run'>): Middleware {
  return (ctx, next) => ways.run(ctx.path.startsWith('/api/') ? 'api' : 'viewer', next);
}
