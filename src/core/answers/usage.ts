/**
 * How often text modules were used, counted from the courses of tickets.
 *
 * Promises: pure; an answer counts once for each module that it was made with. Queue and language are those of the ticket as it is now.
 */
import { type Instant, toInstant } from '../../base/clock.ts';
import type { CourseStep } from '../ticket/course.ts';

export interface AnsweredCourse {
  readonly queue: string;
  readonly language: string | undefined;
  readonly course: readonly CourseStep[];
}

export interface Period {
  readonly from: Instant;
  /** Not part of it. */
  readonly to: Instant;
}

export interface ModuleUse {
  readonly id: string;
  /** Answers in the period. */
  readonly count: number;
  /** Ever; undefined for one that was never used. */
  readonly last: Instant | undefined;
}

export interface Share {
  /** Queue or language; empty when nobody knows. */
  readonly name: string;
  readonly answers: number;
  /** Of these, made with a module at least. */
  readonly withModules: number;
}

export interface Usage {
  readonly all: Share;
  /** Those that exist, and those that did: the most used first. */
  readonly modules: readonly ModuleUse[];
  readonly queues: readonly Share[];
  readonly languages: readonly Share[];
}

export function countUsage(
  courses: Iterable<AnsweredCourse>,
  known: Iterable<string>,
  { from, to }: Period,
): Usage {
  const uses = new Map<string, { count: number; last: Instant | undefined }>();
  for (const id of known) uses.set(id, { count: 0, last: undefined });
  const all = new Map<string, Tally>();
  const queues = new Map<string, Tally>();
  const languages = new Map<string, Tally>();
  for (const { queue, language = '', course } of courses)
    for (const step of course) {
      if (step.kind !== 'ours' || step.at >= to) continue;
      const isWithin = step.at >= from;
      for (const id of new Set(step.modules)) {
        const use = uses.get(id) ?? { count: 0, last: undefined };
        uses.set(id, {
          count: use.count + (isWithin ? 1 : 0),
          last: toInstant(Math.max(use.last ?? step.at, step.at)),
        });
      }
      if (!isWithin) continue;
      for (const [tallies, name] of [
        [all, ''],
        [queues, queue],
        [languages, language],
      ] as const)
        note(tallies, name, step.modules.length > 0);
    }
  return {
    all: toShares(all)[0] ?? { name: '', answers: 0, withModules: 0 },
    modules: [...uses].map(([id, use]) => ({ id, ...use })).sort(compareUses),
    queues: toShares(queues),
    languages: toShares(languages),
  };
}

interface Tally {
  answers: number;
  withModules: number;
}

function note(tallies: Map<string, Tally>, name: string, hasModule: boolean): void {
  const tally = tallies.get(name) ?? { answers: 0, withModules: 0 };
  tally.answers += 1;
  if (hasModule) tally.withModules += 1;
  tallies.set(name, tally);
}

function toShares(tallies: ReadonlyMap<string, Tally>): readonly Share[] {
  return [...tallies]
    .map(([name, tally]) => ({ name, ...tally }))
    .sort((one, other) => other.answers - one.answers || (one.name < other.name ? -1 : 1));
}

function compareUses(one: ModuleUse, other: ModuleUse): number {
  if (one.count !== other.count) return other.count - one.count;
  if (one.last !== other.last) return (other.last ?? 0) - (one.last ?? 0);
  return one.id < other.id ? -1 : 1;
}
