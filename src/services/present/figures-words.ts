/**
 * Values of figures as people read them, in their language.
 *
 * Promises: pure; what there is none of is a dash. Leaves to others: which values (figures-tables.ts).
 */
import { type Duration, day, hour, type Instant, minute, toInstant } from '../../base/clock.ts';
import type { Step } from '../../core/figures/period.ts';
import type { Dates, Locale } from '../render/locale.ts';
import { type Cell, type CellKind, targetNames } from './figures-tables.ts';

export interface FigureWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly by: Step;
  nameOf(login: string): string;
}

export const nothing = '–';

export function cellText(value: Cell, kind: CellKind, words: FigureWords): string {
  if (value === undefined) return kind === 'person' ? '' : nothing;
  return typeof value === 'number' ? numberText(value, kind, words) : wordText(value, kind, words);
}

function numberText(value: number, kind: CellKind, { locale, dates, by }: FigureWords): string {
  switch (kind) {
    case 'duration':
      return durationText(value, locale);
    case 'share':
      return shareText(value, locale);
    case 'part':
      return partText(toInstant(value), dates, by);
    case 'moment':
      return dates.full(toInstant(value));
    case 'hour':
      return `${value}`;
    default:
      return countText(value, locale);
  }
}

function wordText(value: string, kind: CellKind, { locale, nameOf }: FigureWords): string {
  if (kind === 'person') return nameOf(value);
  if (kind === 'language')
    return value === '' ? locale.text('figures.no-language') : locale.languageName(value);
  if (kind === 'target') return locale.text(targetKeyOf(value));
  return value;
}

function targetKeyOf(kind: string): string {
  return Object.entries(targetNames).find(([known]) => known === kind)?.[1] ?? kind;
}

export function countText(value: number, locale: Locale): string {
  return locale.text('figures.number', { value });
}

export function shareText(value: number | undefined, locale: Locale): string {
  return value === undefined ? nothing : locale.text('figures.percent', { value });
}

/** In the unit in which it is easily said. */
export function durationText(value: Duration | undefined, locale: Locale): string {
  if (value === undefined) return nothing;
  if (value < hour) return locale.text('figures.minutes', { value: Math.round(value / minute) });
  return value < 2 * day
    ? locale.text('figures.hours', { value: value / hour })
    : locale.text('figures.days', { value: value / day });
}

/** `20 Nov`, or with the time for hours. */
export function partText(from: Instant, dates: Dates, by: Step): string {
  return by === 'hour' ? dates.dayTime(from) : dates.short(from);
}
