/**
 * What a step of an escalation chain must know of the desk at this moment.
 *
 * Promises: which steps are due is read from the folder itself, so that a step which another process did, or whose clock
 * has ended, is not done again, whatever the index says.
 * Leaves to others: what follows from it (core/escalation/step.ts).
 */
import { type Clock, formatDay, type Instant, toInstant } from '../../base/clock.ts';
import { calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import { addOpenTime, isOpenAt } from '../../core/escalation/calendar.ts';
import type { StepAhead } from '../../core/escalation/chain.ts';
import type { EscalationFacts } from '../../core/escalation/facts.ts';
import { untoldOf } from '../../core/escalation/step-event.ts';
import { parseQuery } from '../../core/search/query.ts';
import { absenceOn, toDayText } from '../../core/team/absence.ts';
import { type CourseStep, isCourseField } from '../../core/ticket/course.ts';
import type { Change } from '../../core/ticket/event.ts';
import { adminRole, rightsIn } from '../../core/ticket/rights.ts';
import { isPriority } from '../../core/ticket/states.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { StepBook } from './step-book.ts';

export type ReadEscalationFacts = (folder: TicketFolder) => Promise<EscalationFacts>;

export interface EscalationFactsDeps {
  readonly steps: Pick<StepBook, 'ahead'>;
  /** The folder as its record. */
  readonly project: (folder: TicketFolder) => TicketRecord;
  readonly config: () => Config;
  readonly agents: () => readonly Agent[];
  readonly index: Pick<TicketIndex, 'list'>;
  readonly clock: Clock;
}

export function createEscalationFacts(deps: EscalationFactsDeps): ReadEscalationFacts {
  const { steps, project, config, clock } = deps;

  return async (folder) => {
    const now = clock.now();
    const record = project(folder);
    const isDue = ({ at }: StepAhead) => at <= now;
    const due = steps.ahead(record).filter(isDue);
    const agents = deps.agents().filter(({ isDisabled }) => isDisabled !== true);
    const loads = due.some(asksWhoIsThere) ? await openByOwner(agents, deps.index) : noLoads;
    return {
      due,
      staysDue: (step, changes) =>
        steps.ahead(afterStep(record, { ...step, now, changes })).some(isDue),
      agents,
      present: (queue) => presentIn(queue, { agents, loads, config: config(), now }),
      opensAt: (queue) => opensAt(queue, config(), now),
      untold: untoldOf(folder.messages.map(({ event }) => event)),
    };
  };
}

function asksWhoIsThere({ actions }: StepAhead): boolean {
  return actions.some((action) => action.kind === 'reassign' && action.to.kind === 'present');
}

const noLoads: ReadonlyMap<string, number> = new Map();

/** How many open tickets each has. */
async function openByOwner(
  agents: readonly Agent[],
  index: Pick<TicketIndex, 'list'>,
): Promise<ReadonlyMap<string, number>> {
  const loads = new Map<string, number>();
  for (const { login } of agents) {
    const query = parseQuery(`owner:${login} is:open`);
    if (!query.ok) continue;
    const page = await index.list({
      query: query.value,
      sort: 'created',
      descending: false,
      limit: 1,
    });
    if (page.ok) loads.set(login, page.value.total);
  }
  return loads;
}

/** The record as it will be when the step is done. */
function afterStep(
  record: TicketRecord,
  {
    now,
    changes,
    clock,
    started,
    percent,
  }: {
    readonly now: Instant;
    readonly changes: readonly Change[];
    readonly clock: StepAhead['clock'];
    readonly started: Instant;
    readonly percent: number;
  },
): Parameters<StepBook['ahead']>[0] {
  const course = changes.flatMap((change): readonly CourseStep[] =>
    change.kind === 'set' && isCourseField(change.field)
      ? [{ kind: 'set', at: now, field: change.field, value: change.value }]
      : [],
  );
  const last = (field: string) =>
    course
      .flatMap((step) => (step.kind === 'set' && step.field === field ? step.value : []))
      .at(-1);
  const priority = last('priority') ?? '';
  const [message] = record.messages;
  return {
    ...record,
    queue: last('queue') ?? record.queue,
    priority: isPriority(priority) ? priority : record.priority,
    course: [...record.course, ...course],
    escalations:
      message === undefined
        ? (record.escalations ?? [])
        : [
            ...(record.escalations ?? []),
            { clock, started, percent, due: undefined, time: now, message: message.name, did: [] },
          ],
  };
}

/** Who may answer there and is not away, whoever has the fewest open tickets first; admins where nobody else may. */
function presentIn(
  queue: string,
  {
    agents,
    loads,
    config: { queues, desk },
    now,
  }: {
    readonly agents: readonly Agent[];
    readonly loads: ReadonlyMap<string, number>;
    readonly config: Config;
    readonly now: Instant;
  },
): readonly string[] {
  const today = toDayText(formatDay(now, desk.timeZone));
  const there = agents.filter((agent) => absenceOn(agent, today) === undefined);
  const mayAnswer = (roles: readonly string[]) => rightsIn(queue, roles, queues).has('answer');
  const team = there.filter(({ roles }) => mayAnswer(roles.filter((role) => role !== adminRole)));
  const chosen = team.length > 0 ? team : there.filter(({ roles }) => mayAnswer(roles));
  const load = (login: string) => loads.get(login) ?? 0;
  return chosen
    .map(({ login }) => login)
    .toSorted((one, other) => load(one) - load(other) || (one < other ? -1 : 1));
}

function opensAt(queue: string, config: Config, now: Instant): Instant | undefined {
  const calendar = calendarOf(config, queue);
  if (isOpenAt(calendar, now)) return now;
  // The first millisecond of work ends one after it begins.
  const opens = addOpenTime(calendar, now, 1);
  return opens >= Number.MAX_SAFE_INTEGER ? undefined : toInstant(opens - 1);
}
