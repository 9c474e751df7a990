/**
 * The confirmation that a customer gets for a new ticket, once.
 *
 * Intake decides whether one is due and writes that into the opening event, so a crash forgets none:
 * `catchUp` finds what was left. The mail's file name follows from the ticket, so it exists once.
 */

import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createLimit } from '../base/serial.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketReader } from '../storage/ticket-store.ts';
import type { TicketIndex } from './index/index.ts';
import type { Tickets } from './tickets.ts';

export interface AutoReplyText {
  readonly subject: string;
  readonly text: string;
}

export interface ConfirmationsDeps {
  readonly tickets: Tickets;
  readonly reader: TicketReader;
  readonly index: TicketIndex;
  /** The text in the language nearest to the asked one, filled. */
  readonly readText: (
    language: string | undefined,
    values: Readonly<Record<string, string>>,
  ) => Promise<AutoReplyText>;
  readonly log: Log;
}

export interface Confirmations {
  /** Starts the confirmation of a ticket just opened; returns at once. */
  wake(number: TicketNumber): void;
  /** Confirms what an earlier run left due. */
  catchUp(): Promise<void>;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

const atATime = 4;

export function createConfirmations({
  tickets,
  reader,
  index,
  readText,
  log,
}: ConfirmationsDeps): Confirmations {
  const limit = createLimit(atATime);
  const running = new Set<Promise<void>>();

  function wake(number: TicketNumber): void {
    const work = limit.run(() => confirmLogged(number)).finally(() => running.delete(work));
    running.add(work);
  }

  async function confirmLogged(number: TicketNumber): Promise<void> {
    try {
      await confirm(number);
    } catch (error) {
      log.error('confirmation.failed', { ticket: number, cause: errorText(error) });
    }
  }

  async function confirm(number: TicketNumber): Promise<void> {
    const folder = await reader.read(number);
    if (folder?.ticket.extra.get('confirmation') !== 'due') return;
    const first = folder.messages.find(({ event }) => event.kind === 'mail-in')?.event.mail;
    const to = first?.replyTo[0] ?? first?.from;
    if (to === undefined) return;
    const { ticket } = folder;
    const { subject, text } = await readText(ticket.language, {
      'ticket.number': number,
      'ticket.subject': ticket.subject,
      'customer.name': to.name,
    });
    await tickets.run(
      number,
      {
        kind: 'auto-reply',
        to,
        subject,
        text,
        changes: [{ kind: 'set', field: 'confirmation', value: 'sent' }],
        once: 'confirmation',
      },
      { kind: 'system', part: 'confirmation' },
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
