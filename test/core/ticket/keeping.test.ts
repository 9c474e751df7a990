import { describe, expect, it } from 'vitest';
import { day, toInstant } from '../../../src/base/clock.ts';
import {
  findDueTickets,
  type KeepingRules,
  type KeepingStep,
  type KeptTicket,
} from '../../../src/core/ticket/keeping.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';

const now = toInstant(Date.UTC(2026, 10, 23));
const ages: Partial<Record<string, Partial<Record<KeepingStep, number>>>> = {
  Support: { archive: 90 * day, remove: 1000 * day },
  Billing: { archive: 90 * day },
  Junk: { spam: 30 * day, archive: 90 * day },
};
const rules: KeepingRules = { ageOf: (queue, step) => ages[queue]?.[step], junkQueue: 'Junk' };

let count = 0;

function ticket(changes: Partial<KeptTicket>, daysAgo = 100): KeptTicket {
  count += 1;
  const updated = toInstant(now - daysAgo * day);
  return {
    number: formatTicketNumber('20250101', count),
    state: 'closed',
    queue: 'Support',
    updated,
    closedAt: updated,
    mergedInto: undefined,
    delivery: undefined,
    confirmationDue: false,
    course: [],
    ...changes,
  };
}

const due = (...tickets: readonly KeptTicket[]) =>
  findDueTickets(tickets, rules, now).map(({ number, step, isHeld }) => [
    tickets.findIndex((each) => each.number === number),
    isHeld ? `${step} held` : step,
  ]);

describe('what is due', () => {
  it.each([
    ['closed for long', ticket({}), ['archive']],
    ['not for so long', ticket({}, 80), []],
    ['closed for long, and written to since', ticket({ updated: toInstant(now - day) }), []],
    ['open', ticket({ state: 'open', closedAt: undefined }), []],
    ['archived already', ticket({ archived: true }), []],
    ['with an answer that waits to be sent', ticket({ delivery: 'deferred' }), []],
    ['with a draft', ticket({ drafts: [{}] }), []],
    ['that owes a confirmation', ticket({ confirmationDue: true }), []],
    ['older than all', ticket({}, 2000), ['remove']],
    ['older than all, in the archive', ticket({ archived: true }, 2000), ['remove']],
    ['older than all, held', ticket({ held: true }, 2000), ['remove held']],
    ['of a queue that removes nothing', ticket({ queue: 'Billing' }, 9000), ['archive']],
    ['held, and aged', ticket({ held: true }), ['archive']],
    ['of a queue without rules', ticket({ queue: 'Sales' }, 9000), []],
    ['spam, still new', ticket({ queue: 'Junk', state: 'new', closedAt: undefined }, 40), ['spam']],
    ['spam, lately', ticket({ queue: 'Junk', state: 'new', closedAt: undefined }, 20), []],
    [
      'spam that somebody answered',
      ticket(
        {
          queue: 'Junk',
          state: 'open',
          course: [{ kind: 'ours', at: now, login: 'anna', modules: [] }],
        },
        40,
      ),
      [],
    ],
    ['spam, held', ticket({ queue: 'Junk', held: true }, 40), ['spam held']],
  ] as const)('of a ticket %s: %j', (_, one, expected) => {
    expect(due(one).map(([, step]) => step)).toEqual(expected);
  });

  it('goes with the survivor of a merge, which goes last, by the newest of them', () => {
    const survivor = ticket({}, 2000);
    const merged = ticket({ state: 'merged', queue: 'Sales', mergedInto: survivor.number }, 1500);
    expect(due(survivor, merged)).toEqual([
      [1, 'remove'],
      [0, 'remove'],
    ]);
    expect(due({ ...survivor, state: 'open' }, merged)).toEqual([]);
    expect(due(survivor, { ...merged, updated: now })).toEqual([]);
    expect(due(survivor, { ...merged, held: true })).toEqual([
      [1, 'remove held'],
      [0, 'remove held'],
    ]);
  });

  it('ends where tickets were merged in a circle', () => {
    const one = ticket({ state: 'merged' });
    const other = ticket({ state: 'merged', mergedInto: one.number });
    expect(due({ ...one, mergedInto: other.number }, other)).toHaveLength(2);
  });
});
