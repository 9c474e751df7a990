import { describe, expect, it } from 'vitest';
import { day } from '../../src/base/clock.ts';
import { parseHolds } from '../../src/config/holds.ts';
import { parseQueueFile } from '../../src/config/queues.ts';
import { parseAge } from '../../src/config/retention.ts';

it.each([
  ['30d', 30 * day],
  ['12w', 84 * day],
  ['3y', 3 * 366 * day],
  ['100y', 36_600 * day],
  ['101y', undefined],
  ['0d', undefined],
  ['5m', undefined],
  ['soon', undefined],
])('an age of %s is %j', (text, expected) => {
  expect(parseAge(text)).toBe(expected);
});

describe('retention of a queue', () => {
  const parse = (retention: string) =>
    parseQueueFile(`name: Billing\nretention: ${retention}\n`, 'billing.yaml');

  it('is read', () => {
    const { queue, problems } = parse('{ archiveAfter: 90d, removeAfter: no, spamAfter: 2w }');
    expect(problems).toEqual([]);
    expect(queue?.retention).toEqual({
      archiveAfter: 90 * day,
      removeAfter: false,
      spamAfter: 14 * day,
    });
  });

  it.each(['90d', '{ removeAfter: soon }', '{ removAfter: 3y }'])('%s is a problem', (text) => {
    const { queue, problems } = parse(text);
    expect(problems).toHaveLength(1);
    expect(queue?.retention ?? {}).toEqual({});
  });
});

describe('holds by query', () => {
  it('name a reason and a query each', () => {
    const { rules, problems } = parseHolds('Case 1: from:acme.example\nAudit: queue:Billing\n');
    expect(problems).toEqual([]);
    expect(rules.map(({ reason, query }) => [reason, query])).toEqual([
      ['Case 1', 'from:acme.example'],
      ['Audit', 'queue:Billing'],
    ]);
  });

  it.each(['lamp', '""', 'from:acme.example lamp', 'due:<2h', 'is:late', 'frm:acme'])(
    '%s is a problem',
    (query) => {
      const { rules, problems } = parseHolds(`Case 1: ${query}\n`);
      expect(rules).toEqual([]);
      expect(problems).toHaveLength(1);
    },
  );
});
