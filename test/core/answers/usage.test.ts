import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { countUsage } from '../../../src/core/answers/usage.ts';

const ours = (at: number, ...modules: string[]) =>
  ({ kind: 'ours', at: toInstant(at), login: 'anna', modules }) as const;

describe('countUsage', () => {
  it('counts each answer once for each of its modules, within the period', () => {
    const usage = countUsage(
      [
        {
          queue: 'Support',
          language: 'de',
          course: [ours(1, 'a'), ours(11, 'a', 'a', 'b'), ours(12)],
        },
        { queue: 'Sales', language: undefined, course: [ours(13, 'b'), ours(20, 'b')] },
      ],
      ['a', 'b', 'c', 'd'],
      { from: toInstant(10), to: toInstant(20) },
    );
    expect(usage).toEqual({
      all: { name: '', answers: 3, withModules: 2 },
      modules: [
        { id: 'b', count: 2, last: 13 },
        { id: 'a', count: 1, last: 11 },
        { id: 'c', count: 0, last: undefined },
        { id: 'd', count: 0, last: undefined },
      ],
      queues: [
        { name: 'Support', answers: 2, withModules: 1 },
        { name: 'Sales', answers: 1, withModules: 1 },
      ],
      languages: [
        { name: 'de', answers: 2, withModules: 1 },
        { name: '', answers: 1, withModules: 1 },
      ],
    });
  });
});
