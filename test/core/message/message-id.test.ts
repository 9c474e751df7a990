import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSignedIds,
  parseMessageIds,
  toMessageId,
} from '../../../src/core/message/message-id.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';

const ids = createSignedIds(Buffer.from('the secret of one desk'));
const others = createSignedIds(Buffer.from('the secret of another'));
const number = formatTicketNumber('20261123', 42);

describe('signed ids', () => {
  it('read back the ticket they were made for', () => {
    const id = ids.formatMessageId(number, 'abcdef', 'desk.example');
    expect(id).toMatch(/^20261123004\d{3}\.abcdef\.[a-z2-7]{16}@desk\.example$/);
    expect(ids.readMessageId(id)).toBe(number);
  });

  it('are nothing to another desk, and nothing when one character differs', () => {
    const id = ids.formatMessageId(number, 'abcdef', 'desk.example');
    expect(others.readMessageId(id)).toBeUndefined();
    const local = id.indexOf('@');
    for (let at = 0; at < local; at += 1) {
      const changed = `${id.slice(0, at)}${id[at] === 'b' ? 'c' : 'b'}${id.slice(at + 1)}`;
      expect(ids.readMessageId(toMessageId(changed))).toBeUndefined();
    }
  });

  it('make plus-addresses that only this desk can make', () => {
    const address = ids.formatPlusAddress('support@desk.example', number);
    expect(ids.readPlusAddress(address.toUpperCase().replace('SUPPORT', 'Support'))).toBe(number);
    expect(others.readPlusAddress(address)).toBeUndefined();
    expect(ids.readPlusAddress('support+sales@desk.example')).toBeUndefined();
  });

  it('of an agent read back with his login alone, and are no ids of the ticket', () => {
    const address = ids.formatAgentAddress('support@desk.example', number, 'anna');
    expect(address).toMatch(/^support\+20261123004\d{3}\.agent\.[a-z2-7]{16}@desk\.example$/);
    expect(ids.readAgentAddress(address.toUpperCase(), 'anna')).toBe(number);
    expect(ids.readAgentAddress(address, 'ben')).toBeUndefined();
    expect(ids.readPlusAddress(address)).toBeUndefined();
    expect(others.readAgentAddress(address, 'anna')).toBeUndefined();
    const id = ids.formatNoticeId(number, 'nabc', 'anna', 'desk.example');
    expect(ids.readNoticeId(id, 'anna')).toBe(number);
    expect(ids.readNoticeId(id, 'ben')).toBeUndefined();
    expect(ids.readMessageId(id)).toBeUndefined();
    const ours = ids.formatMessageId(number, 'nabc', 'desk.example');
    expect(ids.readNoticeId(ours, 'anna')).toBeUndefined();
  });

  it('read any text without failing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        ids.readMessageId(toMessageId(text));
        ids.readPlusAddress(text);
        ids.readAgentAddress(text, 'anna');
        ids.readNoticeId(toMessageId(text), 'anna');
      }),
    );
  });
});

describe('parseMessageIds', () => {
  it.each([
    ['<a@b>', ['a@b']],
    [' <a@b>\t<c@d> <a@b>', ['a@b', 'c@d']],
    ['a@b', ['a@b']],
    ['see <a@b> (comment)', ['a@b']],
    ['two words', []],
    ['', []],
  ])('reads %j', (value, expected) => {
    expect(parseMessageIds(value, 10)).toEqual(expected);
  });

  it('keeps the newest', () => {
    expect(parseMessageIds('<1@x> <2@x> <3@x>', 2)).toEqual(['2@x', '3@x']);
  });
});
