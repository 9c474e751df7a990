import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AutoReplyFacts,
  autoReplyKinds,
  formatAutoReply,
  judgeAutoReply,
  readAutoReply,
  silenceReasons,
} from '../../../src/core/autoreply/auto-reply.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';

const to = { name: 'Kim Berg', address: 'kim@customer.example' };

const facts: AutoReplyFacts = {
  kind: 'new-ticket',
  isOn: true,
  automatic: undefined,
  sender: 'kim@customer.example',
  to,
  isOwnAddress: false,
  forbidden: undefined,
  isBroken: false,
  sentInTicket: 0,
  isRepeated: false,
  mostInTicket: 5,
};

describe('judgeAutoReply', () => {
  it('lets a person have an answer', () => {
    expect(judgeAutoReply(facts)).toEqual({ kind: 'due', reply: 'new-ticket', to });
    expect(judgeAutoReply({ ...facts, sender: undefined }).kind).toBe('due');
  });

  it.each([
    [{ isOn: false }, 'switched-off'],
    [{ forbidden: 'spam' }, 'spam'],
    [{ forbidden: 'rule' }, 'rule'],
    [{ automatic: { kind: 'list', reason: 'List-ID' } }, 'automatic'],
    [{ sender: '' }, 'no-way-back'],
    [{ to: undefined }, 'no-address'],
    [{ to: { name: '', address: 'nowhere' } }, 'no-address'],
    [{ isOwnAddress: true }, 'own-address'],
    [{ isBroken: true }, 'breaker'],
    [{ isRepeated: true }, 'already-answered'],
    [{ sentInTicket: 5 }, 'too-many-for-ticket'],
  ] as const)('says why not: %o', (change, reason) => {
    expect(judgeAutoReply({ ...facts, ...change })).toMatchObject({ kind: 'none', reason });
  });
});

describe('Ticket-Auto-Reply', () => {
  it('reads back what was formatted', () => {
    const field = fc.record({
      state: fc.constantFrom('due', 'none', 'sent'),
      reply: fc.constantFrom(...autoReplyKinds),
      reason: fc.option(fc.constantFrom(...silenceReasons), { nil: undefined }),
      sign: fc.option(fc.constantFrom('List-ID', 'From'), { nil: undefined }),
      language: fc.option(fc.constantFrom('de', 'zh-Hans'), { nil: undefined }),
      message: fc.constantFrom(undefined, parseMessageName('1.M2.host,S=3')),
    });
    fc.assert(
      fc.property(field, (written) => {
        const fields = new Map([['auto-reply', [formatAutoReply(written)]]]);
        expect(readAutoReply(fields)).toEqual(written);
      }),
    );
  });

  it('is nothing where the words are none of ours', () => {
    for (const value of ['', 'due', 'due; kind=other', 'maybe; kind=follow-up'])
      expect(readAutoReply(new Map([['auto-reply', [value]]]))).toBeUndefined();
  });
});
