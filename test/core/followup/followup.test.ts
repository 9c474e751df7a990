import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { followUpCandidates } from '../../../src/core/followup/candidates.ts';
import { chooseFollowUp, type FoundTicket } from '../../../src/core/followup/choose.ts';
import type { Mail } from '../../../src/core/message/mail.ts';
import { createSignedIds, toMessageId } from '../../../src/core/message/message-id.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { emptyFacts } from '../../helpers/facts.ts';

const ids = createSignedIds(Buffer.from('secret'));
const number = formatTicketNumber('20261123', 1);
const other = formatTicketNumber('20261123', 2);
const now = toInstant(1_800_000_000_000);
const day = 86_400_000;

function mail(parts: Partial<Mail>): Mail {
  return { ...emptyFacts, fields: new Map(), text: '', html: undefined, ...parts };
}

describe('followUpCandidates', () => {
  it('orders them by how far they are believed, references newest first', () => {
    const signed = ids.formatMessageId(number, 'r', 'desk.example');
    const candidates = followUpCandidates(
      mail({
        messageId: toMessageId('own@x'),
        inReplyTo: [toMessageId('parent@x')],
        references: [toMessageId('oldest@x'), signed, toMessageId('parent@x')],
        subject: `AW: [#${other}] Lamp`,
      }),
      [ids.formatPlusAddress('support@desk.example', other)],
      ids,
    );
    expect(
      candidates.map((each) => [
        each.rule,
        'id' in each ? each.id : 'key' in each ? each.key : each.number,
      ]),
    ).toEqual([
      ['signed-id', number],
      ['plus-address', other],
      ['reference', 'parent@x'],
      ['reference', signed],
      ['reference', 'oldest@x'],
      ['unknown-parent', 'parent@x'],
      ['unknown-parent', signed],
      ['unknown-parent', 'oldest@x'],
      ['unknown-parent', 'own@x'],
      ['subject-number', other],
    ]);
  });

  it('passes over a number whose check digits are wrong, or that is part of a longer one', () => {
    const wrong = `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`;
    const candidates = followUpCandidates(
      mail({ subject: `${wrong} 9${number} ${number}1234567` }),
      [],
      ids,
    );
    expect(candidates).toEqual([]);
  });
});

describe('chooseFollowUp', () => {
  const kim = { name: '', address: 'Kim@Customer.example' };
  const ticket: FoundTicket = {
    number,
    state: 'open',
    queue: 'Support',
    closedAt: undefined,
    participants: ['kim@customer.example'],
  };
  const reopen = () => ({ closedFollowUp: 'reopen' as const, reopenDays: 30 });
  const choose = (
    rule: 'reference' | 'subject-number',
    found: FoundTicket,
    from = kim,
    policy: Parameters<typeof chooseFollowUp>[2] = reopen,
  ) => chooseFollowUp([{ rule, ticket: found }], { from }, policy, now);

  it('lets a participant in by the number in the subject', () => {
    expect(choose('subject-number', ticket)).toEqual({
      kind: 'join',
      ticket,
      rule: 'subject-number',
    });
  });

  it('makes a suggestion of the number that a stranger quotes', () => {
    const stranger = { name: 'Kim', address: 'kim@evil.example' };
    expect(choose('subject-number', ticket, stranger)).toEqual({
      kind: 'open',
      continues: undefined,
      suggested: [number],
    });
  });

  it('makes a suggestion of the number when the participant’s address is forged', () => {
    const found = (rule: 'reference' | 'subject-number') => [{ rule, ticket }];
    const writer = { from: kim };
    expect(chooseFollowUp(found('subject-number'), writer, reopen, now, true)).toEqual({
      kind: 'open',
      continues: undefined,
      suggested: [number],
    });
    // A token or a reference is known only to who has the mail, whatever the address.
    expect(chooseFollowUp(found('reference'), writer, reopen, now, true)).toMatchObject({
      kind: 'join',
    });
  });

  it('lets a second address of the customer in by reference', () => {
    expect(choose('reference', ticket, { name: '', address: 'kim@home.example' })).toMatchObject({
      kind: 'join',
    });
  });

  it('reopens a closed ticket within the days of its queue, then opens a linked one', () => {
    const closed = (daysAgo: number) => ({
      ...ticket,
      state: 'closed' as const,
      closedAt: toInstant(now - daysAgo * day),
    });
    expect(choose('reference', closed(29))).toMatchObject({ kind: 'join' });
    expect(choose('reference', closed(31))).toEqual({
      kind: 'open',
      continues: number,
      suggested: [],
    });
    const never = () => ({ closedFollowUp: 'new' as const, reopenDays: 0 });
    expect(choose('reference', closed(1), kim, never)).toMatchObject({
      kind: 'open',
      continues: number,
    });
  });
});
