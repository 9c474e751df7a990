import { afterEach, describe, expect, it } from 'vitest';
import { hour, minute } from '../../../src/base/clock.ts';
import { readStep } from '../../../src/core/escalation/step-event.ts';
import { agents, always, type ChainDesk, openChainDesk } from './chain-desk.ts';

const support = `name: Support
secondLevel: Second
targets:
  firstResponse: 4h
escalation:
  - at: 75%
    of: firstResponse
    do: [notify owner, raise high]
  - at: 100%
    do: [notify role lead, level]
  - at: 150%
    do: [tag late, note Call the customer]
`;
const files = {
  ...always,
  ...agents,
  'queues/support.yaml': support,
  'queues/second.yaml': 'name: Second\ntargets: { firstResponse: 4h }\n',
};

let desk: ChainDesk;

afterEach(async () => desk.close());

describe('the escalator', () => {
  it('does each step at its time, with its changes in the event of the step', async () => {
    desk = await openChainDesk(files);
    const number = await desk.open('1');
    await desk.pass(3 * hour - minute);
    expect(await desk.steps(number)).toEqual([]);
    await desk.pass(minute);
    expect(await desk.steps(number)).toEqual(['firstResponse 75']);
    const step = (await desk.events(number)).at(-1);
    expect(step?.changes).toEqual([{ kind: 'set', field: 'priority', value: 'high' }]);
    expect(step?.actor).toEqual({ kind: 'system', part: 'escalator' });
    await desk.pass(hour);
    const second = (await desk.events(number)).at(-1);
    expect(second?.changes).toEqual([
      { kind: 'set', field: 'level', value: '2' },
      { kind: 'set', field: 'level-queue', value: 'Support' },
      { kind: 'set', field: 'queue', value: 'Second' },
    ]);
    expect(second === undefined ? undefined : readStep(second)).toMatchObject({
      tell: ['ben'],
      isToldLater: false,
    });
    // The second level has no chain of its own.
    await desk.pass(24 * hour);
    expect(await desk.steps(number)).toEqual(['firstResponse 75', 'firstResponse 100']);
  });

  it('an answer ends it, and the next unanswered mail goes through the chain anew', async () => {
    desk = await openChainDesk({
      ...files,
      'queues/support.yaml': support
        .replace('firstResponse: 4h', 'firstResponse: 4h\n  update: 4h')
        .replace('    of: firstResponse\n', '')
        .replace(', level', ''),
    });
    const number = await desk.open('1');
    await desk.pass(3 * hour);
    await desk.answer(number);
    await desk.pass(48 * hour);
    expect(await desk.steps(number)).toEqual(['firstResponse 75']);
    for (const id of ['2', '3']) {
      await desk.open(id, { 'In-Reply-To': '<1@customer.example>' });
      // An event is a moment later than the one before it.
      await desk.pass(4 * hour + minute);
      await desk.answer(number);
    }
    expect(await desk.steps(number)).toEqual([
      'firstResponse 75',
      'update 75',
      'update 100',
      'update 75',
      'update 100',
    ]);
  });

  it('a pause and another target before its time put a step off', async () => {
    desk = await openChainDesk({
      ...files,
      'queues/support.yaml': `name: Support
targets: { solution: 4h, priorities: { urgent: { solution: 40h } } }
escalation:
  - { at: 50%, do: tag half }
`,
    });
    const [paused, changed] = [await desk.open('1'), await desk.open('2')];
    await desk.pass(hour);
    await desk.set(paused, { state: 'pending-customer' });
    await desk.set(changed, { priority: 'urgent' });
    await desk.pass(10 * hour);
    expect([await desk.steps(paused), await desk.steps(changed)]).toEqual([[], []]);
    await desk.set(paused, { state: 'open' });
    await desk.pass(hour - minute);
    expect(await desk.steps(paused)).toEqual([]);
    await desk.pass(minute);
    expect(await desk.steps(paused)).toEqual(['solution 50']);
    await desk.pass(8 * hour);
    expect(await desk.steps(changed)).toEqual(['solution 50']);
  });

  it('makes up for what fell due while no desk ran, in order, and tells once', async () => {
    desk = await openChainDesk({
      ...files,
      'queues/support.yaml': support.replace('[notify role lead, level]', '[notify role lead]'),
    });
    await desk.escalator.stop();
    const number = await desk.open('1');
    await desk.clock.advance(30 * hour);
    const later = await desk.another();
    later.escalator.start();
    await later.escalator.catchUp();
    await later.escalator.settled();
    expect(await later.steps(number)).toEqual([
      'firstResponse 75',
      'firstResponse 100',
      'firstResponse 150',
    ]);
    const told = (await later.events(number)).flatMap((event) => readStep(event) ?? []);
    expect(told.map(({ isToldLater }) => isToldLater)).toEqual([true, true, false]);
    // Nobody has it: whoever has the queue; the lead of the step before; watchers there are none.
    expect(told.at(-1)?.tell).toEqual(['*', 'ben']);
    expect(told.at(-1)?.notes).toEqual(['Call the customer']);
    expect((await later.desk.store.read(number))?.ticket.tags.has('late')).toBe(true);
  });

  it('does each step once when several processes see it fall due', async () => {
    desk = await openChainDesk(files);
    const numbers = await Promise.all(['1', '2', '3', '4'].map((id) => desk.open(id)));
    const other = await desk.another();
    other.escalator.start();
    await desk.clock.advance(3 * hour);
    await Promise.all([desk.escalator.settled(), other.escalator.settled()]);
    await desk.clock.advance(3 * hour);
    await Promise.all([desk.escalator.settled(), other.escalator.settled()]);
    for (const number of numbers)
      expect(await desk.steps(number)).toEqual(['firstResponse 75', 'firstResponse 100']);
  });

  it('what another process did meanwhile is not done again, though the index is behind', async () => {
    desk = await openChainDesk(files);
    const number = await desk.open('1');
    const other = await desk.another();
    await other.answer(number);
    await desk.pass(3 * hour);
    await desk.pass(minute);
    expect(await desk.steps(number)).toEqual([]);
    expect((await desk.desk.index.find(number))?.owner).toBe('anna');
  });

  it('a chain that is written later, and one that is taken away, holds from then on', async () => {
    const quiet = support.slice(0, support.indexOf('escalation:'));
    desk = await openChainDesk({ ...files, 'queues/support.yaml': quiet });
    const number = await desk.open('1');
    await desk.pass(3 * hour + minute);
    expect(await desk.steps(number)).toEqual([]);
    await desk.write({ 'queues/support.yaml': support });
    expect(await desk.steps(number)).toEqual(['firstResponse 75']);
    await desk.write({ 'queues/support.yaml': quiet });
    await desk.pass(24 * hour);
    expect(await desk.steps(number)).toEqual(['firstResponse 75']);
  });

  it('a step can be taken back, and does not happen again', async () => {
    desk = await openChainDesk(files);
    const number = await desk.open('1');
    await desk.pass(4 * hour);
    const level = (await desk.events(number)).at(-1);
    const undone = await desk.desk.undo.undo(number, level?.name, { kind: 'agent', login: 'anna' });
    expect(undone.ok).toBe(true);
    expect((await desk.desk.store.read(number))?.ticket.queue).toBe('Support');
    await desk.pass(hour);
    expect(await desk.steps(number)).toEqual(['firstResponse 75', 'firstResponse 100']);
  });

  it('removed and merged tickets are left alone', async () => {
    desk = await openChainDesk(files);
    const [removed, merged, into] = [
      await desk.open('1'),
      await desk.open('2'),
      await desk.open('3'),
    ];
    await desk.desk.tickets.run(removed, { kind: 'remove' }, { kind: 'user', account: 'root' });
    await desk.desk.regroup.merge(merged, into, { kind: 'user', account: 'root' });
    await desk.pass(24 * hour);
    expect([await desk.steps(removed), await desk.steps(merged)]).toEqual([[], []]);
    expect(await desk.steps(into)).toHaveLength(2);
  });

  it('follows the sun to the team whose working day it is, else to the one that begins first', async () => {
    desk = await openChainDesk({
      ...agents,
      'calendars/default.yaml': 'timeZone: UTC\nhours: 00:00-24:00\n',
      'calendars/boston.yaml': 'timeZone: America/New_York\nhours: { mon-fri: 09:00-17:00 }\n',
      'calendars/tokyo.yaml': 'timeZone: Asia/Tokyo\nhours: { mon-fri: 09:00-17:00 }\n',
      'queues/support.yaml':
        'name: Support\ntargets: { firstResponse: 4h }\nescalation: [{ at: 100%, do: follow-the-sun Support::Americas Support::Asia }]\n',
      'queues/americas.yaml': 'name: "Support::Americas"\ncalendar: boston\n',
      'queues/asia.yaml': 'name: "Support::Asia"\ncalendar: tokyo\n',
    });
    const queueOf = async (number: Awaited<ReturnType<ChainDesk['open']>>) =>
      (await desk.desk.store.read(number))?.ticket.queue;
    // Monday, 10:00 in UTC: due at 14:00, when Boston has just begun.
    const noon = await desk.open('1');
    await desk.pass(4 * hour + minute);
    expect(await queueOf(noon)).toBe('Support::Americas');
    // 20:00: due at midnight, when it is nine in Tokyo.
    await desk.pass(6 * hour);
    const evening = await desk.open('2');
    await desk.pass(4 * hour + minute);
    expect(await queueOf(evening)).toBe('Support::Asia');
    // Saturday noon: nobody works; Tokyo is first on Monday.
    await desk.pass(4 * 24 * hour + 12 * hour);
    const weekend = await desk.open('3');
    await desk.pass(4 * hour + minute);
    expect(await queueOf(weekend)).toBe('Support::Asia');
    // Its own calendar counts from there on, and the step is done.
    await desk.pass(72 * hour);
    expect(await desk.steps(weekend)).toEqual(['firstResponse 100']);
  });

  it('gives the ticket to whoever is there and has the least to do', async () => {
    desk = await openChainDesk({
      ...files,
      'agents/anna.yaml':
        'name: Anna\nemail: anna@desk.example\nroles: [agent]\nabsence: { from: 2026-11-20, until: 2026-11-30 }\n',
      'queues/support.yaml':
        'name: Support\ntargets: { firstResponse: 4h }\nescalation: [{ at: 50%, do: reassign present }]\n',
    });
    const [busy, waiting] = [await desk.open('1'), await desk.open('2')];
    await desk.set(busy, { owner: 'ben' });
    await desk.pass(2 * hour);
    const ownerOf = async (number: typeof busy) =>
      (await desk.desk.store.read(number))?.ticket.owner;
    expect(await ownerOf(waiting)).toBe('clara');
    expect(await ownerOf(busy)).toBe('clara');
  });
});
