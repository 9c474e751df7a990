import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDate } from '../../../src/core/escalation/calendar.ts';
import { holidayIn, parseHolidayRule } from '../../../src/core/escalation/holidays.ts';

const dayIn = (text: string, year: number) => {
  const rule = parseHolidayRule(text);
  return rule === undefined ? 'no rule' : holidayIn(rule, year);
};

describe('holidayIn', () => {
  it.each([
    ['2026-12-25', 2026, '2026-12-25'],
    ['2026-12-25', 2027, undefined],
    ['12-25', 2031, '2031-12-25'],
    ['02-29', 2028, '2028-02-29'],
    ['02-29', 2027, undefined],
    ['02-29', 2100, undefined],
    ['07-04 observed', 2026, '2026-07-03'],
    ['07-04 observed', 2027, '2027-07-05'],
    ['07-04 observed', 2028, '2028-07-04'],
    ['01-01 observed', 2028, '2027-12-31'],
    ['easter', 2024, '2024-03-31'],
    ['easter', 2025, '2025-04-20'],
    ['easter', 2026, '2026-04-05'],
    ['easter', 2038, '2038-04-25'],
    ['Easter + 1', 2026, '2026-04-06'],
    ['easter-2', 2026, '2026-04-03'],
    ['easter+60', 2026, '2026-06-04'],
    ['orthodox-easter', 2024, '2024-05-05'],
    ['orthodox easter', 2025, '2025-04-20'],
    ['orthodox-easter+1', 2026, '2026-04-13'],
    ['orthodox-easter', 2027, '2027-05-02'],
    ['3rd monday of january', 2026, '2026-01-19'],
    ['Last Monday of May', 2026, '2026-05-25'],
    ['last friday of dec', 2026, '2026-12-25'],
    ['4th thursday of november', 2026, '2026-11-26'],
    ['fifth monday of february', 2026, undefined],
    ['5th monday of march', 2026, '2026-03-30'],
    ['monday before 05-25', 2026, '2026-05-18'],
    ['monday on or before 05-25', 2026, '2026-05-25'],
    ['monday before 05-25', 2027, '2027-05-24'],
    ['thursday after 04-18', 2026, '2026-04-23'],
    ['saturday on or after 06-20', 2026, '2026-06-20'],
    ['wednesday before 11-23', 2026, '2026-11-18'],
  ])('"%s" in %d is %s', (text, year, day) => {
    expect(dayIn(text, year)).toBe(day);
  });

  it.each([
    '',
    'christmas',
    '13-01',
    '02-30',
    '2026-02-30',
    'easter+',
    'easter+500',
    'easter monday',
    '6th monday of may',
    '0th monday of may',
    'monday of may',
    'last monday of spring',
    'monday near 05-25',
    'monday before 02-30',
    '12-25 perhaps',
  ])('"%s" is no rule', (text) => {
    expect(parseHolidayRule(text)).toBeUndefined();
  });

  it('both Easters fall on a Sunday in spring, the orthodox one never first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2199 }), (year) => {
        const [west = '', east = ''] = [dayIn('easter', year), dayIn('orthodox-easter', year)];
        for (const date of [west, east]) {
          expect(isDate(date)).toBe(true);
          expect(new Date(`${date}T00:00:00Z`).getUTCDay()).toBe(0);
        }
        expect(west >= `${year}-03-22` && west <= `${year}-04-25`).toBe(true);
        expect(east >= west).toBe(true);
      }),
    );
  });

  it('any text gives a rule or none, and any rule a day of the year or of its eve', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1900, max: 2199 }), (text, year) => {
        const rule = parseHolidayRule(text);
        const date = rule === undefined ? undefined : holidayIn(rule, year);
        if (date !== undefined) expect(isDate(date)).toBe(true);
      }),
    );
  });
});
