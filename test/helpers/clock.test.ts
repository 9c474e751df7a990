/** The fake clock is itself held to its promises. */
import { expect, it } from 'vitest';
import { sleep } from '../../src/base/clock.ts';
import { createFakeClock } from './clock.ts';

it('the fake clock fires timers in order of time, then of making, at their own time', async () => {
  const clock = createFakeClock(1000);
  const fired: string[] = [];
  const note = (name: string) => () => void fired.push(`${name}@${clock.now()}`);
  clock.after(30, note('late'));
  clock.after(10, note('early'));
  clock.after(10, note('early too'));
  clock.after(31, note('after the end'));

  await clock.advance(30);

  expect(fired).toEqual(['early@1010', 'early too@1010', 'late@1030']);
  expect(clock.now()).toBe(1030);
  expect(clock.pending()).toBe(1);
});

it('the fake clock lets promises settle between timers, so that a loop of sleeps runs on', async () => {
  const clock = createFakeClock(0);
  const seen: number[] = [];
  const loop = async () => {
    for (let round = 0; round < 4; round += 1) {
      await sleep(clock, 10);
      seen.push(clock.now());
    }
  };
  const ended = loop();

  await clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
  await clock.advance(5);
  await ended;
  expect(seen).toEqual([10, 20, 30, 40]);
});

it('the fake clock forgets a cancelled timer and hands on what a timer throws', async () => {
  const clock = createFakeClock();
  const cancel = clock.after(5, () => {
    throw new Error('cancelled, yet it ran');
  });
  cancel();
  await clock.advance(10);
  expect(clock.pending()).toBe(0);

  clock.after(5, () => {
    throw new Error('from the timer');
  });
  await expect(clock.advance(10)).rejects.toThrow('from the timer');
});
