import { describe, expect, it } from 'vitest';
import { courseOf } from '../../../src/core/ticket/course.ts';
import { fakeFolder, fakeNumber, fakeTime } from '../../helpers/fake-tickets.ts';

function course(...messages: Parameters<typeof fakeFolder>[1][number][]) {
  return courseOf(fakeFolder(fakeNumber(1), messages).messages.map(({ event }) => event));
}

describe('courseOf', () => {
  it('says who spoke when, and how the ticket stood', () => {
    expect(
      course(
        { name: 'a', from: 'kim@customer.example', changes: ['queue=Support', '+tag=vip'] },
        {
          name: 'b',
          at: 1000,
          kind: 'mail-out',
          actor: { kind: 'agent', login: 'anna' },
          changes: ['state=pending-customer', 'owner=anna'],
          fields: { module: 'billing/refund' },
        },
        { name: 'c', at: 2000, kind: 'note', actor: { kind: 'agent', login: 'anna' } },
      ),
    ).toEqual([
      { kind: 'theirs', at: fakeTime(0) },
      { kind: 'set', at: fakeTime(0), field: 'queue', value: 'Support' },
      { kind: 'ours', at: fakeTime(1000), login: 'anna', modules: ['billing/refund'] },
      { kind: 'set', at: fakeTime(1000), field: 'state', value: 'pending-customer' },
      { kind: 'set', at: fakeTime(1000), field: 'owner', value: 'anna' },
    ]);
  });

  it('takes what programs say for nobody’s word', () => {
    expect(
      course(
        { name: 'a', fields: { automatic: 'auto-replied; reason=Auto-Submitted' } },
        { name: 'b', kind: 'mail-out', actor: { kind: 'system', part: 'confirmation' } },
      ),
    ).toEqual([]);
  });

  it('leaves out a state that is only a name', () => {
    expect(course({ name: 'a', kind: 'update', changes: ['state=waiting-for-parts'] })).toEqual([]);
  });

  it('takes what came by import for nobody’s word', () => {
    expect(
      course({ name: 'a', fields: { import: 'mbox; at=0' }, changes: ['state=closed'] }),
    ).toEqual([
      { kind: 'imported', at: fakeTime(0) },
      { kind: 'set', at: fakeTime(0), field: 'state', value: 'closed' },
    ]);
  });
});
