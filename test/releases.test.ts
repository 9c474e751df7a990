/** Desks that released versions wrote: each opens, is whole, says what it said then, and goes on. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parseTicketNumber } from '../src/core/ticket/number.ts';
import { makeTemporaryDirectory } from './helpers/temp.ts';
import { openTestDesk, plainMail } from './helpers/test-desk.ts';

const run = promisify(execFile);
const releases = fileURLToPath(new URL('releases/', import.meta.url));

async function unpack(version: string): Promise<string> {
  const directory = await makeTemporaryDirectory();
  const archive = fileURLToPath(new URL(`releases/${version}/desk.tar.gz`, import.meta.url));
  await run('tar', ['-xzf', archive, '-C', directory]);
  return directory;
}

const versions = readdirSync(releases, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

it('there is a desk of each release', () => {
  expect(versions).toEqual(['0.1.0', '0.2.0', '0.3.0', '0.4.0', '0.5.0', '0.6.0', '0.7.0']);
});

it.each(versions)(
  'a desk of %s opens, is whole, takes an answer, and lets tickets go to the archive',
  async (version) => {
    const test = await openTestDesk({ directory: await unpack(version) });
    try {
      const { store, index, verify, tickets } = test.desk;
      await index.ready(10_000);
      const wrong = async () => {
        const found = [];
        for await (const finding of verify.all(() => {}))
          if (finding.level === 'wrong') found.push(finding);
        return found;
      };
      expect(await wrong()).toEqual([]);
      const numbers = [];
      for await (const number of store.numbers()) numbers.push(number);
      expect(numbers.length).toBeGreaterThan(2);
      const [first] = numbers;
      if (first === undefined) throw new Error('The desk has no ticket');
      const to = [{ name: '', address: 'kim@customer.example' }];
      const answered = await tickets.run(
        first,
        { kind: 'reply', to, cc: [], text: 'Still here.' },
        { kind: 'user', account: 'root' },
      );
      expect(answered).toMatchObject({ ok: true });
      for (const number of numbers) {
        expect((await store.move(number, 'archive'))?.archived).toBe(true);
        expect((await store.read(number))?.messages.length).toBeGreaterThan(0);
      }
      expect(await wrong()).toEqual([]);
    } finally {
      await test.close();
    }
  },
  30_000,
);

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
