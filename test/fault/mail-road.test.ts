import { expect, it } from 'vitest';
import { runAndCheck } from './mail-road.ts';

/** The sweep must not shrink to nothing unseen: intake, creation, answering and sending take at least this. */
const fewestCalls = 150;

it('the road of mail keeps its promises on a sound disk', async () => {
  const { calls } = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThan(fewestCalls);
}, 30_000);

it('… and when the machine loses its power at some calls', async () => {
  const { calls } = await runAndCheck({ kind: 'count' });
  for (let at = 5; at <= calls; at += 29) await runAndCheck({ kind: 'crash', at }, 'all');
}, 60_000);
