/**
 * A year of two teams in two zones with holidays: every step of every chain happens, once, at its time.
 *
 * What should have happened is worked out anew from the customers' and agents' mails, minute by minute on a wall calendar,
 * with nothing of the code that escalates.
 */
import { writeFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { day, hour, minute, toInstant, zoneOffset } from '../../../src/base/clock.ts';
import { readStep } from '../../../src/core/escalation/step-event.ts';
import type { TicketEvent } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { type FileOps, nodeFiles, toFault } from '../../../src/storage/files.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { agents, type ChainDesk, openChainDesk } from './chain-desk.ts';

const chain = `escalation:
  - { at: 50%, of: firstResponse, do: notify owner }
  - { at: 75%, do: [notify owner, raise high] }
  - { at: 100%, do: [notify role lead, tag late] }
  - { at: 150%, do: raise urgent }
`;
const files = {
  ...agents,
  'calendars/berlin.yaml':
    'timeZone: Europe/Berlin\nhours: { mon-fri: 09:00-17:00 }\nbreaks: { mon-fri: 12:00-13:00 }\nholidays: [2027-01-01, 2027-03-26, 2027-03-29, 2026-12-25]\n',
  'calendars/boston.yaml':
    'timeZone: America/New_York\nhours: { mon-fri: 08:30-18:00, sat: 10:00-14:00 }\nholidays: [2026-11-26, 2026-12-25, 2027-07-05]\n',
  'queues/support.yaml': `name: Support\naddresses: [support@localhost]\ncalendar: berlin\ntargets: { firstResponse: 4h, update: 6h }\n${chain}`,
  'queues/americas.yaml': `name: Americas\naddresses: [americas@localhost]\ncalendar: boston\ntargets: { firstResponse: 3h, update: 8h }\n${chain}`,
};
const percents = { firstResponse: [50, 75, 100, 150], update: [75, 100, 150] } as const;
const targets = {
  Support: { firstResponse: 4 * hour, update: 6 * hour },
  Americas: { firstResponse: 3 * hour, update: 8 * hour },
} as const;
type Team = keyof typeof targets;
type Kind = keyof typeof percents;

const begin = Date.UTC(2026, 10, 23, 7);
const tickets = 40;
const year = 365 * day;
const hop = 4 * hour;

/** Waiting for the disk is what other tests are for. */
const quick: FileOps = {
  ...nodeFiles,
  syncDirectory: async () => {},
  async createFile(path, bytes) {
    try {
      await writeFile(path, bytes, { flag: 'wx' });
    } catch (error) {
      throw toFault('create file', path, error);
    }
  },
};

/** Whether each minute of the year is worked in. */
function worked(team: Team): Uint8Array {
  const minutes = new Uint8Array((year + 60 * day) / minute);
  const zone = team === 'Support' ? 'Europe/Berlin' : 'America/New_York';
  const holidays =
    team === 'Support'
      ? ['2027-01-01', '2027-03-26', '2027-03-29', '2026-12-25']
      : ['2026-11-26', '2026-12-25', '2027-07-05'];
  for (let hours = 0; hours < minutes.length / 60; hours += 1) {
    const start = toInstant(begin + hours * hour);
    // No zone here changes its clock but at a whole hour.
    const offset = zoneOffset(start, zone);
    for (let at = 0; at < 60; at += 1) {
      const wall = new Date(start + offset + at * minute);
      const [weekday, clock] = [wall.getUTCDay(), wall.getUTCHours() * 60 + wall.getUTCMinutes()];
      const isHoliday = holidays.includes(wall.toISOString().slice(0, 10));
      const isOpen =
        team === 'Support'
          ? weekday > 0 &&
            weekday < 6 &&
            clock >= 540 &&
            clock < 1020 &&
            !(clock >= 720 && clock < 780)
          : weekday > 0 && weekday < 6
            ? clock >= 510 && clock < 1080
            : weekday === 6 && clock >= 600 && clock < 840;
      minutes[hours * 60 + at] = isOpen && !isHoliday ? 1 : 0;
    }
  }
  return minutes;
}

interface Expected {
  readonly step: string;
  /** The minute in which so much is used up. */
  readonly at: number;
}

/** Walks through a ticket's mails and states, and counts minutes. */
function expectedSteps(
  events: readonly TicketEvent[],
  team: Team,
  { open, until }: { readonly open: Uint8Array; readonly until: number },
): readonly Expected[] {
  const steps: Expected[] = [];
  const moves = events
    .flatMap((event) => {
      const state = event.changes.findLast(
        (change) => change.kind === 'set' && change.field === 'state',
      )?.value;
      const kind =
        event.kind === 'mail-in'
          ? 'theirs'
          : event.kind === 'mail-out' && event.actor.kind === 'agent'
            ? 'ours'
            : undefined;
      return kind === undefined && state === undefined ? [] : [{ at: event.time, kind, state }];
    })
    .sort((one, other) => one.at - other.at);
  let clock: { kind: Kind; started: number; used: number; next: number } | undefined;
  let state = 'new';
  let isAnswered = false;
  moves.forEach((move, index) => {
    if (move.kind === 'ours') {
      clock = undefined;
      isAnswered = true;
    }
    if (move.kind === 'theirs' && clock === undefined)
      clock = {
        kind: isAnswered ? 'update' : 'firstResponse',
        started: move.at,
        used: 0,
        next: 0,
      };
    state = move.state ?? state;
    const end = moves[index + 1]?.at ?? until;
    if (clock === undefined) return;
    if (clock.kind === 'update' && state === 'pending-customer') return;
    // Whole minutes: what is a few seconds off shows as a minute.
    for (let at = Math.ceil(move.at / minute); at * minute < end; at += 1) {
      clock.used += (open[at - begin / minute] ?? 0) * minute;
      const percent = percents[clock.kind][clock.next];
      if (percent === undefined || clock.used < (targets[team][clock.kind] * percent) / 100)
        continue;
      steps.push({ step: `${clock.kind} ${clock.started} ${percent}`, at: (at + 1) * minute });
      clock.next += 1;
    }
  });
  return steps;
}

let desk: ChainDesk | undefined;

afterEach(async () => {
  await desk?.close();
  desk = undefined;
});

/** The same numbers in each run. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

it('counts every step once in a year of pauses, answers, clock changes, two desks and a restart', async () => {
  const clock = createFakeClock(begin);
  desk = await openChainDesk(files, { clock, disk: quick });
  const dice = createDice(7);
  let active: ChainDesk = desk;
  const numbers: { readonly number: TicketNumber; readonly team: Team }[] = [];
  const plan = planOf(dice);
  let second: ChainDesk | undefined;
  for (let at = begin; at < begin + year; at += hop) {
    // A fortnight with another process, and a restart after four days in which nobody ran.
    if (at === begin + 100 * day) {
      second = await desk.another();
      second.escalator.start();
    }
    if (at === begin + 114 * day) {
      await second?.escalator.stop();
      second = undefined;
    }
    if (at === begin + 200 * day) await active.escalator.stop();
    if (at === begin + 204 * day) {
      active = await desk.another();
      active.escalator.start();
      await active.escalator.catchUp();
    }
    for (const { act } of plan.filter((each) => each.at >= at && each.at < at + hop))
      await act(active, numbers);
    await second?.desk.index.sweep();
    await clock.advance(begin + (at - begin) + hop - clock.now());
    await Promise.all([active.escalator.settled(), second?.escalator.settled()]);
  }
  const open = { Support: worked('Support'), Americas: worked('Americas') };
  let counted = 0;
  for (const { number, team } of numbers) {
    const events = await active.events(number);
    const done = events.flatMap((event) => {
      const step = readStep(event);
      return step === undefined
        ? []
        : [{ step: `${step.clock} ${step.started} ${step.percent}`, at: event.time }];
    });
    const wanted = expectedSteps(events, team, { open: open[team], until: clock.now() });
    expect(done.map(({ step }) => step).sort()).toEqual(wanted.map(({ step }) => step).sort());
    for (const { step, at } of done) {
      const due = wanted.find((each) => each.step === step)?.at ?? 0;
      const isInRest = due > begin + 200 * day - hop && due < begin + 204 * day + hop;
      // Not before its time, but for what the minutes of the reference round; never more than a step of this test late.
      expect(at - due).toBeGreaterThan(-2 * minute);
      if (!isInRest) expect(at - due).toBeLessThan(hop + 2 * minute);
    }
    counted += done.length;
  }
  expect(numbers).toHaveLength(tickets);
  expect(counted).toBeGreaterThan(tickets * 3);
}, 120_000);

interface Act {
  readonly at: number;
  readonly act: (
    desk: ChainDesk,
    numbers: { readonly number: TicketNumber; readonly team: Team }[],
  ) => Promise<void>;
}

/** Tickets over the year, each with some mails, answers and pauses of hours and days. */
function planOf(dice: (below: number) => number): readonly Act[] {
  const acts: Act[] = [];
  for (let index = 0; index < tickets; index += 1) {
    const team: Team = index % 2 === 0 ? 'Support' : 'Americas';
    const opened = begin + Math.floor((index * (year - 20 * day)) / tickets) + dice(1000) * minute;
    let number: TicketNumber | undefined;
    acts.push({
      at: opened,
      async act(desk, numbers) {
        number = await desk.open(`m${index}`, { To: `${team.toLowerCase()}@localhost` });
        if (team === 'Americas') await desk.set(number, { queue: 'Americas' });
        numbers.push({ number, team });
      },
    });
    let at = opened;
    for (let turn = 0; turn < 2 + dice(3); turn += 1) {
      at += (2 + dice(80)) * hour;
      const what = dice(4);
      const id = `m${index}-${turn}`;
      acts.push({
        at,
        async act(desk) {
          if (number === undefined) return;
          if (what <= 1) await desk.answer(number);
          if (what === 1) await desk.open(id, { 'In-Reply-To': `<m${index}@customer.example>` });
          if (what === 2) await desk.open(id, { 'In-Reply-To': `<m${index}@customer.example>` });
          if (what === 3) {
            const state = (await desk.desk.store.read(number))?.ticket.state;
            await desk.set(number, {
              state: state === 'pending-customer' ? 'open' : 'pending-customer',
            });
          }
        },
      });
    }
  }
  // What ends while nobody runs is not made up for; here everything is counted.
  return acts
    .filter(({ at }) => at < begin + 200 * day || at >= begin + 205 * day)
    .sort((one, other) => one.at - other.at);
}
