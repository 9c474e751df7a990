/**
 * The fields of the search language: their names, and the values that can be known beforehand.
 *
 * Owns: the table that parsing, judging, completing and the documentation share.
 */
import { priorities } from '../ticket/states.ts';
import { dateExamples, parseDateBound } from './dates.ts';
import { dueExamples, parseDueBound } from './due-bound.ts';
import { toWordTest } from './wildcard.ts';

export const searchFields = [
  'from',
  'to',
  'subject',
  'queue',
  'state',
  'owner',
  'priority',
  'tag',
  'lang',
  'number',
  'is',
  'has',
  'mentioned',
  'watched',
  'watcher',
  'waiting',
  'due',
  'snoozed',
  'with',
  'created',
  'updated',
  'closed',
  'phone',
] as const;

export type SearchField = (typeof searchFields)[number];

export const isValues = [
  'open',
  'closed',
  'new',
  'unowned',
  'spam',
  'scheduled',
  'late',
  'unread',
  'escalated',
  'archived',
  'held',
  'flagged',
] as const;
export const hasValues = ['attachment', 'fax', 'call', 'recording'] as const;

export const dateFields = ['created', 'updated', 'closed'] as const;

export type DateField = (typeof dateFields)[number];

export function isDateField(field: SearchField): field is DateField {
  return dateFields.some((each) => each === field);
}

const knownValues: Readonly<Partial<Record<SearchField, readonly string[]>>> = {
  priority: priorities,
  is: isValues,
  has: hasValues,
};

export type KnownStates = readonly string[] | 'any';

/** What a field may have for a value; undefined where that is anything. `states` are those of the desk. */
export function valuesOf(field: SearchField, states: KnownStates): readonly string[] | undefined {
  if (field !== 'state') return knownValues[field];
  return states === 'any' ? undefined : states;
}

/** What would be understood instead of a value that is not; undefined when it is. */
export function missedValues(
  field: SearchField,
  value: string,
  states: KnownStates,
): readonly string[] | undefined {
  if (field === 'due') return parseDueBound(value) === undefined ? dueExamples : undefined;
  if (isDateField(field)) return parseDateBound(value) === undefined ? dateExamples : undefined;
  const known = valuesOf(field, states);
  return known === undefined || known.some(toWordTest(value)) ? undefined : known;
}
