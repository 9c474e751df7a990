import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant, toInstant } from '../../../src/base/clock.ts';
import {
  type DeskFacts,
  decide,
  decideFollowUp,
  type TicketCommand,
} from '../../../src/core/ticket/decide.ts';
import type { Actor, Change } from '../../../src/core/ticket/event.ts';
import { emptyTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { rightsNeeded } from '../../../src/core/ticket/needs.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { noTicketRules, type TicketRules } from '../../../src/core/ticket/ticket-rules.ts';

const at = (text: string) => parseInstant(text) ?? toInstant(0);
const morning = at('2026-11-24T08:00:00Z');
const lockUntil = at('2026-11-24T16:00:00Z');
const rules: TicketRules = {
  ...noTicketRules,
  states: [
    { key: 'waiting-supplier', type: 'pending-reminder', names: {} },
    { key: 'spam-closed', type: 'closed', names: {} },
  ],
  fields: [
    field('order', { kind: 'number', isRequired: true, queues: ['Billing'] }),
    field('colour', { kind: 'choice', choices: [{ key: 'Red', names: {} }] }),
    field('since', { kind: 'date' }),
    field('paid', { kind: 'yes-no' }),
    field('site', { kind: 'url' }),
    field('boss', { kind: 'email' }),
  ],
};
const desk: DeskFacts = {
  queues: ['Support', 'Billing', 'Billing::Refunds'],
  agents: ['anna', 'ben'],
  rules,
  lockUntil,
  morning,
};
const anna: Actor = { kind: 'agent', login: 'anna' };
const kim = { name: 'Kim', address: 'kim@customer.example' };
const number = formatTicketNumber('20261123', 1);
const open: Ticket = {
  ...emptyTicket(number),
  queue: 'Support',
  state: 'open',
  owner: 'anna',
  participants: new Set(['kim@customer.example']),
};

function field(name: string, rest: Partial<TicketRules['fields'][number]>) {
  return {
    name,
    kind: 'text',
    choices: [],
    names: {},
    queues: [],
    isRequired: false,
    ...rest,
  } as const;
}

function changesOf(ticket: Ticket, command: TicketCommand, facts = desk) {
  const result = decide(ticket, command, anna, facts);
  return result.ok
    ? result.value.changes.map((change) => Object.values(change).join(' '))
    : result.refusal;
}

function update(...texts: readonly string[]): TicketCommand {
  return { kind: 'update', changes: texts.map(toChange) };
}

/** `field=value`, `set+=value`, `set-=value` */
function toChange(text: string): Change {
  const [, name = '', sign = '', value = ''] =
    /^([^=+-]+(?:-[a-z]+)*)([+-]?)=(.*)$/.exec(text) ?? [];
  if (sign === '') return { kind: 'set', field: name, value };
  return { kind: sign === '+' ? 'add' : 'remove', set: name, value };
}

const withExtra = (
  extra: Readonly<Record<string, string>>,
  rest: Partial<Ticket> = {},
): Ticket => ({
  ...open,
  ...rest,
  extra: new Map(Object.entries(extra)),
});

describe('states with names', () => {
  const waiting = withExtra(
    { 'state-name': 'waiting-supplier' },
    { state: 'pending-reminder', pendingUntil: morning },
  );

  it('are written as their type with the name beside it', () => {
    expect(changesOf(open, update('state=waiting-supplier'))).toEqual([
      'set state pending-reminder',
      'set state-name waiting-supplier',
      'set pending-until 2026-11-24T08:00:00.000Z',
    ]);
  });

  it('are no change when they hold already, and change to the plain type', () => {
    expect(changesOf(waiting, update('state=waiting-supplier'))).toEqual({
      code: 'nothing-to-change',
    });
    expect(changesOf(waiting, update('state=pending-reminder'))).toEqual([
      'set state pending-reminder',
    ]);
  });

  it('nobody declares are refused with those that are there', () => {
    expect(changesOf(open, update('state=lost'))).toMatchObject({
      code: 'unknown-state',
      known: expect.arrayContaining(['open', 'waiting-supplier']),
    });
    expect(changesOf(open, update('state-name=lost'))).toMatchObject({ code: 'unknown-field' });
  });

  it('need the right of their type', () => {
    const needs = (text: string) => rightsNeeded(open, update(text), rules);
    expect(needs('state=spam-closed')).toContain('close');
    expect(needs('state=waiting-supplier')).toEqual(['see', 'answer']);
    expect(needs('state=pending-close')).toContain('close');
  });
});

describe('waiting', () => {
  it('with a time alone is a reminder, and with a state alone lasts until the next morning', () => {
    expect(changesOf(open, update('pending-until=2026-12-01T09:00:00+01:00'))).toEqual([
      'set pending-until 2026-12-01T08:00:00.000Z',
      'set state pending-reminder',
    ]);
    expect(changesOf(open, update('state=pending-close'))).toEqual([
      'set state pending-close',
      `set pending-until ${formatInstant(morning)}`,
    ]);
  });

  const waiting: Ticket = { ...open, state: 'pending-reminder', pendingUntil: morning };

  it('ends with any other state, and the time goes with it', () => {
    expect(changesOf(waiting, update('state=open'))).toEqual([
      'set state open',
      'set pending-until ',
    ]);
    expect(decideFollowUp(waiting, [], undefined)).toEqual([
      { kind: 'set', field: 'state', value: 'open' },
      { kind: 'set', field: 'pending-until', value: '' },
    ]);
  });

  it('keeps its time when only the kind of wait changes', () => {
    expect(changesOf(waiting, update('state=pending-close'))).toEqual(['set state pending-close']);
  });

  it.each([
    ['pending-reminder', ['set state open', 'set pending-until ']],
    ['pending-close', ['set state closed', 'set pending-until ']],
    ['open', { code: 'nothing-to-change' }],
  ] as const)('in state %s is over when its time has come', (state, expected) => {
    const command = { kind: 'fall-due', until: morning, once: 'x' } as const;
    expect(changesOf({ ...waiting, state }, command)).toEqual(expected);
  });

  it('does not end by a time that holds no longer', () => {
    const command = { kind: 'fall-due', until: lockUntil, once: 'x' } as const;
    expect(changesOf(waiting, command)).toEqual({ code: 'nothing-to-change' });
  });

  it('needs a time that is one', () => {
    expect(changesOf(open, update('pending-until=soon'))).toMatchObject({
      code: 'bad-value',
      field: 'pending-until',
    });
  });
});

describe('the lock', () => {
  const answer = { kind: 'reply', to: [kim], cc: [], text: 'Hello' } as const;
  const until = `set lock-until ${formatInstant(lockUntil)}`;

  it('is taken by answering, and lasts longer by answering again', () => {
    expect(changesOf(open, answer)).toEqual(['set lock anna', until]);
    expect(changesOf(withExtra({ lock: 'anna', 'lock-until': 'x' }), answer)).toEqual([until]);
    expect(changesOf(withExtra({ lock: 'ben', 'lock-until': 'x' }), answer)).toEqual([
      'set lock anna',
      until,
    ]);
  });

  it('is not taken by an answer that ends the ticket or hands it on, nor where there are no locks', () => {
    const closing = { ...answer, changes: [toChange('state=closed')] };
    expect(changesOf(open, closing)).toEqual(['set state closed']);
    const handing = { ...answer, changes: [toChange('owner=ben')] };
    expect(changesOf(open, handing)).toEqual(['set owner ben']);
    const { lockUntil: _, ...without } = desk;
    expect(changesOf(open, answer, without)).toEqual([]);
  });

  const locked = withExtra({ lock: 'anna', 'lock-until': formatInstant(lockUntil) });

  it.each([
    ['unlocking', ['lock='], ['set lock ', 'set lock-until ']],
    ['another owner', ['owner=ben'], ['set owner ben', 'set lock ', 'set lock-until ']],
    ['closing', ['state=closed'], ['set state closed', 'set lock ', 'set lock-until ']],
    ['its own owner, which changes nothing of it', ['owner=anna', 'tag+=x'], ['add tag x']],
  ])('ends by %s', (_, texts, expected) => {
    expect(changesOf(locked, update(...texts))).toEqual(expected);
  });

  it('can be given to an agent, and to nobody else', () => {
    expect(changesOf(open, update('lock=ben'))).toEqual(['set lock ben', until]);
    expect(changesOf(open, update('lock=zoe'))).toMatchObject({ code: 'unknown-agent' });
    const { lockUntil: _, ...without } = desk;
    expect(changesOf(open, update('lock=ben'), without)).toMatchObject({ code: 'bad-value' });
    expect(changesOf(open, update('lock-until=x'))).toMatchObject({ code: 'unknown-field' });
  });
});

describe('custom fields', () => {
  it.each([
    ['x-order=4711', 'set x-order 4711'],
    ['x-colour=red', 'set x-colour Red'],
    ['x-since=2026-02-28', 'set x-since 2026-02-28'],
    ['x-paid=TRUE', 'set x-paid yes'],
    ['x-site=https://example.org/a?b=c', 'set x-site https://example.org/a?b=c'],
    ['x-boss=a@example.org', 'set x-boss a@example.org'],
  ])('%s is stored as %s', (text, expected) => {
    expect(changesOf(open, update(text))).toEqual([expected]);
  });

  it.each([
    'x-order=many',
    'x-colour=blue',
    'x-since=2026-02-30',
    'x-paid=perhaps',
    'x-site=javascript:alert(1)',
    'x-boss=nobody',
  ])('%s is refused', (text) => {
    expect(changesOf(open, update(text))).toMatchObject({
      code: 'bad-value',
      field: text.split('=')[0],
    });
  });

  it('that nobody declares are refused by name, but can be taken away', () => {
    const old = withExtra({ 'x-old': '1' });
    expect(changesOf(old, update('x-old=2'))).toMatchObject({
      code: 'unknown-field',
      known: expect.arrayContaining(['x-order', 'close-reason']),
    });
    expect(changesOf(old, update('x-old='))).toEqual(['set x-old ']);
  });

  it('that are required keep a ticket of their queues from closing with success', () => {
    const missing = { code: 'field-required', field: 'x-order' };
    const refund: Ticket = { ...open, queue: 'Billing::Refunds' };
    expect(changesOf(refund, update('state=closed'))).toEqual(missing);
    expect(changesOf(open, update('state=closed', 'queue=Billing'))).toEqual(missing);
    expect(changesOf(open, update('state=closed'))).toEqual(['set state closed']);
    expect(changesOf(refund, update('state=closed-unsuccessful'))).toHaveLength(1);
    expect(changesOf(refund, update('state=closed', 'x-order=1'))).toHaveLength(2);
    const filled = withExtra({ 'x-order': '1' }, { queue: 'Billing' });
    expect(changesOf(filled, update('state=closed'))).toEqual(['set state closed']);
    expect(changesOf(filled, update('state=closed', 'x-order='))).toEqual(missing);
  });
});

describe('closing and removing', () => {
  it('keeps the reason until the ticket is open again', () => {
    expect(changesOf(open, update('state=closed', 'close-reason=Solved'))).toEqual([
      'set state closed',
      'set close-reason Solved',
    ]);
    const closed = withExtra({ 'close-reason': 'Solved' }, { state: 'closed' });
    expect(changesOf(closed, update('state=open'))).toEqual([
      'set state open',
      'set close-reason ',
    ]);
  });

  it('takes no reason for a ticket that stays open', () => {
    expect(changesOf(open, update('close-reason=Solved'))).toMatchObject({
      code: 'bad-value',
      field: 'close-reason',
    });
    expect(
      changesOf(open, update('state=closed', `close-reason=${'x'.repeat(201)}`)),
    ).toMatchObject({
      code: 'bad-value',
    });
  });

  it('remembers what a removed ticket was, name and time included', () => {
    const waiting = withExtra({ 'state-name': 'waiting-supplier' }, { state: 'pending-reminder' });
    expect(changesOf(waiting, { kind: 'remove' })).toEqual([
      'set state removed',
      'set state-before-removal pending-reminder',
    ]);
    const removed = withExtra(
      { 'state-name': 'waiting-supplier', 'state-before-removal': 'pending-reminder' },
      { state: 'removed' },
    );
    expect(changesOf(removed, { kind: 'remove' })).toEqual({ code: 'nothing-to-change' });
    expect(changesOf(removed, { kind: 'restore' })).toEqual([
      'set state pending-reminder',
      'set state-name waiting-supplier',
      'set state-before-removal ',
    ]);
  });

  it('restores what was removed by hand as open, and nothing else', () => {
    const removed: Ticket = { ...open, state: 'removed' };
    expect(changesOf(removed, { kind: 'restore' })).toContain('set state open');
    expect(changesOf(open, { kind: 'restore' })).toEqual({ code: 'not-removed', number });
    const merged: Ticket = { ...open, state: 'merged', mergedInto: number };
    expect(changesOf(merged, { kind: 'remove' })).toMatchObject({ code: 'ticket-merged' });
  });
});

describe('people, links and tags', () => {
  it.each([
    ['watcher+=ben', 'add watcher ben'],
    ['participant+=Lee <Lee@Other.example>', 'add participant lee@other.example'],
    [`link+=duplicate:${number}`, `add link duplicate:${number}`],
    ['tag+=vip', 'add tag vip'],
  ])('%s is %s', (text, expected) => {
    expect(changesOf(open, update(text))).toEqual([expected]);
  });

  it.each([
    ['watcher+=zoe', 'unknown-agent'],
    ['participant+=lee', 'bad-value'],
    ['link+=friend:20261123000191', 'bad-value'],
    ['link+=related:17', 'bad-value'],
    [`tag+=${'x'.repeat(101)}`, 'bad-value'],
    ['tag+= ', 'bad-value'],
  ])('%s is refused: %s', (text, code) => {
    expect(changesOf(open, update(text))).toMatchObject({ code });
  });
});
