import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addCounts,
  countOutcome,
  countReceived,
  imbalanceOf,
  type MailCount,
  mailOutcomes,
  noMails,
  readCountJson,
  settledOf,
  toCountJson,
} from '../../../src/core/ledger/counts.ts';

const outcome = fc.constantFrom(...mailOutcomes);

function countOf(outcomes: readonly (typeof mailOutcomes)[number][], open = 0): MailCount {
  let count = noMails;
  for (let received = 0; received < outcomes.length + open; received += 1)
    count = countReceived(count);
  return outcomes.reduce(countOutcome, count);
}

it('balances whatever became of the mails', () => {
  fc.assert(
    fc.property(fc.array(outcome), fc.nat(20), (outcomes, open) => {
      expect(imbalanceOf(countOf(outcomes, open), open)).toBe(0);
    }),
  );
});

it('a mail that nothing became of, and one that is counted twice, are seen', () => {
  expect(imbalanceOf(countOf(['ticket'], 1), 0)).toBe(1);
  expect(imbalanceOf(countOutcome(countOf(['ticket']), 'trouble'), 0)).toBe(-1);
});

it('sums of accounts balance like one account of all', () => {
  fc.assert(
    fc.property(fc.array(outcome), fc.array(outcome), (one, other) => {
      expect(addCounts(countOf(one), countOf(other))).toEqual(countOf([...one, ...other]));
    }),
  );
});

it('is read as it was written; what is no count is nothing', () => {
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      const count = countOf(outcomes);
      expect(readCountJson(JSON.parse(JSON.stringify(toCountJson(count))))).toEqual(count);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(settledOf(readCountJson(value))).toBeGreaterThanOrEqual(0);
    }),
  );
  expect(readCountJson({ received: -1, ticket: 0.5, trouble: '3' })).toEqual(noMails);
});
