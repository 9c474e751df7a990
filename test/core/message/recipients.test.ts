/** Whom an answer goes to: one named case a row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressKey } from '../../../src/core/message/address.ts';
import { type Answered, chooseRecipients } from '../../../src/core/message/recipients.ts';

const own = ['support@desk.example', 'billing@desk.example'];
const isOwn = (address: string) => own.includes(address.toLowerCase().replace(/\+[^@]*@/, '@'));

function person(text: string): Address {
  const [address = '', ...words] = text.split(' ');
  return { name: words.join(' '), address };
}

interface Sketch {
  readonly way?: Answered['way'];
  readonly from?: string;
  readonly replyTo?: readonly string[];
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly list?: string;
  readonly followUpTo?: readonly string[];
  readonly customer?: string;
  readonly self?: string;
}

function choose(sketch: Sketch | undefined, toAll: boolean, customer = 'kim@a.example') {
  const { to, cc } = chooseRecipients({
    answered:
      sketch === undefined
        ? undefined
        : {
            way: sketch.way ?? 'in',
            from: sketch.from === undefined ? undefined : person(sketch.from),
            replyTo: (sketch.replyTo ?? []).map(person),
            to: (sketch.to ?? []).map(person),
            cc: (sketch.cc ?? []).map(person),
            list: sketch.list,
            followUpTo: (sketch.followUpTo ?? []).map(person),
          },
    customer: customer === '' ? undefined : person(sketch?.customer ?? customer),
    isOwn,
    self: sketch?.self,
    toAll,
  });
  const texts = (people: readonly Address[]) => people.map(({ address }) => address);
  return { to: texts(to), cc: texts(cc) };
}

const kim = 'kim@a.example';
const lee = 'lee@b.example';
const max = 'max@c.example';
const desk = 'support@desk.example';

const cases: readonly (readonly [
  string,
  Sketch,
  one: readonly string[],
  all: readonly string[],
])[] = [
  // name, the answered mail, To of an answer, Cc of an answer to all
  ['a plain mail', { from: kim, to: [desk] }, [kim], []],
  ['a mail to several', { from: kim, to: [desk, lee], cc: [max] }, [kim], [lee, max]],
  ['a Reply-To', { from: kim, replyTo: [lee], to: [desk] }, [lee], []],
  [
    'a Reply-To, with its author in Cc',
    { from: kim, replyTo: [lee], to: [desk], cc: [kim, max] },
    [lee],
    [max],
  ],
  [
    'a Reply-To that is the author',
    { from: kim, replyTo: [kim], to: [desk], cc: [lee] },
    [kim],
    [lee],
  ],
  ['several Reply-To', { from: kim, replyTo: [lee, max], to: [desk] }, [lee, max], []],
  [
    'several Reply-To, the author among them',
    { from: kim, replyTo: [kim, lee], to: [desk] },
    [kim, lee],
    [],
  ],
  ['a Reply-To that is our own address', { from: kim, replyTo: [desk], to: [desk] }, [kim], []],
  [
    'a Reply-To that is our plus-address',
    { from: kim, replyTo: ['support+2026.abc@desk.example'], to: [desk] },
    [kim],
    [],
  ],
  ['a broken Reply-To', { from: kim, replyTo: ['nobody'], to: [desk] }, [kim], []],
  [
    'several addresses of ours',
    { from: kim, to: own, cc: ['SUPPORT@desk.example', lee] },
    [kim],
    [lee],
  ],
  [
    'our plus-address in Cc',
    { from: kim, to: [desk], cc: ['support+x.y@desk.example', lee] },
    [kim],
    [lee],
  ],
  [
    'a plus-address of the customer',
    { from: 'kim+shop@a.example', to: [desk] },
    ['kim+shop@a.example'],
    [],
  ],
  [
    'the same person twice, in other letters',
    { from: kim, to: [desk, 'Lee@B.example'], cc: [lee, 'KIM@a.example'] },
    [kim],
    ['Lee@B.example'],
  ],
  [
    'the asked agent in Cc',
    { from: kim, to: [desk, 'anna@desk.example'], cc: [lee], self: 'Anna@desk.example' },
    [kim],
    [lee],
  ],
  [
    'another agent in Cc',
    { from: kim, to: [desk, 'ben@desk.example'], self: 'anna@desk.example' },
    [kim],
    ['ben@desk.example'],
  ],
  [
    'the asked agent as the writer',
    { from: 'anna@desk.example', to: [desk], self: 'anna@desk.example' },
    ['anna@desk.example'],
    [],
  ],
  ['our own answer', { way: 'out', from: desk, to: [lee], cc: [max] }, [lee], [max]],
  [
    'our own answer to several',
    { way: 'out', from: desk, to: [kim, lee], cc: [desk, max] },
    [kim, lee],
    [max],
  ],
  [
    'our own answer with our Reply-To',
    { way: 'out', from: desk, replyTo: ['support+1.a@desk.example'], to: [kim] },
    [kim],
    [],
  ],
  [
    'our own answer to ourselves alone',
    { way: 'out', from: desk, to: ['billing@desk.example'] },
    [kim],
    [],
  ],
  [
    'a mail from another team of ours',
    { from: 'billing@desk.example', to: [desk], cc: [lee] },
    [kim],
    [lee],
  ],
  [
    'a list that points answers to itself',
    { from: lee, replyTo: ['list@l.example'], to: ['list@l.example'], list: 'list@l.example' },
    [lee],
    ['list@l.example'],
  ],
  [
    'a list that points nowhere',
    { from: lee, to: ['list@l.example'], cc: [desk], list: 'list@l.example' },
    [lee],
    ['list@l.example'],
  ],
  [
    'a list only in its Reply-To',
    { from: lee, replyTo: ['List@l.example'], to: [desk], list: 'list@l.example' },
    [lee],
    ['List@l.example'],
  ],
  [
    'a list and a person in Reply-To',
    { from: lee, replyTo: [max, 'list@l.example'], to: ['list@l.example'], list: 'list@l.example' },
    [max],
    ['list@l.example'],
  ],
  [
    'a list without an author',
    { replyTo: ['list@l.example'], to: ['list@l.example'], list: 'list@l.example' },
    ['list@l.example'],
    [],
  ],
  [
    'a Mail-Followup-To that adds somebody',
    { from: kim, to: [desk, lee], followUpTo: [kim, 'spy@evil.example'] },
    [kim],
    [lee],
  ],
  [
    'a Mail-Followup-To that leaves one out',
    { from: kim, to: [desk, lee], cc: [max], followUpTo: [kim, lee] },
    [kim],
    [lee],
  ],
  [
    'a Mail-Followup-To that names nobody of the mail',
    { from: kim, to: [desk, lee], followUpTo: ['x@y.example'] },
    [kim],
    [lee],
  ],
  [
    'a Mail-Followup-To with our own address',
    { from: kim, to: [desk, lee], cc: [max], followUpTo: [desk, kim, max] },
    [kim],
    [max],
  ],
  ['no author', { to: [desk] }, [kim], []],
  ['an author without an address', { from: 'MAILER-DAEMON', to: [desk] }, [kim], []],
  ['a call', { way: 'none', from: 'anna@desk.example', to: [desk], cc: [lee] }, [kim], []],
  ['undisclosed recipients', { from: kim }, [kim], []],
  ['another writer than the customer', { from: lee, to: [desk], cc: [kim] }, [lee], [kim]],
  ['broken recipients', { from: kim, to: [desk, 'a b@c', ''], cc: ['x@'] }, [kim], []],
];

describe('chooseRecipients', () => {
  it.each(cases)('answers %s', (_, sketch, one) => {
    expect(choose(sketch, false)).toEqual({ to: one, cc: [] });
  });

  it.each(cases)('answers to all of %s', (_, sketch, one, all) => {
    expect(choose(sketch, true)).toEqual({ to: one, cc: all });
  });

  it('lets a list leave its writer out, who reads it there', () => {
    const sketch = {
      from: lee,
      to: ['list@l.example'],
      cc: [desk],
      list: 'list@l.example',
      followUpTo: ['list@l.example'],
    };
    expect(choose(sketch, true)).toEqual({ to: ['list@l.example'], cc: [] });
    expect(choose(sketch, false)).toEqual({ to: [lee], cc: [] });
  });

  it('knows nobody where nobody is known', () => {
    expect(choose(undefined, true, '')).toEqual({ to: [], cc: [] });
    expect(choose({ to: [desk] }, true, '')).toEqual({ to: [], cc: [] });
    expect(choose(undefined, false)).toEqual({ to: [kim], cc: [] });
  });

  it('never names the desk, never anybody twice, never anybody who is not in the mail', () => {
    const address = fc.constantFrom(
      kim,
      lee,
      max,
      desk,
      'KIM@a.example',
      'billing+1.a@desk.example',
      'list@l.example',
      'nobody',
      '',
    );
    const addresses = fc.array(address, { maxLength: 5 });
    const sketch = fc.record({
      way: fc.constantFrom('in' as const, 'out' as const, 'none' as const),
      from: address,
      replyTo: addresses,
      to: addresses,
      cc: addresses,
      list: fc.constantFrom('list@l.example', 'other@l.example'),
      followUpTo: fc.array(fc.constantFrom(kim, lee, 'spy@evil.example'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(sketch, fc.boolean(), (each, toAll) => {
        const { to, cc } = choose(each, toAll);
        const keys = [...to, ...cc].map(addressKey);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.filter(isOwn)).toEqual([]);
        const seen = new Set(
          [kim, each.from, ...each.replyTo, ...each.to, ...each.cc].map(addressKey),
        );
        expect(keys.filter((key) => !seen.has(key))).toEqual([]);
        expect(to.length).toBeGreaterThan(0);
      }),
    );
  });
});
