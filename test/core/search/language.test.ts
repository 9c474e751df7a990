import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuery } from '../../../src/core/search/format.ts';
import { mostNesting, mostTerms, parseQuery } from '../../../src/core/search/query.ts';
import { anyText, holds } from '../../helpers/laws.ts';

/** A query in its own words again. */
function normal(text: string): string {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(JSON.stringify(query.refusal));
  return formatQuery(query.value);
}

const pieces = fc.constantFrom(
  ...['a', 'b*', '"c d"', '-', '(', ')', ' ', 'OR', 'AND', 'NOT', ' OR ', 'NOT ', 'tag:', '-('],
  ...['is:open', 'queue:"A B"', 'to:', 'x-a:1', ':', '"', '“', '!', '12:30', 'https://x', '//'],
  ...['subject:(', 'created:2026-11', 'f(x)', '٠', '#'],
);
const written = fc.oneof(
  anyText,
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(' ')),
);

describe('the search language', () => {
  it.each([
    ['a b OR c d', 'a b OR c d'],
    ['(a b) OR c', '(a b) OR c'],
    ['((a)) (b c)', 'a b c'],
    ['a AND b', 'a b'],
    ['NOT a', '-a'],
    ['NOT -a', 'a'],
    ['-(a OR b) c', '-(a OR b) c'],
    ['-(-(a b))', 'a b'],
    ['(a OR b) OR c', 'a OR b OR c'],
    ['queue:(Support OR "Level 2") new', 'queue:Support OR queue:"Level 2" new'],
    ['-tag:(a b)', '-(tag:a tag:b)'],
    ['a OR', 'a'],
    ['OR a', 'a'],
    ['a OR !!! b', 'a b'],
    ['a () b', 'a b'],
    ['foo(bar) baz', '"foo(bar)" baz'],
    ['(foo(bar)', '"foo(bar)"'],
    ['"OR" b', '"OR" b'],
    ['or b', 'or b'],
    ['(a OR (b c', 'a OR (b c)'],
    [':) ;-)', ''],
  ])('reads %s as %s', (text, expected) => {
    expect(normal(text)).toBe(expected);
  });

  it('joins the two terms beside an OR, closer than the blank does', () => {
    const term = (text: string) => ({ kind: 'text', text, phrase: false, negated: false });
    expect(parseQuery('a b OR c')).toEqual({
      ok: true,
      value: {
        terms: [
          term('a'),
          { kind: 'group', negated: false, alternatives: [[term('b')], [term('c')]] },
        ],
      },
    });
  });

  it('writes every query so that it reads back the same', () => {
    holds(written, (text) => {
      const query = parseQuery(text);
      const again = query.ok ? formatQuery(query.value) : '';
      // A field before a group is written with each of its words.
      if (query.ok && again.length <= 1000) expect(parseQuery(again)).toEqual(query);
    });
  });

  it('refuses more terms or parentheses than it promises to understand', () => {
    const words = (count: number) => Array.from({ length: count }, () => 'ab').join(' ');
    expect(parseQuery(words(mostTerms)).ok).toBe(true);
    expect(parseQuery(words(mostTerms + 1))).toEqual({
      ok: false,
      refusal: { code: 'query-too-complex', what: 'terms', most: mostTerms },
    });
    const nested = (depth: number) => `${'(a '.repeat(depth)}b`;
    expect(parseQuery(nested(mostNesting)).ok).toBe(true);
    expect(parseQuery(nested(mostNesting + 1))).toEqual({
      ok: false,
      refusal: { code: 'query-too-complex', what: 'nesting', most: mostNesting },
    });
  });

  it.each([
    ['created:yestrday', 'created'],
    ['updated:2026-13', 'updated'],
    ['closed:2026-02-30', 'closed'],
    ['created:2026..2025..2024', 'created'],
    ['created:>', undefined],
    ['created:..', undefined],
  ])('names examples for a date it does not understand: %s', (text, field) => {
    const query = parseQuery(text);
    if (field === undefined) expect(query.ok).toBe(true);
    else
      expect(query).toMatchObject({
        refusal: { code: 'unknown-value', field, known: expect.arrayContaining(['2026-11']) },
      });
  });
});
