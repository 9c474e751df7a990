/**
 * Tickets that somebody may not see do not exist for him: every address that names one by `:number` says so.
 *
 * Promises: whoever is asked for advice or mentioned sees the ticket, whatever its queue. Guests are left to the
 * routes, which send them to the log-in.
 */
import type Router from '@koa/router';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from './visitor.ts';

export interface SightDeps extends Pick<ViewerDeps, 'reader' | 'config'> {
  readonly visitor: Pick<Visitor, 'agentOf'>;
}

/** By the parameter, not by the text of the path: a path can be written in several ways. */
export function guardTickets(router: Router, { reader, config, visitor }: SightDeps): void {
  router.param('number', async (given, ctx, next) => {
    const number = parseTicketNumber(given);
    const agent = number === undefined ? undefined : visitor.agentOf(ctx);
    if (number !== undefined && agent !== undefined) {
      const folder = await reader.read(number);
      if (folder !== undefined && !mayOn(agent, folder.ticket, config.current().queues)('see'))
        throw new PageRefusal('unknown-ticket');
    }
    await next();
  });
}
