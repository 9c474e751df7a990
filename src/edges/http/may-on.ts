/** What somebody may do on one ticket: by the queues in which it is known, and because he is asked or mentioned there. */
import type { QueueConfig } from '../../config/config.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import { type Right, rightsIn, rightsOn } from '../../core/ticket/rights.ts';
import { readableOf } from '../../core/ticket/team.ts';
import type { Agent } from '../../services/accounts/accounts.ts';

export function mayOn(
  { login, roles }: Pick<Agent, 'login' | 'roles'>,
  ticket: Pick<Ticket, 'queue' | 'alsoQueues' | 'advice' | 'mentions'>,
  queues: readonly QueueConfig[],
): (right: Right) => boolean {
  const given = rightsOn(readableOf(ticket), login, (queue) => rightsIn(queue, roles, queues));
  return (right) => given.has(right);
}
