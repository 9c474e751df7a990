/**
 * The search language: words, `"phrases"`, `-not`, `field:value`, a trailing `*` for any ending.
 *
 * Owns: reading a query. Promises: reading is total and takes time in proportion to the length; an
 * unknown field is a problem that names the nearest known one, an unknown value names the known ones.
 * Leaves to others: judging a ticket by it (match.ts), which tickets hold the words (services/index).
 */
import type { Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { priorities, ticketStates } from '../ticket/states.ts';
import { isFieldKey } from '../ticket/ticket-rules.ts';
import { dueExamples, parseDueBound } from './due-bound.ts';

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
  'phone',
] as const;

export type SearchField = (typeof searchFields)[number];

export type Term =
  /** A word or phrase anywhere in the ticket's text. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly phrase: boolean;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'field';
      readonly field: SearchField;
      readonly value: string;
      readonly negated: boolean;
      /** For `waiting`, `due` and `is:late`, filled in by `askedBy`: whose tickets count, and what time it is. */
      readonly owners?: readonly string[];
      readonly now?: Instant;
      /** For `snoozed`, filled in by `askedBy`. */
      readonly numbers?: readonly string[];
    }
  /** A custom field of the desk. */
  | {
      readonly kind: 'custom';
      /** `x-NAME` */
      readonly field: string;
      readonly value: string;
      readonly negated: boolean;
    };

/** All terms must hold. */
export interface Query {
  readonly terms: readonly Term[];
}

export type QueryProblem =
  | {
      readonly code: 'unknown-field';
      readonly field: string;
      readonly nearest: SearchField;
      readonly value: string;
    }
  | {
      readonly code: 'unknown-value';
      readonly field: SearchField;
      readonly value: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'query-too-long'; readonly length: number; readonly most: number }
  | { readonly code: 'bad-cursor'; readonly cursor: string };

export const isValues = ['open', 'closed', 'new', 'unowned', 'spam', 'scheduled', 'late'] as const;
export const hasValues = ['attachment', 'fax', 'call', 'recording'] as const;

/** Longest query, in UTF-16 units. */
export const mostQueryLength = 1000;

/**
 * Terms are parted by blanks. `"…"` keeps blanks together, also behind a field; a quotation mark that
 * is never closed reaches to the end. What only looks like a field (`12:30`, `https://…`, `to:`) is
 * a word. A term without letter or digit says nothing and is left out.
 */
export function parseQuery(
  text: string,
  /** The states that a search knows, where the desk has names of its own. */
  states: readonly string[] = ticketStates,
): Result<Query, QueryProblem> {
  if (text.length > mostQueryLength) {
    return refuse({ code: 'query-too-long', length: text.length, most: mostQueryLength });
  }
  const terms: Term[] = [];
  for (const [, minus = '', field, quoted, bare = ''] of text.matchAll(termPattern)) {
    const negated = minus !== '';
    const value = quoted ?? bare;
    if (!/[\p{L}\p{N}]/u.test(value)) continue;
    if (field === undefined) {
      terms.push({ kind: 'text', text: value, phrase: quoted !== undefined, negated });
      continue;
    }
    if (isFieldKey(field.toLowerCase())) {
      terms.push({ kind: 'custom', field: field.toLowerCase(), value, negated });
      continue;
    }
    const term = toFieldTerm(field, value, { negated, states });
    if (!term.ok) return term;
    terms.push(term.value);
  }
  return ok({ terms });
}

/** Minus, field, quoted value, bare value. Telephones write other quotation marks than keyboards. */
const termPattern =
  /(?<!\S)(-?)(?:(x-[a-z0-9-]+|[a-z][a-z-]*):(?!\/\/)(?=\S))?(?:["\u201c\u201d\u201e]([^"\u201c\u201d\u201e]*)(?:["\u201c\u201d\u201e]|$)|(\S+))/giu;

function toFieldTerm(
  name: string,
  value: string,
  { negated, states }: { readonly negated: boolean; readonly states: readonly string[] },
): Result<Term, QueryProblem> {
  const wanted = name.toLowerCase();
  const field = searchFields.find((known) => known === wanted);
  if (field === undefined) {
    return refuse({ code: 'unknown-field', field: name, nearest: nearestField(wanted), value });
  }
  const known = field === 'state' ? states : knownValues[field];
  if (field === 'due' && parseDueBound(value) === undefined)
    return refuse({ code: 'unknown-value', field, value, known: dueExamples });
  if (known !== undefined && !known.some(toWordTest(value))) {
    return refuse({ code: 'unknown-value', field, value, known });
  }
  return ok({ kind: 'field', field, value, negated });
}

const knownValues: Readonly<Partial<Record<SearchField, readonly string[]>>> = {
  priority: priorities,
  is: isValues,
  has: hasValues,
};

/** Whether a word is what the value names, without regard to case: whole, or from a beginning before a `*`. */
export function toWordTest(value: string): (word: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.endsWith('*')) return (word) => word.toLowerCase() === wanted;
  const beginning = wanted.slice(0, -1);
  return (word) => word.toLowerCase().startsWith(beginning);
}

function nearestField(name: string): SearchField {
  const start: { readonly field: SearchField; readonly distance: number } = {
    field: 'subject',
    distance: Number.POSITIVE_INFINITY,
  };
  return searchFields.reduce((best, field) => {
    const distance = editDistance(name.slice(0, longestName), field);
    return distance < best.distance ? { field, distance } : best;
  }, start).field;
}

const longestName = 32;

/** Letters to insert, remove or replace (Levenshtein). */
function editDistance(one: string, other: string): number {
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, wanted] of [...other].entries()) {
      const [diagonal = 0, above = 0] = last.slice(column, column + 2);
      const before = current[column] ?? 0;
      current.push(Math.min(above + 1, before + 1, diagonal + (letter === wanted ? 0 : 1)));
    }
    last = current;
  }
  return last[other.length] ?? one.length;
}
