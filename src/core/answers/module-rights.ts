/**
 * Who may change a text module: whoever administers every queue that it is offered in; one for all queues is the admins'.
 *
 * Promises: pure. Leaves to others: what rights there are (core/ticket/rights.ts).
 */
import { adminRole, type QueueRights, rightsIn } from '../ticket/rights.ts';

export function mayEditModule(
  roles: readonly string[],
  offeredIn: readonly string[],
  queues: readonly QueueRights[],
): boolean {
  if (roles.includes(adminRole)) return true;
  return (
    offeredIn.length > 0 &&
    offeredIn.every((queue) => rightsIn(queue, roles, queues).has('administer'))
  );
}
