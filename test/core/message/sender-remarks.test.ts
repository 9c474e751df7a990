import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/message/address.ts';
import { answersOf, remarkSender } from '../../../src/core/message/sender-remarks.ts';

const person = (address: string, name = ''): Address => ({ name, address });
const kim = person('kim@a.example', 'Kim Berg');
const bo = person('bo@b.example', 'Bo Holm');

describe('remarkSender', () => {
  it('says nothing of a mail of one author', () => {
    expect(remarkSender({ from: kim, replyTo: [] })).toEqual([]);
    expect(
      remarkSender({ from: kim, replyTo: [person('KIM@a.example')] }, { sender: kim }),
    ).toEqual([]);
    expect(remarkSender({ from: undefined, replyTo: [] })).toEqual([]);
  });

  it('names the sender of the envelope, all authors, and who handed it in', () => {
    const mail = { from: kim, alsoFrom: [bo], isFromEnvelope: true, replyTo: [] } as const;
    expect(remarkSender(mail, { sender: bo })).toEqual([
      { kind: 'envelope' },
      { kind: 'several', people: [bo] },
      { kind: 'sent-by', people: [bo] },
    ]);
  });

  it('doubts a name', () => {
    const from = person('x@evil', 'support@desk');
    expect(remarkSender({ from, replyTo: [] })).toEqual([
      { kind: 'name', doubt: 'address', address: 'x@evil' },
    ]);
  });
});

describe('answersOf', () => {
  it.each([
    ['another address of the house', [person('sales@a.example')], false],
    ['a house below it', [person('kim@mail.a.example')], false],
    ['another house', [bo], true],
    ['both', [person('sales@a.example'), bo], true],
  ])('tells answers to %s', (_, replyTo, isElsewhere) => {
    expect(answersOf({ from: kim, replyTo })).toEqual({
      kind: 'answers',
      people: replyTo,
      isElsewhere,
    });
  });

  it('leaves out the authors themselves, and the list it came by', () => {
    expect(answersOf({ from: kim, replyTo: [kim] })).toBe(undefined);
    expect(answersOf({ from: kim, alsoFrom: [bo], replyTo: [bo] })).toBe(undefined);
    expect(answersOf({ from: kim, replyTo: [bo] }, 'BO@b.example')).toBe(undefined);
  });
});
