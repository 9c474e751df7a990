/**
 * Tickets that somebody may not see do not exist for him: every address below `/tickets/NUMBER` says so.
 *
 * Promises: whoever is asked for advice or mentioned sees the ticket, whatever its queue. Guests are left to the
 * routes, which send them to the log-in.
 */
import type { Middleware } from 'koa';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from './visitor.ts';

export interface SightDeps extends Pick<ViewerDeps, 'reader' | 'config'> {
  readonly visitor: Pick<Visitor, 'agentOf'>;
}

export function guardTickets({ reader, config, visitor }: SightDeps): Middleware {
  return async (ctx, next) => {
    const number = parseTicketNumber(/^\/tickets\/([0-9]{1,20})(?:\/|$)/.exec(ctx.path)?.[1] ?? '');
    const agent = number === undefined ? undefined : visitor.agentOf(ctx);
    if (number !== undefined && agent !== undefined) {
      const folder = await reader.read(number);
      if (folder !== undefined && !mayOn(agent, folder.ticket, config.current().queues)('see'))
        throw new PageRefusal('unknown-ticket');
    }
    await next();
  };
}
