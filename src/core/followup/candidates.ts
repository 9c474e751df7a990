/**
 * By what a mail may belong to an existing ticket, in the order in which it is believed (DESIGN 4).
 *
 * Promises: pure and bounded. Leaves to others: looking the candidates up (services/intake), and
 * choosing (choose.ts).
 */
import type { Mail, MessageId } from '../message/mail.ts';
import type { SignedIds } from '../message/message-id.ts';
import { findTicketNumbers, type TicketNumber } from '../ticket/number.ts';
import { type ForeignKind, type ForeignNumber, findForeignNumbers } from './foreign.ts';

export type FollowUpCandidate =
  /** An id or address that only this desk can have made. */
  | { readonly rule: 'signed-id' | 'plus-address'; readonly number: TicketNumber }
  /** A Message-ID that some message of a ticket has. */
  | { readonly rule: 'reference'; readonly id: MessageId }
  /** A Message-ID that was never seen, but that a ticket refers to as well; or our own, which a ticket's mail answers. */
  | { readonly rule: 'unknown-parent'; readonly id: MessageId }
  /** An appointment of ours that is answered: its uid carries our signature. */
  | { readonly rule: 'calendar'; readonly number: TicketNumber }
  /** A number in the subject; counts only for somebody who takes part. */
  | { readonly rule: 'subject-number'; readonly number: TicketNumber }
  /** A number of another system in the subject that a ticket carries; likewise. */
  | { readonly rule: 'foreign-number'; readonly key: ForeignNumber };

/** Whether the rule is about ids and tokens; else it is about numbers that anybody can write. */
export function isCertainRule(rule: FollowUpCandidate['rule']): boolean {
  return rule !== 'subject-number' && rule !== 'foreign-number';
}

const mostReferences = 50;

export function followUpCandidates(
  mail: Mail,
  recipients: readonly string[],
  ids: SignedIds,
  foreign: readonly ForeignKind[] = [],
  /** What a calendar part that answers us names. */
  appointment?: TicketNumber,
): readonly FollowUpCandidate[] {
  // In-Reply-To names the parent; in References the parent stands last.
  const all = [...new Set([...mail.inReplyTo, ...mail.references.toReversed()])];
  // The root of a long thread stands last here; all mails of the thread have it in common.
  const parents =
    all.length <= mostReferences ? all : [...all.slice(0, mostReferences - 1), ...all.slice(-1)];
  const addresses = [
    ...recipients,
    ...mail.to.map(({ address }) => address),
    ...mail.cc.map(({ address }) => address),
  ];
  return [
    ...numbered(
      'signed-id',
      parents.map((id) => ids.readMessageId(id)),
    ),
    // Some programs drop both fields when answering; the token in our reply address survives that.
    ...numbered(
      'plus-address',
      addresses.map((address) => ids.readPlusAddress(address)),
    ),
    ...parents.map((id) => ({ rule: 'reference', id }) as const),
    ...[...parents, ...(mail.messageId === undefined ? [] : [mail.messageId])].map(
      (id) => ({ rule: 'unknown-parent', id }) as const,
    ),
    // Calendars mostly forget which mail they answer.
    ...numbered('calendar', [appointment]),
    // Last, because people copy subjects into new, unrelated mail.
    ...numbered('subject-number', findTicketNumbers(mail.subject.slice(0, 2000)).slice(0, 20)),
    ...findForeignNumbers(mail.subject, foreign).map(
      (key) => ({ rule: 'foreign-number', key }) as const,
    ),
  ];
}

function numbered<R extends 'signed-id' | 'plus-address' | 'calendar' | 'subject-number'>(
  rule: R,
  numbers: readonly (TicketNumber | undefined)[],
): readonly { readonly rule: R; readonly number: TicketNumber }[] {
  return numbers.flatMap((number) => (number === undefined ? [] : [{ rule, number }]));
}
