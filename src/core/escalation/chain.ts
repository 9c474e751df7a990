/**
 * Escalation chains: what is to happen when so much of a ticket's time is used up.
 *
 * Owns: what a chain is, and which of its steps lies ahead of a ticket. Promises: pure; a step is known by its clock, the
 * start of that clock and its percentage, so what stands at the same percentage is one step, and a clock that starts anew
 * goes through the chain anew. A step below one that has happened does not happen any more. Only a clock that runs has
 * steps ahead: one that ended, that is paused, or whose target changed is asked for its times as they are now.
 * Leaves to others: how clocks run (due.ts), what a step does to the ticket (step.ts), when to look (services/escalation).
 */
import type { Duration, Instant } from '../../base/clock.ts';
import type { Priority } from '../ticket/states.ts';
import { type TargetKind, targetKinds } from './targets.ts';

/** Who is told. */
export type Whom =
  /** Whoever has it; everybody who has the queue when nobody does. */
  | { readonly kind: 'owner' }
  | { readonly kind: 'responsible' }
  | { readonly kind: 'watchers' }
  /** Everybody who has the queue. */
  | { readonly kind: 'queue' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'agent'; readonly login: string };

export type EscalationAction =
  | { readonly kind: 'notify'; readonly whom: readonly Whom[] }
  /** Undefined raises by one; it is never lowered. */
  | { readonly kind: 'raise'; readonly to: Priority | undefined }
  | {
      readonly kind: 'reassign';
      /** `present`: of those who may answer in the queue and are there, the one with the fewest open tickets. */
      readonly to: { readonly kind: 'nobody' | 'present' } | Extract<Whom, { kind: 'agent' }>;
    }
  /** To the second level. */
  | { readonly kind: 'level' }
  | { readonly kind: 'queue'; readonly queue: string }
  /** To the queue whose working day it is now, else the one whose begins next. */
  | { readonly kind: 'follow-the-sun'; readonly queues: readonly string[] }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'note'; readonly text: string };

export interface EscalationStep {
  /** Of the target; more than 100 is after it. */
  readonly percent: number;
  /** Never empty. */
  readonly of: readonly TargetKind[];
  readonly actions: readonly EscalationAction[];
}

export type EscalationChain = readonly EscalationStep[];

/** A clock of a ticket that runs or is paused. */
export interface ChainClock {
  readonly kind: TargetKind;
  readonly target: Duration;
  readonly started: Instant;
  /** Undefined while it is paused. */
  readonly due: Instant | undefined;
}

/** Which step of which run of which clock. */
export interface StepKey {
  readonly clock: TargetKind;
  readonly started: Instant;
  readonly percent: number;
}

export interface StepAhead extends StepKey {
  /** When so much of the time is used up. */
  readonly at: Instant;
  /** When all of it is. */
  readonly due: Instant;
  /** Of everything that the chain says for this percentage of this clock, in its order. */
  readonly actions: readonly EscalationAction[];
  /** From 1: which one of the chain's steps for this clock. */
  readonly position: number;
}

export interface Ahead<C extends ChainClock> {
  readonly chain: EscalationChain;
  readonly clocks: readonly C[];
  readonly done: readonly StepKey[];
  /** When so much of a clock's time is used up; undefined while nobody can say. */
  readonly instantAt: (clock: C, percent: number) => Instant | undefined;
}

/** The steps that did not happen yet, in the order of their times, those whose time has come included. */
export function stepsAhead<C extends ChainClock>({
  chain,
  clocks,
  done,
  instantAt,
}: Ahead<C>): readonly StepAhead[] {
  return clocks
    .flatMap((clock) => stepsOf(chain, clock, done, instantAt))
    .toSorted(
      (one, other) =>
        one.at - other.at ||
        one.percent - other.percent ||
        targetKinds.indexOf(one.clock) - targetKinds.indexOf(other.clock),
    );
}

function stepsOf<C extends ChainClock>(
  chain: EscalationChain,
  clock: C,
  done: readonly StepKey[],
  instantAt: Ahead<C>['instantAt'],
): readonly StepAhead[] {
  const { kind, started, due } = clock;
  if (due === undefined) return [];
  const last = lastDone(done, kind, started);
  return stepsFor(chain, kind).flatMap(({ percent, actions, position }) => {
    if (percent <= last) return [];
    const at = instantAt(clock, percent);
    return at === undefined ? [] : [{ clock: kind, started, percent, at, due, actions, position }];
  });
}

/** The highest percentage that has happened in this run of the clock; 0 for none. */
function lastDone(done: readonly StepKey[], kind: TargetKind, started: Instant): number {
  return done
    .filter((step) => step.clock === kind && step.started === started)
    .reduce((most, { percent }) => Math.max(most, percent), 0);
}

/** What the chain says for one clock, lowest percentage first, one entry for each. */
export function stepsFor(
  chain: EscalationChain,
  kind: TargetKind,
): readonly Pick<StepAhead, 'percent' | 'actions' | 'position'>[] {
  const own = chain.filter(({ of }) => of.includes(kind));
  const percents = [...new Set(own.map(({ percent }) => percent))].sort((one, two) => one - two);
  return percents.map((percent, before) => ({
    percent,
    position: before + 1,
    actions: own.filter((step) => step.percent === percent).flatMap(({ actions }) => actions),
  }));
}

export function isTargetKind(text: string): text is TargetKind {
  return targetKinds.some((kind) => kind === text);
}

export function isSameStep(one: StepKey, other: StepKey): boolean {
  return (
    one.clock === other.clock && one.started === other.started && one.percent === other.percent
  );
}
