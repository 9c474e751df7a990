import { describe, expect, it } from 'vitest';
import { decide, decideFollowUp, type TicketCommand } from '../../../src/core/ticket/decide.ts';
import type { Actor } from '../../../src/core/ticket/event.ts';
import { emptyTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';

const desk = { queues: ['Support', 'Billing::Refunds'], agents: ['anna', 'ben'] };
const anna: Actor = { kind: 'agent', login: 'anna' };
const number = formatTicketNumber('20261123', 1);
const fresh: Ticket = {
  ...emptyTicket(number),
  queue: 'Support',
  participants: new Set(['kim@customer.example']),
};
const kim = { name: 'Kim', address: 'kim@customer.example' };

function changesOf(ticket: Ticket, command: TicketCommand) {
  const result = decide(ticket, command, anna, desk);
  return result.ok
    ? result.value.changes.map((change) => Object.values(change).join(' '))
    : result.refusal;
}

describe('decide', () => {
  it('makes the answering agent the owner of a new ticket and opens it', () => {
    const lee = { name: '', address: 'Lee@customer.example' };
    expect(changesOf(fresh, { kind: 'reply', to: [kim], cc: [lee], text: 'Hello' })).toEqual([
      'set state open',
      'set owner anna',
      'add participant lee@customer.example',
    ]);
  });

  it('leaves owner and state as the agent asked', () => {
    const owned: Ticket = { ...fresh, owner: 'ben', state: 'open' };
    const changes = [{ kind: 'set', field: 'state', value: 'closed' } as const];
    expect(changesOf(owned, { kind: 'reply', to: [kim], cc: [], text: 'Done', changes })).toEqual([
      'set state closed',
    ]);
  });

  it('writes the queue as it is called, and only what differs', () => {
    const changes = [
      { kind: 'set', field: 'queue', value: 'billing::refunds' } as const,
      { kind: 'set', field: 'priority', value: 'normal' } as const,
    ];
    expect(changesOf(fresh, { kind: 'update', changes })).toEqual(['set queue Billing::Refunds']);
  });

  it.each<[string, TicketCommand, object]>([
    ['no recipient', { kind: 'reply', to: [], cc: [], text: 'x' }, { code: 'no-recipient' }],
    [
      'a broken recipient',
      { kind: 'reply', to: [{ name: '', address: 'a b@c' }], cc: [], text: 'x' },
      { code: 'bad-recipient', value: 'a b@c' },
    ],
    ['an empty answer', { kind: 'reply', to: [kim], cc: [], text: ' \n' }, { code: 'empty-text' }],
    ['an empty note', { kind: 'note', text: '' }, { code: 'empty-text' }],
    [
      'an unknown state',
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'done' }] },
      { code: 'unknown-state', value: 'done' },
    ],
    [
      'a state of another command',
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'merged' }] },
      { code: 'unknown-state' },
    ],
    [
      'an unknown queue',
      { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Sales' }] },
      { code: 'unknown-queue', known: desk.queues },
    ],
    [
      'an unknown agent',
      { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'eve' }] },
      { code: 'unknown-agent', value: 'eve' },
    ],
    [
      'an unknown priority',
      { kind: 'update', changes: [{ kind: 'set', field: 'priority', value: '1' }] },
      { code: 'unknown-priority' },
    ],
    [
      'an unknown field',
      { kind: 'update', changes: [{ kind: 'set', field: 'mood', value: 'x' }] },
      { code: 'unknown-field', field: 'mood' },
    ],
    [
      'a time that is none',
      { kind: 'update', changes: [{ kind: 'set', field: 'pending-until', value: 'soon' }] },
      { code: 'bad-value', field: 'pending-until' },
    ],
    [
      'nothing new',
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'new' }] },
      { code: 'nothing-to-change' },
    ],
  ])('refuses %s', (_, command, refusal) => {
    expect(changesOf(fresh, command)).toMatchObject(refusal);
  });

  it('refuses to work on a merged ticket and names the surviving one', () => {
    const into = formatTicketNumber('20261123', 2);
    expect(changesOf({ ...fresh, mergedInto: into }, { kind: 'note', text: 'x' })).toEqual({
      code: 'ticket-merged',
      into,
    });
  });
});

describe('decideFollowUp', () => {
  const closed: Ticket = { ...fresh, state: 'closed' };

  it('reopens a closed ticket and lets a new writer take part', () => {
    expect(
      decideFollowUp(closed, ['kim@customer.example', 'lee@customer.example'], undefined),
    ).toEqual([
      { kind: 'set', field: 'state', value: 'open' },
      { kind: 'add', set: 'participant', value: 'lee@customer.example' },
    ]);
  });

  it('changes no state for an out-of-office mail', () => {
    const away = { kind: 'auto-replied', reason: 'Auto-Submitted' } as const;
    expect(decideFollowUp(closed, ['kim@customer.example'], away)).toEqual([]);
  });
});
