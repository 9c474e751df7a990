/** What a query is made of, and what it may not be. Made by query.ts. */
import type { Instant } from '../../base/clock.ts';
import type { TimeRange } from './dates.ts';
import type { SearchField } from './fields.ts';

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
      /** For `created`, `updated` and `closed`, filled in by `askedBy`. */
      readonly range?: TimeRange;
      /** For `is:unread`, filled in by `askedBy`; absent for whoever has no read marks. */
      readonly seen?: SeenMarks;
    }
  /** A custom field of the desk. */
  | {
      readonly kind: 'custom';
      /** `x-NAME` */
      readonly field: string;
      readonly value: string;
      readonly negated: boolean;
    };

/** What somebody has seen; as text only the revision, which is another one after each change. */
export interface SeenMarks {
  readonly revision: string;
  lastSeen(number: string): Instant | undefined;
}

/** One of the alternatives must hold: all of its clauses. */
export interface Group {
  readonly kind: 'group';
  /** Two at least, unless it is negated; none is empty. */
  readonly alternatives: readonly (readonly Clause[])[];
  readonly negated: boolean;
}

export type Clause = Term | Group;

/** All terms must hold. */
export interface Query {
  readonly terms: readonly Clause[];
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
  | {
      readonly code: 'query-too-complex';
      readonly what: 'terms' | 'nesting';
      readonly most: number;
    }
  | { readonly code: 'bad-cursor'; readonly cursor: string };
