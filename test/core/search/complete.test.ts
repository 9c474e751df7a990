import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTyped, type CompletionFacts, complete } from '../../../src/core/search/complete.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import { anyText, holds } from '../../helpers/laws.ts';

const facts: CompletionFacts = {
  queues: ['Support', 'Billing', 'Level 2'],
  states: ['new', 'open', 'pending-customer'],
  priorities: ['low', 'high'],
  owners: ['anna', 'ben'],
  tags: ['vip', 'late'],
  languages: ['de', 'zh-Hans'],
  custom: new Map([['x-size', ['s', 'm']]]),
};
const words = (query: string, caret = query.length) =>
  complete(query, caret, facts).map(({ word }) => word);

describe('complete', () => {
  it.each([
    ['st', ['state:']],
    ['lamp -(que', ['queue:']],
    ['x-', ['x-size:']],
    ['queue:', ['queue:Support', 'queue:Billing', 'queue:"Level 2"']],
    ['queue:"lev', ['queue:"Level 2"']],
    ['queue:bil', ['queue:Billing']],
    ['-owner:', ['owner:me', 'owner:anna', 'owner:ben', 'owner:none']],
    ['tag:ip', ['tag:vip']],
    ['x-size:', ['x-size:s', 'x-size:m']],
    ['is:unr', ['is:unread']],
    ['state:new', []],
    ['nosuchfield:', []],
    ['', []],
    ['lamp ', []],
  ])('offers for %s', (query, expected) => {
    expect(words(query)).toEqual(expected);
  });

  it('replaces the word at the caret and keeps what stands around it', () => {
    expect(complete('lamp que bulb', 8, facts)[0]?.query).toBe('lamp queue:bulb');
    expect(complete('lamp -tag:v (bulb)', 11, facts)[0]?.query).toBe('lamp -tag:vip (bulb)');
  });

  it('gives queries that are understood, whatever is typed', () => {
    holds(
      fc.tuple(anyText, fc.constantFrom('', ' is:', ' (tag:l', ' -queue:"l')),
      ([text, end]) => {
        const query = `${text.slice(0, 50).replace(/[:"\u201c\u201d\u201e]/g, '')}${end}`;
        for (const one of complete(query, query.length, facts))
          if (!one.isField) expect(parseQuery(one.query, 'any')).toMatchObject({ ok: true });
      },
    );
  });
});

it.each([
  ['lam', 'lam*'],
  ['broken lam', 'broken lam*'],
  ['tag:vip', 'tag:vip'],
  ['lamp queue:', 'lamp '],
  ['lamp -queue:', 'lamp '],
  ['lamp OR', 'lamp OR'],
  ['lamp ', 'lamp '],
])('the first hits for %s are those of %s', (typed, expected) => {
  expect(asTyped(typed, typed.length)).toBe(expected);
});
