/**
 * One attempt at a mail to an agent.
 *
 * Such a mail belongs to no ticket, so nothing is written of what became of it: it is sent, tried again, or dropped when
 * it is refused or a day old, for by then the agent has seen the page. Promises: first the smarthost's 250, then the entry
 * goes; a crash in between may send it a second time, with the same Message-ID.
 * Leaves to others: which mail is next (sender.ts), all mail to customers (attempt.ts).
 */
import { type Clock, day, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { createRecent } from '../../base/recent.ts';
import { classifyReply, retryDelay } from '../../core/delivery/backoff.ts';
import type { SendOutcome } from '../../core/delivery/delivery.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Claim } from '../../storage/spool.ts';
import type { AttemptResult, SmarthostState } from './attempt-result.ts';

export interface NoticeAttemptDeps {
  readonly files: Pick<FileOps, 'stat'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Sent {
  readonly outcome: SendOutcome;
  readonly smarthost: SmarthostState;
}

export type NoticeAttempt = (claim: Claim, send: () => Promise<Sent>) => Promise<AttemptResult>;

const keptAttempts = 1000;

export function createNoticeAttempts({ files, clock, log }: NoticeAttemptDeps): NoticeAttempt {
  /** Forgotten with the process: then the next attempt is at once. */
  const attempts = createRecent<string, number>(keptAttempts);

  return async (claim, send) => {
    const { outcome, smarthost } = await send();
    const refused = outcome.rejected[0];
    if (refused === undefined) {
      await claim.done();
      attempts.delete(claim.name);
      log.info('sender.notice-sent', { message: claim.name });
      return { kind: 'finished', smarthost };
    }
    const written = (await files.stat(claim.path))?.modified ?? clock.now();
    const isFinal = classifyReply(refused.code) === 'rejected' || clock.now() - written > day;
    if (isFinal) {
      log.warn('sender.notice-dropped', { message: claim.name, code: refused.code });
      await claim.done();
      attempts.delete(claim.name);
      return { kind: 'finished', smarthost };
    }
    const failures = (attempts.get(claim.name) ?? 0) + 1;
    attempts.set(claim.name, failures);
    return { kind: 'later', at: toInstant(clock.now() + retryDelay(failures)), smarthost };
  };
}
