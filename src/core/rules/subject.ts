/** A mail as rules see it. */
import type { Instant } from '../../base/clock.ts';
import type { Automatic } from '../message/automatic.ts';
import type { Mail } from '../message/mail.ts';
import type { Verdicts } from '../message/verdicts.ts';
import type { JudgedTicket } from '../search/match.ts';

export interface RuleSubject {
  readonly mail: Mail;
  readonly bytes: number;
  readonly via: string;
  /** Reverse-path; empty for `<>`. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly client: string | undefined;
  readonly automatic: Automatic | undefined;
  readonly verdicts: Verdicts;
  readonly language: string | undefined;
  readonly isFollowUp: boolean;
  /** The ticket that it joins, as it was before; absent where it opens one. */
  readonly ticket?: JudgedTicket | undefined;
  /** Tickets that its writer opened before. */
  readonly earlierTickets: number;
  readonly now: Instant;
  /** Of the desk. */
  readonly timeZone: string;
}
