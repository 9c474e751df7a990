/**
 * The mails that the desk writes by itself: each one once.
 *
 * Intake decides which are due and writes that into the file of the mail that is answered, so a crash forgets
 * none: `catchUp` finds what was left. An answer's file name follows from the ticket and the mail, so it exists once.
 * Leaves to others: whether one is due (core/autoreply, intake/auto-answers.ts), the words (config/auto-replies.ts).
 */

import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createLimit } from '../base/serial.ts';
import { type AutoReplyKind, formatAutoReply } from '../core/autoreply/auto-reply.ts';
import { type DueReply, findDue, isOpening } from '../core/autoreply/due.ts';
import type { Change } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import type { TicketIndex } from './index/index.ts';
import type { Tickets } from './tickets.ts';

export interface AutoReplyText {
  readonly subject: string;
  readonly text: string;
}

export interface TextRequest {
  readonly kind: AutoReplyKind;
  readonly queue: string;
  readonly language: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

export interface AutoRepliesDeps {
  readonly tickets: Tickets;
  readonly reader: TicketReader;
  readonly index: TicketIndex;
  /** The queue's text in the language nearest to the asked one, filled. */
  readonly readText: (request: TextRequest) => Promise<AutoReplyText>;
  readonly log: Log;
}

export interface AutoReplies {
  /** Starts what is due in a ticket; returns at once. */
  wake(number: TicketNumber): void;
  /** Writes what an earlier run left due. */
  catchUp(): Promise<void>;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

const atATime = 4;

export function createAutoReplies({
  tickets,
  reader,
  index,
  readText,
  log,
}: AutoRepliesDeps): AutoReplies {
  const limit = createLimit(atATime);
  const running = new Set<Promise<void>>();

  function wake(number: TicketNumber): void {
    const work = limit.run(() => answerLogged(number)).finally(() => running.delete(work));
    running.add(work);
  }

  async function answerLogged(number: TicketNumber): Promise<void> {
    try {
      const folder = await reader.read(number);
      if (folder === undefined) return;
      const events = folder.messages.map(({ event }) => event);
      for (const due of findDue(folder.ticket, events)) await answer(folder, due);
    } catch (error) {
      log.error('auto-reply.failed', { ticket: number, cause: errorText(error) });
    }
  }

  async function answer({ ticket }: TicketFolder, due: DueReply): Promise<void> {
    const { event, reply, language } = due;
    const to = event.mail.replyTo[0] ?? event.mail.from;
    if (to === undefined) return;
    const { subject, text } = await readText({
      kind: reply,
      queue: ticket.queue,
      language: language ?? ticket.language,
      values: {
        'ticket.number': ticket.number,
        'ticket.subject': ticket.subject,
        'customer.name': to.name,
      },
    });
    const changes: readonly Change[] = isOpening(reply)
      ? [{ kind: 'set', field: 'confirmation', value: 'sent' }]
      : [];
    await tickets.run(
      ticket.number,
      {
        kind: 'auto-reply',
        to,
        subject,
        text,
        changes,
        field: formatAutoReply({ state: 'sent', reply, message: event.name }),
        inReplyTo: event.name,
        once: isOpening(reply) ? 'confirmation' : `${reply} ${event.name}`,
      },
      { kind: 'system', part: 'auto-reply' },
    );
  }

  return {
    wake,
    async catchUp() {
      for (const number of await index.findUnconfirmed()) wake(number);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
