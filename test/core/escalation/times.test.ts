import { expect, it } from 'vitest';
import { formatInstant, parseInstant, toInstant } from '../../../src/base/clock.ts';
import type { Calendar } from '../../../src/core/escalation/calendar.ts';
import { formatWallTime, parseWallTime, quickInstant } from '../../../src/core/escalation/times.ts';

const office = [{ from: 9 * 60, to: 17 * 60 }];
const berlin: Calendar = {
  timeZone: 'Europe/Berlin',
  week: [[], office, office, office, office, office, []],
  holidays: new Set(['2026-11-30']),
};
const at = (text: string) => parseInstant(text) ?? toInstant(0);

it.each([
  ['tomorrow', '2026-11-23T10:00:00Z', '2026-11-24T08:00:00.000Z'],
  ['tomorrow', '2026-11-27T10:00:00Z', '2026-12-01T08:00:00.000Z'],
  ['three-days', '2026-11-23T10:00:00Z', '2026-11-26T08:00:00.000Z'],
  ['next-week', '2026-11-15T10:00:00Z', '2026-11-16T08:00:00.000Z'],
  ['next-week', '2026-11-16T10:00:00Z', '2026-11-23T08:00:00.000Z'],
  ['next-week', '2026-11-23T10:00:00Z', '2026-12-01T08:00:00.000Z'],
  ['two-weeks', '2026-11-23T23:30:00Z', '2026-12-08T08:00:00.000Z'],
] as const)('%s, said at %s, is %s', (quick, now, expected) => {
  expect(formatInstant(quickInstant(quick, berlin, at(now)))).toBe(expected);
});

it('the boxes hold what was typed', () => {
  const text = { date: '2026-07-01', time: '08:05' };
  const instant = parseWallTime(text, berlin, 'Asia/Tokyo') ?? toInstant(0);
  expect(formatInstant(instant)).toBe('2026-06-30T23:05:00.000Z');
  expect(formatWallTime(instant, 'Asia/Tokyo')).toEqual(text);
});

it.each([
  ['2026-11-25', '14:30', '2026-11-25T13:30:00.000Z'],
  ['2026-07-01', '08:00', '2026-07-01T06:00:00.000Z'],
  ['2026-11-25', '', '2026-11-25T08:00:00.000Z'],
  ['2026-11-28', '', '2026-12-01T08:00:00.000Z'],
  ['2026-02-30', '10:00', undefined],
  ['25.11.2026', '10:00', undefined],
  ['2026-11-25', '25:00', undefined],
])('%s %s is %s', (date, time, expected) => {
  const instant = parseWallTime({ date, time }, berlin, 'Europe/Berlin');
  expect(instant === undefined ? undefined : formatInstant(instant)).toBe(expected);
});
