/** A desk with two agents, of whom one may not do everything, and words for what tests of tidying ask it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../../src/core/ticket/event.ts';
import type { Ticket } from '../../src/core/ticket/fold.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

export const anna: Actor = { kind: 'agent', login: 'anna' };
export const ben: Actor = { kind: 'agent', login: 'ben' };

export interface TidyingDesk extends TestDesk {
  /** Files a mail as a ticket of its own. */
  open(id: string, queue?: string): Promise<TicketNumber>;
  ticketOf(number: TicketNumber): Promise<Ticket>;
  /** Each `field=value`, `tag+=value` or `tag-=value`. */
  set(number: TicketNumber, change: string, actor?: Actor): Promise<void>;
}

/** Anna may do everything in both queues; Ben only reads and notes in Billing. */
export async function openTidyingDesk(): Promise<TidyingDesk> {
  const test = await openTestDesk({ settings: { confirmations: 'false' } });
  const { desk } = test;
  await writeFile(
    join(test.directory, 'config/queues/billing.yaml'),
    'name: Billing\nrights:\n  agent: [see, note]\n  lead: [see, note, answer, move, own, close]\n',
  );
  await desk.config.reload();
  for (const [login, roles] of [
    ['anna', ['agent', 'lead']],
    ['ben', ['agent']],
  ] as const)
    await desk.accounts.add({ login, name: login, email: `${login}@desk.example`, roles });

  const opened: TidyingDesk = {
    ...test,
    async open(id, queue) {
      const { ticket } = await test.receive(
        plainMail({ 'Message-ID': `<${id}@x>`, From: `${id}@customer.example`, Subject: id }),
      );
      if (queue !== undefined) await opened.set(ticket, `queue=${queue}`);
      return ticket;
    },
    async ticketOf(number) {
      const folder = await desk.store.read(number);
      if (folder === undefined) throw new Error(`There is no ticket ${number}`);
      return folder.ticket;
    },
    async set(number, text, actor = anna) {
      const [, field = '', sign = '', value = ''] = /^([a-z-]+)([+-]?)=(.*)$/.exec(text) ?? [];
      const change =
        sign === ''
          ? ({ kind: 'set', field, value } as const)
          : ({ kind: sign === '+' ? 'add' : 'remove', set: field, value } as const);
      const done = await desk.tickets.run(number, { kind: 'update', changes: [change] }, actor);
      if (!done.ok) throw new Error(done.refusal.code);
    },
  };
  return opened;
}
