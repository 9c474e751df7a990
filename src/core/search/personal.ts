/**
 * Queries about whoever asks: `owner:me`, `waiting:anna`.
 *
 * Promises: pure; what comes out names logins and times, so that any index can judge it without knowing people.
 */
import type { Instant } from '../../base/clock.ts';
import { parseDateBound, rangeOf } from './dates.ts';
import { isDateField } from './fields.ts';
import { asksForDue } from './match.ts';
import type { Clause, Query, SearchField, SeenMarks, Term } from './query.ts';
import { toWordTest } from './wildcard.ts';

export interface Asker {
  /** Undefined for an admin on the command line: then `me` is nobody. */
  readonly login: string | undefined;
  readonly now: Instant;
  /** Everybody for whom the agent stands in today. */
  readonly standsInFor: (login: string) => readonly string[];
  /** Numbers of the tickets that whoever asks has put aside; absent for none. */
  readonly aside?: readonly string[];
  /** Zone of the days that are named; absent for UTC. */
  readonly timeZone?: string;
  /** What whoever asks has seen; absent for nobody in particular. */
  readonly seen?: SeenMarks | undefined;
}

const personal: ReadonlySet<SearchField> = new Set<SearchField>([
  'owner',
  'mentioned',
  'watched',
  'watcher',
  'waiting',
  'snoozed',
]);

export function askedBy(query: Query, asker: Asker): Query {
  return { ...query, terms: query.terms.map((clause) => fillInAll(clause, asker)) };
}

function fillInAll(clause: Clause, asker: Asker): Clause {
  if (clause.kind !== 'group') return fillIn(clause, asker);
  const alternatives = clause.alternatives.map((clauses) =>
    clauses.map((inner) => fillInAll(inner, asker)),
  );
  return { ...clause, alternatives };
}

function fillIn(term: Term, asker: Asker): Term {
  const { login, now, standsInFor, aside = [], timeZone = 'UTC', seen } = asker;
  if (term.kind === 'field' && term.field === 'is') {
    const marks = seen !== undefined && toWordTest(term.value)('unread') ? { seen } : {};
    return { ...term, ...marks, ...(asksForDue(term) ? { now } : {}) };
  }
  if (term.kind === 'field' && isDateField(term.field)) {
    const bound = parseDateBound(term.value);
    return bound === undefined ? term : { ...term, range: rangeOf(bound, { now, timeZone }) };
  }
  if (term.kind === 'field' && asksForDue(term)) return { ...term, now };
  if (term.kind !== 'field' || !personal.has(term.field)) return term;
  const value = term.value.toLowerCase() === 'me' ? (login ?? term.value) : term.value;
  // What colleagues have put aside is nobody else's business.
  if (term.field === 'snoozed')
    return { ...term, value, numbers: value.toLowerCase() === login?.toLowerCase() ? aside : [] };
  return term.field === 'waiting'
    ? { ...term, value, owners: [value, ...standsInFor(value)], now }
    : { ...term, value };
}
