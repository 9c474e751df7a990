import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMail } from '../../../src/core/message/judge.ts';
import { holds } from '../../helpers/laws.ts';

const spam = (score: number) => ({ flag: true, score, by: 'spamd', tests: [] });
const virus = { found: true, name: 'Eicar', by: 'clamd' };
const none = { spam: undefined, virus: undefined };
const policy = { refuseSpamScore: 10, virusAtSmtp: 'quarantine' } as const;

describe('judgeMail', () => {
  it.each([
    ['a plain mail', none, policy, true, { kind: 'file', isSpam: false }],
    ['spam', { ...none, spam: spam(9.9) }, policy, true, { kind: 'file', isSpam: true }],
    ['much spam', { ...none, spam: spam(10) }, policy, true, { kind: 'refuse', reason: 'spam' }],
    [
      'much spam that nobody can be refused',
      { ...none, spam: spam(10) },
      policy,
      false,
      { kind: 'file', isSpam: true },
    ],
    ['a virus in spam', { virus, spam: spam(99) }, policy, true, { kind: 'quarantine' }],
    [
      'a virus to be refused',
      { ...none, virus },
      { ...policy, virusAtSmtp: 'refuse' },
      true,
      { kind: 'refuse', reason: 'virus' },
    ],
    [
      'a virus that nobody can be refused',
      { ...none, virus },
      { ...policy, virusAtSmtp: 'refuse' },
      false,
      { kind: 'quarantine' },
    ],
  ] as const)('%s', (_, verdicts, rules, canRefuse, judgement) => {
    expect(judgeMail(verdicts, rules, canRefuse)).toEqual(judgement);
  });

  it('never refuses where nobody hears it, and never files a virus', () => {
    const cases = fc.record({
      flag: fc.boolean(),
      score: fc.integer({ min: -50, max: 50 }),
      found: fc.boolean(),
      limit: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
      virusAtSmtp: fc.constantFrom('quarantine' as const, 'refuse' as const),
      canRefuse: fc.boolean(),
    });
    holds(cases, ({ flag, score, found, limit, virusAtSmtp, canRefuse }) => {
      const { kind } = judgeMail(
        { spam: { ...spam(score), flag }, virus: { ...virus, found } },
        { refuseSpamScore: limit, virusAtSmtp },
        canRefuse,
      );
      if (!canRefuse) expect(kind).not.toBe('refuse');
      if (found) expect(kind).not.toBe('file');
      if (!flag && !found) expect(kind).toBe('file');
    });
  });
});
