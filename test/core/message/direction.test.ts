import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  displayName,
  formatAddress,
  parseAddress,
  typedAddress,
} from '../../../src/core/message/address.ts';
import {
  isolate,
  runsAgainst,
  settleTurns,
  withoutTurns,
} from '../../../src/core/message/direction.ts';
import { tidySubject } from '../../../src/core/message/subject.ts';

const signs = ['\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068'];
const mixed = fc
  .array(fc.constantFrom(...signs, '\u2069', 'a', 'ب', ' ', '1'), { maxLength: 40 })
  .map((parts) => parts.join(''));

/** How many isolates are open after each character; below zero where one ends that was not begun. */
function depths(text: string): readonly number[] {
  let depth = 0;
  return [...text].map((sign) => {
    if (sign === '\u2068') depth += 1;
    if (sign === '\u2069') depth -= 1;
    return depth;
  });
}

describe('characters that turn the direction', () => {
  it('are taken out of names, subjects and file names', () => {
    expect(withoutTurns('invoice\u202Efdp.exe')).toBe('invoicefdp.exe');
    expect(tidySubject('Re: \u2067عاجل\u2069 \u202Eorder 7')).toBe('عاجل order 7');
    expect(displayName({ name: '\u202EKim', address: 'kim@a.example' })).toBe('Kim');
    expect(displayName({ name: '\u202E\u202C', address: 'kim@a.example' })).toBe('kim@a.example');
    expect(formatAddress({ name: 'Kim\u202E', address: 'kim@a.example' })).toBe(
      'Kim <kim@a.example>',
    );
  });

  it('a name from the right leaves a typed address whole, and is read back without the mark', () => {
    const person = { name: 'محمود عبد التواب', address: '0@customer.example' };
    expect(typedAddress(person)).toBe('محمود عبد التواب\u200E <0@customer.example>');
    expect(parseAddress(typedAddress(person))).toEqual(person);
    const kim = { name: 'Kim', address: 'kim@a.example' };
    expect(typedAddress(kim)).toBe('Kim <kim@a.example>');
  });

  it('never reach beyond the text that they stand in', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const settled = settleTurns(text);
        const found = depths(settled);
        expect(settled).not.toMatch(/[\u202A-\u202E\u2066\u2067]/);
        expect(Math.min(0, ...found)).toBe(0);
        expect(found.at(-1) ?? 0).toBe(0);
        expect(settleTurns(settled)).toBe(settled);
        expect(settleTurns(isolate(text))).toBe(isolate(text));
        expect(withoutTurns(settled)).toBe(withoutTurns(text));
      }),
    );
  });

  it.each([
    ['ltr', 'Kim 12', false],
    ['ltr', 'محمود', true],
    ['ltr', 'Kim מיכל', true],
    ['rtl', 'محمود 12', false],
    ['rtl', '16:48', false],
    ['rtl', '20261124000747', false],
    ['rtl', 'Support::Technical', true],
    ['rtl', '田中', true],
    ['rtl', 'अंजलि', true],
  ] as const)('matter in %s to %s: %s', (direction, text, isSo) => {
    expect(runsAgainst(direction, text)).toBe(isSo);
  });
});
