import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  formatInstant,
  formatWallTime,
  parseInstant,
  parseWallTime,
  toInstant,
} from '../../../src/base/clock.ts';
import {
  firstOwnTime,
  formatWhen,
  offerTimes,
  readSendTime,
} from '../../../src/edges/http/presenters/send-times.ts';
import { createRenderer } from '../../../src/services/render/templates.ts';

const timeZone = 'Europe/Berlin';
const now = toInstant(Date.UTC(2026, 10, 25, 15)); // Wednesday, 16:00 in Berlin
const root = join(import.meta.dirname, '../../..');
const { locales } = await createRenderer({
  templatesDirectory: join(root, 'templates'),
  localesDirectory: join(root, 'locales'),
});
const locale = locales.choose('en', 'en');
const words = { locale, dates: locale.dates(timeZone), now, timeZone };

it('offers in an hour, tomorrow and Monday morning', () => {
  expect(offerTimes(words)).toEqual([
    { value: '+60', text: 'In an hour' },
    { value: '2026-11-26T08:00:00.000Z', text: 'tomorrow, 09:00' },
    { value: '2026-11-30T08:00:00.000Z', text: 'Monday 30 November, 09:00' },
  ]);
  const sunday = { ...words, now: toInstant(Date.UTC(2026, 10, 29, 15)) };
  expect(offerTimes(sunday).map(({ text }) => text)).toEqual(['In an hour', 'tomorrow, 09:00']);
  expect(firstOwnTime(words)).toBe('2026-11-26T09:00');
  expect(formatWhen(toInstant(now + 3_600_000), words)).toBe('today, 17:00');
});

it.each([
  ['+60', '2026-11-25T16:00:00.000Z'],
  ['2026-11-26T09:00', '2026-11-26T08:00:00.000Z'],
  ['2026-11-26T08:00:00Z', '2026-11-26T08:00:00.000Z'],
])('reads %s', (text, expected) => {
  const at = readSendTime(text, { now, timeZone });
  expect(at === undefined ? undefined : formatInstant(at)).toBe(expected);
});

it.each(['', 'soon', '2026-11-25T15:59', '2020-01-01T00:00:00Z', '2036-01-01T00:00', '+0'])(
  'refuses %j',
  (text) => expect(readSendTime(text, { now, timeZone })).toBeUndefined(),
);

it.each(['2026-03-29T03:30', '2026-10-25T02:30', '2026-07-01T12:00', '2026-12-31T23:59'])(
  'a clock on the wall that shows %s is read back',
  (text) => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']) {
      const at = parseWallTime(text, zone);
      expect(at === undefined ? '' : formatWallTime(at, zone)).toBe(text);
    }
  },
);

it('an hour that a change of clocks leaves out is near, and one that comes twice is the first', () => {
  expect(parseWallTime('2026-03-29T02:30', timeZone)).toBeDefined();
  expect(parseWallTime('2026-10-25T02:30', timeZone)).toBe(parseInstant('2026-10-25T00:30:00Z'));
  expect(parseWallTime('no time', timeZone)).toBeUndefined();
});
