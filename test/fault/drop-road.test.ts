import { expect, it } from 'vitest';
import { fewestCalls, runAndCheck } from './drop-road.ts';

it('a file put into drop/ is in its ticket once, when the machine loses its power or a call fails', async () => {
  const { calls, operations } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
  // What comes before is the start of any desk.
  const first = operations.findIndex((operation) => operation.includes('.wav')) + 1;
  const positions = Array.from({ length: calls }, (_, at) => at + 1).filter(
    (at) => at >= first && (at - first) % 6 === 0,
  );
  expect(positions.length).toBeGreaterThan(5);
  await Promise.all(
    positions.map(async (at) => {
      const loss = at % 2 === 0 ? 'all' : 'none';
      await expect(
        at % 3 === 2
          ? runAndCheck({ kind: 'fail', at, errno: 'EIO' })
          : runAndCheck({ kind: 'crash', at }, loss),
        operations[at - 1],
      ).resolves.toBeDefined();
    }),
  );
}, 120_000);
