import { describe, expect, it } from 'vitest';
import { hour, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { type JudgedTicket, splitQuery } from '../../../src/core/search/match.ts';
import { askedBy } from '../../../src/core/search/personal.ts';
import { parseQuery } from '../../../src/core/search/query.ts';

const now = parseInstant('2026-11-23T12:00:00Z') ?? toInstant(0);
const ticket: JudgedTicket = {
  number: '20261123004266',
  queue: 'Support',
  alsoQueues: [],
  state: 'open',
  priority: 'normal',
  owner: undefined,
  language: undefined,
  customer: undefined,
  participants: [],
  tags: [],
  marks: [],
};

function matches(text: string, hours: number | undefined): boolean {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.refusal.code);
  const { test, needsDue } = splitQuery(
    askedBy(query.value, { login: undefined, now, standsInFor: () => [] }),
  );
  expect(needsDue).toBe(true);
  return test(ticket, hours === undefined ? undefined : toInstant(now + hours * hour));
}

describe('due times in queries', () => {
  it.each([
    ['is:late', [-1, 0], [1, undefined]],
    ['-is:late', [1, undefined], [-1, 0]],
    ['is:LATE is:open', [-1], [1]],
    ['due:<2h', [-5, 1, 2], [3, undefined]],
    ['due:<=30m', [0.5], [0.6]],
    ['due:>1d', [25], [24, -1, undefined]],
    ['due:<2h -is:late', [1], [-1, 3]],
    ['due:none', [undefined], [1, -1]],
  ])('%s', (text, yes, no) => {
    for (const hours of yes) expect([hours, matches(text, hours)]).toEqual([hours, true]);
    for (const hours of no) expect([hours, matches(text, hours)]).toEqual([hours, false]);
  });

  it.each(['due:2h', 'due:<2', 'due:<2w', 'due:soon', 'due:<999999h', 'is:lately'])(
    '%s is an unknown value',
    (text) => {
      expect(parseQuery(text)).toMatchObject({ ok: false, refusal: { code: 'unknown-value' } });
    },
  );

  it('asks for due times only where the query is about them', () => {
    const query = parseQuery('is:open lamp');
    expect(query.ok && splitQuery(query.value).needsDue).toBe(false);
  });
});
