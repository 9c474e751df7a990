/**
 * Two commands archive while the desk runs and follow-ups come in.
 *
 * Then every mail is in its ticket once, what was written to is open and back in tickets/, all else lies in archive/, and
 * `maildesk verify` finds nothing.
 */
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nodemailer from 'nodemailer';
import { expect, onTestFinished, test } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { createFakeClock } from '../helpers/clock.ts';
import { openStore } from '../helpers/desk-parts.ts';
import { deskEnvironment, mainFile, startDeskProcess } from '../helpers/desk-process.ts';
import { until } from '../helpers/foreign.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { openTestDesk, plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);
const tickets = 8;

/** Tickets that were closed long ago. */
async function prepare(directory: string): Promise<readonly TicketNumber[]> {
  const clock = createFakeClock(Date.UTC(2025, 0, 10, 10));
  const past = await openTestDesk({ directory, clock, settings: { confirmations: 'false' } });
  const numbers: TicketNumber[] = [];
  for (let at = 0; at < tickets; at += 1) {
    const mail = plainMail({ 'Message-ID': `<old-${at}@customer.example>`, Subject: `Lamp ${at}` });
    const { ticket } = await past.receive(mail);
    const changes = [{ kind: 'set', field: 'state', value: 'closed' } as const];
    await past.desk.tickets.run(
      ticket,
      { kind: 'update', changes },
      { kind: 'user', account: 'root' },
    );
    numbers.push(ticket);
  }
  await past.close();
  return numbers;
}

test('archiving in two processes beside a running desk loses no follow-up and doubles none', async () => {
  const directory = await makeTemporaryDirectory();
  const numbers = await prepare(directory);
  await writeFile(join(directory, 'config/queues/support.yaml'), 'name: Support\n');
  const desk = await startDeskProcess(directory, { MAILDESK_CHECK_SENDERS: 'false' });
  onTestFinished(() => desk.stop());
  const env = deskEnvironment(directory);
  const maildesk = async (...argv: string[]) =>
    (await run(process.execPath, [mainFile, ...argv], { env })).stdout;
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: desk.smtpPort,
    pool: true,
  });
  onTestFinished(() => transport.close());
  const follow = async (at: number) => {
    await transport.sendMail({
      from: 'Kim Berg <kim@customer.example>',
      to: 'support@localhost',
      subject: `Re: Lamp ${at}`,
      messageId: `<new-${at}@customer.example>`,
      inReplyTo: `<old-${at}@customer.example>`,
      date: new Date('2026-11-23T10:00:00Z'),
      text: 'Dark again.',
    });
  };
  const even = numbers.map((_, at) => at).filter((at) => at % 2 === 0);
  await Promise.all([
    maildesk('archive', '--older-than', '180d'),
    maildesk('archive', '--older-than', '180d'),
    ...even.map(follow),
  ]);
  await Promise.all(even.map(follow));
  const placed = async (place: string) =>
    (await readdir(join(directory, place, '2025/01/10')).catch(() => [])).toSorted();
  await until(
    () => `the tickets lie where they belong; the desk says: ${desk.output()}`,
    async () => (await placed('tickets')).length === even.length,
  );
  expect(await placed('tickets')).toEqual(even.map((at) => numbers[at]).toSorted());
  expect(await placed('archive')).toEqual(numbers.filter((_, at) => at % 2 === 1).toSorted());
  const store = await openStore(directory);
  for (const [at, number] of numbers.entries()) {
    const folder = await store.read(number);
    const mails = folder?.messages.filter(({ event }) => event.kind === 'mail-in').length;
    expect([mails, folder?.ticket.state, folder?.archived]).toEqual(
      at % 2 === 0 ? [2, 'open', undefined] : [1, 'closed', true],
    );
  }
  expect(JSON.parse(await maildesk('verify', '--json'))).toMatchObject({ tickets, ok: true });
}, 240_000);
