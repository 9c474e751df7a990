/** A fault sweep over a road: at each call that is visited the disk refuses, or the machine loses its power (positions.ts). */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../helpers/faulty-files.ts';
import type { Loss } from '../helpers/unsynced-names.ts';
import { happening, isFull, positionsOf } from './positions.ts';

export interface Road {
  /** Runs the scenario on a disk with this plan, then checks the promises on what it left. */
  readonly runAndCheck: (
    plan: FaultPlan,
    loss?: Loss,
  ) => Promise<{ readonly calls: number; readonly operations: readonly string[] }>;
  /** The sweep must not shrink to nothing unseen. */
  readonly fewestCalls: number;
}

const losses = ['all', 'none', 'every-other'] as const;
const effects = ['none', 'half', 'done'] as const;

export async function describeSweep({ runAndCheck, fewestCalls }: Road): Promise<void> {
  const { calls, operations } = await runAndCheck({ kind: 'count' });
  const positions = positionsOf(calls);

  it('the sweep is as long as the road', () => {
    expect(calls).toBeGreaterThan(fewestCalls);
    expect(positions.length).toBeGreaterThan(isFull ? calls - 1 : calls / 21);
  });

  describe.concurrent('the machine loses its power', () => {
    it.for(happening('power', positions))('in call %i', async (at, { expect }) => {
      const loss = losses[at % 3] ?? 'all';
      const effect = effects[Math.floor(at / 3) % 3] ?? 'none';
      await expect(
        runAndCheck({ kind: 'crash', at, effect }, loss),
        operations[at - 1],
      ).resolves.toBeDefined();
    });
  });

  describe.concurrent('the disk refuses', () => {
    it.for(happening('refusal', positions))('call %i', async (at, { expect }) => {
      const errno = Math.floor(at / 2) % 2 === 0 ? 'EIO' : 'ENOSPC';
      await expect(
        runAndCheck({ kind: 'fail', at, errno }),
        operations[at - 1],
      ).resolves.toBeDefined();
    });
  });
}
