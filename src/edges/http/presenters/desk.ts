/** The pages about the desk itself: the outbox, and what is wrong with the configuration. */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { ConfigProblem } from '../../../config/config.ts';
import { outgrownSigns, type TextHealth } from '../../../services/index/text-health.ts';
import { toMb } from '../../../services/index/text-health-file.ts';
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

/** What to tell an admin when the desk has outgrown its search; undefined while it has not. */
export function presentOutgrown(health: TextHealth, locale: Locale): string | undefined {
  if (outgrownSigns(health).length === 0) return undefined;
  return locale.text('recall.outgrown', {
    tickets: health.tickets,
    memory: toMb(health.memory),
    search: Math.round(health.slowSearchMs),
  });
}
