/**
 * The weekly report: at the start of work in the new week each agent who wants it gets the figures of the last one.
 *
 * Work starts by the calendar of the first queue that the agent named, or the desk's, in its zone; a Monday without open hours
 * makes it a later day. Promises: each week once, however many processes run; what was missed is made up for within the week,
 * not later; an agent is told only what he may see. Leaves to others: counting (figure-book.ts), words (present/report-text.ts),
 * the mail (notifications/report-post.ts).
 */
import { type Clock, type Instant, minute, toInstant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import {
  type Calendar,
  formatDate,
  localDay,
  nextMorning,
  wallInstant,
} from '../../core/escalation/calendar.ts';
import type { Figures } from '../../core/figures/figures.ts';
import { type Days, daysBefore, weekOf } from '../../core/figures/period.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { Report, ReportPost } from '../notifications/report-post.ts';
import type { FigureBook } from './figure-book.ts';

/** Figures of one queue, or of all that the agent sees. */
export interface ReportPart {
  readonly queue: string | undefined;
  readonly week: Figures;
  readonly before: Figures;
}

export interface WeeklyReports {
  /** From here on reports go out when they are due. */
  start(): void;
  /** Sends what is due. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface WeeklyReportsDeps {
  readonly figures: Pick<FigureBook, 'read'>;
  readonly post: ReportPost;
  readonly reaches: (address: string) => boolean;
  readonly write: (
    agent: Agent,
    days: Days,
    parts: readonly ReportPart[],
  ) => Promise<Omit<Report, 'login' | 'to'>>;
  readonly agents: () => readonly Agent[];
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** A timer is never longer, so that wishes, calendars and a clock that was set are noticed. */
const longestRest = 10 * minute;
/** After this a report that somebody else was about is taken over. */
const busyRest = 2 * minute;

interface Due {
  readonly week: Days;
  readonly at: Instant;
}

export function createWeeklyReports(deps: WeeklyReportsDeps): WeeklyReports {
  const { figures, post, reaches, write, agents, config, clock, log } = deps;
  const known = new Set<string>();
  /** Reports that somebody else was about, and since when. */
  const busy = new Map<string, Instant>();
  let running: Promise<void> | undefined;
  let cancelTimer = () => {};
  let isStopped = false;

  function schedule(): void {
    cancelTimer();
    if (isStopped) return;
    const now = clock.now();
    const times = wishing().flatMap((agent) => {
      const due = dueOf(agent, now);
      return due === undefined || due.at <= now ? [] : [due.at];
    });
    const rest = busy.size > 0 ? busyRest : longestRest;
    cancelTimer = clock.after(Math.min(rest, ...times.map((at) => at - now)), () => {
      void catchUp()
        .catch((error: unknown) => log.error('reports.failed', { cause: errorText(error) }))
        .finally(schedule);
    });
  }

  function wishing(): readonly Agent[] {
    return agents().filter(
      ({ report, isDisabled, email }) =>
        report !== undefined && isDisabled !== true && reaches(email),
    );
  }

  function dueOf({ report }: Agent, now: Instant): Due | undefined {
    return dueReport(calendarOf(config(), report?.queues?.[0] ?? ''), now);
  }

  function catchUp(): Promise<void> {
    running ??= sendDue().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function sendDue(): Promise<void> {
    const now = clock.now();
    for (const agent of wishing()) {
      const due = dueOf(agent, now);
      if (isStopped || due === undefined || due.at > now) continue;
      try {
        await sendTo(agent, due);
      } catch (error) {
        // The next look, ten minutes later, tries again.
        log.error('reports.failed', { agent: agent.login, cause: errorText(error) });
      }
    }
  }

  async function sendTo(agent: Agent, { week, at }: Due): Promise<void> {
    const { login } = agent;
    const key = { login, about: `week ${formatDate(week.first)}`, since: at };
    const mark = `${login} ${key.about}`;
    if (known.has(mark)) return;
    if (!(await post.isKnown(key))) {
      const parts = await readParts(agent, week);
      if (parts.length === 0) return;
      const words = await write(agent, week, parts);
      const to = { name: agent.name, address: agent.email };
      const since = busy.get(mark);
      const isStale = since !== undefined && clock.now() - since >= busyRest;
      const posted = await post.post(key, { login, to, ...words }, isStale);
      if (posted === 'busy') {
        busy.set(mark, since ?? clock.now());
        return;
      }
    }
    busy.delete(mark);
    known.add(mark);
  }

  /** Queues that the agent does not see any more are passed over. */
  async function readParts(agent: Agent, week: Days): Promise<readonly ReportPart[]> {
    const parts: ReportPart[] = [];
    const { timeZone } = calendarOf(config(), agent.report?.queues?.[0] ?? '');
    for (const queue of agent.report?.queues ?? [undefined]) {
      const read = (days: Days) =>
        figures.read({ viewer: agent, filter: { queue }, days, by: 'day', timeZone });
      const [now, then] = [await read(week), await read(daysBefore(week))];
      if (now.ok && then.ok) parts.push({ queue, week: now.value, before: then.value });
    }
    return parts;
  }

  return {
    start: schedule,
    catchUp,
    async settled() {
      await running;
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await running;
    },
  };
}

/**
 * The report of the last whole week: due when work starts in this one. Undefined when no work starts in this week at all.
 */
export function dueReport(calendar: Calendar, now: Instant): Due | undefined {
  const { timeZone } = calendar;
  const { first: monday } = weekOf(localDay(now, timeZone));
  const at = nextMorning(calendar, wallInstant(monday - 1, 12 * 60, timeZone));
  const end = wallInstant(monday + 7, 0, timeZone);
  if (at === undefined || at >= end) return undefined;
  return { week: { first: monday - 7, last: monday - 1 }, at: toInstant(at) };
}
