/** rspamd itself: its test pattern, its controller and Bayes, and what a desk makes of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { createRspamd } from '../../src/services/intake/scanners/rspamd.ts';
import { gtube, type RunningRspamd, startRspamd } from '../helpers/scanner-programs.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let rspamd: RunningRspamd;

beforeAll(async () => {
  rspamd = await startRspamd(await makeTemporaryDirectory('file'));
});
afterAll(() => rspamd.stop());

const signal = new AbortController().signal;
const scanned = (raw: string) => ({
  raw: Buffer.from(raw),
  trace: Buffer.alloc(0),
  sender: 'kim@customer.example',
  recipients: ['support@localhost', 'sales@localhost'],
  origin: { helo: 'mail.customer.example', ip: '192.0.2.1' },
});
const tcp = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port }) as const;
const unix = () => ({ kind: 'unix', path: rspamd.socket }) as const;

describe('the client', () => {
  it.each([
    ['TCP', () => tcp(rspamd.port)],
    ['a Unix socket', unix],
    ['the controller', () => tcp(rspamd.controllerPort)],
  ])('gets its verdicts over %s', async (_, at) => {
    const { password } = rspamd;
    const filter = createRspamd({ program: 'rspamd', at: at(), controller: at(), password });
    expect(await filter.scan(scanned(plainMail({}, gtube)), signal)).toMatchObject({
      isSpam: true,
      tests: ['GTUBE'],
    });
    expect(await filter.scan(scanned(plainMail()), signal)).toMatchObject({ isSpam: false });
  });

  it('is turned away without the password of the controller', async () => {
    const controller = tcp(rspamd.controllerPort);
    const filter = createRspamd({ program: 'rspamd', at: unix(), controller, password: 'wrong' });
    await expect(filter.learn(scanned(plainMail()), 'spam', signal)).rejects.toMatchObject({
      code: 'scanner-failed',
      message: expect.stringContaining('401'),
    });
  });
});

it('a desk with rspamd files spam in Junk, and trains it by moving tickets', async () => {
  const query = new URLSearchParams({
    controller: `127.0.0.1:${rspamd.controllerPort}`,
    password: rspamd.password,
  });
  const app = await startTestApp({
    settings: { spamFilter: `rspamd://${rspamd.socket}?${query}`, confirmations: 'false' },
  });
  const numberIn = (reply: string): TicketNumber => {
    const number = parseTicketNumber(/ticket (\d+)/.exec(reply)?.[1] ?? '');
    if (number === undefined) throw new Error(`No ticket in "${reply}"`);
    return number;
  };
  const move = async (ticket: TicketNumber, queue: string) => {
    const changes = [{ kind: 'set', field: 'queue', value: queue } as const];
    await app.desk.tickets.run(
      ticket,
      { kind: 'update', changes },
      { kind: 'user', account: 'anna' },
    );
    await app.settled();
  };
  const spam = numberIn(await app.send(plainMail({ 'Message-ID': '<1@x>' }, gtube)));
  expect((await app.desk.store.read(spam))?.ticket.queue).toBe('Junk');

  const offer =
    'Splendid marmalade engines await your tremendous cousin at wholesale velocity today';
  const ticket = numberIn(await app.send(plainMail({ 'Message-ID': '<2@x>' }, offer)));
  const lamp = numberIn(
    await app.send(
      plainMail(
        { 'Message-ID': '<3@x>' },
        'The lamp in our hall is dark again, please send a new bulb',
      ),
    ),
  );
  const filter = createRspamd({
    program: 'rspamd',
    at: unix(),
    controller: tcp(rspamd.controllerPort),
    password: rspamd.password,
  });
  const bayesOf = async () => {
    const { tests } = await filter.scan(
      scanned(plainMail({ 'Message-ID': '<9@x>' }, offer)),
      signal,
    );
    return tests.filter((test) => /^BAYES_/.test(test));
  };
  expect(await bayesOf()).toEqual([]);
  // Bayes says nothing until it knows both kinds.
  await move(lamp, 'Junk');
  await move(lamp, 'Support');
  await filter.learn(scanned(plainMail({}, `${gtube} and other things`)), 'spam', signal);
  await move(ticket, 'Junk');
  await expect.poll(bayesOf, { timeout: 20_000 }).toEqual(['BAYES_SPAM']);
  await move(ticket, 'Support');
  // Of so few lessons it sometimes makes nothing for either side; what it was taught before is gone in any case.
  await expect.poll(bayesOf, { timeout: 20_000 }).not.toContain('BAYES_SPAM');
  const lessons = app.lines.filter(({ event }) => event === 'spam.learned');
  expect(lessons.map(({ fields }) => [fields?.as, fields?.learned])).toEqual([
    ['spam', 1],
    ['ham', 1],
    ['spam', 1],
    ['ham', 1],
  ]);
  await app.stop();
}, 120_000);
