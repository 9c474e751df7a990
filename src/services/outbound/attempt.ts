/**
 * One attempt at one mail of the outbox.
 *
 * Promises: first the smarthost's 250, then the event in the ticket, then the entry goes away. A crash in
 * between may send the mail a second time, with the same Message-ID, but is reported once: the report is
 * numbered by the attempts that the ticket knows. What cannot be sent at all is kept in `trouble/`.
 * Leaves to others: which mail is next, and how many at a time (sender.ts).
 */
import { type Clock, type Duration, minute, second, sleep } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomBelow } from '../../base/random.ts';
import {
  type DeliveryHistory,
  type DeliveryReport,
  judgeAttempt,
  openRecipients,
  readHistory,
  type SendOutcome,
} from '../../core/delivery/delivery.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Claim } from '../../storage/spool.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { AttemptResult, SmarthostState } from './attempt-result.ts';
import { createNoticeAttempts } from './notice-attempt.ts';
import type { Outgoing, ReadOutgoing } from './outbox.ts';
import type { Transport } from './transport.ts';

export interface AttemptDeps {
  readonly files: FileOps;
  readonly tickets: Pick<TicketReader, 'read'>;
  readonly readOutgoing: ReadOutgoing;
  /** Files the delivery event under a name that follows from message and attempt: it exists once. */
  readonly report: (delivery: DeliveryReport) => Promise<void>;
  /** Keeps the file of the claim in `trouble/`, durably, and logs that. */
  readonly toTrouble: (claim: Claim, reason: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

export interface AttemptOptions {
  readonly giveUpAfterMs: Duration;
}

export type Attempt = (
  claim: Claim,
  transport: Transport,
  signal: AbortSignal,
) => Promise<AttemptResult>;

/** A smarthost that answers every now and then must not hold a mail for ever. */
const longestAttempt = 15 * minute;
const longestReportPause = minute;

type ReadyMail =
  | { readonly kind: 'notice'; readonly outgoing: Outgoing }
  | {
      readonly kind: 'mail';
      readonly outgoing: Outgoing;
      readonly ticket: TicketNumber;
      readonly history: DeliveryHistory;
    }
  | { readonly kind: 'trouble'; readonly reason: string };

export function createAttempt(deps: AttemptDeps, { giveUpAfterMs }: AttemptOptions): Attempt {
  const { files, tickets, readOutgoing, report, toTrouble, clock, log, random } = deps;
  const notices = createNoticeAttempts({ files, clock, log });

  async function attempt(
    claim: Claim,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const ready = await prepare(claim);
    if (ready.kind === 'trouble') return giveToTrouble(claim, ready.reason, 'not-asked');
    if (ready.kind === 'notice')
      return notices(claim, () => send(transport, ready.outgoing, signal));
    const { outgoing, ticket, history } = ready;
    const recipients = openRecipients(outgoing.recipients, history);
    if (history.isOver || recipients.length === 0) {
      // Reported by a run that ended before the entry was removed.
      await claim.done();
      return { kind: 'finished', smarthost: 'not-asked' };
    }
    const now = clock.now();
    if (history.next !== undefined && history.next > now)
      return { kind: 'later', at: history.next, smarthost: 'not-asked' };
    const { outcome, smarthost } = await send(transport, { ...outgoing, recipients }, signal);
    const jitter = randomBelow(random, 1000) / 1000;
    const delivery = judgeAttempt({
      ticket,
      message: claim.name,
      history,
      outcome,
      now: clock.now(),
      giveUpAfterMs,
      jitter,
    });
    if (!(await file(delivery, signal)))
      return giveToTrouble(claim, 'The ticket is gone', smarthost);
    logDelivery(delivery, outcome);
    if (delivery.next !== undefined) return { kind: 'later', at: delivery.next, smarthost };
    await claim.done();
    return { kind: 'finished', smarthost };
  }

  async function prepare(claim: Claim): Promise<ReadyMail> {
    const outgoing = readOutgoing(await files.readFile(claim.path));
    if (outgoing === undefined) return { kind: 'trouble', reason: 'The file names no recipient' };
    const { ticket } = outgoing;
    if (outgoing.notice !== undefined) return { kind: 'notice', outgoing };
    if (ticket === undefined) return { kind: 'trouble', reason: 'The file names no ticket' };
    const folder = await tickets.read(ticket);
    // Without its ticket nobody would learn what became of the mail, nor whether it was sent before.
    if (folder === undefined) return { kind: 'trouble', reason: `There is no ticket ${ticket}` };
    const events = folder.messages.map(({ event }) => event);
    return { kind: 'mail', outgoing, ticket, history: readHistory(events, claim.name) };
  }

  async function send(
    transport: Transport,
    mail: Outgoing,
    signal: AbortSignal,
  ): Promise<{ outcome: SendOutcome; smarthost: SmarthostState }> {
    const patience = new AbortController();
    const cancel = clock.after(longestAttempt, () => patience.abort());
    try {
      const outcome = await transport.send(mail, AbortSignal.any([signal, patience.signal]));
      return { outcome, smarthost: 'reached' };
    } catch (error) {
      if (signal.aborted || !isFault(error, 'smtp-unreachable')) throw error;
      log.warn('sender.unreachable', { error: errorText(error) });
      const text = '4.4.1 The smarthost cannot be reached';
      const rejected = mail.recipients.map((recipient) => ({ recipient, code: 451, text }));
      return { outcome: { accepted: [], rejected, reply: '' }, smarthost: 'unreachable' };
    } finally {
      cancel();
    }
  }

  /**
   * Nothing else happens to the mail until its fate is on disk, or it would be sent twice for sure. False
   * when the ticket is gone.
   */
  async function file(delivery: DeliveryReport, signal: AbortSignal): Promise<boolean> {
    for (let failures = 1; ; failures += 1) {
      try {
        await report(delivery);
        return true;
      } catch (error) {
        if (isFault(error, 'not-found')) return false;
        const { ticket, message } = delivery;
        log.error('sender.report-failed', { ticket, message, failures, error: errorText(error) });
        await sleep(
          clock,
          Math.min(second * 2 ** Math.min(failures, 10), longestReportPause),
          signal,
        );
        if (signal.aborted) throw error;
      }
    }
  }

  async function giveToTrouble(
    claim: Claim,
    reason: string,
    smarthost: SmarthostState,
  ): Promise<AttemptResult> {
    await toTrouble(claim, reason);
    await claim.done();
    return { kind: 'finished', smarthost };
  }

  function logDelivery(delivery: DeliveryReport, outcome: SendOutcome): void {
    const { ticket, message, attempt, state } = delivery;
    const codes = [...new Set(outcome.rejected.map(({ code }) => code))];
    log.info(`sender.${state}`, {
      ticket,
      message,
      attempt,
      codes,
      done: delivery.done.length,
      failed: delivery.failed.length,
    });
  }

  return attempt;
}
