import { expect, it } from 'vitest';
import { formatDay, formatMailDate, parseInstant, toInstant } from '../../src/base/clock.ts';

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
