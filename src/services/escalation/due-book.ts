/**
 * Due times of tickets, by the configuration and the customers of this moment.
 *
 * Promises: a ticket is computed once as long as neither it nor the configuration nor a file about customers changes; the
 * same ticket and files give the same times in every process. Tickets in the queue for spam have no clocks.
 * Leaves to others: the sums (core/escalation/due.ts), what time it is, whoever acts on it.
 */
import { calendarName, calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import type { Calendar } from '../../core/escalation/calendar.ts';
import {
  type DueTimes,
  dueTimes,
  noDueTimes,
  type PastClock,
  pastClocks,
} from '../../core/escalation/due.ts';
import {
  chooseSla,
  layTargets,
  type Sla,
  type TargetSpec,
  type Targets,
} from '../../core/escalation/targets.ts';
import { isEnded } from '../../core/ticket/states.ts';
import type { TicketRecord } from '../index/index.ts';

/** What due times are computed from. */
export type DueSubject = Pick<
  TicketRecord,
  'queue' | 'state' | 'priority' | 'customer' | 'created' | 'course'
>;

/** By what a ticket is measured. */
export interface Measure {
  readonly targets: Targets;
  readonly calendar: Calendar;
  /** Name of the calendar; undefined for the one that is built in. */
  readonly calendarName: string | undefined;
  /** Name of the service level; undefined for none. */
  readonly sla: string | undefined;
}

export interface DueBook {
  of(record: DueSubject): DueTimes;
  /** Every clock that ever ran, with met and missed; measured also where there is no target. */
  past(record: DueSubject): readonly PastClock[];
  measureOf(record: DueSubject): Measure;
  /** The service levels that there are. */
  slas(): readonly Sla[];
  /** Another value after each change that may move a due time of an unchanged ticket. */
  revision(): number;
}

export interface DueBookDeps {
  readonly config: () => Config;
  readonly customers: { current(): CustomerLookup };
}

export function createDueBook({ config, customers }: DueBookDeps): DueBook {
  let revision = 0;
  let known: Known = forget(config(), customers.current());

  /** What is known holds for one configuration and one set of customers. */
  function current(): Known {
    const [now, lookup] = [config(), customers.current()];
    if (known.config === now && known.lookup === lookup) return known;
    revision += 1;
    known = forget(now, lookup);
    return known;
  }

  function measureOf(record: DueSubject): Measure {
    const { measures, config: now, lookup } = current();
    const sla = slaOf(record, now, lookup);
    const key = [record.queue, record.priority, sla?.name ?? ''].join('\n');
    const before = measures.get(key);
    if (before !== undefined) return before;
    const measure = toMeasure(record, now, sla);
    measures.set(key, measure);
    return measure;
  }

  return {
    of(record) {
      if (isEnded(record.state)) return noDueTimes;
      const { times, config: now } = current();
      if (isJunk(record, now)) return noDueTimes;
      const before = times.get(record);
      if (before !== undefined) return before;
      const due = dueTimes(record.course, { opened: record.created, ...measureOf(record) });
      times.set(record, due);
      return due;
    },
    past(record) {
      if (isJunk(record, current().config)) return [];
      return pastClocks(record.course, { opened: record.created, ...measureOf(record) });
    },
    measureOf,
    slas: () => config().slas ?? [],
    revision() {
      current();
      return revision;
    },
  };
}

interface Known {
  readonly config: Config;
  readonly lookup: CustomerLookup;
  readonly times: WeakMap<DueSubject, DueTimes>;
  /** By queue, priority and service level. */
  readonly measures: Map<string, Measure>;
}

function forget(config: Config, lookup: CustomerLookup): Known {
  return { config, lookup, times: new WeakMap(), measures: new Map() };
}

function isJunk({ queue }: DueSubject, { desk }: Config): boolean {
  return desk.junkQueue !== undefined && queue === desk.junkQueue;
}

function slaOf(
  { queue, priority, customer, course }: DueSubject,
  { slas = [] }: Config,
  lookup: CustomerLookup,
): Sla | undefined {
  if (slas.length === 0) return undefined;
  const address = customer?.address ?? '';
  const company = lookup.findCompany(address.slice(address.lastIndexOf('@') + 1));
  const named = course.findLast((step) => step.kind === 'set' && step.field === 'sla');
  return chooseSla(slas, {
    named: named?.kind === 'set' && named.value !== '' ? named.value : undefined,
    ofCustomer: [lookup.findPerson(address)?.sla, company?.sla].flatMap((name) => name ?? []),
    addresses: address === '' ? [] : lookup.addressesOf(address),
    queue,
    priority,
  });
}

function toMeasure({ queue, priority }: DueSubject, config: Config, sla: Sla | undefined): Measure {
  const specs = [...queueSpecs(queue, config), ...(sla === undefined ? [] : [sla.targets])];
  const own = (config.calendars ?? []).find(({ name }) => name === sla?.calendar);
  return {
    targets: layTargets(specs, priority),
    calendar: own ?? calendarOf(config, queue),
    calendarName: own?.name ?? calendarName(config, queue),
    sla: sla?.name,
  };
}

/** What the queues say, the topmost first. */
function queueSpecs(queue: string, { queues }: Config): readonly TargetSpec[] {
  const parts = queue.toLowerCase().split('::');
  return parts.flatMap((_, depth) => {
    const name = parts.slice(0, depth + 1).join('::');
    return queues.find((each) => each.name.toLowerCase() === name)?.targets ?? [];
  });
}
