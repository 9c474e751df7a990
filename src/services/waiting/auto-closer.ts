/**
 * Reminds customers who do not answer, and closes their tickets: by the rules of the ticket's queue.
 *
 * Promises: one reminder and one end for each wait, by however many processes, for their names follow from the event with
 * which the wait began; what fell due while no desk ran is caught up, the reminder first, and the end keeps its distance.
 * Leaves to others: what comes next (core/escalation/auto-close.ts), to whom (core/autoreply/reminder.ts), the words.
 */
import { type Clock, hour, type Instant, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import { autoCloseOf, closingText, reminderText } from '../../config/queue-waiting.ts';
import { type ReminderTarget, reminderTarget } from '../../core/autoreply/reminder.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import {
  type AutoClosePolicy,
  type AutoCloseStep,
  type CustomerWait,
  customerWaitOf,
  nextAutoClose,
} from '../../core/escalation/auto-close.ts';
import { addSpan } from '../../core/escalation/span.ts';
import { readVerdicts } from '../../core/message/verdicts.ts';
import type { DeskMail, WaitCommand } from '../../core/ticket/auto-close.ts';
import type { Actor, TicketEvent } from '../../core/ticket/event.ts';
import { compareEvents } from '../../core/ticket/fold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { createAlarm } from '../alarm.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { ReplyLimits } from '../reply-limits.ts';
import type { Tickets } from '../tickets.ts';

