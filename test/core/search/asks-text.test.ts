import { expect, it } from 'vitest';
import { asksText } from '../../../src/core/search/asks-text.ts';
import { anyText, total } from '../../helpers/laws.ts';

it.each([
  ['invoice', true],
  ['is:open invoice', true],
  ['"two words"', true],
  ['subject:invoice', true],
  ['queue:"Two Words" is:open', false],
  ['is:open -invoice', false],
  ['-"two words" owner:me', false],
  ['(is:open OR is:new)', false],
  ['(lamp OR light) is:open', true],
  ['https://example.org/x', true],
  ['12:30', true],
  ['退款', true],
  ['', false],
  ['!!!', false],
])('asksText says of %s: %s', (query, expected) => {
  expect(asksText(query)).toBe(expected);
});

it('asksText is total', () => {
  total(asksText, anyText);
});
