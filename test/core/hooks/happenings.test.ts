/** What other programs are told that happened. */
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { whatHappened } from '../../../src/core/hooks/happenings.ts';
import {
  type Change,
  type EventKind,
  parseDigest,
  parseMessageName,
  type TicketEvent,
} from '../../../src/core/ticket/event.ts';
import { continueFold, foldTicket, type Ticket } from '../../../src/core/ticket/fold.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const number = parseTicketNumber('20261123004266') ?? failed();

function failed(): never {
  throw new Error('The test is wrong');
}

let sequence = 0;

function event(
  kind: EventKind,
  changes: readonly Change[] = [],
  fields: Readonly<Record<string, string>> = {},
): TicketEvent {
  sequence += 1;
  return {
    name: parseMessageName(`m${sequence}`) ?? failed(),
    kind,
    kindText: kind,
    time: toInstant(sequence * 1000),
    actor: { kind: 'agent', login: 'anna' },
    changes,
    previous: [],
    digest: parseDigest(`sha256:${String(sequence).padStart(64, '0')}`) ?? failed(),
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])),
    mail: emptyFacts,
  };
}

const set = (field: string, value: string): Change => ({ kind: 'set', field, value });
const support = set('queue', 'Support');

function told(before: readonly Change[], what: TicketEvent) {
  const ticket: Ticket = foldTicket(number, [event('mail-in', before)]);
  const later = { ...what, time: toInstant(sequence * 1000 + 1) };
  return whatHappened({ event: later, before: ticket, after: continueFold(ticket, [later]) });
}

describe('whatHappened', () => {
  it('tells of the mail that opens a ticket', () => {
    const first = event('mail-in', [support, set('state', 'new')]);
    const opened = { event: first, before: undefined, after: foldTicket(number, [first]) };
    expect(whatHappened(opened)).toEqual(['opened', 'mail-in']);
  });

  it.each<[string, readonly Change[], TicketEvent, readonly string[]]>([
    [
      'an answer that closes',
      [support],
      event('mail-out', [set('state', 'closed')]),
      ['mail-out', 'changed', 'closed'],
    ],
    [
      'a follow-up that opens it again',
      [set('state', 'closed')],
      event('mail-in', [set('state', 'open')]),
      ['mail-in', 'changed', 'reopened'],
    ],
    ['another queue', [support], event('update', [set('queue', 'Billing')]), ['moved', 'changed']],
    ['another owner', [], event('update', [set('owner', 'anna')]), ['assigned', 'changed']],
    ['nobody as owner', [set('owner', 'anna')], event('update', [set('owner', '')]), ['changed']],
    [
      'the same again',
      [set('owner', 'anna')],
      event('update', [set('owner', 'anna')]),
      ['changed'],
    ],
    [
      'from closed to closed without success',
      [set('state', 'closed')],
      event('update', [set('state', 'closed-unsuccessful')]),
      ['changed'],
    ],
    [
      'removed',
      [set('state', 'closed')],
      event('update', [set('state', 'removed')]),
      ['changed', 'removed'],
    ],
    ['a note', [], event('note'), ['note']],
    [
      'a mail that went out',
      [],
      event('delivery', [], { delivery: 'sent; message=a; attempt=1' }),
      ['sent'],
    ],
    [
      'a mail that did not',
      [],
      event('delivery', [], { delivery: 'failed; message=a; attempt=9' }),
      ['undelivered'],
    ],
    [
      'a mail that waits',
      [],
      event('delivery', [], { delivery: 'deferred; message=a; attempt=1' }),
      [],
    ],
    ['a draft', [], event('draft'), []],
    ['an import', [], event('import', [set('state', 'closed')]), []],
  ])('tells of %s', (_, before, what, happened) => {
    expect([...told(before, what)].toSorted()).toEqual([...happened].toSorted());
  });

  it('says nothing of a kind that it does not know', () => {
    expect(told([], { ...event('note'), kind: undefined, kindText: 'later' })).toEqual([]);
  });
});
