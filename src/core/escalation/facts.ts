/** What a step of an escalation chain must know of the desk, beside what every change must know. */
import type { Instant } from '../../base/clock.ts';
import type { Change } from '../ticket/event.ts';
import type { StepAhead, StepKey } from './chain.ts';

export interface EscalationFacts {
  /** Whose time has come, the first first. */
  readonly due: readonly StepAhead[];
  /** Whether a further step is due at once when the step has made these changes. */
  staysDue(step: StepKey, changes: readonly Change[]): boolean;
  readonly agents: readonly { readonly login: string; readonly roles: readonly string[] }[];
  /** Who may answer in the queue and is there, whoever has the fewest open tickets first. */
  present(queue: string): readonly string[];
  /** When the queue's working day is or begins: now, or later; undefined where it never does. */
  opensAt(queue: string): Instant | undefined;
  /** Who was to be told by steps before, and was not. */
  readonly untold: readonly string[];
}
