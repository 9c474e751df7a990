/** A refusal on its way to the end of the command: one sentence and an exit code. */
import type { QueryProblem } from '../../core/search/query.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { SavedView } from '../../core/views/view.ts';
import type { AccountRefusal } from '../../services/accounts/accounts.ts';
import { type BulkRefusal, describeBulkRefusal } from '../../services/bulk-refusal.ts';
import {
  describeAccountRefusal,
  describeQueryProblem,
  describeRefusal,
  expectOneOf,
} from '../../services/present/refusals.ts';
import { type ExitCode, exitCodes, exits } from './exit-codes.ts';

export class CliFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
  }
}

export function ticketFailure(refusal: Refusal): CliFailure {
  return new CliFailure(exitCodes[refusal.code], describeRefusal(refusal));
}

export function bulkFailure(refusal: BulkRefusal | QueryProblem): CliFailure {
  switch (refusal.code) {
    case 'nothing-chosen':
    case 'too-many':
    case 'unknown-batch':
    case 'batch-undone':
    case 'batch-running':
      return new CliFailure(exitCodes[refusal.code], describeBulkRefusal(refusal));
    default:
      return queryFailure(refusal);
  }
}

export function queryFailure(problem: QueryProblem): CliFailure {
  return new CliFailure(exitCodes[problem.code], describeQueryProblem(problem));
}

export function accountFailure(refusal: AccountRefusal): CliFailure {
  return new CliFailure(exitCodes[refusal.code], describeAccountRefusal(refusal));
}

export function viewFailure(wanted: string, views: readonly SavedView[]): CliFailure {
  const known = views.map(({ name }) => name);
  const problem = `There is no view "${wanted}"; ${expectOneOf(wanted, known)}`;
  return new CliFailure(exits.data, problem);
}
