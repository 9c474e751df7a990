/**
 * The outbox as the viewer and the sender see it.
 */
import type { Instant } from '../../base/clock.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';

export interface WaitingMail {
  readonly name: MessageName;
  readonly ticket: TicketNumber | undefined;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly since: Instant;
  readonly attempts: number;
  readonly nextAttempt: Instant | undefined;
  readonly reply: string | undefined;
}

export interface Outbox {
  /** Puts a hard link of the ticket's file into the outbox, durably. Doing it twice is fine. */
  put(path: string, name: MessageName): Promise<void>;
  /** Oldest first. */
  waiting(): Promise<readonly WaitingMail[]>;
}
