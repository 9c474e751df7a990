/**
 * File names of events that must exist once, however many processes write them and however often: they follow from what the
 * event is about. Promises: pure; the same ticket and command give the same name for ever.
 */
import { createHash } from 'node:crypto';
import { parseInstant } from '../base/clock.ts';
import type { StepKey } from '../core/escalation/chain.ts';
import { isOfWait } from '../core/ticket/auto-close.ts';
import type { TicketCommand } from '../core/ticket/decide.ts';
import type { MessageName } from '../core/ticket/event.ts';
import { dayOf, type TicketNumber } from '../core/ticket/number.ts';
import { redactKey } from '../core/ticket/redact.ts';
import { isRegroup, type RegroupCommand } from '../core/ticket/regroup.ts';
import { fixedName } from '../storage/maildir.ts';
import type { TicketFolder } from '../storage/ticket-store.ts';

/** Undefined for a command that may be carried out any number of times. */
export function onceName(
  { number, ticket }: TicketFolder,
  command: TicketCommand,
): MessageName | undefined {
  if (isRegroup(command)) return regroupName(number, command);
  if ('mailed' in command && command.mailed !== undefined) {
    const key = createHash('sha256')
      .update(`${number} mailed ${command.mailed.once}`)
      .digest('hex');
    return fixedName(ticket.created / 1000, 'M', key.slice(0, 24));
  }
  if (command.kind === 'redact') return namedByDay(number, 'X', `redact ${redactKey(command)}`);
  if (command.kind === 'fall-due') return dueName(number, command.once);
  if (command.kind === 'escalate-step') return stepName(number, command);
  if (command.kind === 'remind-appointment')
    return namedByDay(number, 'T', `remind-appointment ${command.once}`);
  // One wait has one reminder, or one word why there is none.
  if (isOfWait(command))
    return namedByDay(
      number,
      'W',
      `${command.kind === 'auto-close' ? 'auto-close' : 'remind'} ${command.once}`,
    );
  if (!('once' in command) || command.once === undefined) return undefined;
  const key = createHash('sha256')
    .update(`${number} ${command.kind} ${command.once}`)
    .digest('hex')
    .slice(0, 24);
  return fixedName(ticket.created / 1000, onceLetters[command.kind], key);
}

const onceLetters = { delivery: 'D', 'auto-reply': 'A', reply: 'W', 'return-draft': 'B' } as const;

/** The side of a merge or a move that only completes the other one. */
function regroupName(number: TicketNumber, command: RegroupCommand): MessageName | undefined {
  if (!('once' in command)) return undefined;
  return namedByDay(number, 'R', `${command.kind} ${command.once}`);
}

/** What several processes see fall due at the same time. */
function dueName(number: TicketNumber, once: string): MessageName {
  return namedByDay(number, 'W', `fall-due ${once}`);
}

/** One for each step of each run of a clock, whatever the chain says of it by then. */
function stepName(number: TicketNumber, { clock, started, percent }: StepKey): MessageName {
  return namedByDay(number, 'E', `escalate-step ${clock} ${started} ${percent}`);
}

function namedByDay(number: TicketNumber, kind: string, text: string): MessageName {
  const key = createHash('sha256').update(`${number} ${text}`).digest('hex').slice(0, 24);
  const day = dayOf(number);
  // Not by the first message's time: that one may be moved away.
  const opened = parseInstant(
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`,
  );
  return fixedName((opened ?? 0) / 1000, kind, key);
}
