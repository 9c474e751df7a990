import { expect, it } from 'vitest';
import { sweepMoves, sweepRemoval } from './archive-road.ts';

it.each([
  ['one', 30, 3],
  ['two', 60, 11],
] as const)(
  'the road to the archive and back on %s file systems loses nothing and doubles nothing, wherever it is broken off',
  async (disks, fewestCalls, step) => {
    await expect(sweepMoves(disks, fewestCalls, step)).resolves.toBeUndefined();
  },
  60_000,
);

it('a removal that is broken off leaves the whole ticket, or the trace alone', async () => {
  await expect(sweepRemoval()).resolves.toBeUndefined();
}, 60_000);
