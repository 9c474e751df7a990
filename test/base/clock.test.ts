import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formatDay,
  formatMailDate,
  formatWallTime,
  parseInstant,
  toInstant,
} from '../../src/base/clock.ts';

const noon = parseInstant('2026-11-23T12:00:00Z') ?? toInstant(0);

it.each([
  ['UTC', 'Mon, 23 Nov 2026 12:00:00 +0000', '20261123'],
  ['Europe/Berlin', 'Mon, 23 Nov 2026 13:00:00 +0100', '20261123'],
  ['Asia/Kolkata', 'Mon, 23 Nov 2026 17:30:00 +0530', '20261123'],
  ['America/St_Johns', 'Mon, 23 Nov 2026 08:30:00 -0330', '20261123'],
  ['Pacific/Kiritimati', 'Tue, 24 Nov 2026 02:00:00 +1400', '20261124'],
])('formatMailDate and formatDay know %s', (zone, date, day) => {
  expect(formatMailDate(noon, zone)).toBe(date);
  expect(parseInstant(date)).toBe(noon);
  expect(formatDay(noon, zone)).toBe(day);
});

it('formatWallTime shows what Intl shows, near and far from changes of clocks', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca'];
  const change = parseInstant('2026-03-29T01:00:00Z') ?? noon;
  const instants = fc.oneof(
    fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }),
    fc.integer({ min: change - 9e8, max: change + 9e8 }),
  );
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (milliseconds, timeZone) => {
      const shown = new Intl.DateTimeFormat('sv-SE', {
        timeZone,
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(milliseconds);
      expect(formatWallTime(toInstant(milliseconds), timeZone).replace('T', ' ')).toBe(shown);
    }),
    { numRuns: 400 },
  );
});
