import { describe, expect, it } from 'vitest';
import { runAndCheck } from './mail-road.ts';
import { isFull, positionsOf } from './positions.ts';

const { calls, operations } = await runAndCheck({ kind: 'count' });
const losses = ['all', 'none', 'every-other'] as const;
const effects = ['none', 'half', 'done'] as const;
const positions = positionsOf(calls);

it('the sweep is as long as the road', () => {
  expect(calls).toBeGreaterThan(150);
  expect(positions.length).toBeGreaterThan(isFull ? calls - 1 : calls / 8);
});

describe.concurrent('the machine loses its power', () => {
  it.for(positions)('in call %i', async (at, { expect }) => {
    const loss = losses[at % 3] ?? 'all';
    const effect = effects[Math.floor(at / 3) % 3] ?? 'none';
    await expect(
      runAndCheck({ kind: 'crash', at, effect }, loss),
      operations[at - 1],
    ).resolves.toBeDefined();
  });
});

describe.concurrent('the disk refuses', () => {
  it.for(positions)('call %i', async (at, { expect }) => {
    const errno = at % 2 === 0 ? 'EIO' : 'ENOSPC';
    await expect(
      runAndCheck({ kind: 'fail', at, errno }),
      operations[at - 1],
    ).resolves.toBeDefined();
  });
});
