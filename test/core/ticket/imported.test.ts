import { describe, expect, it } from 'vitest';
import { foldTicket } from '../../../src/core/ticket/fold.ts';
import { fakeFolder, fakeNumber, fakeTime } from '../../helpers/fake-tickets.ts';

const number = fakeNumber(1);

function ticketOf(...messages: Parameters<typeof fakeFolder>[1][number][]) {
  const events = fakeFolder(number, messages).messages.map(({ event }) => event);
  return foldTicket(number, [...events].reverse());
}

const imported = { fields: { import: 'mbox; at=0' } };

describe('an imported mail', () => {
  it('of ours does not wait to be sent', () => {
    const mail = { name: 'a', kind: 'mail-out' } as const;
    expect(ticketOf(mail).deliveries.size).toBe(1);
    expect(ticketOf({ ...mail, ...imported }).deliveries.size).toBe(0);
  });

  it('closes its ticket with its own date, the last one in the end', () => {
    const closed = { changes: ['state=closed'] };
    const first = { name: 'a', ...imported, ...closed };
    const last = { name: 'b', at: 5000, ...imported, ...closed };
    expect(ticketOf(first, last).closedAt).toBe(fakeTime(5000));
    const own = { name: 'c', at: 9000, kind: 'update', ...closed } as const;
    expect(ticketOf(first, last, own).closedAt).toBe(fakeTime(5000));
  });
});
