/**
 * The desk's figures: for whom, of what, over which time; counted from the index.
 *
 * Promises: only queues that the viewer sees are counted, at any time of the past; by name an agent sees himself alone,
 * and others where he may administer the queue; teams of fewer than three are for those who may, too. Counting leaves
 * others their turn, and what was counted is kept until something changes, at most a minute.
 * Left out, also of the past: tickets that are merged or removed now, and those that lie in the queue for spam, unless
 * that queue is asked for. Leaves to others: counting (core/figures), words and tables (services/present/).
 */
import { type Clock, type Instant, minute } from '../../base/clock.ts';
import { createRecent } from '../../base/recent.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import {
  type Calendar,
  localDay,
  openTimeBetween,
  wallInstant,
} from '../../core/escalation/calendar.ts';
import type { Figures } from '../../core/figures/figures.ts';
import { type Days, type Period, periodOf, type Step } from '../../core/figures/period.ts';
import { tellStory } from '../../core/figures/story.ts';
import { createTally, type Scope } from '../../core/figures/tally.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import { adminRole, rightsIn } from '../../core/ticket/rights.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { DueBook } from '../escalation/due-book.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import { createTargetReader } from './target-facts.ts';

export interface FiguresFilter {
  /** With the queues within it. */
  readonly queue?: string | undefined;
  /** A role. */
  readonly team?: string | undefined;
  /** A login. */
  readonly agent?: string | undefined;
  /** A tag; empty for tickets whose language nobody knows. */
  readonly language?: string | undefined;
}

export interface FiguresRequest {
  /** Undefined for the desk itself, which sees everything. */
  readonly viewer: FiguresViewer | undefined;
  readonly filter: FiguresFilter;
  readonly days: Days;
  readonly by?: Step | undefined;
  /** The desk's when absent. */
  readonly timeZone?: string | undefined;
}

export type FiguresViewer = Pick<Agent, 'login' | 'roles'>;

export type FiguresRefusal = Extract<
  Refusal,
  { readonly code: 'unknown-queue' | 'unknown-agent' | 'bad-value' }
>;

/** What may be asked for. */
export interface FiguresChoices {
  readonly queues: readonly string[];
  readonly teams: readonly string[];
  readonly agents: readonly Pick<Agent, 'login' | 'name'>[];
}

export interface FigureBook {
  read(request: FiguresRequest): Promise<Result<Figures, FiguresRefusal>>;
  choices(viewer: FiguresViewer | undefined): Promise<FiguresChoices>;
  close(): void;
}

export interface FigureBookDeps {
  readonly index: Pick<TicketIndex, 'records' | 'counts' | 'onChange'>;
  readonly config: () => Config;
  readonly agents: () => readonly Agent[];
  readonly due: Pick<DueBook, 'of' | 'past' | 'measureOf' | 'revision'>;
  readonly clock: Clock;
}

const mostKept = 100;
/** In so small a team a total tells of single persons. */
const leastTeam = 3;

interface Kept {
  readonly version: number;
  readonly config: Config;
  readonly at: Instant;
  readonly figures: Promise<Figures>;
}

