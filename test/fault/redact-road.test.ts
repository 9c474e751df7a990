import { expect, it } from 'vitest';
import { runAndCheck } from './redact-road.ts';

/** Two files are laid aside, an event is written, two files are replaced: the sweep must not shrink to nothing unseen. */
const fewestCalls = 90;

it('a passage is taken out, or nothing happened, at whichever call the machine stops or a call fails', async () => {
  const { calls, operations } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
  const begun = operations.findIndex((operation) => operation.includes('/redactions'));
  expect(begun).toBeGreaterThan(0);
  for (let at = begun; at <= calls; at += 7) {
    const loss = (['all', 'none', 'every-other'] as const)[at % 3] ?? 'all';
    const plan =
      at % 2 === 0
        ? ({ kind: 'crash', at } as const)
        : ({ kind: 'fail', at, errno: 'EIO' } as const);
    await expect(runAndCheck(plan, loss), operations[at - 1]).resolves.toBeDefined();
  }
}, 120_000);
