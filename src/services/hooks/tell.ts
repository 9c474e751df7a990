/**
 * Tells one webhook or program one thing, once.
 *
 * Owns: requests to webhooks. Promises: never fails, ends within the hook's time; follows no redirection, reads no more than
 * the status, and no secret stands in what it says.
 * Leaves to others: when to try again (hooks.ts).
 */
import { type Clock, type Duration, day, second } from '../../base/clock.ts';
import { type RunProgram, temporaryFailure } from '../../base/command.ts';
import { errorText } from '../../base/fault.ts';
import type { Hook } from '../../core/hooks/hook.ts';
import { signatureFields } from './signature.ts';

export type TellOutcome =
  | { readonly kind: 'done'; readonly reason: string }
  /** Not reached, or it asked for patience: nothing more is told it meanwhile. */
  | { readonly kind: 'away'; readonly reason: string; readonly waitMs?: Duration }
  /** It does not want this one, at least not as it is now. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It wants nothing any more. */
  | { readonly kind: 'gone'; readonly reason: string };

export interface Telling {
  /** The same for each attempt. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
  /** For programs, as arguments. */
  readonly words: readonly string[];
}

export interface TellerDeps {
  readonly runProgram: RunProgram;
  /** Where programs run: the desk. */
  readonly directory: string;
  readonly userAgent: string;
  readonly clock: Clock;
}

export type Teller = (hook: Hook, telling: Telling) => Promise<TellOutcome>;

export function createTeller(deps: TellerDeps): Teller {
  return async (hook, telling) => {
    const { target } = hook;
    return target.kind === 'url'
      ? post(deps, { ...target, timeoutMs: hook.timeoutMs }, telling)
      : run(deps, { ...target, timeoutMs: hook.timeoutMs }, telling);
  };
}

interface UrlTarget {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly timeoutMs: Duration;
}

async function post(
  { clock, userAgent }: TellerDeps,
  { url, secrets, timeoutMs }: UrlTarget,
  { id, body }: Telling,
): Promise<TellOutcome> {
  const ending = new AbortController();
  const cancel = clock.after(timeoutMs, () => ending.abort());
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        ...signatureFields({ id, now: clock.now(), body, secrets }),
      },
      body,
      redirect: 'manual',
      signal: ending.signal,
    });
    await answer.body?.cancel();
    return judge(answer.status, answer.headers.get('retry-after'));
  } catch (error) {
    const reason = ending.signal.aborted
      ? `it did not answer within ${timeoutMs / second} s`
      : causeOf(error);
    return { kind: 'away', reason };
  } finally {
    cancel();
  }
}

/** What fetch says itself is only that it failed. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return errorText(cause ?? error);
}

const patience: ReadonlySet<number> = new Set([408, 425, 429]);

function judge(status: number, retryAfter: string | null): TellOutcome {
  const reason = `it answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'done', reason };
  if (status === 410) return { kind: 'gone', reason };
  if (status < 500 && !patience.has(status)) return { kind: 'refused', reason };
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return seconds === undefined
    ? { kind: 'away', reason }
    : { kind: 'away', reason, waitMs: Math.min(seconds * second, day) };
}

interface ProgramTarget {
  readonly command: readonly string[];
  readonly timeoutMs: Duration;
}

async function run(
  { runProgram, directory }: TellerDeps,
  { command, timeoutMs }: ProgramTarget,
  { body, words }: Telling,
): Promise<TellOutcome> {
  const end = await runProgram({
    command: [...command, ...words],
    directory,
    timeoutMs,
    input: body,
  });
  switch (end.kind) {
    case 'late':
      return { kind: 'away', reason: `it was not done after ${timeoutMs / second} s` };
    case 'not-run':
      return { kind: 'away', reason: `it cannot be run: ${end.reason}` };
    case 'ended': {
      const reason = `it ended with ${end.code ?? 'a signal'}`;
      if (end.code === 0) return { kind: 'done', reason };
      return { kind: end.code === temporaryFailure ? 'away' : 'refused', reason };
    }
  }
}
