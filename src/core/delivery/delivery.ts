/**
 * What became of a mail on its way out: the outcome of one attempt, and the sum of all before it.
 *
 * Owns: the value of `Ticket-Delivery`. Promises: pure; what is formatted reads back the same. A recipient
 * that was accepted or refused for good is never tried again, whatever happens to the others.
 */
import { type Duration, formatInstant, type Instant, parseInstant } from '../../base/clock.ts';
import { addressKey } from '../message/address.ts';
import {
  formatParameters,
  type MessageName,
  parseParameters,
  type TicketEvent,
} from '../ticket/event.ts';
import type { TicketNumber } from '../ticket/number.ts';
import { classifyReply, nextAttempt } from './backoff.ts';

/** What the smarthost said to one attempt. */
export interface SendOutcome {
  readonly accepted: readonly string[];
  readonly rejected: readonly RejectedRecipient[];
  /** The reply to the whole mail, as far as it came to that. */
  readonly reply: string;
}

export interface RejectedRecipient {
  readonly recipient: string;
  /** SMTP reply code; 4yz may succeed later. */
  readonly code: number;
  readonly text: string;
}

export interface DeliveryReport {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly state: 'sent' | 'deferred' | 'failed';
  /** From 1. */
  readonly attempt: number;
  readonly reply: string;
  /** Only while deferred. */
  readonly next: Instant | undefined;
  /** Recipients that have it, by this attempt or one before. */
  readonly done: readonly string[];
  /** Recipients that will never have it. */
  readonly failed: readonly string[];
}

export interface DeliveryHistory {
  readonly attempts: number;
  readonly first: Instant | undefined;
  readonly next: Instant | undefined;
  /** The mail was sent or given up. */
  readonly isOver: boolean;
  readonly done: readonly string[];
  readonly failed: readonly string[];
}

/** `sent; message=NAME; attempt=1; reply=250 OK; done=kim@example.org`: the value of the block field. */
export function formatDelivery(report: DeliveryReport): string {
  return formatParameters(report.state, {
    message: report.message,
    attempt: report.attempt,
    reply: report.reply,
    next: report.next === undefined ? undefined : formatInstant(report.next),
    done: report.done.join(' '),
    failed: report.failed.join(' '),
  });
}

/** The attempts at one message, out of the events of its ticket in their order. */
export function readHistory(events: readonly TicketEvent[], message: MessageName): DeliveryHistory {
  const attempts = events.flatMap((event) =>
    (event.kind === 'delivery' ? (event.fields.get('delivery') ?? []) : [])
      .map(parseParameters)
      .filter((parameters) => parameters.get('message') === message)
      .map((parameters) => ({ time: event.time, parameters })),
  );
  const last = attempts.at(-1)?.parameters;
  const state = last?.get('');
  const list = (name: string) =>
    unique(attempts.flatMap(({ parameters }) => words(parameters.get(name))));
  return {
    attempts: attempts.reduce((most, { parameters }) => Math.max(most, attemptOf(parameters)), 0),
    first: attempts[0]?.time,
    next: state === 'deferred' ? parseInstant(last?.get('next') ?? '') : undefined,
    isOver: state === 'sent' || state === 'failed',
    done: list('done'),
    failed: list('failed'),
  };
}

/** The recipients that neither have the mail nor were refused for good. */
export function openRecipients(
  recipients: readonly string[],
  history: DeliveryHistory,
): readonly string[] {
  const settled = new Set([...history.done, ...history.failed].map(addressKey));
  return unique(recipients).filter((recipient) => !settled.has(addressKey(recipient)));
}

export interface AttemptFacts {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly history: DeliveryHistory;
  readonly outcome: SendOutcome;
  readonly now: Instant;
  readonly giveUpAfterMs: Duration;
  /** From 0 to below 1. */
  readonly jitter: number;
}

/** What the outcome of an attempt means for the mail. */
export function judgeAttempt(facts: AttemptFacts): DeliveryReport {
  const { ticket, message, history, outcome, now, giveUpAfterMs, jitter } = facts;
  const attempt = history.attempts + 1;
  const isFinal = ({ code }: RejectedRecipient) => classifyReply(code) === 'rejected';
  const refused = outcome.rejected.filter(isFinal).map(({ recipient }) => recipient);
  const deferred = outcome.rejected
    .filter((rejection) => !isFinal(rejection))
    .map(({ recipient }) => recipient);
  const since = history.first ?? now;
  const next =
    deferred.length === 0
      ? undefined
      : nextAttempt({ attempts: attempt, since, now, giveUpAfterMs, jitter });
  const failed = unique([...history.failed, ...refused, ...(next === 'give-up' ? deferred : [])]);
  const isWaiting = next !== undefined && next !== 'give-up';
  return {
    ticket,
    message,
    state: isWaiting ? 'deferred' : failed.length > 0 ? 'failed' : 'sent',
    attempt,
    reply: describeOutcome(outcome, next === 'give-up'),
    next: isWaiting ? next : undefined,
    done: unique([...history.done, ...outcome.accepted]),
    failed,
  };
}

const longestReply = 300;
const longestDescription = 2000;

/** One reply when it holds for everybody, else who got which. */
function describeOutcome({ accepted, rejected, reply }: SendOutcome, isGivenUp: boolean): string {
  const replies = [
    ...accepted.map((recipient) => ({ recipient, text: reply })),
    ...rejected.map(({ recipient, code, text }) => ({ recipient, text: `${code} ${text}` })),
  ].map(({ recipient, text }) => ({ recipient, text: oneLine(text).slice(0, longestReply) }));
  const texts = unique(replies.map(({ text }) => text));
  const described =
    texts.length <= 1
      ? (texts[0] ?? oneLine(reply))
      : replies.map(({ recipient, text }) => `${recipient}: ${text}`).join(', ');
  return `${isGivenUp ? 'Given up after ' : ''}${described}`.slice(0, longestDescription);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function attemptOf(parameters: ReadonlyMap<string, string>): number {
  const attempt = Number(parameters.get('attempt') ?? '1');
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 1;
}
