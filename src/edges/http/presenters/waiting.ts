/**
 * What a ticket waits for, and what the desk will do by itself then; what its reader has put aside.
 *
 * Promises: pure; nothing is offered that the rules would refuse.
 */
import { calendarOf } from '../../../config/calendars.ts';
import type { Config } from '../../../config/config.ts';
import { autoCloseOf } from '../../../config/queue-waiting.ts';
import {
  autoCloseField,
  closingTime,
  customerWaitOf,
  nextAutoClose,
} from '../../../core/escalation/auto-close.ts';
import { formatWallTime, quickInstant, quickTimes } from '../../../core/escalation/times.ts';
import type { Snooze } from '../../../core/team/snooze.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import { compareEvents } from '../../../core/ticket/fold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { isEnded } from '../../../core/ticket/states.ts';
import type { Markup } from '../../../services/render/markup.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { MessageWords } from './message.ts';
import { quickKeys } from './ticket-fields.ts';

export interface WaitingRequest {
  readonly folder: TicketFolder;
  readonly config: Config;
  readonly may: (right: Right) => boolean;
  readonly snooze: Snooze | undefined;
}

export interface WaitingBar {
  readonly id: string;
  readonly sign: string;
  readonly sentence: Markup;
  /** Name and value of the button's field; undefined where nothing can be done. */
  readonly button:
    | {
        readonly action: string;
        readonly name: string;
        readonly value: string;
        readonly text: string;
      }
    | undefined;
}

export function presentWaiting(request: WaitingRequest, words: MessageWords) {
  const { folder } = request;
  const isHere = folder.ticket.mergedInto === undefined && folder.ticket.state !== 'removed';
  return {
    bars: isHere ? [...snoozeBars(request, words), ...closingBars(request, words)] : [],
    snooze: isHere && !isEnded(folder.ticket.state) ? presentSnooze(request, words) : undefined,
  };
}

function snoozeBars(
  { folder, snooze }: WaitingRequest,
  words: MessageWords,
): readonly WaitingBar[] {
  if (snooze === undefined) return [];
  const { locale, dates, now } = words;
  return [
    {
      id: 'snoozed',
      sign: 'snooze',
      sentence: locale.markup('snooze.until', { time: dates.moment(snooze.until, now) }),
      button: {
        action: `/tickets/${folder.number}/wake`,
        name: 'wake',
        value: 'now',
        text: locale.text('snooze.wake'),
      },
    },
  ];
}

function closingBars(
  { folder, config, may }: WaitingRequest,
  { locale, dates, now }: MessageWords,
): readonly WaitingBar[] {
  const { ticket } = folder;
  const policy = autoCloseOf(config, ticket.queue);
  if (policy === undefined || ticket.state !== 'pending-customer') return [];
  const button = (value: string, key: string) =>
    may('close')
      ? {
          action: `/tickets/${ticket.number}/closing`,
          name: 'auto-close',
          value,
          text: locale.text(key),
        }
      : undefined;
  const bar = (sentence: Markup, shown: WaitingBar['button']): readonly WaitingBar[] => [
    { id: 'closing', sign: 'clock', sentence, button: shown },
  ];
  if (ticket.extra.get(autoCloseField) === 'no')
    return bar(locale.markup('closing.forbidden'), button('', 'closing.allow'));
  const wait = customerWaitOf(ticket, ownEvents(folder));
  const calendar = calendarOf(config, ticket.queue);
  const step = wait === undefined ? undefined : nextAutoClose(wait, policy, calendar);
  if (step === undefined) return [];
  const values = {
    remind: dates.full(step.at),
    close: dates.full(closingTime(step, policy, calendar, now)),
  };
  const key =
    step.kind === 'close' ? 'closing.then' : step.at > now ? 'closing.first' : 'closing.soon';
  return bar(locale.markup(key, values), button('no', 'closing.forbid'));
}

/** What merged tickets bring along does not count. */
function ownEvents({ messages }: TicketFolder): readonly TicketEvent[] {
  return messages
    .filter(({ home }) => home === undefined)
    .map(({ event }) => event)
    .sort(compareEvents);
}

function presentSnooze({ folder, config }: WaitingRequest, words: MessageWords) {
  const { locale, dates, now } = words;
  const timeZone = words.zone;
  const calendar = calendarOf(config, folder.ticket.queue);
  const times = quickTimes.map((value) => ({ value, at: quickInstant(value, calendar, now) }));
  return {
    ...formatWallTime(times[0]?.at ?? now, timeZone),
    zone: timeZone,
    quick: times.map(({ value, at }) => ({
      value,
      text: locale.text(quickKeys[value]),
      time: dates.moment(at, now),
    })),
  };
}

export type WaitingView = ReturnType<typeof presentWaiting>;
