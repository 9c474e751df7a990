import { expect, it } from 'vitest';
import { decide } from '../../../src/core/ticket/decide.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import { type EventSketch, fakeFolder, fakeNumber } from '../../helpers/fake-tickets.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };
const desk = {
  queues: ['Support', 'Billing', 'Junk'],
  agents: ['anna'],
  junkQueue: 'Junk',
  defaultQueue: 'Support',
};
const first: EventSketch = { name: 'a', from: 'kim@customer.example', changes: ['queue=Billing'] };
const moved: EventSketch = {
  name: 'b',
  kind: 'update',
  at: 1000,
  changes: ['queue=Junk', 'queue-before-junk=Billing'],
};

function ask(kind: 'spam' | 'not-spam', sketches: readonly EventSketch[], facts: object = {}) {
  const { ticket } = fakeFolder(fakeNumber(1), sketches);
  const done = decide(ticket, { kind }, anna, { ...desk, ...facts });
  return done.ok
    ? done.value.changes.map((change) =>
        'field' in change ? `${change.field}=${change.value}` : '',
      )
    : done.refusal.code;
}

it('spam goes to its queue and remembers where it was', () => {
  expect(ask('spam', [first])).toEqual(['queue=Junk', 'queue-before-junk=Billing']);
});

it('what is no spam goes back there', () => {
  expect(ask('not-spam', [first, moved])).toEqual(['queue=Billing', 'queue-before-junk=']);
});

it('what the filter put there, or what came from a queue that is gone, goes to the default queue', () => {
  const junk = { ...first, changes: ['queue=Junk'] };
  expect(ask('not-spam', [junk])).toEqual(['queue=Support', 'queue-before-junk=']);
  expect(ask('not-spam', [first, moved], { queues: ['Support', 'Junk'] })).toEqual([
    'queue=Support',
    'queue-before-junk=',
  ]);
});

it('is refused when it lies there already, when it does not, and without such a queue', () => {
  expect(ask('spam', [first, moved])).toBe('nothing-to-change');
  expect(ask('not-spam', [first])).toBe('nothing-to-change');
  expect(ask('spam', [first], { junkQueue: undefined })).toBe('no-junk-queue');
  expect(
    ask('not-spam', [{ ...first, changes: ['queue=Junk'] }], {
      queues: ['Junk'],
      defaultQueue: 'Junk',
    }),
  ).toBe('no-junk-queue');
});
