/**
 * Who may do what in which queue.
 *
 * A queue gives rights to roles; a queue that says nothing takes them from the one it is a part of
 * (`Billing::Refunds` from `Billing`), and where none of them says anything, every role may do the day's work.
 * Promises: pure. The role `admin` may do everything everywhere, so that nobody can lock out the whole desk.
 * Leaves to others: who has which role (config/agents.ts), which command needs which right (needs.ts).
 */
export const rights = ['see', 'note', 'answer', 'move', 'own', 'close', 'administer'] as const;

export type Right = (typeof rights)[number];

export interface QueueRights {
  readonly name: string;
  /** By role; absent when the queue says nothing. */
  readonly rights?: ReadonlyMap<string, readonly Right[]>;
}

export const adminRole = 'admin';

const all: ReadonlySet<Right> = new Set(rights);
const ordinary: ReadonlySet<Right> = new Set(rights.filter((right) => right !== 'administer'));
const none: ReadonlySet<Right> = new Set();

export function isRight(text: string): text is Right {
  return rights.some((right) => right === text);
}

/** What somebody with these roles may do in the queue; queues are known by name without regard to case. */
export function rightsIn(
  queue: string,
  roles: readonly string[],
  queues: readonly QueueRights[],
): ReadonlySet<Right> {
  if (roles.includes(adminRole)) return all;
  if (roles.length === 0) return none;
  const given = findRights(queue.toLowerCase(), queues);
  if (given === undefined) return ordinary;
  return new Set(roles.flatMap((role) => given.get(role) ?? []));
}

function findRights(queue: string, queues: readonly QueueRights[]): QueueRights['rights'] {
  const found = queues.find(({ name }) => name.toLowerCase() === queue)?.rights;
  const end = queue.lastIndexOf('::');
  return found ?? (end < 0 ? undefined : findRights(queue.slice(0, end), queues));
}
