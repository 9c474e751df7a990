/**
 * What is asked for in an address or on a command line, as a request for figures.
 *
 * Promises: pure and total; without anything said it is the last 30 days.
 */
import type { Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { localDay } from '../../core/escalation/calendar.ts';
import {
  type Days,
  isPreset,
  isStep,
  type Preset,
  parseDate,
  presetDays,
  presets,
  type Step,
  steps,
} from '../../core/figures/period.ts';
import type { FiguresFilter } from '../figures/figure-book.ts';

export const figuresKeys = [
  'queue',
  'team',
  'agent',
  'language',
  'period',
  'from',
  'to',
  'by',
] as const;

export type FiguresQuery = Readonly<Partial<Record<(typeof figuresKeys)[number], string>>>;

export interface ReadFigures {
  readonly filter: FiguresFilter;
  /** Undefined for days of the reader's own. */
  readonly preset: Preset | undefined;
  readonly days: Days;
  readonly by: Step | undefined;
}

export interface BadValue {
  readonly code: 'bad-value';
  readonly field: string;
  readonly value: string;
  readonly expected: string;
}

export const usualPreset: Preset = '30d';
/** Stands for tickets whose language nobody knows. */
export const unknownLanguage = 'none';

export function readFigures(
  query: FiguresQuery,
  now: Instant,
  timeZone: string,
): Result<ReadFigures, BadValue> {
  const { by, period } = query;
  if (by !== undefined && !isStep(by)) return bad('by', by, steps.join(', '));
  if (period !== undefined && !isPreset(period)) return bad('period', period, presets.join(', '));
  const { language } = query;
  const filter = {
    queue: query.queue,
    team: query.team,
    agent: query.agent,
    language: language === unknownLanguage ? '' : language,
  };
  if (query.from === undefined && query.to === undefined) {
    const preset = period ?? usualPreset;
    return ok({ filter, preset, days: presetDays(preset, now, timeZone), by });
  }
  const days = readDays(query, now, timeZone);
  return days.ok ? ok({ filter, preset: undefined, days: days.value, by }) : days;
}

function readDays(query: FiguresQuery, now: Instant, timeZone: string): Result<Days, BadValue> {
  const today = localDay(now, timeZone);
  const last = query.to === undefined ? today : parseDate(query.to);
  if (last === undefined) return bad('to', query.to ?? '', 'a day such as 2026-11-23');
  const first = query.from === undefined ? last - 29 : parseDate(query.from);
  if (first === undefined) return bad('from', query.from ?? '', 'a day such as 2026-11-23');
  if (first > last) return bad('from', query.from ?? '', `not later than the last day`);
  return ok({ first, last });
}

function bad(field: string, value: string, expected: string): Result<never, BadValue> {
  return refuse({ code: 'bad-value', field, value: value.slice(0, 100), expected });
}
