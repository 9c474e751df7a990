import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, hour, minute, toInstant } from '../../../src/base/clock.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import {
  type AppointmentReminders,
  createAppointmentReminders,
} from '../../../src/services/appointments/reminders.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };

let clock: FakeClock;
let test: TestDesk;
let ticket: TicketNumber;
const running: AppointmentReminders[] = [];

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({ clock, settings: { confirmations: 'false' } });
  await test.desk.index.ready(minute);
  ({ ticket } = await test.receive(plainMail({ 'Message-ID': '<one@customer.example>' })));
});

afterEach(async () => {
  for (const reminders of running.splice(0)) await reminders.stop();
  await test.close();
});

function start(before = 15 * minute): AppointmentReminders {
  const { tickets, index, parts } = test.desk;
  const reminders = createAppointmentReminders({
    tickets,
    index,
    before: () => before,
    clock,
    log: parts.log,
  });
  reminders.start();
  running.push(reminders);
  return reminders;
}

async function make(inTime: number, zone = 'UTC'): Promise<string> {
  const from = toInstant(Math.floor((clock.now() + inTime) / minute) * minute);
  const time = { kind: 'timed', start: from, end: toInstant(from + hour), zone } as const;
  const facts = { time, summary: 'Lamp', place: '', text: '', guests: [], agents: [] };
  const done = await test.desk.appointments.make(ticket, facts, admin);
  if (!done.ok) throw new Error(done.refusal.code);
  return formatInstant(from);
}

async function reminded(): Promise<readonly string[]> {
  const messages = (await test.desk.store.read(ticket))?.messages ?? [];
  return messages.flatMap(({ event }) => event.fields.get('appointment-reminder') ?? []);
}

async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  for (const reminders of running) await reminders.settled();
}

describe('reminders of appointments', () => {
  it('come in time, once, however many processes look', async () => {
    start();
    start();
    await make(2 * hour);
    await pass(hour + 40 * minute);
    expect(await reminded()).toEqual([]);
    await pass(10 * minute);
    expect(await reminded()).toHaveLength(1);
    await pass(hour);
    expect(await reminded()).toHaveLength(1);
  });

  it('are caught up after a stop, but not for what has begun', async () => {
    await make(20 * minute);
    await make(3 * hour);
    await clock.advance(hour);
    const reminders = start();
    await reminders.catchUp();
    await pass(minute);
    expect(await reminded()).toEqual([]);
    await pass(2 * hour - 10 * minute);
    expect(await reminded()).toHaveLength(1);
  });

  it('are at the new time when that was changed, and none when it is called off', async () => {
    start();
    await make(2 * hour);
    const [made] = (await test.desk.appointments.list(ticket)) ?? [];
    if (made === undefined) throw new Error('Nothing was made');
    const { uid, time } = made;
    if (time.kind === 'days') throw new Error('It has a time');
    const later = {
      ...time,
      start: toInstant(time.start + hour),
      end: toInstant(time.end + hour),
    };
    await test.desk.appointments.change(ticket, { uid, facts: { ...made, time: later } }, admin);
    await pass(2 * hour);
    expect(await reminded()).toEqual([]);
    await test.desk.appointments.cancel(ticket, { uid, text: '' }, admin);
    await pass(2 * hour);
    expect(await reminded()).toEqual([]);
  });

  it('can be switched off', async () => {
    start(0);
    await make(30 * minute);
    await pass(hour);
    expect(await reminded()).toEqual([]);
  });
});
