/** Desks that released versions wrote: each opens, says what it said then, and goes on. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parseTicketNumber } from '../src/core/ticket/number.ts';
import { makeTemporaryDirectory } from './helpers/temp.ts';
import { openTestDesk, plainMail } from './helpers/test-desk.ts';

const run = promisify(execFile);

async function unpack(version: string): Promise<string> {
  const directory = await makeTemporaryDirectory();
  const archive = fileURLToPath(new URL(`releases/${version}/desk.tar.gz`, import.meta.url));
  await run('tar', ['-xzf', archive, '-C', directory]);
  return directory;
}

it('a desk of 0.1.0 opens with its tickets, and takes mail into them', async () => {
  const test = await openTestDesk({ directory: await unpack('0.1.0') });
  try {
    const { store, index } = test.desk;
    await index.ready(10_000);
    const tickets = [];
    for await (const number of store.numbers()) {
      const { ticket } = (await store.read(number)) ?? {};
      tickets.push([ticket?.subject, ticket?.state, ticket?.priority, ticket?.language]);
    }
    expect(tickets).toEqual([
      ['The lamp is dark', 'closed', 'low', 'en'],
      ['灯不亮', 'new', 'normal', 'zh-Hans'],
      ['Backup done', 'new', 'normal', 'en'],
      ['The lamp is dark', 'new', 'normal', 'en'],
    ]);

    const number = parseTicketNumber('20261125000138');
    const answer =
      number === undefined
        ? undefined
        : (await store.read(number))?.messages.find(
            ({ event }) => event.kind === 'mail-out' && event.actor.kind === 'user',
          );
    const { ticket, rule } = await test.receive(
      plainMail({
        'Message-ID': '<later@customer.example>',
        'In-Reply-To': `<${answer?.event.mail.messageId}>`,
      }),
    );
    expect([ticket, rule]).toEqual([number, 'signed-id']);
    expect(await index.find(ticket)).toMatchObject({ state: 'open' });
  } finally {
    await test.close();
  }
});
