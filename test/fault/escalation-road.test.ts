import { expect, it } from 'vitest';
import { fewestCalls, runAndCheck } from './escalation-road.ts';

it('escalating keeps its promises on a sound disk', async () => {
  const { calls } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
}, 60_000);

it('… and when the machine loses its power, or a call fails, in the files of a step', async () => {
  const { operations } = await runAndCheck({ kind: 'count' });
  const writing = operations.flatMap((operation, index) =>
    /^(createFile|link|rename|syncDirectory)\b.*tickets/.test(operation) ? [index + 1] : [],
  );
  expect(writing.length).toBeGreaterThan(3);
  for (const at of writing) {
    await expect(
      runAndCheck({ kind: 'crash', at }, at % 2 === 0 ? 'all' : 'none'),
      operations[at - 1],
    ).resolves.toBeDefined();
    await expect(
      runAndCheck({ kind: 'fail', at, errno: 'EIO' }),
      operations[at - 1],
    ).resolves.toBeDefined();
  }
}, 300_000);
