import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostQueryLength, parseQuery, searchFields } from '../../../src/core/search/query.ts';
import { anyText, holds, total } from '../../helpers/laws.ts';

describe('parseQuery', () => {
  it('reads words, phrases, fields and minus signs', () => {
    expect(parseQuery('lamp "is dark" -broken queue:Billing -tag:vip subject:"no light"')).toEqual({
      ok: true,
      value: {
        terms: [
          { kind: 'text', text: 'lamp', phrase: false, negated: false },
          { kind: 'text', text: 'is dark', phrase: true, negated: false },
          { kind: 'text', text: 'broken', phrase: false, negated: true },
          { kind: 'field', field: 'queue', value: 'Billing', negated: false },
          { kind: 'field', field: 'tag', value: 'vip', negated: true },
          { kind: 'field', field: 'subject', value: 'no light', negated: false },
        ],
      },
    });
  });

  it.each([
    ['https://example.org/x', 'https://example.org/x'],
    ['12:30', '12:30'],
    ['to:', 'to:'],
    ['„ganz dunkel“', 'ganz dunkel'],
    ['"never closed', 'never closed'],
    ['e-mail', 'e-mail'],
  ])('takes %s for text', (query, text) => {
    expect(parseQuery(query)).toMatchObject({ value: { terms: [{ kind: 'text', text }] } });
  });

  it.each(['', '   ', '-', '*', '""', '- "…" -"!"'])('finds no term in %j', (query) => {
    expect(parseQuery(query)).toEqual({ ok: true, value: { terms: [] } });
  });

  it('names the nearest field for an unknown one', () => {
    expect(parseQuery('lamp quueue:Billing')).toEqual({
      ok: false,
      refusal: { code: 'unknown-field', field: 'quueue', nearest: 'queue', value: 'Billing' },
    });
  });

  it('names the known values for an unknown one', () => {
    expect(parseQuery('has:wings')).toEqual({
      ok: false,
      refusal: {
        code: 'unknown-value',
        field: 'has',
        value: 'wings',
        known: ['attachment', 'fax', 'call', 'recording'],
      },
    });
    expect(parseQuery('state:finished')).toMatchObject({ refusal: { code: 'unknown-value' } });
    expect(parseQuery('is:odd')).toMatchObject({ refusal: { code: 'unknown-value' } });
    expect(parseQuery('STATE:Pending-* priority:HIGH')).toMatchObject({ ok: true });
  });

  it('refuses a query that is too long', () => {
    expect(parseQuery('x'.repeat(mostQueryLength))).toMatchObject({ ok: true });
    expect(parseQuery('x'.repeat(mostQueryLength + 1))).toEqual({
      ok: false,
      refusal: {
        code: 'query-too-long',
        length: mostQueryLength + 1,
        most: mostQueryLength,
      },
    });
  });

  it('is total', () => {
    const pieces = fc.constantFrom(
      '"',
      '-',
      ':',
      '*',
      ' ',
      'a',
      'state',
      'is:',
      'from:',
      '“',
      '//',
    );
    total(
      parseQuery,
      fc.oneof(
        anyText,
        fc.array(pieces).map((parts) => parts.join('')),
      ),
    );
  });

  it('reads back any term of a known field', () => {
    const plain = searchFields.filter(
      (field) =>
        !['state', 'priority', 'is', 'has', 'due', 'created', 'updated', 'closed'].includes(field),
    );
    const term = fc.record({
      field: fc.constantFrom(...plain),
      value: fc.stringMatching(/^[a-z0-9]([a-z0-9 :.@-]{0,20}[a-z0-9])?$/),
      negated: fc.boolean(),
    });
    holds(fc.array(term, { maxLength: 8 }), (terms) => {
      const text = terms.map(
        ({ field, value, negated }) => `${negated ? '-' : ''}${field}:"${value}"`,
      );
      expect(parseQuery(text.join(' '))).toEqual({
        ok: true,
        value: { terms: terms.map((each) => ({ kind: 'field', ...each })) },
      });
    });
  });
});
