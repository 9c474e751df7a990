/** One attempt at a mail to an agent: sent, tried again, or dropped; no ticket hears of it. */
import { beforeEach, expect, it } from 'vitest';
import { day, minute } from '../../../src/base/clock.ts';
import { createNoticeAttempts } from '../../../src/services/outbound/notice-attempt.ts';
import type { Claim } from '../../../src/storage/spool.ts';
import { createFakeClock, createRecordedLog, messageName } from './fakes.ts';

let isDone: boolean;
let clock: ReturnType<typeof createFakeClock>;
let log: ReturnType<typeof createRecordedLog>;

beforeEach(() => {
  isDone = false;
  clock = createFakeClock();
  log = createRecordedLog();
});

const name = messageName('1.Nabc.maildesk');
const claim: Claim = {
  name,
  path: '/outbox/cur/x',
  released: { name, fileName: name, path: '/outbox/new/x', generation: 0 },
  done: async () => {
    isDone = true;
  },
  release: async () => {},
};

function attempts() {
  const written = clock.now();
  const stat = { isDirectory: false, size: 1, modified: written, changed: written, owner: 0 };
  return createNoticeAttempts({ files: { stat: async () => stat }, clock, log });
}

const answer = (code: number) => async () => ({
  outcome:
    code === 250
      ? { accepted: ['anna@desk.example'], rejected: [], reply: '250 Ok' }
      : {
          accepted: [],
          rejected: [{ recipient: 'anna@desk.example', code, text: 'No' }],
          reply: '',
        },
  smarthost: 'reached' as const,
});

it('is over when the smarthost has it', async () => {
  expect(await attempts()(claim, answer(250))).toEqual({ kind: 'finished', smarthost: 'reached' });
  expect([isDone, log.events('info')]).toEqual([true, ['sender.notice-sent']]);
});

it('is tried again after longer and longer pauses, and dropped after a day', async () => {
  const attempt = attempts();
  const first = await attempt(claim, answer(451));
  const second = await attempt(claim, answer(451));
  const at = (result: typeof first) => (result.kind === 'later' ? result.at - clock.now() : 0);
  expect([at(first), at(second)]).toEqual([minute, 5 * minute]);
  expect(isDone).toBe(false);
  clock.advance(day + minute);
  expect((await attempt(claim, answer(451))).kind).toBe('finished');
  expect([isDone, log.events('warn')]).toEqual([true, ['sender.notice-dropped']]);
});

it('is dropped when it is refused for good', async () => {
  expect((await attempts()(claim, answer(550))).kind).toBe('finished');
  expect([isDone, log.events('warn')]).toEqual([true, ['sender.notice-dropped']]);
});