export function createFigureBook(deps: FigureBookDeps): FigureBook {
  const { index, config, agents, due, clock } = deps;
  const readTargets = createTargetReader(due);
  const kept = createRecent<string, Kept>(mostKept);
  let version = 0;
  const stopListening = index.onChange(() => {
    version += 1;
  });

  async function count(request: FiguresRequest, period: Period, now: Instant): Promise<Figures> {
    const { viewer, filter } = request;
    const current = config();
    const { timeZone } = period;
    const isCounted = ticketTest(current, filter);
    const calendars = new Map<string, Calendar>();
    const calendar = (queue: string) => {
      const found = calendars.get(queue) ?? calendarOf(current, queue);
      calendars.set(queue, found);
      return found;
    };
    const tally = createTally({
      period,
      now,
      today: wallInstant(localDay(now, timeZone), 0, timeZone),
      scope: scopeOf(viewer, filter, current, agents()),
      openTime: (queue, from, to) => openTimeBetween(calendar(queue), from, to),
    });
    for await (const slice of index.records()) {
      for (const record of slice) {
        if (!isCounted(record)) continue;
        // Told anew each time: keeping it would cost more memory and time than it spares.
        const story = tellStory(record);
        tally.add(story, readTargets(record, story, now));
      }
    }
    return tally.figures();
  }

  async function knownQueues(viewer: FiguresViewer | undefined): Promise<readonly string[]> {
    const current = config();
    const counted = (await index.counts()).map(({ queue }) => queue);
    return [...new Set([...current.queues.map(({ name }) => name), ...counted])]
      .filter((queue) => queue !== '' && rightsOf(viewer, queue, current).has('see'))
      .sort();
  }

  async function choices(viewer: FiguresViewer | undefined): Promise<FiguresChoices> {
    const queues = await knownQueues(viewer);
    return { queues, ...peopleFor(viewer, queues, config(), agents()) };
  }

  async function check({
    viewer,
    filter,
  }: FiguresRequest): Promise<Result<FiguresFilter, FiguresRefusal>> {
    const { queue, team, agent } = filter;
    const known = await choices(viewer);
    const found = known.queues.find((each) => each.toLowerCase() === queue?.toLowerCase());
    if (queue !== undefined && found === undefined)
      return refuse({ code: 'unknown-queue', value: queue, known: known.queues });
    const logins = known.agents.map(({ login }) => login);
    if (agent !== undefined && !logins.includes(agent))
      return refuse({ code: 'unknown-agent', value: agent, known: logins });
    if (team !== undefined && !known.teams.includes(team)) {
      const expected = known.teams.length === 0 ? 'no team' : known.teams.join(', ');
      return refuse({ code: 'bad-value', field: 'team', value: team, expected });
    }
    return ok({ ...filter, queue: found });
  }

  return {
    choices,
    async read(request) {
      const checked = await check(request);
      if (!checked.ok) return checked;
      const { viewer, days, by } = request;
      const current = config();
      const zone = request.timeZone ?? current.desk.timeZone;
      const now = clock.now();
      const last = Math.min(days.last, localDay(now, zone));
      const period = periodOf({ first: Math.min(days.first, last), last }, zone, by);
      const key = JSON.stringify([
        viewer === undefined ? undefined : [viewer.login, ...viewer.roles],
        checked.value,
        [period.first, period.last, period.by, zone],
      ]);
      const before = kept.get(key);
      const isFresh =
        before?.version === version && before.config === current && now - before.at < minute;
      if (before !== undefined && isFresh) return ok(await before.figures);
      const figures = count({ ...request, filter: checked.value }, period, now);
      kept.set(key, { version, config: current, at: now, figures });
      figures.catch(() => kept.delete(key));
      return ok(await figures);
    },
    close: stopListening,
  };
}

/** Which tickets are counted at all. */
function ticketTest(
  { desk }: Config,
  { queue: wanted }: FiguresFilter,
): (record: TicketRecord) => boolean {
  const { junkQueue } = desk;
  const leavesJunk =
    junkQueue !== undefined && (wanted === undefined || !isWithin(wanted, junkQueue));
  return ({ state, queue }) =>
    state !== 'merged' && state !== 'removed' && !(leavesJunk && isWithin(queue, junkQueue));
}

function isWithin(queue: string, parent: string): boolean {
  return queue === parent || queue.startsWith(`${parent}::`);
}

function rightsOf(viewer: FiguresViewer | undefined, queue: string, { queues }: Config) {
  return rightsIn(queue, viewer?.roles ?? [adminRole], queues);
}

function scopeOf(
  viewer: FiguresViewer | undefined,
  { queue: wanted, team, agent, language }: FiguresFilter,
  config: Config,
  agents: readonly Agent[],
): Scope {
  const leads = byQueue((queue) => rightsOf(viewer, queue, config).has('administer'));
  const isOther = agent !== undefined && agent !== viewer?.login;
  const inTeam =
    team === undefined ? undefined : agents.filter(({ roles }) => roles.includes(team));
  const isSmall = inTeam !== undefined && inTeam.length < leastTeam;
  const members = inTeam?.map(({ login }) => login);
  const people =
    agent === undefined ? members : (members?.filter((each) => each === agent) ?? [agent]);
  return {
    inQueue: byQueue(
      (queue) =>
        rightsOf(viewer, queue, config).has('see') &&
        (wanted === undefined || isWithin(queue, wanted)) &&
        // Of others as single persons only where he may know.
        (!(isOther || isSmall) || leads(queue)),
    ),
    people: people === undefined ? undefined : new Set(people),
    language,
    isNamed: (login, queue) => login === viewer?.login || leads(queue),
  };
}

/** Rights are asked for once a queue, not once an event. */
function byQueue(test: (queue: string) => boolean): (queue: string) => boolean {
  const known = new Map<string, boolean>();
  return (queue) => {
    const before = known.get(queue);
    if (before !== undefined) return before;
    const found = test(queue);
    known.set(queue, found);
    return found;
  };
}

function peopleFor(
  viewer: FiguresViewer | undefined,
  queues: readonly string[],
  config: Config,
  agents: readonly Agent[],
): Pick<FiguresChoices, 'teams' | 'agents'> {
  const isLead = queues.some((queue) => rightsOf(viewer, queue, config).has('administer'));
  const roles = [...new Set(agents.flatMap((each) => each.roles))].filter(
    (role) => role !== adminRole,
  );
  const size = (role: string) => agents.filter((each) => each.roles.includes(role)).length;
  return {
    teams: roles.filter((role) => isLead || size(role) >= leastTeam).sort(),
    agents: agents
      .filter(({ login }) => isLead || login === viewer?.login)
      .map(({ login, name }) => ({ login, name })),
  };
}
