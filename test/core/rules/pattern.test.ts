import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldForRules, parsePattern } from '../../../src/core/rules/pattern.ts';

function isIn(source: string, text: string): boolean {
  const pattern = parsePattern(source);
  if (!pattern.ok) throw new Error(pattern.refusal);
  return pattern.value.isIn(text, foldForRules(text));
}

function isWhole(source: string, text: string): boolean {
  const pattern = parsePattern(source);
  if (!pattern.ok) throw new Error(pattern.refusal);
  return pattern.value.isWhole(text, foldForRules(text));
}

it.each([
  ['invoice', 'Your INVOICE is here', true],
  ['invoice', 'Your invoices are here', false],
  ['invoice*', 'Your invoices are here', true],
  ['*voice', 'Your invoice', true],
  ['voice', 'Your invoice', false],
  ['order * late', 'Order 4711 is late again', true],
  ['order * late', 'Order 4711 is later', false],
  ['order late', 'order\n  late', true],
  ['*', '', true],
  ['rechnung', 'Ihre Ｒechnung', true],
  ['請求書', '五月の請求書です', true],
  ['a*a', 'a', false],
  ['ünal', 'Grüße an Ünal', true],
  ['c++', 'I write C++ here', true],
  ['/\\binv-\\d+\\b/', 'see INV-4711', true],
  ['/^end$/', 'first\nend\nlast', true],
  ['/inv-\\d+$/', 'INV-x', false],
])('%s in %j: %s', (source, text, expected) => {
  expect(isIn(source, text)).toBe(expected);
});

it.each([
  ['*.pdf', 'Invoice May.PDF', true],
  ['*.pdf', 'x.pdf.exe', false],
  ['invoice', 'invoice.pdf', false],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b*c', 'aXbXbX', false],
  ['aa*aa', 'aaa', false],
])('%s is the whole of %j: %s', (source, text, expected) => {
  expect(isWhole(source, text)).toBe(expected);
});

it.each([
  ['(?=a)b', 'look-around'],
  ['(a)\\1', 'back references'],
  ['[', 'missing closing ]'],
  ['(a{1,30}){1,30}', 'simpler'],
])('refuses /%s/ with a reason', (expression, reason) => {
  const pattern = parsePattern(`/${expression}/`);
  expect(pattern.ok ? '' : pattern.refusal).toContain(reason);
});

it('refuses what is empty or too long', () => {
  expect(parsePattern('  ').ok).toBe(false);
  expect(parsePattern('x'.repeat(501)).ok).toBe(false);
});

/** The plain definition, by a regular expression of the platform. */
function slowWhole(source: string, text: string): boolean {
  const escaped = source.replace(
    /[^*]/g,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`, 'su').test(text);
}

it('stars mean what they mean elsewhere', () => {
  const short = fc.stringMatching(/^[ab*]{1,8}$/);
  fc.assert(
    fc.property(short, fc.stringMatching(/^[ab]{0,12}$/), (source, text) => {
      expect(isWhole(source, text)).toBe(slowWhole(source, text));
    }),
  );
});

it('any text that is read as a pattern matches any text without failing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (source, text) => {
      const pattern = parsePattern(source);
      if (pattern.ok) expect(typeof pattern.value.isIn(text, foldForRules(text))).toBe('boolean');
    }),
  );
});
