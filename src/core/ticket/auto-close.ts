/**
 * The commands by which a ticket is closed when its customer does not answer. Only the desk itself gives them.
 *
 * Promises: pure; each holds for the wait that it names, so that an answer which comes in the same moment ends it.
 */
import type { Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import {
  customerWaitOf,
  formatAutoClose,
  type ReminderObstacle,
} from '../escalation/auto-close.ts';
import type { Address } from '../message/address.ts';
import { consequences } from './decide-fields.ts';
import type { Actor, Change, EventDraft, MessageName, TicketEvent } from './event.ts';
import { compareEvents, type Ticket } from './fold.ts';

export interface DeskMail {
  readonly to: Address;
  readonly subject: string;
  readonly text: string;
  /** The message below which it stands in the customer's mail program. */
  readonly inReplyTo: MessageName | undefined;
}

interface OfWait {
  /** The event with which the wait began. */
  readonly since: MessageName;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

/** The friendly reminder. */
export interface RemindCommand extends OfWait {
  readonly kind: 'remind';
  readonly mail: DeskMail;
  readonly closeAt: Instant;
}

/** The customer cannot be reminded, so the ticket stays as it is. */
export interface NoReminderCommand extends OfWait {
  readonly kind: 'no-reminder';
  readonly reason: ReminderObstacle;
}

export interface AutoCloseCommand extends OfWait {
  readonly kind: 'auto-close';
  readonly state: 'closed' | 'closed-unsuccessful';
  readonly mail: DeskMail | undefined;
}

export type WaitCommand = RemindCommand | NoReminderCommand | AutoCloseCommand;

export function isOfWait(command: { readonly kind: string }): command is WaitCommand {
  return (
    command.kind === 'remind' || command.kind === 'no-reminder' || command.kind === 'auto-close'
  );
}

export function decideWait(
  ticket: Ticket,
  command: WaitCommand,
  actor: Actor,
  events: readonly TicketEvent[],
): Result<EventDraft, { readonly code: 'nothing-to-change' }> {
  const wait = customerWaitOf(ticket, [...events].sort(compareEvents));
  const { since } = command;
  const done = wait?.done?.mark.kind;
  const isAsked = command.kind === 'auto-close' ? done === 'reminder' : done === undefined;
  if (wait?.since !== since || !isAsked) return refuse({ code: 'nothing-to-change' });
  switch (command.kind) {
    case 'remind': {
      const mark = formatAutoClose({ kind: 'reminder', since, closeAt: command.closeAt });
      return ok({ kind: 'mail-out', actor, changes: [], fields: [['Auto-Close', mark]] });
    }
    case 'no-reminder': {
      const mark = formatAutoClose({ kind: 'none', since, reason: command.reason });
      return ok({ kind: 'update', actor, changes: [], fields: [['Auto-Close', mark]] });
    }
    case 'auto-close': {
      const changes: readonly Change[] = [
        { kind: 'set', field: 'state', value: command.state },
        { kind: 'set', field: 'close-reason', value: 'no-reply' },
      ];
      return ok({
        kind: command.mail === undefined ? 'update' : 'mail-out',
        actor,
        changes: [...changes, ...consequences(ticket, changes)],
        fields: [['Auto-Close', formatAutoClose({ kind: 'closed', since })]],
      });
    }
  }
}
