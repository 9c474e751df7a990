import { expect, it } from 'vitest';
import { runAndCheck } from './regroup-road.ts';

/** The sweep must not shrink to nothing unseen: a merge, a split, an unmerge and two moves take at least this. */
const fewestCalls = 120;

it('merging and moving keep their promises on a sound disk', async () => {
  const { calls } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
}, 30_000);

it('… and when the machine loses its power, or a call fails, at some calls', async () => {
  const { calls, operations } = await runAndCheck({ kind: 'count' });
  for (let at = 40; at <= calls; at += 53) {
    await expect(
      runAndCheck({ kind: 'crash', at }, 'all'),
      operations[at - 1],
    ).resolves.toBeDefined();
    await expect(
      runAndCheck({ kind: 'fail', at: at + 7, errno: 'EIO' }),
      operations[at + 6],
    ).resolves.toBeDefined();
  }
}, 120_000);
