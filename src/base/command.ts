/**
 * Programs that are run for what they print or do.
 *
 * Owns: `node:child_process`. Promises: ends within the time limit, by SIGKILL if need be; holds at most 64 kB of what
 * the program prints; what it prints stands in no error. Leaves to others: which program, and what its output means.
 */
import { execFile } from 'node:child_process';
import type { Duration } from './clock.ts';
import { Fault } from './fault.ts';

export interface CommandRequest {
  /** The program and its arguments; no shell comes between. */
  readonly command: readonly string[];
  /** Where it runs. */
  readonly directory: string;
  readonly timeoutMs: Duration;
  /** What it reads; nothing without it. */
  readonly input?: string;
  /** Ends the program before its time. */
  readonly signal?: AbortSignal;
}

export type CommandEnd =
  /** `code` is undefined when a signal ended it. */
  | { readonly kind: 'ended'; readonly code: number | undefined; readonly output: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'not-run'; readonly reason: string };

/** Runs it and tells how it ended; never fails. */
export type RunProgram = (request: CommandRequest) => Promise<CommandEnd>;

/** What the program wrote to standard output. Fails with `timeout`, or with `not-ready` when it did not end with 0. */
export type RunCommand = (request: CommandRequest) => Promise<string>;

/** EX_TEMPFAIL of sysexits: try again later. */
export const temporaryFailure = 75;

const mostBytes = 64 * 1024;

export const systemProgram: RunProgram = ({
  command,
  directory,
  timeoutMs,
  input = '',
  signal,
}) => {
  const [program = '', ...given] = command;
  return new Promise((resolve) => {
    const options = {
      cwd: directory,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostBytes,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const child = execFile(program, given, options, (error, output) => {
      if (error === null) return resolve({ kind: 'ended', code: 0, output });
      if (error.killed === true && error.code === null) return resolve({ kind: 'late' });
      if (typeof error.code === 'number' || error.signal != null) {
        const code = typeof error.code === 'number' ? error.code : undefined;
        return resolve({ kind: 'ended', code, output });
      }
      resolve({ kind: 'not-run', reason: String(error.code ?? error.message) });
    });
    // A program that reads nothing may have closed it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
};

export const systemCommand: RunCommand = async (request) => {
  const end = await systemProgram(request);
  if (end.kind === 'ended' && end.code === 0) return end.output;
  const [program = ''] = request.command;
  throw new Fault(end.kind === 'late' ? 'timeout' : 'not-ready', {
    retry: 'later',
    detail: `The command "${program}" ${describeEnd(end, request.timeoutMs)}`,
  });
};

function describeEnd(end: CommandEnd, timeoutMs: Duration): string {
  switch (end.kind) {
    case 'late':
      return `was not done after ${timeoutMs} ms`;
    case 'not-run':
      return `ended with ${end.reason}`;
    case 'ended':
      return `ended with ${end.code ?? 'a signal'}`;
  }
}
