import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { type DeskFacts, decide, type TicketCommand } from '../../../src/core/ticket/decide.ts';
import { type Actor, parseDigest, parseMessageName } from '../../../src/core/ticket/event.ts';
import { continueFold, emptyTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { rightsNeeded } from '../../../src/core/ticket/needs.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { rightsOn } from '../../../src/core/ticket/rights.ts';
import { isEscalated, readableOf } from '../../../src/core/ticket/team.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };
const desk: DeskFacts = {
  queues: ['Support', 'Experts', 'Billing'],
  agents: ['anna', 'ben', 'lena'],
  people: [
    { login: 'anna', name: 'Anna Adler' },
    { login: 'ben', name: 'Ben Kaya' },
    { login: 'lena', name: 'Lena Vogt' },
  ],
  secondLevels: new Map([['support', 'experts']]),
};
const start: Ticket = {
  ...emptyTicket(formatTicketNumber('20261123', 1)),
  queue: 'Support',
  owner: 'anna',
};

let count = 0;

/** The ticket after the command; fails when it is refused. */
function ticketAfter(ticket: Ticket, command: TicketCommand, actor = anna): Ticket {
  const decided = decide(ticket, command, actor, desk);
  if (!decided.ok) throw new Error(decided.refusal.code);
  count += 1;
  const name = parseMessageName(`event-${count}`);
  const digest = parseDigest(`sha256:${String(count).padStart(64, '0')}`);
  if (name === undefined || digest === undefined) throw new Error('No name');
  return continueFold(ticket, [
    {
      name,
      digest,
      kind: decided.value.kind,
      kindText: decided.value.kind,
      time: toInstant(count),
      actor,
      changes: decided.value.changes,
      previous: [],
      fields: new Map(),
      mail: emptyFacts,
    },
  ]);
}

function refused(ticket: Ticket, command: TicketCommand): string {
  const decided = decide(ticket, command, anna, desk);
  return decided.ok ? 'allowed' : decided.refusal.code;
}

describe('hand-over', () => {
  it('to an agent is one note that changes the owner and says whose it was', () => {
    const decided = decide(
      start,
      { kind: 'hand-over', owner: 'ben', text: 'He knows lamps, says @lena.' },
      anna,
      desk,
    );
    expect(decided).toEqual({
      ok: true,
      value: {
        kind: 'note',
        actor: anna,
        changes: [
          { kind: 'set', field: 'owner', value: 'ben' },
          { kind: 'add', set: 'mention', value: 'lena' },
        ],
        fields: [['Was', 'owner=anna']],
      },
    });
  });

  it('to a queue leaves it to its team', () => {
    const ticket = ticketAfter(start, { kind: 'hand-over', queue: 'billing', text: 'An invoice.' });
    expect([ticket.queue, ticket.owner]).toEqual(['Billing', undefined]);
  });

  it.each([
    [{ owner: 'ben', text: ' ' }, 'empty-text'],
    [{ owner: 'kim', text: 'x' }, 'unknown-agent'],
    [{ text: 'x' }, 'unknown-agent'],
    [{ queue: 'Nowhere', text: 'x' }, 'unknown-queue'],
    [{ owner: 'anna', text: 'x' }, 'nothing-to-change'],
    [{ queue: 'support', text: 'x' }, 'nothing-to-change'],
  ])('%o is refused as %s', (wish, code) => {
    expect(refused(start, { kind: 'hand-over', ...wish })).toBe(code);
  });
});

describe('advice', () => {
  it('the asked agent may read and note until the advice is given', () => {
    const asked = ticketAfter(start, { kind: 'ask-advice', agent: 'lena', text: 'What is it?' });
    expect([...asked.advice]).toEqual(['lena']);
    const rightsOf = (ticket: Ticket, login: string) => [
      ...rightsOn(readableOf(ticket), login, () => new Set()),
    ];
    expect(rightsOf(asked, 'lena')).toEqual(['see', 'note']);
    expect(rightsOf(asked, 'ben')).toEqual([]);
    const done = ticketAfter(asked, { kind: 'end-advice', agent: 'lena', text: 'A fuse.' });
    expect([...done.advice]).toEqual([]);
    expect(rightsOf(done, 'lena')).toEqual([]);
  });

  it('an end without words is a change, one with words a note', () => {
    const asked = ticketAfter(start, { kind: 'ask-advice', agent: 'lena', text: 'What is it?' });
    const kindOf = (text?: string) => {
      const decided = decide(
        asked,
        { kind: 'end-advice', agent: 'lena', ...(text === undefined ? {} : { text }) },
        anna,
        desk,
      );
      return decided.ok ? decided.value.kind : decided.refusal.code;
    };
    expect([kindOf(), kindOf(' '), kindOf('A fuse.')]).toEqual(['update', 'update', 'note']);
  });

  it.each([
    [{ kind: 'ask-advice', agent: 'lena', text: '' } as const, 'empty-text'],
    [{ kind: 'ask-advice', agent: 'kim', text: 'x' } as const, 'unknown-agent'],
    [{ kind: 'ask-advice', agent: 'anna', text: 'x' } as const, 'bad-value'],
    [{ kind: 'end-advice', agent: 'lena' } as const, 'not-asked'],
  ])('%o is refused as %s', (command, code) => {
    expect(refused(start, command)).toBe(code);
  });
});

describe('mentions', () => {
  it('a note names whom it means, but not its writer', () => {
    const ticket = ticketAfter(start, { kind: 'note', text: '@ben and @Lena, says @anna' });
    expect([...ticket.mentions]).toEqual(['ben', 'lena']);
    const seen = ticketAfter(ticket, { kind: 'end-advice', agent: 'ben' });
    expect([...seen.mentions]).toEqual(['lena']);
  });

  it('an answer to the customer mentions nobody', () => {
    const to = [{ name: '', address: 'kim@customer.example' }];
    const ticket = ticketAfter(start, { kind: 'reply', to, cc: [], text: 'Ask @ben' });
    expect([...ticket.mentions]).toEqual([]);
  });

  it('only agents are mentioned or asked by a change', () => {
    expect(
      refused(start, {
        kind: 'update',
        changes: [{ kind: 'add', set: 'advice', value: 'kim' }],
      }),
    ).toBe('unknown-agent');
  });
});

describe('second level', () => {
  it('and back to the queue and the owner that it came from', () => {
    const up = ticketAfter(start, { kind: 'escalate', text: 'Too hard for us.' });
    expect([up.queue, up.owner, isEscalated(up)]).toEqual(['Experts', undefined, true]);
    const taken = ticketAfter(up, {
      kind: 'update',
      changes: [{ kind: 'set', field: 'owner', value: 'lena' }],
    });
    const back = ticketAfter(taken, { kind: 'bring-back', text: 'Change the fuse.' });
    expect([back.queue, back.owner, isEscalated(back), [...back.extra]]).toEqual([
      'Support',
      'anna',
      false,
      [],
    ]);
  });

  it('a ticket that nobody owned comes back without owner', () => {
    const up = ticketAfter({ ...start, owner: undefined }, { kind: 'escalate', text: 'Hard.' });
    const taken = ticketAfter(up, {
      kind: 'update',
      changes: [{ kind: 'set', field: 'owner', value: 'lena' }],
    });
    expect(ticketAfter(taken, { kind: 'bring-back', text: 'Easy.' }).owner).toBeUndefined();
  });

  it('refusals', () => {
    const up = ticketAfter(start, { kind: 'escalate', text: 'Too hard for us.' });
    expect([
      refused(start, { kind: 'escalate', text: ' ' }),
      refused({ ...start, queue: 'Billing' }, { kind: 'escalate', text: 'x' }),
      refused(up, { kind: 'escalate', text: 'x' }),
      refused(start, { kind: 'bring-back', text: 'x' }),
      refused(up, { kind: 'bring-back', text: '' }),
      refused(
        { ...start, mergedInto: formatTicketNumber('20261123', 2) },
        { kind: 'escalate', text: 'x' },
      ),
    ]).toEqual([
      'empty-text',
      'no-second-level',
      'already-escalated',
      'not-escalated',
      'empty-text',
      'ticket-merged',
    ]);
  });
});

it('taking a ticket from somebody says from whom', () => {
  const take = (ticket: Ticket) =>
    decide(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'ben' }] },
      { kind: 'agent', login: 'ben' },
      desk,
    );
  expect(take(start)).toMatchObject({ value: { fields: [['Was', 'owner=anna']] } });
  expect(take({ ...start, owner: undefined })).toMatchObject({ value: { fields: [] } });
});

it('each step needs the right to note and that of what it does', () => {
  const needs = (command: TicketCommand) => rightsNeeded(start, command);
  expect([
    needs({ kind: 'hand-over', owner: 'ben', text: 'x' }),
    needs({ kind: 'hand-over', queue: 'Billing', text: 'x' }),
    needs({ kind: 'ask-advice', agent: 'ben', text: 'x' }),
    needs({ kind: 'end-advice', agent: 'ben' }),
    needs({ kind: 'escalate', text: 'x' }),
    needs({ kind: 'bring-back', text: 'x' }),
  ]).toEqual([
    ['note', 'own'],
    ['note', 'move'],
    ['note'],
    ['note'],
    ['note', 'move'],
    ['note', 'move'],
  ]);
});
