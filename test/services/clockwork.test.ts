import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, hour, minute, toInstant } from '../../src/base/clock.ts';
import type { Actor, Change } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Clockwork, createClockwork } from '../../src/services/clockwork.ts';
import { createFakeClock, type FakeClock } from '../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };

let clock: FakeClock;
let test: TestDesk;
const running: Clockwork[] = [];

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
  await test.desk.index.ready(minute);
});

afterEach(async () => {
  for (const clockwork of running.splice(0)) await clockwork.stop();
  await test.close();
});

function start(desk = test.desk): Clockwork {
  const { tickets, store, index, parts } = desk;
  const clockwork = createClockwork({ tickets, reader: store, index, clock, log: parts.log });
  clockwork.start();
  running.push(clockwork);
  return clockwork;
}

async function open(id = '1'): Promise<TicketNumber> {
  const { ticket } = await test.receive(plainMail({ 'Message-ID': `<${id}@customer.example>` }));
  return ticket;
}

async function set(
  number: TicketNumber,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const changes = Object.entries(settings).map(
    ([field, value]): Change => ({ kind: 'set', field, value }),
  );
  const done = await test.desk.tickets.run(number, { kind: 'update', changes }, admin);
  if (!done.ok) throw new Error(done.refusal.code);
}

const inTime = (ms: number) => formatInstant(toInstant(clock.now() + ms));

async function stateOf(number: TicketNumber): Promise<string | undefined> {
  return (await test.desk.store.read(number))?.ticket.state;
}

/** Moves the clock and waits until all that fell due is done. */
async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  for (const clockwork of running) await clockwork.settled();
}

async function endings(number: TicketNumber): Promise<number> {
  const messages = (await test.desk.store.read(number))?.messages ?? [];
  return messages.filter(
    ({ event }) => event.actor.kind === 'system' && event.actor.part === 'clockwork',
  ).length;
}

describe('the clockwork', () => {
  it('opens a reminder and closes what closes by itself, at their times and not before', async () => {
    start();
    const [one, two] = [await open('1'), await open('2')];
    await set(one, { state: 'pending-reminder', 'pending-until': inTime(hour) });
    await set(two, { state: 'pending-close', 'pending-until': inTime(26 * hour) });
    await pass(hour - minute);
    expect(await stateOf(one)).toBe('pending-reminder');
    await pass(minute);
    expect([await stateOf(one), await stateOf(two)]).toEqual(['open', 'pending-close']);
    await pass(26 * hour);
    expect(await stateOf(two)).toBe('closed');
    expect((await test.desk.store.read(two))?.ticket.pendingUntil).toBeUndefined();
    expect([await endings(one), await endings(two)]).toEqual([1, 1]);
  });

  it('catches up what fell due while no desk ran', async () => {
    const number = await open();
    await set(number, { state: 'pending-reminder', 'pending-until': inTime(hour) });
    await clock.advance(48 * hour);
    const clockwork = start();
    await clockwork.catchUp();
    await clockwork.settled();
    expect(await stateOf(number)).toBe('open');
  });

  it('forgets a time that was moved, and one that a mail of the customer ended', async () => {
    start();
    const [one, two] = [await open('1'), await open('2')];
    await set(one, { state: 'pending-reminder', 'pending-until': inTime(hour) });
    await set(two, { state: 'pending-close', 'pending-until': inTime(hour) });
    await set(one, { 'pending-until': inTime(3 * hour) });
    await test.receive(
      plainMail({ 'Message-ID': '<3@customer.example>', 'In-Reply-To': '<2@customer.example>' }),
    );
    expect((await test.desk.store.read(two))?.ticket).toMatchObject({
      state: 'open',
      pendingUntil: undefined,
    });
    await pass(2 * hour);
    expect([await stateOf(one), await stateOf(two)]).toEqual(['pending-reminder', 'open']);
    await pass(hour);
    expect([await endings(one), await endings(two)]).toEqual([1, 0]);
  });

  it('acts once for each time, also when it is the same time again', async () => {
    start();
    const number = await open();
    const until = inTime(hour);
    await set(number, { state: 'pending-reminder', 'pending-until': until });
    await pass(hour);
    await set(number, { state: 'pending-reminder', 'pending-until': until });
    await pass(0);
    expect([await stateOf(number), await endings(number)]).toEqual(['open', 2]);
  });

  it('acts once when two processes see the same time', async () => {
    const other = await openTestDesk({
      clock,
      directory: test.directory,
      settings: { confirmations: 'false' },
    });
    try {
      const number = await open();
      await set(number, { state: 'pending-reminder', 'pending-until': inTime(hour) });
      await other.desk.index.ready(minute);
      await other.desk.index.sweep();
      await clock.advance(2 * hour);
      const both = [start(), start(other.desk)];
      await Promise.all(both.map((clockwork) => clockwork.catchUp()));
      await Promise.all(both.map((clockwork) => clockwork.settled()));
      expect([await stateOf(number), await endings(number)]).toEqual(['open', 1]);
      for (const clockwork of running.splice(0)) await clockwork.stop();
    } finally {
      await other.close();
    }
  });

  it('does nothing for a removed ticket, and what is restored falls due then', async () => {
    start();
    const number = await open();
    await set(number, { state: 'pending-reminder', 'pending-until': inTime(hour) });
    await test.desk.tickets.run(number, { kind: 'remove' }, admin);
    await pass(2 * hour);
    expect(await stateOf(number)).toBe('removed');
    await test.desk.tickets.run(number, { kind: 'restore' }, admin);
    await pass(0);
    expect(await stateOf(number)).toBe('open');
  });
});
