/** What a query did not understand, in one English line for files, logs and the command line. */
import type { QueryProblem } from './query.ts';

export function describeProblem(problem: QueryProblem): string {
  switch (problem.code) {
    case 'unknown-field':
      return `unknown search field "${problem.field}:"; did you mean "${problem.nearest}:"?`;
    case 'unknown-value':
      return `unknown value "${problem.value}" for "${problem.field}:"; expected one of ${problem.known.join(', ')}`;
    case 'query-too-long':
      return `it has ${problem.length} characters; expected at most ${problem.most}`;
    case 'query-too-complex':
      return problem.what === 'terms'
        ? `it has more than ${problem.most} terms`
        : `it has more than ${problem.most} parentheses within each other`;
    case 'bad-cursor':
      return `bad page mark "${problem.cursor}"`;
  }
}
