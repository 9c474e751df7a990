import { afterEach, describe, expect, it } from 'vitest';
import { hour, minute } from '../../../src/base/clock.ts';
import { toEscalationsJson } from '../../../src/services/present/escalations-json.ts';
import { agents, always, type ChainDesk, openChainDesk } from './chain-desk.ts';

const files = {
  ...always,
  ...agents,
  'queues/support.yaml':
    'name: Support\nsecondLevel: Second\ntargets: { firstResponse: 4h }\nescalation: [{ at: 50%, do: level }]\n',
  'queues/second.yaml':
    'name: Second\ntargets: { firstResponse: 4h }\nescalation: [{ at: 150%, do: notify role lead }]\n',
};

let desk: ChainDesk;

afterEach(async () => desk.close());

describe('the board', () => {
  it('lists what has something due by urgency, with figures and the steps', async () => {
    desk = await openChainDesk(files);
    const old = await desk.open('1');
    await desk.pass(3 * hour + 30 * minute);
    const soon = await desk.open('2');
    const answered = await desk.open('3');
    await desk.pass(40 * minute);
    await desk.answer(answered);
    const board = await desk.desk.board.read(undefined);
    expect(board.tickets.map(({ record }) => record.number)).toEqual([old, soon]);
    expect(board.figures).toMatchObject({
      late: 1,
      soon: 0,
      unowned: 2,
      open: 3,
      answeredToday: 1,
    });
    // To the minute: an event is a moment later than the one before it.
    expect(Math.round((board.figures.firstAnswer ?? 0) / minute)).toBe(40);
    const json = toEscalationsJson(board, 1);
    expect(json).toMatchObject({
      figures: { late: 1, firstAnswerMinutes: 40 },
      tickets: [
        {
          number: old,
          queue: 'Second',
          level: 2,
          clock: 'firstResponse',
          steps: [{ percent: 50, did: ['level=2', 'queue=Second', 'tell=*'] }],
          next: { percent: 150, actions: ['notify role lead'] },
        },
      ],
      total: 2,
    });
    // A change is seen at once.
    await desk.answer(old);
    expect((await desk.desk.board.read(undefined)).figures.late).toBe(0);
  });

  it('shows nobody what he may not see', async () => {
    desk = await openChainDesk({
      ...files,
      'queues/second.yaml': `${files['queues/second.yaml']}rights: { second: all }\n`,
    });
    await desk.open('1');
    await desk.pass(3 * hour);
    const sees = (queue: string) => queue !== 'Second';
    const anna = await desk.desk.board.read({ login: 'anna', sees, key: 'anna' });
    expect([anna.tickets.length, anna.figures.open]).toEqual([0, 0]);
    expect((await desk.desk.board.read(undefined)).tickets).toHaveLength(1);
  });
});
