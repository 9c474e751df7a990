/** Ten thousand waiting tickets: each ends within its minute, also after the clock was set. */
import { expect, it } from 'vitest';
import {
  type Clock,
  formatInstant,
  hour,
  minute,
  second,
  toInstant,
} from '../../../src/base/clock.ts';
import { ok } from '../../../src/base/result.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { createClockwork } from '../../../src/services/clockwork.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import type { Tickets } from '../../../src/services/tickets.ts';
import { createFakeTickets, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';
import { createLeapingClock } from '../../helpers/leaping-clock.ts';
import { recordingLog } from '../../helpers/parts.ts';

const most = 10_000;
const states = ['pending-reminder', 'pending-close', 'pending-customer'] as const;

it('ends each of ten thousand waits within its minute, also after a leap of the clock', async () => {
  const start = Date.UTC(2026, 10, 23, 10);
  const ticks = createLeapingClock(start);
  // Timers go on with the machine's own time when the clock on the wall is set.
  let shift = 0;
  const clock: Clock = { now: () => toInstant(ticks.now() + shift), after: ticks.after };
  // One ticket a minute for the first hours, then many in one.
  const dueAt = (at: number) => start + hour + (at < 600 ? at * minute : 600 * minute);
  const folders = new Map(
    Array.from({ length: most }, (_, at) => {
      const number = fakeNumber(at + 1);
      const state = states[at % 3] ?? 'pending-reminder';
      const until = formatInstant(toInstant(dueAt(at)));
      const changes = [`state=${state}`, `pending-until=${until}`];
      return [number, fakeFolder(number, [{ name: `m${at}`, changes }])] as const;
    }),
  );
  const records = [...folders.values()].map(projectTicket);
  const ended = new Map<TicketNumber, number>();
  const run: Tickets['run'] = async (number) => {
    const folder = folders.get(number);
    if (folder === undefined || ended.has(number)) throw new RangeError(`${number} ends twice`);
    ended.set(number, clock.now());
    const message = folder.messages[0]?.event.name;
    if (message === undefined) throw new RangeError(`${number} is empty`);
    return ok({ ticket: number, message, folder });
  };
  async function* slices() {
    yield records;
  }
  const clockwork = createClockwork({
    tickets: { run },
    reader: { ...createFakeTickets(), read: async (number) => folders.get(number) },
    index: { records: slices, onChange: () => () => {} },
    clock,
    log: recordingLog().log,
  });
  clockwork.start();
  await clockwork.catchUp();
  for (let at = 0; at < 2 * 90; at += 1) {
    await ticks.leapTo(ticks.now() + 30 * second);
    await clockwork.settled();
  }
  expect(ended.size).toBe(31);
  // The machine sleeps for two hours: its timers know nothing of it.
  shift = 2 * hour;
  const woken = clock.now();
  for (let at = 0; at < 2 * 460; at += 1) {
    await ticks.leapTo(ticks.now() + 30 * second);
    await clockwork.settled();
  }
  expect(ended.size).toBe(most);
  const numbers = [...folders.keys()];
  for (const [at, number] of numbers.entries()) {
    const due = dueAt(at);
    const slept = due > start + 90 * minute && due <= woken;
    expect((ended.get(number) ?? 0) - Math.max(due, slept ? woken : 0)).toBeLessThanOrEqual(minute);
    expect(ended.get(number)).toBeGreaterThanOrEqual(due);
  }
  await clockwork.stop();
}, 60_000);
