import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLogin } from '../../../src/config/agents.ts';
import { loginFor } from '../../../src/core/first-steps/login-name.ts';
import {
  isPlaceholder,
  markStep,
  nextStep,
  type StepFacts,
  type StepMarks,
  stepNames,
  stepsOf,
} from '../../../src/core/first-steps/steps.ts';

const fresh: StepFacts = {
  address: 'support@localhost',
  hasSmarthost: false,
  hasMail: false,
  hasQueue: false,
  agents: 1,
};
const nothing: StepMarks = { done: [], later: [] };
const states = (marks: StepMarks, facts: StepFacts) =>
  stepsOf(marks, facts).map(({ state }) => state);

describe('stepsOf', () => {
  it('leaves all steps of a new desk open', () => {
    expect(states(nothing, fresh)).toEqual(['open', 'open', 'open', 'open', 'open']);
  });

  it('counts what the files and the tickets say as done, whoever did it', () => {
    const facts = {
      address: 'support@kontor.example',
      hasSmarthost: true,
      hasMail: true,
      hasQueue: true,
      agents: 2,
    };
    expect(new Set(states({ done: [], later: ['queue'] }, facts))).toEqual(new Set(['done']));
  });

  it('knows what was said in the page beside', () => {
    expect(states({ done: ['desk'], later: ['receiving'] }, fresh)).toEqual([
      'done',
      'open',
      'later',
      'open',
      'open',
    ]);
  });
});

describe('nextStep', () => {
  it('goes on behind the step, then comes back to those left out before it', () => {
    const steps = stepsOf({ done: ['queue'], later: [] }, fresh);
    expect(nextStep(steps)).toBe('desk');
    expect(nextStep(steps, 'receiving')).toBe('colleague');
    expect(nextStep(steps, 'colleague')).toBe('desk');
    expect(nextStep(stepsOf({ done: [...stepNames], later: [] }, fresh))).toBeUndefined();
  });
});

describe('markStep', () => {
  it('has a step in one place at most, and the last word counts', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom(...stepNames), fc.constantFrom('done' as const, 'later' as const)),
    );
    fc.assert(
      fc.property(steps, (said) => {
        const marks = said.reduce((now, [name, state]) => markStep(now, name, state), nothing);
        for (const name of stepNames) {
          const last = said.findLast(([each]) => each === name)?.[1];
          expect([marks.done.includes(name), marks.later.includes(name)]).toEqual([
            last === 'done',
            last === 'later',
          ]);
        }
      }),
    );
  });
});

it('isPlaceholder knows addresses that nobody outside can write to', () => {
  expect(
    ['support@localhost', 'a@LOCALHOST', 'a@localhost.example', 'a@b.example'].map(isPlaceholder),
  ).toEqual([true, true, false, false]);
});

describe('loginFor', () => {
  it('is made from the address, with a number where it is taken', () => {
    const taken = new Set(['anna.adler', 'ben', 'ben2']);
    expect(loginFor('Anna.Adler@x.example', new Set())).toBe('anna.adler');
    expect(loginFor('Anna.Adler@x.example', taken)).toBe('anna.adler2');
    expect(loginFor('ben@x.example', taken)).toBe('ben3');
    expect(loginFor('jürgen.groß+desk@x.example', taken)).toBe('jurgen.gro');
    expect(loginFor('田中@x.example', taken)).toBe('agent');
  });

  it('is a login whatever the address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(isLogin(loginFor(`${one}@${other}`, new Set()))).toBe(true);
      }),
    );
  });
});
