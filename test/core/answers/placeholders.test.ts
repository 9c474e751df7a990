import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillPlaceholders } from '../../../src/core/answers/placeholders.ts';

describe('fillPlaceholders', () => {
  test('puts values where their names stand, with or without spaces', () => {
    expect(
      fillPlaceholders('{{customer.name}}, your number is {{ ticket.number }}.', {
        'customer.name': 'Kim',
        'ticket.number': '20261123004266',
      }),
    ).toEqual({ text: 'Kim, your number is 20261123004266.', missing: [] });
  });

  test('takes the fallback when there is no value or an empty one', () => {
    const text = 'Dear {{customer.name | "customer"}}';
    const filled = { text: 'Dear customer', missing: [] };
    expect(fillPlaceholders(text, {})).toEqual(filled);
    expect(fillPlaceholders(text, { 'customer.name': '' })).toEqual(filled);
    expect(fillPlaceholders('a{{x|""}}b', {})).toEqual({ text: 'ab', missing: [] });
  });

  test('removes a known name without value, keeps an unknown one, and names both once', () => {
    expect(fillPlaceholders('[{{known}}] [{{typo}}] [{{typo}}]', { known: undefined })).toEqual({
      text: '[] [{{typo}}] [{{typo}}]',
      missing: ['known', 'typo'],
    });
  });

  test('never reads a value for placeholders or replacement signs', () => {
    expect(fillPlaceholders('{{a}}{{b}}', { a: '{{b}}', b: "$& $1 $'" })).toEqual({
      text: "{{b}}$& $1 $'",
      missing: [],
    });
  });

  test('does not take names from the prototype of values', () => {
    expect(fillPlaceholders('{{constructor}}', {}).missing).toEqual(['constructor']);
  });

  test('leaves text without placeholders as it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replaceAll('{{', '');
        expect(fillPlaceholders(plain, { a: 'x' })).toEqual({ text: plain, missing: [] });
      }),
    );
  });

  test('takes any text in bounded time', () => {
    const pieces = fc.constantFrom('{{', '}}', 'a', '|', '"', ' ', '\n', '.', '{{a', '{{a | "');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 2000 }), (parts) => {
        expect(typeof fillPlaceholders(parts.join(''), { a: '1' }).text).toBe('string');
      }),
    );
  });
});
