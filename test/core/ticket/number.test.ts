/** Ticket numbers: what is made can be read, and what was mistyped names nothing. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  counterOf,
  dayOf,
  findTicketNumbers,
  folderOf,
  formatTicketNumber,
  isTicketNumber,
  parseTicketNumber,
} from '../../../src/core/ticket/number.ts';
import { anyText, holds, roundTrip, total } from '../../helpers/laws.ts';

const days = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 365 }))
  .map(([year, dayOfYear]) => {
    const date = new Date(Date.UTC(2000, 0, 1 + dayOfYear));
    date.setUTCFullYear(year);
    return date.toISOString().slice(0, 10).replaceAll('-', '');
  });
const counters = fc.oneof(
  fc.integer({ min: 1, max: 9999 }),
  fc.integer({ min: 1, max: 9_999_999_999 }),
);
const numbers = fc.tuple(days, counters).map(([day, counter]) => formatTicketNumber(day, counter));

describe('formatTicketNumber', () => {
  it('makes what parseTicketNumber reads', () => {
    expect(formatTicketNumber('20261123', 42)).toBe('20261123004266');
    expect(formatTicketNumber('20261123', 1)).toBe('20261123000192');
    roundTrip(
      ([day, counter]) => formatTicketNumber(day, counter),
      (text) => {
        const number = parseTicketNumber(text);
        return number === undefined ? undefined : [dayOf(number), counterOf(number)];
      },
      fc.tuple(days, counters),
    );
  });

  it('gives each day and counter a number of its own', () => {
    const made = Array.from({ length: 20_000 }, (_, index) =>
      formatTicketNumber('20261123', index + 1),
    );
    expect(new Set(made).size).toBe(made.length);
  });

  it('names the folder', () => {
    expect(folderOf(formatTicketNumber('20261123', 42))).toEqual([
      '2026',
      '11',
      '23',
      '20261123004266',
    ]);
  });
});

describe('a mistyped number', () => {
  it('is noticed for every single wrong digit', () => {
    holds(numbers, (number) => {
      for (let position = 0; position < number.length; position += 1) {
        for (const digit of '0123456789') {
          if (digit === number[position]) continue;
          const wrong = number.slice(0, position) + digit + number.slice(position + 1);
          expect(parseTicketNumber(wrong), `${number} → ${wrong}`).toBeUndefined();
        }
      }
    });
  });

  it.each([
    ['two neighbours', 1],
    ['two digits with one between them', 2],
  ])('is noticed when %s are exchanged', (_, distance) => {
    holds(numbers, (number) => {
      for (let position = 0; position + distance < number.length; position += 1) {
        const digits = [...number];
        const [one = '', other = ''] = [digits[position], digits[position + distance]];
        if (one === other) continue;
        digits[position] = other;
        digits[position + distance] = one;
        const wrong = digits.join('');
        expect(parseTicketNumber(wrong), `${number} → ${wrong}`).toBeUndefined();
      }
    });
  });

  it('is noticed when a digit is missing or doubled at the end of a usual number', () => {
    holds(fc.tuple(days, fc.integer({ min: 1, max: 9999 })), ([day, counter]) => {
      const number = formatTicketNumber(day, counter);
      for (let position = 0; position < number.length; position += 1) {
        expect(isTicketNumber(number.slice(0, position) + number.slice(position + 1))).toBe(false);
      }
    });
  });

  it('is guessed less than once in fifty tries', () => {
    const guesses = Array.from(
      { length: 1_000_000 },
      (_, index) => `20261123${String(index).padStart(6, '0')}`,
    );
    expect(guesses.filter(isTicketNumber).length).toBeLessThan(guesses.length / 50);
  });
});

describe('parseTicketNumber', () => {
  it('takes any text', () =>
    total(parseTicketNumber, fc.oneof(anyText, fc.stringMatching(/^[0-9]{10,24}$/))));

  it.each([
    ['an empty text', ''],
    ['blanks around it', ' 20261123004266'],
    ['other digits', '２０２６１１２３００４２６６'],
    ['a sign', '+20261123004266'],
    ['a line end', '20261123004266\n'],
    ['month 13', stemWithCheck('202613230042')],
    ['day 0', stemWithCheck('202611000042')],
    ['30 February', stemWithCheck('202602300042')],
    ['29 February of a common year', stemWithCheck('202602290042')],
    ['29 February of 1900', stemWithCheck('190002290042')],
    ['a counter with too many zeros', stemWithCheck('2026112300042')],
    ['too many digits', stemWithCheck('2026112312345678901')],
  ])('refuses %s', (_, text) => {
    expect(parseTicketNumber(text)).toBeUndefined();
  });

  it('knows leap years', () => {
    expect(parseTicketNumber(stemWithCheck('202402290042'))).toBeDefined();
    expect(parseTicketNumber(stemWithCheck('200002290042'))).toBeDefined();
  });
});

describe('findTicketNumbers', () => {
  it('takes any text', () => total(findTicketNumbers, anyText));

  it('finds numbers at digit boundaries, once, in order', () => {
    const [one, other] = [formatTicketNumber('20261123', 1), formatTicketNumber('20261123', 2)];
    const text = `AW: [#${other}] Ticket#${one}; ${other}, nr${one}x 1${one} ${one}0 ${one}-${other}`;
    expect(findTicketNumbers(text)).toEqual([other, one]);
  });

  it('finds every number that stands alone among other words', () => {
    const words = fc.stringMatching(/^[a-z #[\]:-]{0,12}$/);
    holds(fc.tuple(words, numbers, words), ([before, number, after]) => {
      expect(findTicketNumbers(`${before}${number}${after}`)).toEqual([number]);
    });
  });
});

/** Right check digits behind any stem: ISO 7064 asks that the whole number leaves 1 when divided by 97. */
function stemWithCheck(stem: string): string {
  const check = 98n - ((BigInt(stem) * 100n) % 97n);
  return stem + String(check).padStart(2, '0');
}
