/** What somebody may do on one ticket: by its queue, and because he is asked or mentioned there. */

import type { QueueConfig } from '../../config/config.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import { type Right, rightsIn } from '../../core/ticket/rights.ts';
import { rightsOn } from '../../core/ticket/team.ts';
import type { Agent } from '../../services/accounts/accounts.ts';

type Named = Pick<Ticket, 'queue' | 'advice' | 'mentions'>;

export function mayOn(
  { login, roles }: Pick<Agent, 'login' | 'roles'>,
  ticket: Named,
  queues: readonly QueueConfig[],
): (right: Right) => boolean {
  const given = rightsOn(ticket, login, rightsIn(ticket.queue, roles, queues));
  return (right) => given.has(right);
}
