/**
 * What every scanner is given and how it fails.
 *
 * Promises of each client: one look takes no longer than its time limit; a reply is bounded and read by a
 * total parser; every failure is a `Fault` with the code `scanner-failed`. Its `retry` is `later` when the
 * scanner could not be asked, `never` when it was and can do nothing with this mail.
 */
import type { Clock, Duration } from '../../../base/clock.ts';
import { errorText, Fault, isFault } from '../../../base/fault.ts';
import type { Origin } from '../../../core/message/origin.ts';

/** A mail as scanners see it. */
export interface ScannedMail {
  /** The bytes as they came. */
  readonly raw: Buffer;
  /** Our own lines in front of them, each with its line end. */
  readonly trace: Buffer;
  /** Reverse-path; empty for `<>`; undefined when there was no envelope. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  /** The client of the SMTP session, as far as known. */
  readonly origin: Origin | undefined;
}

/** What a filter says; whether that is spam here, the desk decides. */
export interface SpamReport {
  readonly isSpam: boolean;
  readonly score: number;
  readonly tests: readonly string[];
}

export type VirusReport =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string };

export type MailClass = 'spam' | 'ham';

/** `known` when the filter had learned the mail so before. */
export type Learned = 'learned' | 'known';

export interface SpamFilter {
  readonly program: string;
  scan(mail: ScannedMail, signal: AbortSignal): Promise<SpamReport>;
  learn(mail: ScannedMail, as: MailClass, signal: AbortSignal): Promise<Learned>;
}

export interface VirusScanner {
  readonly program: string;
  scan(mail: ScannedMail, signal: AbortSignal): Promise<VirusReport>;
}

/** The scanner could not be asked, or did not answer as it should: another try may help. */
export function scannerDown(program: string, reason: string, cause?: unknown): Fault {
  return new Fault('scanner-failed', {
    retry: 'later',
    detail: `Cannot ask ${program}: ${reason}`,
    cause,
  });
}

/** The scanner says that it cannot do this mail: asking again changes nothing. */
export function scannerUnable(program: string, reason: string): Fault {
  return new Fault('scanner-failed', {
    retry: 'never',
    detail: `${program} cannot check this mail: ${reason}`,
  });
}

export interface TimeLimit {
  readonly clock: Clock;
  readonly timeoutMs: Duration;
  /** Ends the work before its time. */
  readonly signal?: AbortSignal;
}

/** Runs the work with a signal that aborts at the limit; what it throws then is a failure of the scanner. */
export async function withinTime<T>(
  program: string,
  { clock, timeoutMs, signal }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const cancel = clock.after(timeoutMs, abort);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await work(limit.signal);
  } catch (error) {
    if (signal?.aborted === true) throw scannerDown(program, 'the desk stops', error);
    if (limit.signal.aborted) throw scannerDown(program, `no answer in ${timeoutMs} ms`, error);
    throw isFault(error) ? error : scannerDown(program, errorText(error), error);
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** Fit in one line of the block, beside the other parts: lines of a mail have at most 998 signs (RFC 5322). */
const mostTests = 20;
const longestTest = 40;

/** Names of tests out of a reply, as far as they are names. */
export function keepTests(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => name.length <= longestTest && /^\w+$/.test(name))
    .slice(0, mostTests);
}

/** One printable line of a reply, for logs and reasons. */
export function replyLine(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}
