import { expect, it } from 'vitest';
import { sweepMoves } from './archive-road.ts';

it.each([
  ['one', 30],
  ['two', 60],
] as const)(
  'the road to the archive on %s file systems, at every call',
  async (disks, fewestCalls) => {
    await expect(sweepMoves(disks, fewestCalls, 1)).resolves.toBeUndefined();
  },
  120_000,
);
