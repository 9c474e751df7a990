/**
 * What may be done to a ticket, and which event it makes.
 *
 * Promises: pure; a decision, once folded, gives a valid ticket. Every "no" is a `Refusal` that names
 * what was expected and what came.
 */
import type { Instant } from '../../base/clock.ts';
import { refuse, ok, type Result } from '../../base/result.ts';
import { type Address, isAddress } from '../message/address.ts';
import type { Actor, Change, EventDraft } from './event.ts';
import type { Ticket } from './fold.ts';
import type { TicketNumber } from './number.ts';
import { choosableStates, isPriority, isTicketState, priorities, type TicketState } from './states.ts';

/** What the rules must know of the desk. */
export interface DeskFacts {
  readonly queues: readonly string[];
  readonly agents: readonly string[];
}

export type TicketCommand =
  /** A mail to the customer. `changes` are made with it, for example the state afterwards. */
  | {
      readonly kind: 'reply';
      readonly to: readonly Address[];
      readonly cc: readonly Address[];
      readonly subject?: string;
      readonly text: string;
      /** Message that is answered; the newest of a customer when absent. */
      readonly inReplyTo?: string;
      readonly changes?: readonly Change[];
    }
  | { readonly kind: 'note'; readonly text: string; readonly changes?: readonly Change[] }
  | { readonly kind: 'update'; readonly changes: readonly Change[]; readonly reason?: string };

export type Refusal =
  | { readonly code: 'unknown-ticket'; readonly number: string }
  | { readonly code: 'ticket-merged'; readonly into: TicketNumber }
  | { readonly code: 'unknown-field'; readonly field: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-state'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-priority'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-queue'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'bad-value'; readonly field: string; readonly value: string; readonly expected: string }
  | { readonly code: 'unknown-message'; readonly message: string }
  | { readonly code: 'no-recipient' }
  | { readonly code: 'bad-recipient'; readonly value: string }
  | { readonly code: 'empty-text' }
  | { readonly code: 'nothing-to-change' };

export type RefusalCode = Refusal['code'];

export declare function decide(
  ticket: Ticket,
  command: TicketCommand,
  actor: Actor,
  desk: DeskFacts,
  now: Instant,
): Result<EventDraft, Refusal>;
