import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseInstant, toInstant } from '../../../src/base/clock.ts';
import { isWithin, parseSchedule } from '../../../src/core/rules/schedule.ts';

const isZone = (text: string) => text === 'UTC' || text === 'Asia/Tokyo';

function isOpen(schedule: string, at: string): boolean {
  const parsed = parseSchedule(schedule, isZone);
  if (parsed === undefined) throw new Error(`"${schedule}" is no schedule`);
  return isWithin(parsed, parseInstant(at) ?? toInstant(0), 'Europe/Berlin');
}

it.each([
  ['mon-fri 09:00-17:00', '2026-11-25T08:00:00Z', true],
  ['mon-fri 09:00-17:00', '2026-11-25T07:59:59Z', false],
  ['mon-fri 09:00-17:00', '2026-11-25T16:00:00Z', false],
  ['mon-fri 09:00-17:00', '2026-11-28T10:00:00Z', false],
  ['sat,sun', '2026-11-28T10:00:00Z', true],
  ['fri-mon', '2026-11-25T10:00:00Z', false],
  ['22:00-06:00', '2026-11-25T22:30:00Z', true],
  ['fri 22:00-06:00', '2026-11-28T03:00:00Z', true],
  ['fri 22:00-06:00', '2026-11-27T03:00:00Z', false],
  ['00:00-24:00', '2026-11-25T22:59:59Z', true],
  ['wed 19:00-20:00 Asia/Tokyo', '2026-11-25T10:15:00Z', true],
  // The night of the spring clock change: 01:30 UTC is 03:30 in Berlin.
  ['03:00-04:00', '2026-03-29T01:30:00Z', true],
])('%s at %s: %s', (schedule, at, expected) => {
  expect(isOpen(schedule, at)).toBe(expected);
});

it.each([
  '',
  'UTC',
  'mon-fri-sun',
  'someday',
  '09:00',
  '09:00-09:00',
  '09:00-24:30',
  '09:00-17:00 mon',
])('%j is no schedule', (text) => {
  expect(parseSchedule(text, isZone)).toBeUndefined();
});

it('a span and its complement cover every minute once', () => {
  const minutes = fc.integer({ min: 0, max: 1439 });
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  fc.assert(
    fc.property(minutes, minutes, fc.integer({ min: 0, max: 4e12 }), (from, to, at) => {
      fc.pre(from !== to);
      const now = toInstant(at);
      const [one, other] = [`${clock(from)}-${clock(to)} UTC`, `${clock(to)}-${clock(from)} UTC`];
      const results = [one, other].map((text) => {
        const schedule = parseSchedule(text, isZone);
        return schedule !== undefined && isWithin(schedule, now, 'UTC');
      });
      expect(results.filter(Boolean)).toHaveLength(1);
    }),
  );
});
