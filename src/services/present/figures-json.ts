/** Figures as the command line and the API give them: durations in seconds, shares of 1, times ISO 8601, null for none. */
import { type Duration, formatInstant, type Instant, second, toInstant } from '../../base/clock.ts';
import { formatDate } from '../../core/escalation/calendar.ts';
import type { Distribution } from '../../core/figures/distribution.ts';
import type { Figures, Times } from '../../core/figures/figures.ts';
import type { FiguresFilter } from '../figures/figure-book.ts';
import {
  type Cell,
  type CellKind,
  shareOf,
  type TableId,
  tableIds,
  tableOf,
} from './figures-tables.ts';

export type FiguresJson = ReturnType<typeof figuresJson>;

export function figuresJson(figures: Figures, filter: FiguresFilter) {
  const { period, present, sum, firstResponse, solution } = figures;
  const { waiting, ...counts } = present;
  return {
    period: {
      from: formatDate(period.first),
      to: formatDate(period.last),
      by: period.by,
      timeZone: period.timeZone,
    },
    queue: filter.queue ?? null,
    team: filter.team ?? null,
    agent: filter.agent ?? null,
    language: filter.language ?? null,
    now: { ...counts, unansweredSince: timeJson(waiting[0]?.since) },
    sum: { ...sum, shareWithModules: shareOf(sum.withModules, sum.ours) ?? null },
    firstResponse: timesJson(firstResponse),
    solution: timesJson(solution),
    tables: Object.fromEntries(
      tableIds.map((id) => [id, rowsJson(id, figures)] as const),
    ) satisfies Readonly<Record<string, readonly unknown[]>>,
  };
}

function rowsJson(id: TableId, figures: Figures) {
  const { columns, rows } = tableOf(id, figures);
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, kind }, at) => [name, cellJson(row[at], kind)])),
  );
}

function cellJson(value: Cell, kind: CellKind): string | number | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  if (kind === 'part' || kind === 'moment') return formatInstant(toInstant(value));
  return kind === 'duration' ? seconds(value) : value;
}

function timesJson({ wall, working }: Times) {
  return { count: wall.count, wall: spreadJson(wall), working: spreadJson(working) };
}

function spreadJson({ median, ninth }: Distribution) {
  return { median: secondsOrNull(median), ninth: secondsOrNull(ninth) };
}

function secondsOrNull(value: Duration | undefined): number | null {
  return value === undefined ? null : seconds(value);
}

function seconds(value: Duration): number {
  return Math.round(value / second);
}

function timeJson(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
