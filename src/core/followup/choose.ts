/**
 * Which of the tickets found a mail joins, or whether it opens a new one.
 *
 * Promises: pure; what a stranger quotes never lets him in, it only becomes a suggestion.
 */
import { day, type Instant } from '../../base/clock.ts';
import { addressKey } from '../message/address.ts';
import type { MailHeader } from '../message/mail.ts';
import type { TicketNumber } from '../ticket/number.ts';
import { isEnded, type TicketState } from '../ticket/states.ts';
import { type FollowUpCandidate, isCertainRule } from './candidates.ts';

/** What the choice must know of a ticket. */
export interface FoundTicket {
  readonly number: TicketNumber;
  readonly state: TicketState;
  readonly queue: string;
  readonly closedAt: Instant | undefined;
  readonly participants: readonly string[];
}

export interface FoundCandidate {
  readonly rule: FollowUpCandidate['rule'];
  readonly ticket: FoundTicket;
}

/** What a queue does with mail to a ticket that has ended. */
export interface ClosedPolicy {
  readonly closedFollowUp: 'reopen' | 'new' | 'reject';
  /** 0 for no limit. */
  readonly reopenDays: number;
}

export type FollowUpChoice =
  | {
      readonly kind: 'join';
      readonly ticket: FoundTicket;
      readonly rule: FollowUpCandidate['rule'];
      /** The ticket has ended and stays so; the writer is to be told. */
      readonly isRejected?: true;
    }
  | {
      readonly kind: 'open';
      /** The ended ticket that the mail belongs to by its references. */
      readonly continues: TicketNumber | undefined;
      /** Tickets that a stranger's subject named. */
      readonly suggested: readonly TicketNumber[];
    };

export function chooseFollowUp(
  found: readonly FoundCandidate[],
  mail: Pick<MailHeader, 'from'>,
  policyOf: (queue: string) => ClosedPolicy,
  now: Instant,
  /** Whether the author's address is known not to be the writer's. */
  isForged = false,
): FollowUpChoice {
  const suggested: TicketNumber[] = [];
  for (const { rule, ticket } of found) {
    if (!isCertainRule(rule) && (isForged || !takesPart(ticket, mail))) {
      suggested.push(ticket.number);
      continue;
    }
    const policy = isEnded(ticket.state) ? policyOf(ticket.queue) : undefined;
    const isRejected = policy?.closedFollowUp === 'reject';
    if (policy !== undefined && !isRejected && !mayReopen(ticket, policy, now)) {
      return { kind: 'open', continues: ticket.number, suggested: [...new Set(suggested)] };
    }
    return { kind: 'join', ticket, rule, ...(isRejected ? { isRejected } : {}) };
  }
  return { kind: 'open', continues: undefined, suggested: [...new Set(suggested)] };
}

/** By the author alone: anybody may write anybody's address into Reply-To. */
function takesPart(ticket: FoundTicket, { from }: Pick<MailHeader, 'from'>): boolean {
  return from !== undefined && ticket.participants.includes(addressKey(from.address));
}

/** Whether a rule of its queue keeps an ended ticket closed when mail comes to it. */
export function mayReopen(ticket: FoundTicket, policy: ClosedPolicy, now: Instant): boolean {
  if (policy.closedFollowUp !== 'reopen') return false;
  if (policy.reopenDays === 0 || ticket.closedAt === undefined) return true;
  return now - ticket.closedAt <= policy.reopenDays * day;
}
