/** Due times as JSON: the three instants of a ticket, and every clock with its spans. Promises: pure. */
import { formatInstant, type Instant } from '../../base/clock.ts';
import { type DueTimes, instantAt, isPaused, usedTime } from '../../core/escalation/due.ts';
import type { TargetKind } from '../../core/escalation/targets.ts';
import type { Measure } from '../escalation/due-book.ts';

/** `null` for what is not owed, and while its clock is paused. */
export type DueJson = Readonly<Record<TargetKind, string | null>>;

export const nothingDue: DueJson = { firstResponse: null, update: null, solution: null };

export function toDueJson({ clocks }: DueTimes): DueJson {
  const of = (kind: TargetKind) => {
    const due = clocks.find((clock) => clock.kind === kind)?.due;
    return due === undefined ? null : formatInstant(due);
  };
  return { firstResponse: of('firstResponse'), update: of('update'), solution: of('solution') };
}

export interface ClockJson {
  readonly kind: TargetKind;
  /** Working time in minutes. */
  readonly targetMinutes: number;
  readonly usedMinutes: number;
  readonly started: string;
  /** What made it start: `opened`, `theirs`, `ours`, `reopened`. */
  readonly cause: string;
  readonly due: string | null;
  readonly paused: boolean;
  readonly late: boolean;
  readonly spans: readonly {
    readonly kind: 'running' | 'paused';
    readonly state: string;
    readonly from: string;
    readonly to: string | null;
  }[];
}

export interface DueReportJson {
  readonly sla: string | null;
  readonly calendar: string | null;
  readonly timeZone: string;
  readonly due: DueJson;
  readonly clocks: readonly ClockJson[];
}

export function toDueReport(times: DueTimes, measure: Measure, now: Instant): DueReportJson {
  const { calendar, calendarName, sla } = measure;
  return {
    sla: sla ?? null,
    calendar: calendarName ?? null,
    timeZone: calendar.timeZone,
    due: toDueJson(times),
    clocks: times.clocks.map((clock) => {
      const over = instantAt(clock, 100, calendar);
      return {
        kind: clock.kind,
        targetMinutes: toMinutes(clock.target),
        usedMinutes: toMinutes(usedTime(clock, calendar, now)),
        started: formatInstant(clock.started),
        cause: clock.cause,
        due: clock.due === undefined ? null : formatInstant(clock.due),
        paused: isPaused(clock),
        late: over !== undefined && over <= now,
        spans: clock.spans.map(({ kind, state, from, to }) => ({
          kind,
          state,
          from: formatInstant(from),
          to: to === undefined ? null : formatInstant(to),
        })),
      };
    }),
  };
}

function toMinutes(span: number): number {
  return Math.floor(span / 60_000);
}
