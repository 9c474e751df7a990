import { expect, it } from 'vitest';
import { fewestCalls, runAndCheck } from './draft-road.ts';

it('writing and sending keep their promises on a sound disk', async () => {
  const { calls } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
}, 60_000);

it('… and when the machine loses its power, or a call fails, at some calls', async () => {
  const { calls, operations } = await runAndCheck({ kind: 'count' });
  for (let at = 20; at <= calls; at += 17) {
    await expect(
      runAndCheck({ kind: 'crash', at }, at % 2 === 0 ? 'all' : 'none'),
      operations[at - 1],
    ).resolves.toBeDefined();
    await expect(
      runAndCheck({ kind: 'fail', at: at + 4, errno: 'EIO' }),
      operations[at + 3],
    ).resolves.toBeDefined();
  }
}, 300_000);
