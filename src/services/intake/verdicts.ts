/**
 * The stage of intake that examines a mail before any rule is asked: all checks at the same time.
 *
 * Promises: a check that fails costs no mail: its verdict is `unchecked`, or, where the desk wants that and
 * another try may help, the mail is deferred by the check's fault.
 * Leaves to others: the checks themselves, what follows from verdicts (core/message/judge.ts).
 */
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Mail } from '../../core/message/mail.ts';
import type { Origin } from '../../core/message/origin.ts';
import type { Unchecked, Verdicts } from '../../core/message/verdicts.ts';
import { lineEndOf } from '../../storage/codec.ts';
import type { ScannedMail } from './scanners/scanner.ts';

export interface ExaminedMail extends ScannedMail {
  /** The way it came. */
  readonly via: string;
  readonly mail: Mail;
}

/** What intake knows of a mail when it is examined. */
export interface MailToExamine {
  readonly raw: Buffer;
  readonly via: string;
  readonly mail: Mail;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly origin?: Origin;
  /** Our own lines in front, without line ends. */
  readonly trace: readonly string[];
}

export function toExaminedMail({ origin, trace, ...rest }: MailToExamine): ExaminedMail {
  const { raw, via, mail, sender, recipients } = rest;
  const lineEnd = lineEndOf(raw);
  return {
    raw,
    via,
    mail,
    sender,
    recipients,
    trace: Buffer.from(trace.map((line) => `${line}${lineEnd}`).join(''), 'utf8'),
    origin,
  };
}

/** One thing to be found out about a mail. */
export interface Check {
  readonly what: Unchecked['what'];
  /** Who is asked, as in the verdict. */
  readonly by: string;
  /** Whether a mail may wait for this check. */
  readonly canDefer: boolean;
  examine(mail: ExaminedMail): Promise<Partial<Verdicts>>;
}

export interface Examiner {
  examine(mail: ExaminedMail): Promise<Verdicts>;
}

export interface ExaminerDeps {
  /** Those that the configuration asks for at this moment. */
  readonly checks: () => readonly Check[];
  readonly whenDown: () => 'accept' | 'defer';
  readonly log: Log;
}

export function createExaminer({ checks, whenDown, log }: ExaminerDeps): Examiner {
  async function run(check: Check, mail: ExaminedMail): Promise<Partial<Verdicts>> {
    const { what, by } = check;
    try {
      return await check.examine(mail);
    } catch (error) {
      log.warn('intake.unchecked', { what, by, cause: errorText(error) });
      const mayHelp = isFault(error) && error.retry === 'later';
      if (check.canDefer && mayHelp && whenDown() === 'defer') throw error;
      return { unchecked: [{ what, by, reason: reasonOf(error) }] };
    }
  }

  return {
    async examine(mail) {
      return joinVerdicts(await Promise.all(checks().map((check) => run(check, mail))));
    },
  };
}

/** For the block, which agents see: no causes, those are in the log. */
function reasonOf(error: unknown): string {
  return isFault(error) && error.retry === 'never' ? 'cannot check this mail' : 'not available';
}

function joinVerdicts(found: readonly Partial<Verdicts>[]): Verdicts {
  return {
    spam: found.find(({ spam }) => spam !== undefined)?.spam,
    virus: found.find(({ virus }) => virus !== undefined)?.virus,
    sender: found.find(({ sender }) => sender !== undefined)?.sender,
    unchecked: found.flatMap(({ unchecked = [] }) => unchecked),
  };
}
