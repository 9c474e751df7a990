/**
 * What the API answers when something is refused or fails: `application/problem+json` (RFC 9457).
 *
 * Owns: the table from codes to HTTP statuses. Promises: a peer learns the rule that said no, with what was
 * expected and what came; of faults and bugs it learns a general sentence and the id under which the log
 * has the cause.
 */
import { type FaultCode, isFault } from '../../../base/fault.ts';
import type { QueryProblem } from '../../../core/search/query.ts';
import type { Refusal, RefusalCode } from '../../../core/ticket/decide.ts';
import type { BulkRefusal } from '../../../services/bulk-refusal.ts';
import { describeQueryProblem, describeRefusal } from '../../../services/present/refusals.ts';

/** Refusals of the API itself. */
export type ApiCode =
  | 'unauthorized'
  | 'no-such-resource'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'bad-json'
  | 'unknown-key'
  | 'missing-value'
  | 'internal-error'
  | 'mail-quarantined'
  | 'mail-refused'
  | 'insufficient-scope';

export type ProblemCode =
  | ApiCode
  | RefusalCode
  | BulkRefusal['code']
  | QueryProblem['code']
  | FaultCode;

interface Row {
  readonly status: number;
  readonly title: string;
}

export const problemTable: Readonly<Record<ProblemCode, Row>> = {
  unauthorized: { status: 401, title: 'Not authorized' },
  'no-such-resource': { status: 404, title: 'No such resource' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'bad-json': { status: 400, title: 'Not valid JSON' },
  'unknown-key': { status: 422, title: 'Unknown key' },
  'missing-value': { status: 422, title: 'Missing value' },
  'internal-error': { status: 500, title: 'Internal error' },
  'mail-quarantined': { status: 422, title: 'Mail quarantined' },
  'mail-refused': { status: 422, title: 'Mail refused' },
  'insufficient-scope': { status: 403, title: 'Insufficient scope' },

  'unknown-ticket': { status: 404, title: 'Unknown ticket' },
  'unknown-message': { status: 404, title: 'Unknown message' },
  'ticket-merged': { status: 409, title: 'Ticket merged' },
  'unknown-field': { status: 422, title: 'Unknown field' },
  'unknown-state': { status: 422, title: 'Unknown state' },
  'unknown-priority': { status: 422, title: 'Unknown priority' },
  'unknown-queue': { status: 422, title: 'Unknown queue' },
  'unknown-agent': { status: 422, title: 'Unknown agent' },
  'bad-value': { status: 422, title: 'Bad value' },
  'no-recipient': { status: 422, title: 'No recipient' },
  'bad-recipient': { status: 422, title: 'Bad recipient' },
  'only-phone': { status: 422, title: 'Only a telephone number' },
  'empty-text': { status: 422, title: 'Empty text' },
  'nothing-to-change': { status: 422, title: 'Nothing to change' },
  'not-allowed': { status: 403, title: 'Not allowed' },
  'same-ticket': { status: 409, title: 'Same ticket' },
  'not-merged': { status: 409, title: 'Not merged' },
  'only-message': { status: 409, title: 'Only message' },
  'cannot-move': { status: 409, title: 'Cannot be moved' },
  'not-moved': { status: 409, title: 'Not moved' },
  'unknown-attachment': { status: 422, title: 'Unknown attachment' },
  'cannot-forward': { status: 409, title: 'Cannot be sent on' },
  'attachments-too-large': { status: 413, title: 'Attachments too large' },
  'no-customer': { status: 422, title: 'No customer' },
  'field-required': { status: 409, title: 'Field required' },
  'not-removed': { status: 409, title: 'Not removed' },
  'nothing-to-redact': { status: 422, title: 'Nothing to take out' },
  'no-reason': { status: 422, title: 'No reason' },
  'being-sent': { status: 409, title: 'Being sent' },
  'changed-since': { status: 409, title: 'Changed since' },
  'undone-already': { status: 409, title: 'Taken back already' },
  'cannot-undo': { status: 409, title: 'Cannot be taken back' },
  'nothing-to-undo': { status: 409, title: 'Nothing to take back' },
  'nothing-chosen': { status: 422, title: 'Nothing chosen' },
  'too-many': { status: 422, title: 'Too many tickets' },
  'unknown-batch': { status: 404, title: 'Unknown bulk action' },
  'batch-undone': { status: 409, title: 'Taken back already' },
  'batch-running': { status: 409, title: 'Still running' },
  'no-junk-queue': { status: 409, title: 'No queue for spam' },
  'unknown-draft': { status: 404, title: 'Unknown draft' },
  'draft-changed': { status: 409, title: 'Draft changed' },
  'draft-sent': { status: 409, title: 'Sent already' },
  'draft-too-large': { status: 413, title: 'Draft too large' },
  'bad-time': { status: 422, title: 'Bad time' },
  'ticket-changed': { status: 409, title: 'Ticket changed' },
  'no-second-level': { status: 409, title: 'No second level' },
  'already-escalated': { status: 409, title: 'At the second level already' },
  'not-escalated': { status: 409, title: 'Not at the second level' },
  'not-asked': { status: 409, title: 'Not asked' },
  'step-not-due': { status: 409, title: 'Step not due' },
  'unknown-appointment': { status: 404, title: 'No such appointment' },
  'appointment-changed': { status: 409, title: 'The appointment was changed' },
  'module-not-offered': { status: 422, title: 'Unknown text module' },
  'unfilled-module': { status: 422, title: 'Text module not filled' },
  'on-hold': { status: 409, title: 'On hold' },

  'unknown-value': { status: 422, title: 'Unknown value' },
  'query-too-long': { status: 422, title: 'Query too long' },
  'query-too-complex': { status: 422, title: 'Query too complex' },
  'bad-cursor': { status: 422, title: 'Bad page mark' },

  'disk-full': { status: 507, title: 'No space left' },
  'disk-failed': { status: 503, title: 'Storage unavailable' },
  exists: { status: 409, title: 'Exists already' },
  'not-found': { status: 404, title: 'Not found' },
  'permission-denied': { status: 503, title: 'Storage unavailable' },
  'not-ready': { status: 503, title: 'Not ready' },
  'too-large': { status: 413, title: 'Too large' },
  timeout: { status: 503, title: 'Timed out' },
  'smtp-unreachable': { status: 503, title: 'Mail server unreachable' },
  'config-invalid': { status: 503, title: 'Configuration invalid' },
  'scanner-failed': { status: 503, title: 'Cannot be checked now' },
};

export interface ApiRefusalOptions {
  readonly code: ProblemCode;
  /** One sentence: what was expected and what came. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a route to end the request with a problem. */
export class ApiRefusal extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ code, detail, headers = {} }: ApiRefusalOptions) {
    super(detail);
    this.name = 'ApiRefusal';
    this.code = code;
    this.headers = headers;
  }
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: 'about:blank';
    readonly title: string;
    readonly status: number;
    readonly code: ProblemCode;
    readonly detail: string;
    readonly logId?: string;
  };
}

/** The answer for anything that a route threw. `logId` is told only where the log holds more. */
export function toProblem(error: unknown, logId: string): ProblemAnswer {
  if (error instanceof ApiRefusal)
    return { ...answer(error.code, error.message), headers: error.headers };
  if (!isFault(error)) return answer('internal-error', 'Something went wrong on our side', logId);
  const { status, title } = problemTable[error.code];
  if (status < 500) return answer(error.code, title, logId);
  const headers = error.retry === 'later' ? { 'Retry-After': '30' } : {};
  return {
    ...answer(error.code, `${title}; nothing was changed, please try again later`, logId),
    headers,
  };
}

function answer(code: ProblemCode, detail: string, logId?: string): ProblemAnswer {
  const { status, title } = problemTable[code];
  const body = { type: 'about:blank', title, status, code, detail } as const;
  return { status, headers: {}, body: logId === undefined ? body : { ...body, logId } };
}

export function refusalOf(refusal: Refusal): ApiRefusal {
  return new ApiRefusal({ code: refusal.code, detail: describeRefusal(refusal) });
}

export function queryRefusalOf(problem: QueryProblem): ApiRefusal {
  return new ApiRefusal({ code: problem.code, detail: describeQueryProblem(problem) });
}
