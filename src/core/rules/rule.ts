/**
 * Routing rules as values: what they look at and what they do.
 *
 * Made by config/rules.ts out of files; judged by evaluate.ts.
 */
import type { AutomaticKind } from '../message/automatic.ts';
import type { AuthenticationResult } from '../message/verdicts.ts';
import type { Query } from '../search/query.ts';
import type { Pattern } from './pattern.ts';
import type { Schedule } from './schedule.ts';

export interface Rule {
  /** Without `;` and `=`, since it stands in the Ticket block. */
  readonly name: string;
  /** Path below `config/`. */
  readonly file: string;
  readonly line: number | undefined;
  /** Mails that it is asked about. */
  readonly on: 'new' | 'follow-up' | 'any';
  readonly when: Condition;
  readonly actions: RuleActions;
}

export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'test';
      /** As the file has it: `subject`, `header X-Mailer`. */
      readonly key: string;
      /** What is wanted, as the file has it. */
      readonly wanted: string;
      readonly test: Test;
    };

export const patternKeys = [
  'recipient',
  'to',
  'sender',
  'client',
  'from',
  'subject',
  'body',
  'language',
  'attachment',
  'customer',
] as const;

export type PatternKey = (typeof patternKeys)[number];

export const checkedProtocols = ['spf', 'dkim', 'dmarc', 'arc'] as const;

export type CheckedProtocol = (typeof checkedProtocols)[number];

/** How a number must stand to the limit. */
export interface Comparison {
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
}

/** Where several are wanted, one of them is enough. */
export type Test =
  | { readonly kind: 'pattern'; readonly of: PatternKey; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'header'; readonly name: string; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'attached'; readonly wanted: boolean }
  | { readonly kind: 'size'; readonly comparison: Comparison }
  | { readonly kind: 'spam'; readonly wanted: ScanWord | Comparison }
  | { readonly kind: 'virus'; readonly wanted: ScanWord }
  | {
      readonly kind: 'sender-auth';
      readonly protocol: CheckedProtocol;
      readonly results: readonly AuthenticationResult[];
    }
  | { readonly kind: 'automatic'; readonly kinds: readonly (AutomaticKind | 'yes' | 'no')[] }
  | { readonly kind: 'acquaintance'; readonly isKnown: boolean }
  | { readonly kind: 'time'; readonly schedules: readonly Schedule[] }
  | { readonly kind: 'via'; readonly ways: readonly string[] }
  | { readonly kind: 'follow-up'; readonly wanted: boolean }
  /** Of the search language, what fits a rule. */
  | { readonly kind: 'query'; readonly query: Query };

/** `unchecked`: nobody was asked, or whoever was asked did not answer. */
export type ScanWord = 'yes' | 'no' | 'unchecked';

/** The fields of a ticket that a rule may set. */
export const ruleFields = ['queue', 'priority', 'state', 'owner', 'sla'] as const;

export type RuleField = (typeof ruleFields)[number];

export interface RuleActions {
  readonly set: readonly (readonly [field: RuleField, value: string])[];
  readonly tags: readonly string[];
  /** False: nobody is answered automatically because of this mail. */
  readonly autoReply: boolean;
  /** No later rule is asked. */
  readonly stop: boolean;
}
