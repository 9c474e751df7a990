/** A small desk on which everything has happened that writes, links or renames files. */
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail, type TestDesk } from '../../helpers/test-desk.ts';

export const anna: Actor = { kind: 'agent', login: 'anna' };

export interface Filled {
  readonly tickets: readonly TicketNumber[];
}

export async function fillDesk(test: TestDesk): Promise<Filled> {
  const { desk } = test;
  await desk.index.ready(10_000);
  await desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['admin'],
  });
  const numbers: TicketNumber[] = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    const { ticket } = await test.receive(
      plainMail({ 'Message-ID': `<${id}@customer.example>`, From: `${id}@customer.example` }),
      { sender: `${id}@customer.example` },
    );
    numbers.push(ticket);
  }
  const [a, b, c, d, e] = numbers;
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined)
    throw new Error('Five mails give five tickets');
  const followUp = await test.receive(
    plainMail({
      'Message-ID': '<a2@customer.example>',
      References: '<a@customer.example>',
      From: 'a@customer.example',
    }).replaceAll('\r\n', '\n'),
    { sender: 'a@customer.example' },
  );
  await reply(test, a);
  await desk.tickets.run(a, { kind: 'note', text: 'A thought.' }, anna);
  const set = await desk.tickets.run(
    b,
    { kind: 'update', changes: [{ kind: 'set', field: 'priority', value: 'high' }] },
    anna,
  );
  if (set.ok) await desk.undo.undo(b, set.value.message, anna);
  await desk.regroup.merge(c, b, anna);
  await desk.regroup.unmerge(c, anna);
  await desk.regroup.merge(d, b, anna);
  await desk.regroup.split(a, followUp.message, anna);
  const [only] = (await desk.store.read(e))?.messages ?? [];
  if (only !== undefined) await desk.regroup.move(e, only.event.name, c, anna);
  await desk.tickets.run(c, { kind: 'note', text: 'Once more.' }, anna);
  return { tickets: numbers };
}

async function reply({ desk }: TestDesk, number: TicketNumber): Promise<void> {
  const to = [{ name: '', address: 'a@customer.example' }];
  await desk.tickets.run(number, { kind: 'reply', to, cc: [], text: 'Press the switch.' }, anna);
}
