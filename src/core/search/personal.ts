/**
 * Queries about whoever asks: `owner:me`, `waiting:anna`.
 *
 * Promises: pure; what comes out names logins and times, so that any index can judge it without knowing people.
 */
import type { Instant } from '../../base/clock.ts';
import { asksForDue } from './match.ts';
import type { Query, SearchField, Term } from './query.ts';

export interface Asker {
  /** Undefined for an admin on the command line: then `me` is nobody. */
  readonly login: string | undefined;
  readonly now: Instant;
  /** Everybody for whom the agent stands in today. */
  readonly standsInFor: (login: string) => readonly string[];
  /** Numbers of the tickets that whoever asks has put aside; absent for none. */
  readonly aside?: readonly string[];
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
  return { ...query, terms: query.terms.map((term) => fillIn(term, asker)) };
}

function fillIn(term: Term, { login, now, standsInFor, aside = [] }: Asker): Term {
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
