/** Why a step of the first steps was not written. */
import type { AccountRefusal } from '../accounts/accounts.ts';
import type { WriteRefusal } from './config-writer.ts';

/** What should stand in a field; the page has a sentence for each. */
export type Expectation =
  | 'line'
  | 'address'
  | 'not-own'
  | 'free-address'
  | 'password'
  | 'same'
  | 'addresses'
  | 'zone'
  | 'language'
  | 'host'
  | 'port'
  | 'security'
  | 'password-needed'
  | 'user-needed'
  | 'queue-name'
  | 'login'
  | 'free-login';

export interface BadField {
  readonly field: string;
  /** As it came; empty for what is secret. */
  readonly value: string;
  readonly expected: Expectation;
}

export type StepRefusal =
  | WriteRefusal
  | AccountRefusal
  | { readonly code: 'bad-fields'; readonly fields: readonly BadField[] }
  /** The environment of the desk says it, which beats every file. */
  | { readonly code: 'fixed-elsewhere'; readonly by: string };
