/**
 * The account of mails: every mail that comes in must be found among the outcomes.
 *
 * Promises: `received = sum of the outcomes + in progress` for every source; what does not add up, hangs, or
 * was acknowledged and is not on disk any more is unaccounted for, and that is an alarm. Counting never fails
 * and never waits.
 * Leaves to others: what became of a mail (outcomes.ts), the look at the disk (receipts.ts), when to look (app.ts).
 */
import { type Clock, formatDay, type Instant, minute } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import {
  addCounts,
  countOutcome,
  countReceived,
  imbalanceOf,
  type MailCount,
  type MailOutcome,
  mailOutcomes,
  noMails,
} from '../../core/ledger/counts.ts';
import type { IncomingMail, Intake } from '../intake/incoming.ts';
import type { Metrics } from '../metrics.ts';
import type { LedgerFile } from './ledger-file.ts';
import { outcomeOf, outcomeOfFailure } from './outcomes.ts';
import type { MissingMail, ReceiptCheck } from './receipts.ts';

export interface Ledger {
  /** Counts every mail that goes through. */
  counting(intake: Intake): Intake;
  /** The source did itself what was to be done with a mail that intake would not take. */
  settleAside(via: IncomingMail['via'], outcome: 'trouble' | 'deferred'): void;
  report(): LedgerReport;
  /** Goes on from what was saved; before the first mail. */
  load(): Promise<void>;
  /** Looks at the disk, takes what commands handed in, saves. The index should have seen every change. */
  check(): Promise<void>;
  /** Somebody has seen which mails are missing: they are no alarm any more. */
  acknowledge(by: string): Promise<void>;
  /** For a command: gives what was counted to the running desk. `name` must be one that nobody else makes. */
  handIn(name: string): Promise<void>;
}

export interface SourceReport {
  readonly source: string;
  readonly count: MailCount;
  readonly inProgress: number;
}

export interface LedgerReport {
  readonly since: Instant;
  /** By name of the source. */
  readonly sources: readonly SourceReport[];
  readonly total: Omit<SourceReport, 'source'>;
  /** Received mails whose file was found on disk afterwards. */
  readonly verified: number;
  /** Anything but 0 is an alarm: missing, overdue and what does not add up. */
  readonly unaccounted: number;
  readonly missing: readonly MissingMail[];
  /** In progress for longer than anything may take. */
  readonly overdue: number;
  /** By how many the equation does not hold. */
  readonly imbalance: number;
  /** Newest first, `YYYYMMDD`. */
  readonly days: readonly { readonly day: string; readonly count: MailCount }[];
}

