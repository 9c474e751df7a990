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

/** What of a ticket decides who may read it. */
export interface Readable {
  readonly queue: string;
  readonly alsoQueues: Iterable<string>;
  /** Logins of who is asked for advice or mentioned there. */
  readonly asked: Iterable<string>;
}

/**
 * Whether a ticket may be read by somebody who sees these queues: one of those in which it is known is enough, and so is
 * being asked there.
 */
export function isReadable(
  { queue, alsoQueues, asked }: Readable,
  { login, sees }: { readonly login: string; sees(queue: string): boolean },
): boolean {
  return sees(queue) || [...alsoQueues].some((also) => sees(also)) || [...asked].includes(login);
}

/** The rights in a ticket: those of each queue in which it is known; whoever is asked may read and write notes at least. */
export function rightsOn(
  { queue, alsoQueues, asked }: Readable,
  login: string,
  rightsOf: (queue: string) => ReadonlySet<Right>,
): ReadonlySet<Right> {
  return new Set<Right>([
    ...[queue, ...alsoQueues].flatMap((each) => [...rightsOf(each)]),
    ...([...asked].includes(login) ? (['see', 'note'] as const) : []),
  ]);
}

function findRights(queue: string, queues: readonly QueueRights[]): QueueRights['rights'] {
  const found = queues.find(({ name }) => name.toLowerCase() === queue)?.rights;
  const end = queue.lastIndexOf('::');
  return found ?? (end < 0 ? undefined : findRights(queue.slice(0, end), queues));
}
