/** The pages about the desk itself: the outbox, and what is wrong with the configuration. */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { ConfigProblem } from '../../../config/config.ts';
import type { Finding } from '../../../services/doctor/doctor.ts';
import type { WaitingMail } from '../../../services/outbound/outbox.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';

export interface OutboxRequest {
  /** The oldest. */
  readonly waiting: readonly WaitingMail[];
  /** Of all. */
  readonly count: number;
  readonly hasSmarthost: boolean;
}

export function presentOutbox(
  { waiting, count, hasSmarthost }: OutboxRequest,
  { locale, dates, now }: { locale: Locale; dates: Dates; now: Instant },
) {
  return {
    hasSmarthost,
    count: locale.text('outbox.count', { count }),
    mails: waiting.map((mail) => ({
      recipients: locale.list(mail.recipients),
      subject: mail.subject.trim() === '' ? locale.text('ticket.no-subject') : mail.subject,
      ticket: mail.ticket,
      since: dates.moment(mail.since, now),
      sinceIso: formatInstant(mail.since),
      attempts:
        mail.attempts === 0
          ? locale.text('outbox.not-tried')
          : locale.text('outbox.attempts', { count: mail.attempts }),
      next:
        mail.nextAttempt === undefined
          ? undefined
          : locale.text('delivery.next', { time: dates.moment(mail.nextAttempt, now) }),
      reply: mail.reply,
    })),
  };
}

export function presentProblems(problems: readonly ConfigProblem[], locale: Locale) {
  return problems.map(({ file, line, reason }) => ({
    file,
    line: line === undefined ? undefined : locale.text('problems.line', { line }),
    reason,
  }));
}

/** What somebody should look at, the worst first; in English, as problems of files are. */
export function presentFindings(findings: readonly Finding[]) {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, detail, cure }) => ({ check, detail, cure, isBad: level === 'fail' }))
    .sort((one, other) => Number(other.isBad) - Number(one.isBad));
}
