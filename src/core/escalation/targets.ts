/**
 * Targets: within which working time what has to happen, and which of them hold for a ticket.
 *
 * Owns: how the targets of several files are laid over each other, and which service level a ticket has. Promises: pure.
 * A file that is nearer to the ticket wins: the queue above, the queue, the service level; within a file what stands under
 * the ticket's priority wins. What a file does not name comes from the one before.
 * Leaves to others: the files (config/targets.ts, config/slas.ts), what follows for a ticket (due.ts).
 */
import type { Duration } from '../../base/clock.ts';
import { addressKey, domainOf } from '../message/address.ts';
import { isWithinQueue } from '../ticket/queue-name.ts';
import type { Priority, TicketState } from '../ticket/states.ts';

export const targetKinds = ['firstResponse', 'update', 'solution'] as const;

export type TargetKind = (typeof targetKinds)[number];

/** From when an update is owed: the customer's oldest unanswered mail, or our own last contact. */
export const updateModes = ['customer', 'contact'] as const;

export type UpdateMode = (typeof updateModes)[number];

/** What holds for a ticket. */
export interface Targets {
  /** In working time. */
  readonly times: Readonly<Partial<Record<TargetKind, Duration>>>;
  readonly updateFrom: UpdateMode;
  /** States in which the clocks of update and solution stand still. */
  readonly pausing: ReadonlySet<TicketState>;
  /** The same for the first response: none, unless a file says so. */
  readonly firstResponsePausing: ReadonlySet<TicketState>;
}

/** `off` takes away what a file before this one set. */
export type TargetTimes = Readonly<Partial<Record<TargetKind, Duration | 'off'>>>;

/** What one file says. */
export interface TargetSpec {
  readonly times: TargetTimes;
  readonly priorities?: Readonly<Partial<Record<Priority, TargetTimes>>>;
  readonly updateFrom?: UpdateMode;
  readonly pausing?: readonly TicketState[];
  readonly firstResponsePausing?: readonly TicketState[];
}

export const usualPausing: readonly TicketState[] = [
  'pending-customer',
  'pending-reminder',
  'pending-close',
];

/** The specs from the farthest to the nearest. */
export function layTargets(specs: readonly TargetSpec[], priority: Priority): Targets {
  const times: Partial<Record<TargetKind, Duration>> = {};
  for (const spec of specs) {
    for (const said of [spec.times, spec.priorities?.[priority] ?? {}]) {
      for (const kind of targetKinds) {
        const time = said[kind];
        if (time === 'off') delete times[kind];
        else if (time !== undefined) times[kind] = time;
      }
    }
  }
  const nearest = specs.toReversed();
  const find = <T>(read: (spec: TargetSpec) => T | undefined): T | undefined =>
    nearest.map(read).find((value) => value !== undefined);
  return {
    times,
    updateFrom: find(({ updateFrom }) => updateFrom) ?? 'customer',
    pausing: new Set(find(({ pausing }) => pausing) ?? usualPausing),
    firstResponsePausing: new Set(find((spec) => spec.firstResponsePausing) ?? []),
  };
}

/** A service level: targets for whoever has it. */
export interface Sla {
  /** Of its file; unique without regard to case. */
  readonly name: string;
  readonly targets: TargetSpec;
  /** Name of the calendar by which it counts; absent for that of the queue. */
  readonly calendar?: string;
  /** Address keys and domains; with those of `companies` one of them is enough. */
  readonly customers: readonly string[];
  /** Domains; those below them are meant too. */
  readonly companies: readonly string[];
  /** With the queues nested in them. */
  readonly queues: readonly string[];
  readonly priorities: readonly Priority[];
}

/** By what the service level of a ticket is found. */
export interface SlaFacts {
  /** What the ticket names. */
  readonly named: string | undefined;
  /** What the files about the customer name: his own first, then his company's. */
  readonly ofCustomer: readonly string[];
  /** Address keys of the customer, all of the person's. */
  readonly addresses: readonly string[];
  readonly queue: string;
  readonly priority: Priority;
}

/** The one that is named, else the first whose conditions hold; a name that no file has says nothing. */
export function chooseSla(slas: readonly Sla[], facts: SlaFacts): Sla | undefined {
  for (const name of [facts.named, ...facts.ofCustomer]) {
    const found = name === undefined ? undefined : findSla(slas, name);
    if (found !== undefined) return found;
  }
  return slas.find((sla) => hasConditions(sla) && holdsFor(sla, facts));
}

export function findSla(slas: readonly Sla[], name: string): Sla | undefined {
  return slas.find((sla) => sla.name.toLowerCase() === name.toLowerCase());
}

/** Without any it applies by its name alone. */
function hasConditions({ customers, companies, queues, priorities }: Sla): boolean {
  return [customers, companies, queues, priorities].some((list) => list.length > 0);
}

function holdsFor(sla: Sla, { addresses, queue, priority }: SlaFacts): boolean {
  const people = [...sla.customers, ...sla.companies];
  if (people.length > 0 && !addresses.some((address) => people.some(isMeantBy(address))))
    return false;
  if (sla.queues.length > 0 && !sla.queues.some((name) => isWithinQueue(queue, name))) return false;
  return sla.priorities.length === 0 || sla.priorities.includes(priority);
}

function isMeantBy(address: string): (wanted: string) => boolean {
  const key = addressKey(address);
  const domain = domainOf(key).toLowerCase();
  return (wanted) => {
    const word = wanted.toLowerCase();
    return word.includes('@') ? key === word : domain === word || domain.endsWith(`.${word}`);
  };
}
