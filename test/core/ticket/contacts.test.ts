import { describe, expect, it } from 'vitest';
import { contactRuns } from '../../../src/core/ticket/contacts.ts';
import { fakeFolder, fakeNumber, fakeTime } from '../../helpers/fake-tickets.ts';

const anna = { kind: 'agent', login: 'anna' } as const;

function runs(most: number, ...sketches: Parameters<typeof fakeFolder>[1][number][]) {
  const { messages } = fakeFolder(fakeNumber(1), sketches);
  return contactRuns(
    messages.map(({ event }) => event),
    most,
  );
}

describe('contactRuns', () => {
  it('counts contacts of one sign that follow each other, in the order of the history', () => {
    expect(
      runs(
        8,
        { name: 'a' },
        { name: 'b', at: 1000 },
        { name: 'c', at: 2000, kind: 'mail-out', actor: anna },
        { name: 'd', at: 3000, kind: 'update', actor: anna },
        { name: 'e', at: 4000, kind: 'note', actor: anna },
        { name: 'f', at: 5000, kind: 'fax-in' },
        { name: 'g', at: 6000, kind: 'recording' },
        { name: 'h', at: 7000, kind: 'call-out', actor: anna },
      ),
    ).toEqual([
      { sign: 'mail-in', count: 2, at: fakeTime(1000) },
      { sign: 'mail-out', count: 1, at: fakeTime(2000) },
      { sign: 'note', count: 1, at: fakeTime(4000) },
      { sign: 'fax-in', count: 1, at: fakeTime(5000) },
      { sign: 'recording', count: 1, at: fakeTime(6000) },
      { sign: 'call-out', count: 1, at: fakeTime(7000) },
    ]);
  });

  it('keeps the newest, and leaves out what programs wrote', () => {
    expect(
      runs(
        1,
        { name: 'a' },
        { name: 'b', at: 1000, kind: 'call-in' },
        { name: 'c', at: 2000, fields: { automatic: 'auto-replied; reason=Auto-Submitted' } },
        { name: 'd', at: 3000, kind: 'mail-out', actor: { kind: 'system', part: 'confirmation' } },
        { name: 'e', at: 4000, kind: 'note', actor: { kind: 'system', part: 'rules' } },
      ),
    ).toEqual([{ sign: 'call-in', count: 1, at: fakeTime(1000) }]);
  });
});
