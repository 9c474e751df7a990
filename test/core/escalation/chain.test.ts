import { describe, expect, it } from 'vitest';
import { hour, type Instant, toInstant } from '../../../src/base/clock.ts';
import {
  type ChainClock,
  type EscalationChain,
  type StepKey,
  stepsAhead,
  stepsFor,
} from '../../../src/core/escalation/chain.ts';

const at = (hours: number): Instant => toInstant(hours * hour);
const level = { kind: 'level' } as const;
const tag = (name: string) => ({ kind: 'tag', tag: name }) as const;

const chain: EscalationChain = [
  { percent: 100, of: ['firstResponse', 'update'], actions: [level] },
  { percent: 75, of: ['firstResponse'], actions: [tag('a')] },
  { percent: 75, of: ['firstResponse', 'solution'], actions: [tag('b')] },
];
const first: ChainClock = {
  kind: 'firstResponse',
  target: 4 * hour,
  started: at(10),
  due: at(14),
};
const solution: ChainClock = { kind: 'solution', target: 2 * hour, started: at(10), due: at(12) };
const linear = ({ started, target }: ChainClock, percent: number) =>
  toInstant(started + (target * percent) / 100);

function ahead(clocks: readonly ChainClock[], done: readonly StepKey[] = []): readonly string[] {
  return stepsAhead({ chain, clocks, done, instantAt: linear }).map(
    (step) => `${step.at / hour} ${step.clock} ${step.percent}`,
  );
}

describe('a chain', () => {
  it('has one step for what stands at the same percentage, in the order of the percentages', () => {
    expect(stepsFor(chain, 'firstResponse')).toEqual([
      { percent: 75, position: 1, actions: [tag('a'), tag('b')] },
      { percent: 100, position: 2, actions: [level] },
    ]);
    expect(stepsFor(chain, 'update')).toEqual([{ percent: 100, position: 1, actions: [level] }]);
  });

  it('lays its steps over all clocks, by time', () => {
    expect(ahead([first, solution])).toEqual([
      '11.5 solution 75',
      '13 firstResponse 75',
      '14 firstResponse 100',
    ]);
  });

  it('does no step again, nor one below a step that happened', () => {
    const done = { clock: 'firstResponse', started: at(10), percent: 75 } as const;
    expect(ahead([first], [done])).toEqual(['14 firstResponse 100']);
    expect(ahead([first], [{ ...done, percent: 80 }])).toEqual(['14 firstResponse 100']);
    expect(ahead([first], [{ ...done, percent: 100 }])).toEqual([]);
  });

  it('begins anew with a clock that starts anew, and is another one for another clock', () => {
    const done: readonly StepKey[] = [
      { clock: 'firstResponse', started: at(2), percent: 100 },
      { clock: 'solution', started: at(10), percent: 100 },
    ];
    expect(ahead([first], done)).toEqual(['13 firstResponse 75', '14 firstResponse 100']);
  });

  it('waits while a clock is paused, and where nobody can say when', () => {
    expect(ahead([{ ...first, due: undefined }])).toEqual([]);
    expect(stepsAhead({ chain, clocks: [first], done: [], instantAt: () => undefined })).toEqual(
      [],
    );
  });
});
