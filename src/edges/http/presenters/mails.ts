/**
 * The account of mails as a page.
 *
 * Promises: pure; every figure of the equation is there, also when it is 0.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import { type MailCount, type MailOutcome, mailOutcomes } from '../../../core/ledger/counts.ts';
import type { LedgerReport } from '../../../services/ledger/ledger.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';

export interface MailsWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
}

const outcomeKeys: Readonly<Record<MailOutcome, string>> = {
  ticket: 'mails.ticket',
  'follow-up': 'mails.follow-up',
  duplicate: 'mails.duplicate',
  quarantined: 'mails.quarantined',
  trouble: 'mails.trouble',
  refused: 'mails.refused',
  deferred: 'mails.deferred',
  agent: 'mails.agent',
  'agent-refused': 'mails.agent-refused',
};

const sourceKeys: Readonly<Record<string, string>> = {
  smtp: 'mails.source.smtp',
  lmtp: 'mails.source.lmtp',
  inbox: 'mails.source.inbox',
  pipe: 'mails.source.pipe',
  api: 'mails.source.api',
  imap: 'mails.source.imap',
};

export function presentMails(report: LedgerReport, isAdmin: boolean, words: MailsWords) {
  const { locale, dates, now } = words;
  const number = (value: number) => locale.text('mails.number', { value });
  const cells = ({ outcomes }: MailCount) =>
    mailOutcomes.map((outcome) => ({
      text: number(outcomes[outcome]),
      isZero: outcomes[outcome] === 0,
    }));
  const { total, since, verified, unaccounted, missing, overdue, imbalance } = report;
  return {
    since: locale.text('mails.since', { time: dates.moment(since, now) }),
    sinceIso: formatInstant(since),
    isBalanced: unaccounted === 0,
    verdict:
      unaccounted === 0
        ? locale.text('mails.balanced')
        : locale.text('mails.unaccounted', { count: unaccounted }),
    verified: locale.text('mails.verified', { count: verified }),
    terms: [
      ...mailOutcomes.map((outcome) => ({
        value: number(total.count.outcomes[outcome]),
        text: locale.text(outcomeKeys[outcome]),
      })),
      { value: number(total.inProgress), text: locale.text('mails.in-progress') },
    ],
    received: number(total.count.received),
    columns: mailOutcomes.map((outcome) => locale.text(outcomeKeys[outcome])),
    sources: report.sources.map(({ source, count, inProgress }) => ({
      name: locale.text(sourceKeys[source] ?? 'mails.source.other', { source }),
      received: number(count.received),
      cells: cells(count),
      inProgress: number(inProgress),
      isIdle: inProgress === 0,
    })),
    total: {
      received: number(total.count.received),
      cells: cells(total.count),
      inProgress: number(total.inProgress),
    },
    hasSources: report.sources.length > 0,
    missing: missing.map(({ ticket, message, received }) => ({
      ticket,
      message,
      time: dates.moment(received, now),
      timeIso: formatInstant(received),
    })),
    canAcknowledge: isAdmin && missing.length > 0,
    overdue: overdue === 0 ? undefined : locale.text('mails.overdue', { count: overdue }),
    imbalance: imbalance === 0 ? undefined : locale.text('mails.imbalance', { count: imbalance }),
    days: report.days.map(({ day, count }) => ({
      day: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
      received: number(count.received),
      cells: cells(count),
    })),
  };
}
