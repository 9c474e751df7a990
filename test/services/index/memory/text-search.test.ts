import { beforeEach, describe, expect, it } from 'vitest';
import { minute } from '../../../../src/base/clock.ts';
import { splitQuery } from '../../../../src/core/search/match.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import type { TicketNumber } from '../../../../src/core/ticket/number.ts';
import type {
  StartTextService,
  TextAnswer,
  TextChange,
  TextPortEvents,
  TextRequest,
} from '../../../../src/services/index/memory/text-protocol.ts';
import {
  createTextSearch,
  type TextSearch,
} from '../../../../src/services/index/memory/text-search.ts';
import { createFakeClock, type FakeClock } from '../../../helpers/clock.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';
import { createTestLog, type TestLog } from '../../../helpers/log.ts';

/** A service that a test plays: it sees the requests and answers as it likes. */
interface PlayedService {
  readonly start: StartTextService;
  lives: number;
  readonly requests: TextRequest[];
  answer(answer: TextAnswer): void;
  crash(): void;
  /** Answers every request until nothing new comes; crashes instead where the test says so. */
  play(isPoison?: (changes: readonly TextChange[]) => boolean): void;
}

function createPlayedService(): PlayedService {
  let events: TextPortEvents | undefined;
  const service: PlayedService = {
    lives: 0,
    requests: [],
    start(newEvents) {
      service.lives += 1;
      events = newEvents;
      return { post: (request) => service.requests.push(request), close: async () => {} };
    },
    answer: (answer) => events?.onAnswer(answer),
    crash: () => events?.onCrash(new Error('The thread fell over')),
    play(isPoison = () => false) {
      for (
        let request = service.requests.shift();
        request !== undefined;
        request = service.requests.shift()
      ) {
        if (request.kind === 'search')
          this.answer({ kind: 'found', id: request.id, numbers: [], scores: new Float32Array() });
        else if (isPoison(request.changes)) this.crash();
        else {
          for (const { number } of request.changes) fed.add(number);
          this.answer({ kind: 'fed', id: request.id, unreadable: [] });
        }
      }
    },
  };
  return service;
}

const fed = new Set<TicketNumber>();
let clock: FakeClock;
let log: TestLog;
let service: PlayedService;
let tickets: TextChange[];
let text: TextSearch;

beforeEach(() => {
  fed.clear();
  clock = createFakeClock();
  log = createTestLog();
  service = createPlayedService();
  tickets = [];
  text = createTextSearch({ start: service.start, clock, log, all: () => tickets });
  return () => text.close();
});

const query = parseQuery('word');
const terms = query.ok ? splitQuery(query.value).text : [];

const someTickets = (count: number): TextChange[] =>
  Array.from({ length: count }, (_, at) => ({ number: fakeNumber(at + 1), subject: `s${at}` }));

describe('createTextSearch', () => {
  it('tells of single changes together, a quarter of a second later', async () => {
    text.change(fakeNumber(1), { subject: 'first' });
    text.change(fakeNumber(2), { subject: 'second' });
    text.change(fakeNumber(1), { subject: 'first again' });
    await clock.advance(249);
    expect(service.requests).toEqual([]);
    await clock.advance(1);
    expect(service.requests).toMatchObject([
      {
        kind: 'feed',
        changes: [
          { number: fakeNumber(2), subject: 'second' },
          { number: fakeNumber(1), subject: 'first again' },
        ],
      },
    ]);
  });

  it('tells of 200 at once, and of the next when these are searchable', () => {
    for (const { number, subject } of someTickets(450))
      text.change(number, { subject: subject ?? '' });
    const sizes = service.requests.map((request) =>
      request.kind === 'feed' ? request.changes.length : 0,
    );
    expect(sizes).toEqual([200]);
    service.play();
    expect(fed.size).toBe(400);
  });

  it('is settled when everything is searchable, without waiting for the clock', async () => {
    text.change(fakeNumber(1), { subject: 'subject' });
    const settled = text.settled();
    service.play();
    await settled;
    expect([...fed]).toEqual([fakeNumber(1)]);
  });

  it('says whether all is searchable', async () => {
    text.change(fakeNumber(1), { subject: 'subject' });
    const early = text.search(terms);
    service.play();
    expect((await early).isComplete).toBe(false);
    const settled = text.settled();
    service.play();
    await settled;
    const late = text.search(terms);
    service.play();
    expect((await late).isComplete).toBe(true);
  });

  it('tells of fresh changes before the rest of a refill', async () => {
    tickets = someTickets(600);
    text.refill();
    text.change(fakeNumber(9000), { subject: 'fresh' });
    const [, next] = [service.requests.shift(), service.requests];
    service.answer({ kind: 'fed', id: 1, unreadable: [] });
    expect(next).toMatchObject([{ changes: { 0: { number: fakeNumber(9000) } } }]);
    service.play();
    await clock.advance(minute);
    service.play();
    expect(fed.size).toBe(401);
  });

  it('answers searches of a crashed service, starts another and tells it everything', async () => {
    log.expectLog('index.text-crashed');
    tickets = someTickets(10);
    text.refill();
    const settled = text.settled();
    service.play();
    await settled;
    fed.clear();
    const asked = text.search(terms);
    service.crash();
    expect(await asked).toEqual({ numbers: new Map(), isComplete: false });
    expect((await text.search(terms)).isComplete).toBe(false);
    service.requests.length = 0;
    await clock.advance(minute);
    expect(service.lives).toBe(2);
    service.play();
    expect(fed.size).toBe(10);
  });

  it('leaves out the one ticket that crashes the service each time', async () => {
    log.expectLog('index.text-crashed');
    log.expectLog('index.text-skipped');
    tickets = someTickets(300);
    const poison = fakeNumber(137);
    const isPoison = (changes: readonly TextChange[]) =>
      changes.some(({ number }) => number === poison);
    text.refill();
    for (let round = 0; round < 60; round += 1) {
      service.play(isPoison);
      await clock.advance(minute);
    }
    expect(fed.size).toBe(299);
    expect(fed.has(poison)).toBe(false);
    expect(service.lives).toBeLessThan(8);
    expect(log.lines.filter(({ event }) => event === 'index.text-skipped')).toMatchObject([
      { fields: { ticket: poison } },
    ]);
    text.change(poison, { subject: 'mended' });
    const settled = text.settled();
    service.play();
    await settled;
    expect(fed.has(poison)).toBe(true);
  });

  it('names tickets whose text cannot be read', async () => {
    log.expectLog('index.text-unreadable');
    text.change(fakeNumber(1), { subject: 'subject' });
    await clock.advance(250);
    const [request] = service.requests.splice(0);
    const unreadable = [{ number: fakeNumber(1), reason: 'The disk is tired' }];
    service.answer({ kind: 'fed', id: request?.id ?? 0, unreadable });
    const answer = text.search(terms);
    service.play();
    expect((await answer).isComplete).toBe(false);
  });

  it('leaves nobody waiting when it is closed', async () => {
    text.change(fakeNumber(1), { subject: 'subject' });
    const waiting = [text.settled(), text.search(terms)];
    await text.close();
    await Promise.all(waiting);
    expect(clock.pending()).toBe(0);
    expect(await text.search(terms)).toEqual({ numbers: new Map(), isComplete: false });
  });
});
