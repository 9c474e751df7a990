/** The verbs that send messages on, note calls and open tickets. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { readTicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
let folder: string;

beforeEach(async () => {
  cli = await openTestCli();
  folder = await mkdtemp(join(tmpdir(), 'maildesk-files-'));
});

afterEach(async () => {
  await cli.desk.close();
  await rm(folder, { recursive: true, force: true });
});

async function lastMessage(given: string) {
  const number = parseTicketNumber(given.trim());
  const ticket = number === undefined ? undefined : await readTicketJson(cli.desk.store, number);
  const message = ticket?.messages.at(-1);
  if (ticket === undefined || message === undefined) throw new Error(`No message in ${given}`);
  return { ticket, message };
}

it('reply goes to all, with a file', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  const file = join(folder, 'plan.pdf');
  await writeFile(file, '%PDF');
  const { code, out } = await cli.run('reply', ticket, '--all', '--attach', file, 'Here it is.');
  const { message } = await lastMessage(ticket);
  expect([code, message.id]).toEqual([0, out.trim()]);
  expect([...message.to, ...message.cc].map(({ address }) => address)).toEqual([
    'kim@customer.example',
    'lee@customer.example',
  ]);
  expect(message.attachments.map(({ name, type }) => [name, type])).toEqual([
    ['plan.pdf', 'application/pdf'],
  ]);
  const missing = await cli.run('reply', ticket, '--attach', join(folder, 'none'), 'x');
  expect(missing).toMatchObject({
    code: 65,
    err: expect.stringMatching(/^maildesk: Cannot attach "/),
  });
});

it('forward takes what is asked for of the newest mail', async () => {
  const { ticket, message: newest } = await cli.desk.open(lampMail);
  const sent = await cli.run(
    'forward',
    ticket,
    '--to',
    'max@maker.example',
    '--take',
    '0',
    'Can you help?',
  );
  expect(sent.code).toBe(0);
  const { message, ticket: after } = await lastMessage(ticket);
  expect(message.to).toEqual([{ name: '', address: 'max@maker.example' }]);
  expect(message.text).toMatch(
    /^Can you help\?\n\n---------- Forwarded message ----------\nFrom: Kim Stone <kim@customer.example>/,
  );
  expect(message.attachments.map(({ name }) => name)).toEqual(['lamp.txt']);
  expect(after.participants).not.toContain('max@maker.example');
  const refusals = [
    await cli.run('forward', ticket),
    await cli.run('forward', ticket, '--to', 'max@maker.example', '--take', '9'),
    await cli.run('forward', ticket, '--to', 'max@maker.example', '--message', 'none'),
  ];
  expect(refusals.map(({ code }) => code)).toEqual([65, 65, 65]);
  expect(refusals[1]?.err).toBe(
    `maildesk: "${newest}" has no attachment 9; expected the id of one\n`,
  );
});

it('resend and call', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  expect((await cli.run('resend', ticket, '--to', 'max@maker.example')).code).toBe(0);
  expect((await lastMessage(ticket)).message).toMatchObject({
    direction: 'out',
    from: { address: 'kim@customer.example' },
  });
  expect(
    (
      await cli.run(
        'call',
        ticket,
        '--out',
        '--phone',
        '+49 30 1',
        '--state',
        'closed',
        'Told her.',
      )
    ).code,
  ).toBe(0);
  const { ticket: after, message } = await lastMessage(ticket);
  expect([after.state, message.kind]).toEqual(['closed', 'call-out']);
  expect(await cli.run('resend', ticket)).toMatchObject({
    code: 65,
    err: expect.stringContaining('no recipient'),
  });
});

it('new opens a ticket by mail or by phone', async () => {
  const mailed = await cli.run(
    '--as',
    'anna',
    'new',
    '--subject',
    'Your lamp',
    '--to',
    'Pat <pat@customer.example>',
    'It is ready.',
  );
  expect(mailed.code).toBe(0);
  expect(await lastMessage(mailed.out)).toMatchObject({
    ticket: { subject: 'Your lamp', owner: 'anna', customer: { address: 'pat@customer.example' } },
    message: { kind: 'mail-out' },
  });
  cli.machine.input = 'Wants a lamp.\n';
  const called = await cli.run('new', '--subject', 'A lamp', '--phone', '030 1234');
  expect((await lastMessage(called.out)).message.kind).toBe('call-in');
  expect(await cli.run('new', '--subject', 'x', 'y')).toMatchObject({
    code: 65,
    err: expect.stringContaining('an address or a telephone number'),
  });
});
