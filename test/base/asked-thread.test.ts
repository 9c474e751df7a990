import { describe, expect, it } from 'vitest';
import { createAskedThread } from '../../src/base/asked-thread.ts';
import { minute, second } from '../../src/base/clock.ts';
import type { ServiceEvents } from '../../src/base/service-thread.ts';
import { createFakeClock } from '../helpers/clock.ts';

interface Question {
  readonly id: number;
  readonly word: string;
}
interface Reply {
  readonly id: number;
  readonly word: string;
}

/** A service whose lives the test plays by hand. */
function byHand() {
  const lives: { events: ServiceEvents<Reply>; asked: Question[]; isClosed: boolean }[] = [];
  return {
    lives,
    start(events: ServiceEvents<Reply>) {
      const life = { events, asked: [] as Question[], isClosed: false };
      lives.push(life);
      return {
        post: (question: Question) => void life.asked.push(question),
        async close() {
          life.isClosed = true;
        },
      };
    },
  };
}

function setUp() {
  const service = byHand();
  const clock = createFakeClock();
  const thread = createAskedThread<Question, Reply>(
    { start: service.start, clock },
    { mostMs: 10 * second, idleMs: minute },
  );
  const ask = (word: string) => thread.ask((id) => ({ id, word }));
  const answer = async (life: number) => {
    await Promise.resolve();
    const { events, asked } = service.lives[life] ?? { events: undefined, asked: [] };
    const question = asked.at(-1);
    if (question !== undefined) events?.onAnswer({ id: question.id, word: `${question.word}!` });
  };
  return { ...service, clock, thread, ask, answer };
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('a service that is asked', () => {
  it('starts with the first question, and is asked one after another', async () => {
    const { lives, ask, answer } = setUp();
    expect(lives).toHaveLength(0);
    const [first, second] = [ask('one'), ask('two')];
    await turns();
    expect(lives[0]?.asked.map(({ word }) => word)).toEqual(['one']);
    await answer(0);
    expect(await first).toMatchObject({ ok: true, answer: { word: 'one!' } });
    await turns();
    await answer(0);
    expect(await second).toMatchObject({ ok: true, answer: { word: 'two!' } });
    expect(lives).toHaveLength(1);
  });

  it('is ended when it takes too long, and the next question starts another', async () => {
    const { lives, clock, ask, answer } = setUp();
    const slow = ask('slow');
    await turns();
    await clock.advance(10 * second);
    expect(await slow).toMatchObject({ ok: false, reason: 'too-slow' });
    expect(lives[0]?.isClosed).toBe(true);
    const next = ask('next');
    await turns();
    // What the ended one says comes too late.
    lives[0]?.events.onCrash(new Error('late'));
    await answer(1);
    expect(await next).toMatchObject({ ok: true, answer: { word: 'next!' } });
  });

  it('tells who waits that it crashed', async () => {
    const { lives, ask } = setUp();
    const waiting = ask('one');
    await turns();
    lives[0]?.events.onCrash(new Error('out of memory'));
    expect(await waiting).toMatchObject({ ok: false, reason: 'crashed' });
  });

  it('is ended when nobody asks for a while, and when the desk closes', async () => {
    const { lives, clock, thread, ask, answer } = setUp();
    const first = ask('one');
    await turns();
    await answer(0);
    await first;
    await clock.advance(minute);
    expect(lives[0]?.isClosed).toBe(true);
    const waiting = ask('two');
    await turns();
    await thread.close();
    expect(await waiting).toMatchObject({ ok: false, reason: 'closed' });
    expect(await ask('three')).toMatchObject({ ok: false, reason: 'closed' });
    expect(lives).toHaveLength(2);
  });
});
