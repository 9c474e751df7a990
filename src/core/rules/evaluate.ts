/**
 * Which rules fire for a mail, and why.
 *
 * Promises: pure and total on any mail; bounded in time, since a body is looked at only so far and all
 * patterns together may take only so many steps. Rules are asked in order; of two that set the same field the
 * later wins; after one that says stop none is asked.
 * Leaves to others: what the outcome does to a ticket (outcome.ts).
 */
import { type Look, look } from './look.ts';
import type { Condition, Rule } from './rule.ts';
import type { RuleSubject } from './subject.ts';

export interface RuleOutcome {
  /** In the order in which they were asked. */
  readonly fired: readonly Rule[];
  /** Of every rule; empty unless an explanation was asked for. */
  readonly traces: readonly RuleTrace[];
}

type Skipped = 'only-new' | 'only-follow-up' | 'stopped';

export interface RuleTrace {
  readonly rule: Rule;
  readonly result: 'fired' | 'no' | Skipped;
  /** Undefined when its conditions were not looked at. */
  readonly condition: ConditionTrace | undefined;
}

export type ConditionTrace =
  | {
      readonly kind: 'all' | 'any' | 'not';
      readonly holds: boolean;
      readonly of: readonly ConditionTrace[];
    }
  | {
      readonly kind: 'test';
      readonly holds: boolean;
      readonly key: string;
      readonly wanted: string;
      /** What was there, shortened. */
      readonly saw: string;
    };

/** With `explain` every condition is looked at, also those that decide nothing any more. */
export function evaluateRules(
  rules: readonly Rule[],
  subject: RuleSubject,
  { explain = false }: { readonly explain?: boolean } = {},
): RuleOutcome {
  const view = look(subject);
  const fired: Rule[] = [];
  const traces: RuleTrace[] = [];
  let isStopped = false;
  for (const rule of rules) {
    const skipped: Skipped | undefined = isStopped ? 'stopped' : reasonToSkip(rule, subject);
    const condition: ConditionTrace | undefined =
      skipped === undefined ? judge(rule.when, view, explain) : undefined;
    const isFiring: boolean = condition?.holds === true;
    if (isFiring) fired.push(rule);
    if (explain) traces.push({ rule, result: skipped ?? (isFiring ? 'fired' : 'no'), condition });
    isStopped ||= isFiring && rule.actions.stop;
  }
  return { fired, traces };
}

function reasonToSkip({ on }: Rule, { isFollowUp }: RuleSubject): Skipped | undefined {
  if (on === 'new' && isFollowUp) return 'only-new';
  return on === 'follow-up' && !isFollowUp ? 'only-follow-up' : undefined;
}

/** Conditions are as deep as config/rules.ts lets them be. */
function judge(condition: Condition, view: Look, explain: boolean): ConditionTrace {
  switch (condition.kind) {
    case 'test': {
      const { key, wanted, test } = condition;
      return { kind: 'test', key, wanted, ...view.see(test) };
    }
    case 'not': {
      const inner = judge(condition.of, view, explain);
      return { kind: 'not', holds: !inner.holds, of: [inner] };
    }
    case 'all':
    case 'any': {
      const decides = condition.kind === 'any';
      const of: ConditionTrace[] = [];
      for (const part of condition.of) {
        const trace = judge(part, view, explain);
        of.push(trace);
        if (trace.holds === decides && !explain) break;
      }
      const isDecided = of.some(({ holds }) => holds === decides);
      return { kind: condition.kind, holds: isDecided === decides, of };
    }
  }
}
