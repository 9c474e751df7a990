/**
 * Pages tell who looks and types. A page with a script says so by its event stream and by small forms; one without
 * counts as looked at for a while after it was loaded.
 */
import type Router from '@koa/router';
import { minute } from '../../../base/clock.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { Presence } from '../../../services/presence.ts';
import type { PageContext } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';

export interface PresenceDeps {
  readonly presence: Presence;
  readonly visitor: Visitor;
}

/** Somebody reads this long at what was loaded, if nothing else is known of him. */
const viewLasts = minute;
/** The stream renews it three times in this span. */
export const streamLasts = 1.25 * minute;

export function addPresenceRoutes(router: Router, { presence, visitor }: PresenceDeps): void {
  router.post(
    '/tickets/:number/presence',
    visitor.memberForm(async (ctx, { agent }, form) => {
      const ticket = parseTicketNumber(ctx.params.number ?? '');
      const id = seatId(agent.login, form.get('seat'));
      ctx.status = 204;
      if (ticket === undefined || id === undefined) return;
      switch (form.get('does')) {
        case 'answers':
          return presence.type(id, 'answers');
        case 'notes':
          return presence.type(id, 'notes');
        case 'rests':
          return presence.rest(id);
        case 'looks':
          return presence.look({ id, ticket, agent: agent.login }, streamLasts);
        case 'leaves':
          presence.leave(viewId(agent.login, ticket));
          return presence.leave(id);
      }
    }),
  );
}

/** A page was loaded; what the script loads again in the background is nothing that somebody looks at anew. */
export function noteView(
  presence: Presence,
  ctx: PageContext,
  { agent, ticket }: { readonly agent: string; readonly ticket: TicketNumber },
): void {
  if (ctx.get('X-Refresh') === '')
    presence.look({ id: viewId(agent, ticket), agent, ticket }, viewLasts);
}

export function viewId(agent: string, ticket: TicketNumber): string {
  return `${agent} ${ticket}`;
}

/** Pages name their seats themselves, so a name counts for its agent alone. */
export function seatId(agent: string, given: string): string | undefined {
  return /^[a-z0-9-]{8,40}$/.test(given) ? `${agent} seat ${given}` : undefined;
}
