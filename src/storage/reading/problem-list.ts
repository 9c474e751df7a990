/** What was wrong with a mail, each thing said once. */
import type { Problem, ProblemCode } from '../../core/message/mail.ts';

export interface ProblemList {
  add(code: ProblemCode, detail: string): void;
  all(): readonly Problem[];
}

export function createProblemList(): ProblemList {
  const found = new Map<ProblemCode, Problem>();
  return {
    add(code, detail) {
      if (!found.has(code)) found.set(code, { code, detail });
    },
    all: () => [...found.values()],
  };
}
