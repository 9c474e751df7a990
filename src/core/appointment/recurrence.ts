/**
 * How an appointment repeats (RRULE, RFC 5545 section 3.3.10), as far as people say it in words.
 *
 * Promises: pure, total, bounded. Nothing is expanded: a rule that says more than words can is told as one of its own.
 */
import { formatInstant, parseInstant } from '../../base/clock.ts';

export const frequencies = ['daily', 'weekly', 'monthly', 'yearly'] as const;

export interface Recurrence {
  /** Undefined for a rule that only programs understand. */
  readonly every: (typeof frequencies)[number] | undefined;
  readonly interval: number;
  /** Days of the week, Monday is 1, Sunday 7; empty where the rule names none. */
  readonly weekdays: readonly number[];
  /** The last day on which it may begin. */
  readonly until: string | undefined;
  readonly times: number | undefined;
}

const longest = 200;

/** The rule as a field of the block can carry it: its parts with blanks between them. */
export function toRepeats(rule: string): string | undefined {
  const parts = rule
    .toUpperCase()
    .split(/[;\s]+/)
    .filter((part) => /^[A-Z]{2,12}=[A-Z0-9,+-]{1,60}$/.test(part));
  const text = parts.join(' ').slice(0, longest);
  return /\bFREQ=/.test(text) ? text : undefined;
}

export function readRecurrence(repeats: string): Recurrence {
  const parts = new Map(
    repeats.split(' ').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
  const weekdays = weekdaysIn(parts.get('BYDAY'));
  const isPlain = [...parts.keys()].every((name) => plainParts.has(name)) && weekdays !== undefined;
  const every = frequencies.find((each) => each.toUpperCase() === parts.get('FREQ'));
  // "Every month on Mondays" and the like are not what the words below would say.
  const isSaid = isPlain && (weekdays.length === 0 || every === 'weekly');
  return {
    every: isSaid ? every : undefined,
    interval: Math.max(1, countIn(parts.get('INTERVAL')) ?? 1),
    weekdays: isSaid ? weekdays : [],
    until: dayIn(parts.get('UNTIL')),
    times: countIn(parts.get('COUNT')),
  };
}

const plainParts: ReadonlySet<string> = new Set([
  'FREQ',
  'INTERVAL',
  'BYDAY',
  'UNTIL',
  'COUNT',
  'WKST',
]);

const weekdayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Undefined for days that are counted, "the second Monday". */
function weekdaysIn(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return [];
  const days = text.split(',').map((name) => weekdayNames.indexOf(name) + 1);
  return days.every((day) => day > 0) ? [...new Set(days)].sort() : undefined;
}

function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function dayIn(text: string | undefined): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(text ?? '') ?? [];
  const date = `${year}-${month}-${day}`;
  const start = parseInstant(`${date}T00:00:00Z`);
  return start !== undefined && formatInstant(start).startsWith(date) ? date : undefined;
}
