import { afterEach, expect, it } from 'vitest';
import { day, hour, nextTurn, toInstant } from '../../../src/base/clock.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { nobodyKnown } from '../../../src/core/customer/customer.ts';
import { parseDate } from '../../../src/core/figures/period.ts';
import type { Agent } from '../../../src/services/accounts/accounts.ts';
import { createDueBook } from '../../../src/services/escalation/due-book.ts';
import {
  createFigureBook,
  type FigureBook,
  type FiguresRequest,
} from '../../../src/services/figures/figure-book.ts';
import type { IndexChange, TicketRecord } from '../../../src/services/index/index.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { effortOfAsync } from '../../helpers/effort.ts';
import { type EventSketch, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';

const parsed = parseConfig({
  desk: { file: 'desk.yaml', text: 'timeZone: Europe/Berlin\njunkQueue: Junk\n' },
  queues: [
    { file: 'queues/support.yaml', text: 'name: Support\n' },
    {
      file: 'queues/phone.yaml',
      text: 'name: Phone\ntargets: { firstResponse: 2h, solution: 90m }\n',
    },
    {
      file: 'queues/billing.yaml',
      text: 'name: Billing\nrights:\n  billing: [see, answer]\n  lead: [see, administer]\n',
    },
    { file: 'queues/refunds.yaml', text: 'name: Billing::Refunds\n' },
    { file: 'queues/junk.yaml', text: 'name: Junk\n' },
  ],
  environment: {},
  flags: {},
  hostName: 'machine.example',
  directory: '/srv/desk',
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
const config = parsed.value;

function agent(login: string, ...roles: readonly string[]): Agent {
  return {
    login,
    name: login,
    email: `${login}@desk.example`,
    language: undefined,
    roles,
    passwordMark: '',
    hasPassword: true,
    notify: { page: new Set(), mail: new Set(), queues: undefined },
  };
}

const [anna, ben, lena, root] = [
  agent('anna', 'agent'),
  agent('ben', 'agent', 'billing'),
  agent('lena', 'lead', 'agent'),
  agent('root', 'admin'),
];
const agents = [anna, ben, lena, root];
const clock = createFakeClock();
const week = { first: parseDate('2026-11-23') ?? 0, last: parseDate('2026-11-29') ?? 0 };
let counter = 0;
let books: FigureBook[] = [];

afterEach(() => {
  for (const book of books) book.close();
  books = [];
});

/** Three hours before the clock of the test. */
function ticket(...sketches: readonly Partial<EventSketch>[]): TicketRecord {
  counter += 1;
  const events = sketches.map((sketch, n) => ({
    name: `${counter}.${n}`,
    at: n * hour,
    ...sketch,
  }));
  return projectTicket(fakeFolder(fakeNumber(counter), events));
}

function open(initial: readonly TicketRecord[]) {
  const records = [...initial];
  const listeners = new Set<(change: IndexChange) => void>();
  let asked = 0;
  const book = createFigureBook({
    index: {
      async *records() {
        asked += 1;
        for (let from = 0; from < records.length; from += 500) {
          yield records.slice(from, from + 500);
          await nextTurn();
        }
      },
      counts: async () => [],
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    config: () => config,
    agents: () => agents,
    due: createDueBook({ config: () => config, customers: { current: () => nobodyKnown } }),
    clock,
  });
  books.push(book);
  return {
    book,
    asked: () => asked,
    add(record: TicketRecord) {
      records.push(record);
      for (const listener of listeners) listener({ number: record.number, record, isNew: true });
    },
    async read(viewer: FiguresRequest['viewer'], filter: FiguresRequest['filter'] = {}) {
      const answer = await book.read({ viewer, filter, days: week });
      return answer.ok ? answer.value : answer.refusal;
    },
  };
}

const byBen = { kind: 'agent', login: 'ben' } as const;
const answered = (queue: string) =>
  ticket({ changes: [`queue=${queue}`, 'owner=ben'] }, { kind: 'mail-out', actor: byBen });

it('counts the queues that the viewer sees, and names him alone unless he leads', async () => {
  const desk = open([answered('Support'), answered('Billing'), answered('Billing::Refunds')]);
  const [seen, own, led, all] = await Promise.all([
    desk.read(anna),
    desk.read(ben),
    desk.read(lena),
    desk.read(undefined),
  ]);
  expect(seen).toMatchObject({ sum: { opened: 1, ours: 1 }, people: [] });
  expect(own).toMatchObject({ sum: { opened: 3 }, people: [{ login: 'ben', ours: 3 }] });
  expect(led).toMatchObject({ sum: { opened: 3 }, people: [{ login: 'ben', ours: 2 }] });
  expect(all).toMatchObject({ sum: { opened: 3 }, people: [{ login: 'ben', ours: 3 }] });
});

it('offers and answers only what the viewer may ask', async () => {
  const desk = open([answered('Support'), answered('Billing::Refunds')]);
  expect(await desk.book.choices(anna)).toMatchObject({
    queues: ['Junk', 'Phone', 'Support'],
    teams: ['agent'],
    agents: [{ login: 'anna' }],
  });
  expect(await desk.book.choices(lena)).toMatchObject({
    queues: ['Billing', 'Billing::Refunds', 'Junk', 'Phone', 'Support'],
    teams: ['agent', 'billing', 'lead'],
  });
  expect(await desk.read(anna, { queue: 'Billing' })).toMatchObject({ code: 'unknown-queue' });
  expect(await desk.read(anna, { agent: 'ben' })).toMatchObject({ code: 'unknown-agent' });
  expect(await desk.read(anna, { team: 'billing' })).toMatchObject({ code: 'bad-value' });
  expect(await desk.read(lena, { queue: 'billing' })).toMatchObject({ sum: { opened: 1 } });
  // She leads Billing alone, so that is all she is told of him.
  expect(await desk.read(lena, { agent: 'ben' })).toMatchObject({ sum: { ours: 1 } });
  expect(await desk.read(lena, { team: 'agent' })).toMatchObject({ sum: { ours: 2 } });
});

it('leaves out what is merged, removed or spam, also in the past', async () => {
  const desk = open([
    ticket({ changes: ['queue=Support'] }, { kind: 'update', changes: ['state=merged'] }),
    ticket({ changes: ['queue=Support'] }, { kind: 'update', changes: ['state=removed'] }),
    ticket({ changes: ['queue=Support'] }, { kind: 'update', changes: ['queue=Junk'] }),
    ticket({ changes: ['queue=Support', 'language=de'] }),
  ]);
  expect(await desk.read(root)).toMatchObject({
    sum: { opened: 1, openAfter: 1 },
    languages: [{ language: 'de', opened: 1 }],
  });
  expect(await desk.read(root, { queue: 'Junk' })).toMatchObject({ sum: { arrived: 1 } });
  expect(await desk.read(root, { language: '' })).toMatchObject({ sum: { opened: 0 } });
});

it('lays targets over the past, and tells who is late now', async () => {
  const late = ticket({ changes: ['queue=Phone'] });
  const ended = ticket(
    { changes: ['queue=Phone'] },
    { kind: 'mail-out', actor: byBen },
    { changes: ['state=closed'] },
  );
  const moved = ticket({ changes: ['queue=Support'] });
  const desk = open([late, ended, moved]);
  await clock.advance(3 * hour);
  expect(await desk.read(root)).toMatchObject({
    present: { open: 2, late: 1 },
    targets: [
      { kind: 'firstResponse', met: 1, missed: 0 },
      { kind: 'update', met: 0, missed: 0 },
      { kind: 'solution', met: 0, missed: 1 },
    ],
  });
  expect(await desk.read(root, { queue: 'Support' })).toMatchObject({ present: { late: 0 } });
});

it('counts again when something changed or a minute is over, and not before', async () => {
  const desk = open([answered('Support')]);
  await desk.read(root);
  await desk.read(root);
  expect(desk.asked()).toBe(1);
  desk.add(answered('Support'));
  expect(await desk.read(root)).toMatchObject({ sum: { opened: 2 } });
  await clock.advance(61_000);
  await desk.read(root);
  expect(desk.asked()).toBe(3);
});

it('ten thousand tickets and a year are counted without much effort', async () => {
  const records = manyRecords(10_000);
  const desk = open(records);
  const year = { first: week.last - 364, last: week.last };
  const request = { viewer: root, filter: {}, days: year, by: 'day' } as const;
  const cold = await effortOfAsync(() => desk.book.read(request));
  const kept = await effortOfAsync(() => desk.book.read(request));
  // On a quiet machine some 120 and less than 1.
  expect(cold).toBeLessThan(5000);
  expect(kept).toBeLessThan(500);
});

/** Each with ten steps over a week, spread over a year. */
function manyRecords(count: number): readonly TicketRecord[] {
  const pattern = answered('Support');
  return Array.from({ length: count }, (_, n) => {
    const start = clock.now() - ((n * 7919) % 365) * day - (n % 24) * hour;
    const at = (hours: number) => toInstant(start + hours * hour);
    const queue = ['Support', 'Billing', 'Billing::Refunds'][n % 3] ?? '';
    const set = (hours: number, field: 'state' | 'queue' | 'owner', value: string) =>
      ({ kind: 'set', at: at(hours), field, value }) as const;
    const ours = (hours: number) =>
      ({ kind: 'ours', at: at(hours), login: 'ben', modules: n % 2 ? ['a/b'] : [] }) as const;
    return {
      ...pattern,
      number: fakeNumber(n + 1),
      created: at(0),
      course: [
        { kind: 'theirs', at: at(0) },
        set(0, 'queue', queue),
        set(1, 'owner', 'ben'),
        set(1, 'state', 'open'),
        ours((n % 50) + 2),
        { kind: 'theirs', at: at(60) },
        ours(80),
        { kind: 'theirs', at: at(90) },
        set(100, 'queue', 'Support'),
        set(168, 'state', 'closed'),
      ],
    };
  });
}
