/**
 * The search language: words, `"phrases"`, `-not`, `field:value`.
 *
 * Owns: reading a query and judging a ticket's fields by it. Promises: reading is total; an unknown
 * field is a problem that names the nearest known one.
 * Leaves to others: which tickets hold the words (services/index).
 */
import type { Result } from '../../base/result.ts';

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
] as const;

export type SearchField = (typeof searchFields)[number];

export type Term =
  /** A word or phrase anywhere in the ticket's text. */
  | { readonly kind: 'text'; readonly text: string; readonly phrase: boolean; readonly negated: boolean }
  | { readonly kind: 'field'; readonly field: SearchField; readonly value: string; readonly negated: boolean };

/** All terms must hold. */
export interface Query {
  readonly terms: readonly Term[];
}

export type QueryProblem =
  | { readonly code: 'unknown-field'; readonly field: string; readonly nearest: SearchField; readonly value: string }
  | { readonly code: 'unknown-value'; readonly field: SearchField; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'query-too-long'; readonly length: number; readonly most: number }
  | { readonly code: 'bad-cursor'; readonly cursor: string };

export declare function parseQuery(text: string): Result<Query, QueryProblem>;