export interface LedgerDeps {
  readonly receipts: ReceiptCheck;
  readonly file: LedgerFile;
  readonly metrics: Metrics;
  readonly timeZone: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Underway {
  readonly via: string;
  readonly since: Instant;
}

const overdueAfterMs = 15 * minute;
const keptDays = 31;

export function createLedger(deps: LedgerDeps): Ledger {
  const { receipts, file, metrics, timeZone, clock, log } = deps;
  const since = clock.now();
  const counts = new Map<string, MailCount>();
  const underway = new Set<Underway>();
  /** Mails that intake would not take and whose source has not yet said where they are. */
  const aside: Underway[] = [];
  /** Filed by this process, for `handIn`. */
  const filed: MissingMail[] = [];
  let days = new Map<string, MailCount>();
  let hasChanged = false;
  let toldOf = 0;
  const serial = createKeyedSerial();
  const receivedTotal = metrics.counter(
    'maildesk_mails_received_total',
    'Mails handed over for processing, by source',
  );
  const outcomeTotal = metrics.counter(
    'maildesk_mails_outcome_total',
    'What became of mails, by source and outcome',
  );
  const gauge = metrics.gauge(
    'maildesk_mails_unaccounted',
    'Mails that nothing accounts for: missing, hanging or wrongly counted',
  );
  gauge.set(0);

  function change(via: string, by: (count: MailCount) => MailCount): void {
    const day = formatDay(clock.now(), timeZone());
    counts.set(via, by(counts.get(via) ?? noMails));
    days.set(day, by(days.get(day) ?? noMails));
    hasChanged = true;
  }

  function begin(via: string): Underway {
    const entry: Underway = { via, since: clock.now() };
    underway.add(entry);
    change(via, countReceived);
    receivedTotal.add({ source: via });
    return entry;
  }

  function settle(entry: Underway, outcome: MailOutcome): void {
    underway.delete(entry);
    change(entry.via, (count) => countOutcome(count, outcome));
    outcomeTotal.add({ source: entry.via, outcome });
  }

  function counting(intake: Intake): Intake {
    return {
      async process(mail) {
        const entry = begin(mail.via);
        try {
          const result = await intake.process(mail);
          settle(entry, outcomeOf(result));
          if (result.outcome === 'filed') keep({ ...result, received: clock.now() });
          return result;
        } catch (error) {
          const outcome = outcomeOfFailure(error, mail.via);
          if (outcome === undefined) aside.push(entry);
          else settle(entry, outcome);
          throw error;
        }
      },
    };
  }

  function keep({ ticket, message, received }: MissingMail): void {
    receipts.add({ ticket, message }, received);
    if (filed.length < mostFiled) filed.push({ ticket, message, received });
  }

  function report(): LedgerReport {
    const now = clock.now();
    const sources = [...counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([source, count]) => ({
        source,
        count,
        inProgress: [...underway].filter(({ via }) => via === source).length,
      }));
    const total = sources.reduce((sum, { count }) => addCounts(sum, count), noMails);
    const overdue = [...underway].filter((entry) => now - entry.since > overdueAfterMs).length;
    // Taken a source at a time: too many of one must not hide too few of another.
    const imbalance = sources.reduce(
      (sum, { count, inProgress }) => sum + Math.abs(imbalanceOf(count, inProgress)),
      0,
    );
    const missing = receipts.missing();
    return {
      since,
      sources,
      total: { count: total, inProgress: underway.size },
      verified: receipts.verified(),
      unaccounted: missing.length + overdue + imbalance,
      missing,
      overdue,
      imbalance,
      days: [...days]
        .sort(([one], [other]) => (one < other ? 1 : -1))
        .map(([day, count]) => ({ day, count })),
    };
  }

  async function check(): Promise<void> {
    const handedIn = await orNothing('ledger.unreadable', () => file.takeHandedIn());
    for (const account of handedIn ?? []) {
      for (const [via, count] of account.counts) takeCounts(via, count);
      for (const { received, ...receipt } of account.receipts) receipts.add(receipt, received);
    }
    await receipts.check();
    await tell();
  }

  function takeCounts(via: string, count: MailCount): void {
    change(via, (before) => addCounts(before, count));
    receivedTotal.add({ source: via }, count.received);
    for (const outcome of mailOutcomes) {
      const amount = count.outcomes[outcome];
      if (amount > 0) outcomeTotal.add({ source: via, outcome }, amount);
    }
  }

  async function tell(): Promise<void> {
    const { unaccounted, missing, overdue, imbalance } = report();
    gauge.set(unaccounted);
    if (unaccounted > 0 && unaccounted !== toldOf)
      log.error('ledger.unaccounted', { missing: missing.length, overdue, imbalance });
    if (unaccounted === toldOf && !hasChanged) return;
    toldOf = unaccounted;
    hasChanged = false;
    days = new Map([...days].sort(([one], [other]) => (one < other ? -1 : 1)).slice(-keptDays));
    const saved = await orNothing('ledger.save-failed', async () => {
      await file.save({ updated: clock.now(), unaccounted, days, missing });
      return true;
    });
    hasChanged ||= saved !== true;
  }

  /** No mail depends on the account, so a disk that refuses it must stop nothing. */
  async function orNothing<T>(event: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn(event, { cause: errorText(error) });
      return undefined;
    }
  }

  return {
    counting,
    settleAside(via, outcome) {
      const at = aside.findIndex((entry) => entry.via === via);
      const [entry] = at < 0 ? [] : aside.splice(at, 1);
      // What failed before intake saw it was not counted yet, and is kept all the same.
      if (entry !== undefined || outcome === 'trouble') settle(entry ?? begin(via), outcome);
    },
    report,
    async load() {
      const saved = await orNothing('ledger.unreadable', () => file.load());
      days = new Map(saved?.days ?? []);
      // Looked at anew: what came back meanwhile is missing no more.
      for (const { received, ...receipt } of saved?.missing ?? []) receipts.add(receipt, received);
    },
    check: () => serial.run('check', check),
    acknowledge: (by) =>
      serial.run('check', async () => {
        const gone = receipts.forgetMissing();
        log.warn('ledger.acknowledged', { by, missing: gone.length });
        hasChanged = true;
        await tell();
      }),
    async handIn(name) {
      if (counts.size > 0) await file.handIn(name, { counts, receipts: filed });
    },
  };
}

/** A command files one mail, an import many; the newest are no surer than the first. */
const mostFiled = 1000;
