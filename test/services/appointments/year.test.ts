/** A year of appointments in two zones, over clock changes and holidays, looked after by two desks on one folder, with a restart. */
import { afterEach, expect, it } from 'vitest';
import {
  day,
  formatInstant,
  hour,
  type Instant,
  minute,
  toInstant,
} from '../../../src/base/clock.ts';
import { wallInstant } from '../../../src/core/escalation/calendar.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import {
  type AppointmentReminders,
  createAppointmentReminders,
} from '../../../src/services/appointments/reminders.ts';
import { createLeapingClock } from '../../helpers/leaping-clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const admin: Actor = { kind: 'user', account: 'root' };
const before = 15 * minute;
const first = Date.UTC(2026, 10, 30);

interface Zone {
  readonly zone: string;
  /** On the wall, in minutes since midnight. */
  readonly at: number;
  /** From Greenwich in winter; an hour more from the first of these instants until before the second. */
  readonly offset: number;
  readonly summer: readonly [from: number, to: number];
}

/** By the law of each place, not by the desk's own arithmetic. */
const zones: readonly Zone[] = [
  {
    zone: 'Europe/Berlin',
    at: 10 * 60,
    offset: hour,
    summer: [Date.UTC(2027, 2, 28, 1), Date.UTC(2027, 9, 31, 1)],
  },
  {
    zone: 'America/New_York',
    at: 9 * 60 + 30,
    offset: -5 * hour,
    summer: [Date.UTC(2027, 2, 14, 7), Date.UTC(2027, 10, 7, 6)],
  },
];

/** Mondays every second week, the days of clock changes, and holidays of both: a day off keeps no appointment away. */
const days = [
  ...Array.from({ length: 26 }, (_, week) => first + week * 14 * day),
  ...['2026-12-25', '2027-01-01', '2027-07-04', '2027-10-03'].map((text) => Date.parse(text)),
  ...['2027-03-14', '2027-03-28', '2027-10-31', '2027-11-07'].map((text) => Date.parse(text)),
].toSorted((one, other) => one - other);

function byLaw(midnight: number, { at, offset, summer }: Zone): Instant {
  const winter = midnight + at * minute - offset;
  const isSummer = winter - hour >= summer[0] && winter - hour < summer[1];
  return toInstant(isSummer ? winter - hour : winter);
}

const open: TestDesk[] = [];
const running: AppointmentReminders[] = [];

afterEach(async () => {
  for (const reminders of running.splice(0)) await reminders.stop();
  for (const desk of open.splice(0)) await desk.close();
});

it('tells of each appointment once, a quarter of an hour before the wall clock there shows its time', async () => {
  const clock = createLeapingClock(first - 2 * day);
  const options = { clock, settings: { confirmations: 'false' } };
  const desk = await openTestDesk(options);
  open.push(desk);
  await desk.desk.index.ready(minute);
  const begin = async (of: TestDesk): Promise<AppointmentReminders> => {
    const { tickets, index, parts } = of.desk;
    const deps = { tickets, index, before: () => before, clock, log: parts.log };
    const reminders = createAppointmentReminders(deps);
    reminders.start();
    await reminders.catchUp();
    running.push(reminders);
    return reminders;
  };
  let active = await begin(desk);
  const planned: { readonly ticket: TicketNumber; readonly start: Instant }[] = [];
  for (const place of zones) {
    const raw = plainMail({ 'Message-ID': `<${place.zone}@customer.example>` });
    const { ticket } = await desk.receive(raw);
    for (const midnight of days) {
      const start = wallInstant(Math.floor(midnight / day), place.at, place.zone);
      expect(formatInstant(start), place.zone).toBe(formatInstant(byLaw(midnight, place)));
      const time = {
        kind: 'timed',
        start,
        end: toInstant(start + hour),
        zone: place.zone,
      } as const;
      const facts = { time, summary: 'Lamp', place: '', text: '', guests: [], agents: [] };
      const made = await desk.desk.appointments.make(ticket, facts, admin);
      expect(made.ok).toBe(true);
      planned.push({ ticket, start });
    }
  }
  const other = await openTestDesk({ ...options, directory: desk.directory });
  open.push(other);
  await other.desk.index.ready(minute);
  await begin(other);

  const reminded = async (ticket: TicketNumber) =>
    ((await desk.desk.store.read(ticket))?.messages ?? []).filter(({ event }) =>
      event.fields.has('appointment-reminder'),
    );
  const leap = async (to: number) => {
    await clock.leapTo(to);
    for (const each of running) await each.settled();
  };
  const told = new Map<TicketNumber, number>();
  const inOrder = planned.toSorted((one, another) => one.start - another.start);
  for (const [at, { ticket, start }] of inOrder.entries()) {
    if (at === Math.floor(inOrder.length / 2)) {
      running.splice(running.indexOf(active), 1);
      await active.stop();
      active = await begin(desk);
    }
    const so = told.get(ticket) ?? 0;
    await leap(start - before - minute);
    expect(await reminded(ticket)).toHaveLength(so);
    await leap(start - before);
    const now = await reminded(ticket);
    expect(now).toHaveLength(so + 1);
    expect(now.at(-1)?.event.time).toBeLessThan(start - before + minute);
    told.set(ticket, so + 1);
  }
  await leap(first + 370 * day);
  for (const [ticket, count] of told) expect(await reminded(ticket)).toHaveLength(count);
  expect([...told.values()]).toEqual([days.length, days.length]);
}, 60_000);
