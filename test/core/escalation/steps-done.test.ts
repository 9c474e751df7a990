import { describe, expect, it } from 'vitest';
import { newestEventOf } from '../../../src/core/escalation/steps-done.ts';
import { projectTicket } from '../../../src/services/index/projector.ts';
import { fakeFolder, fakeNumber, fakeTime } from '../../helpers/fake-tickets.ts';

const desk = { kind: 'system', part: 'escalator' } as const;

describe('newestEventOf', () => {
  it('is the time of a step, which makes a ticket that waits look no newer', () => {
    const record = projectTicket(
      fakeFolder(fakeNumber(1), [
        { name: 'a', from: 'kim@customer.example' },
        {
          name: 'b',
          at: 5000,
          kind: 'escalation',
          actor: desk,
          fields: {
            escalation:
              'firstResponse; percent=75; started=2026-11-23T10:00:00.000Z; due=2026-11-23T10:00:09.000Z',
          },
        },
      ]),
    );
    expect(record.updated).toBe(fakeTime(0));
    expect(record.escalations).toHaveLength(1);
    expect(newestEventOf(record)).toBe(fakeTime(5000));
  });

  it('is the time of the newest word where there is no step', () => {
    const record = projectTicket(fakeFolder(fakeNumber(1), [{ name: 'a', at: 3000 }]));
    expect(newestEventOf(record)).toBe(fakeTime(3000));
  });
});
