import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { findUnfit, holdsQuery } from '../../../src/core/rules/query-test.ts';
import type { JudgedTicket } from '../../../src/core/search/match.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import { subjectOf } from './subject.ts';

function read(text: string) {
  const query = parseQuery(text, 'any');
  if (!query.ok) throw new Error(text);
  return query.value;
}

const ticket: JudgedTicket = {
  number: '20261123004266',
  queue: 'Billing::Refunds',
  alsoQueues: [],
  state: 'closed',
  priority: 'high',
  owner: 'anna',
  language: 'de',
  customer: { name: 'Kim Berg', address: 'kim@customer.example' },
  participants: ['kim@customer.example'],
  tags: ['vip'],
  marks: [],
  created: toInstant(Date.UTC(2026, 10, 23)),
};

describe('a query as the condition of a rule', () => {
  it.each([
    ['invoice', true],
    ['"invoice of may"', true],
    ['invo*', true],
    ['lamp', false],
    ['-lamp', true],
    ['lamp OR invoice', true],
    ['-(lamp OR invoice)', false],
    ['subject:4711', true],
    ['subject:outlook', false],
    ['from:kim', true],
    ['from:*@customer.example', true],
    ['to:support', true],
    ['to:billing@desk.example', true],
    ['to:kim', false],
    ['lang:de', true],
    ['has:attachment', false],
    ['is:spam', false],
    ['is:unowned', true],
    ['queue:Billing', false],
    ['-queue:Billing', true],
  ])('asks of a mail that opens a ticket: %s is %s', (text, expected) => {
    expect(holdsQuery(read(text), subjectOf())).toBe(expected);
  });

  it.each([
    ['queue:Billing', true],
    ['is:closed tag:vip', true],
    ['owner:anna', true],
    ['priority:low', false],
    ['created:2026-11-23', true],
    ['created:today', false],
    ['number:4266', true],
    ['queue:Billing (lamp OR invoice)', true],
  ])('asks of a mail that joins a ticket: %s is %s', (text, expected) => {
    expect(holdsQuery(read(text), subjectOf({}, { ticket, isFollowUp: true }))).toBe(expected);
  });

  it.each([
    ['invoice is:unread', 'is:unread'],
    ['a OR (b -waiting:me)', '-waiting:me'],
    ['due:<2h', 'due:"<2h"'],
    ['owner:me', 'owner:me'],
    ['snoozed:me', 'snoozed:me'],
    ['from:kim is:closed created:2026', undefined],
  ])('tells what no rule can ask for: %s', (text, unfit) => {
    expect(findUnfit(read(text))?.replaceAll('"', '')).toBe(unfit?.replaceAll('"', ''));
  });
});
