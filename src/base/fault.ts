/**
 * Failures that are not the answer of a rule.
 *
 * A `Fault` says that the world failed (disk, network, a broken file); who can retry does so, else an
 * edge translates its code. A `Bug` says that we failed; the unit of work ends.
 */

export type FaultCode =
  | 'disk-full'
  | 'disk-failed'
  | 'exists'
  | 'not-found'
  | 'permission-denied'
  | 'not-ready'
  | 'too-large'
  | 'timeout'
  | 'smtp-unreachable'
  | 'config-invalid'
  | 'scanner-failed';

export interface FaultOptions {
  readonly retry: 'later' | 'never';
  /** One sentence: names the action, quotes values, says what is and what should be. */
  readonly detail: string;
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly code: FaultCode;
  readonly retry: 'later' | 'never';

  constructor(code: FaultCode, { retry, detail, cause }: FaultOptions) {
    super(detail, { cause });
    this.name = 'Fault';
    this.code = code;
    this.retry = retry;
  }
}

export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

export class Bug extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Bug';
  }
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

export function assertNever(value: never): never {
  throw new Bug(`Unexpected value ${JSON.stringify(value)}`);
}

/** The sentence of any thrown thing, for logs. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