export interface AutoCloser {
  /** Listens to changes from here on. */
  start(): void;
  /** Looks at every ticket that waits for its customer. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface AutoCloserDeps {
  readonly tickets: Pick<Tickets, 'run'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly index: Pick<TicketIndex, 'records' | 'onChange'>;
  readonly config: {
    readonly current: () => Config;
    readonly onChange: (listener: () => void) => () => void;
  };
  readonly limits: ReplyLimits;
  readonly customers: Pick<CustomerLookup, 'standingOf'>;
  readonly isOwnAddress: (address: string, config: Config) => boolean;
  /** The first of the named texts, in the language nearest to the asked one, filled. */
  readonly readText: (
    names: readonly string[],
    language: string | undefined,
    values: Readonly<Record<string, string>>,
  ) => Promise<{ readonly subject: string; readonly text: string }>;
  /** A time as people of this language read it. */
  readonly formatDate: (time: Instant, language: string | undefined) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** When the limits of automatic mail are reached. */
const restAtLimit = hour;
const desk: Actor = { kind: 'system', part: 'auto-close' };

export function createAutoCloser(deps: AutoCloserDeps): AutoCloser {
  const { tickets, reader, index, config, limits, clock, log } = deps;
  /** Time of the newest event at which a ticket was read; what did not change since needs no reading. */
  const read = new Map<TicketNumber, Instant>();
  const alarm = createAlarm<TicketNumber>({ clock, log, name: 'auto-close', ring });
  let stops: readonly (() => void)[] = [];

  function note(record: TicketRecord): void {
    const { number, state, queue, updated } = record;
    const isWaiting =
      state === 'pending-customer' && autoCloseOf(config.current(), queue) !== undefined;
    if (!isWaiting) {
      read.delete(number);
      alarm.set(number, undefined);
      return;
    }
    if (read.get(number) === updated) return;
    // Never too late: what was done in the wait already is known when it is read.
    alarm.set(number, earliest(record));
  }

  function earliest(record: TicketRecord): Instant {
    const policy = autoCloseOf(config.current(), record.queue);
    const began = record.course.findLast(
      (step) => step.kind === 'ours' || (step.kind === 'set' && step.field === 'state'),
    );
    if (policy === undefined || began === undefined) return clock.now();
    return addSpan(calendarOf(config.current(), record.queue), began.at, policy.remindAfter);
  }

  async function ring(number: TicketNumber): Promise<void> {
    const folder = await reader.read(number);
    const found = folder === undefined ? undefined : nextOf(folder);
    if (folder === undefined || found === undefined) return remember(number, folder, undefined);
    const { step, wait, policy } = found;
    if (step.at > clock.now()) return remember(number, folder, step.at);
    const command =
      step.kind === 'remind'
        ? await toRemind(folder, wait, policy)
        : await toClose(folder, wait, policy);
    if (command === undefined)
      return remember(number, folder, toInstant(clock.now() + restAtLimit));
    const done = await tickets.run(number, command, desk);
    if (!done.ok) {
      log.info('auto-close.nothing', { ticket: number, code: done.refusal.code });
      return;
    }
    log.info('auto-close.done', { ticket: number, step: command.kind });
    remember(number, done.value.folder, nextOf(done.value.folder)?.step.at);
  }

  function remember(
    number: TicketNumber,
    folder: TicketFolder | undefined,
    at: Instant | undefined,
  ): void {
    if (folder === undefined) read.delete(number);
    else read.set(number, folder.ticket.updated);
    alarm.set(number, at);
  }

  function nextOf({ ticket, messages }: TicketFolder):
    | {
        readonly step: AutoCloseStep;
        readonly wait: CustomerWait;
        readonly policy: AutoClosePolicy;
      }
    | undefined {
    const policy = autoCloseOf(config.current(), ticket.queue);
    const wait = customerWaitOf(ticket, eventsOf(messages));
    if (policy === undefined || wait === undefined) return undefined;
    const step = nextAutoClose(wait, policy, calendarOf(config.current(), ticket.queue));
    return step === undefined ? undefined : { step, wait, policy };
  }

  function targetOf({ ticket, messages }: TicketFolder): ReminderTarget {
    const events = eventsOf(messages);
    return reminderTarget({
      ticket,
      events,
      isOwnAddress: (address) => deps.isOwnAddress(address, config.current()),
      standingOf: (address) => deps.customers.standingOf(address)?.kind,
      isSpam:
        ticket.extra.has('queue-before-junk') ||
        (events[0] !== undefined && readVerdicts(events[0].fields).spam?.flag === true),
    });
  }

  /** Undefined when it must wait. */
  async function toRemind(
    folder: TicketFolder,
    { since }: CustomerWait,
    policy: AutoClosePolicy,
  ): Promise<WaitCommand | undefined> {
    const target = targetOf(folder);
    const once = since;
    if ('obstacle' in target) return { kind: 'no-reminder', since, once, reason: target.obstacle };
    await limits.ready();
    if (limits.take(target.to.address) !== undefined) return undefined;
    const calendar = calendarOf(config.current(), folder.ticket.queue);
    const closeAt = addSpan(calendar, clock.now(), policy.closeAfter);
    const mail = await write(folder, target, [policy.text, reminderText], closeAt);
    return { kind: 'remind', since, once, mail, closeAt };
  }

  async function toClose(
    folder: TicketFolder,
    { since }: CustomerWait,
    { closing, state }: AutoClosePolicy,
  ): Promise<WaitCommand> {
    const target = closing === undefined ? undefined : targetOf(folder);
    const mail =
      closing === undefined || target === undefined || 'obstacle' in target
        ? undefined
        : await write(folder, target, [closing, closingText], clock.now());
    return { kind: 'auto-close', since, once: since, state, mail };
  }

  async function write(
    { ticket }: TicketFolder,
    { to, inReplyTo }: Extract<ReminderTarget, { to: unknown }>,
    names: readonly string[],
    closeAt: Instant,
  ): Promise<DeskMail> {
    const { subject, text } = await deps.readText(names, ticket.language, {
      'ticket.number': ticket.number,
      'ticket.subject': ticket.subject,
      'customer.name': to.name,
      'close.date': deps.formatDate(closeAt, ticket.language),
    });
    return { to, subject, text, inReplyTo };
  }

  async function lookAtAll(): Promise<void> {
    for await (const slice of index.records()) for (const record of slice) note(record);
  }

  return {
    start() {
      stops = [
        index.onChange(({ number, record }) => {
          if (record !== undefined) note(record);
          else {
            read.delete(number);
            alarm.set(number, undefined);
          }
        }),
        // Another rule or calendar: everything is looked at again with the next sweep.
        config.onChange(() => read.clear()),
      ];
    },
    async catchUp() {
      const { queues } = config.current();
      if (queues.some(({ autoClose }) => autoClose !== undefined)) await lookAtAll();
    },
    settled: alarm.settled,
    async stop() {
      for (const stop of stops) stop();
      await alarm.stop();
    },
  };
}

function eventsOf(messages: TicketFolder['messages']): readonly TicketEvent[] {
  return messages.map(({ event }) => event).sort(compareEvents);
}
