/**
 * Programs that are run for what they print.
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
  /** Ends the program before its time. */
  readonly signal?: AbortSignal;
}

/** What the program wrote to standard output. Fails with `timeout`, or with `not-ready` when it did not end with 0. */
export type RunCommand = (request: CommandRequest) => Promise<string>;

const mostBytes = 64 * 1024;

export const systemCommand: RunCommand = ({ command, directory, timeoutMs, signal }) => {
  const [program = '', ...given] = command;
  return new Promise((resolve, reject) => {
    const options = {
      cwd: directory,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: mostBytes,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const child = execFile(program, given, options, (error, output) => {
      if (error === null) return resolve(output);
      const isLate = error.killed === true && error.code === null;
      const end = isLate
        ? `was not done after ${timeoutMs} ms`
        : `ended with ${String(error.code ?? error.signal)}`;
      reject(
        new Fault(isLate ? 'timeout' : 'not-ready', {
          retry: 'later',
          detail: `The command "${program}" ${end}`,
        }),
      );
    });
    child.stdin?.end();
  });
};
