import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, formatMailDate, toInstant } from '../../../src/base/clock.ts';
import { parseMailDate } from '../../../src/storage/reading/mail-date.ts';

function read(text: string): string | undefined {
  const instant = parseMailDate(text);
  return instant === undefined ? undefined : formatInstant(instant).replace(':00.000Z', 'Z');
}

describe('parseMailDate', () => {
  it.each([
    // RFC 5322, and its obsolete forms.
    ['Mon, 23 Nov 2026 10:15:00 +0100', '2026-11-23T09:15Z'],
    ['23 Nov 2026 10:15 -0330', '2026-11-23T13:45Z'],
    ['Mon, 23 Nov 2026 10:15:00 +0000 (UTC)', '2026-11-23T10:15Z'],
    ['Mon (a day), 23 Nov 2026 (a year) 10:15:00 (a time) +0100', '2026-11-23T09:15Z'],
    ['Mon , 23 Nov 26 10 : 15 EST', '2026-11-23T15:15Z'],
    ['Tue, 23 Nov 99 10:15:00 PDT', '1999-11-23T17:15Z'],
    ['Wed, 23 Nov 126 10:15:00 GMT', '2026-11-23T10:15Z'],
    ['Mon, 23 Nov 2026 10:15:00 Z', '2026-11-23T10:15Z'],
    ['Sun, 29 Feb 2032 23:59:00 +0000', '2032-02-29T23:59Z'],
    // What programs write.
    ['Mon, 23 Nov 2026 10:15:00', '2026-11-23T10:15Z'],
    ['Mon, 23 Nov 2026 10:15:00 +01:00', '2026-11-23T09:15Z'],
    ['Mon, 23 Nov 2026 10:15:00 GMT+0100', '2026-11-23T09:15Z'],
    ['Mon, 23 Nov 2026 10:15:00 MEZ', '2026-11-23T09:15Z'],
    ['Mon, 23-Nov-2026 10:15:00 GMT', '2026-11-23T10:15Z'],
    ['Mon Nov 23 10:15:00 2026', '2026-11-23T10:15Z'],
    ['Mon Nov 23 10:15:00 CET 2026', '2026-11-23T09:15Z'],
    ['Mon Nov 23 10:15:00 2026 +0100', '2026-11-23T09:15Z'],
    ['November 23, 2026 10:15 PM', '2026-11-23T22:15Z'],
    ['2026-11-23T10:15:00+01:00', '2026-11-23T09:15Z'],
    ['2026-11-23 10:15:00', '2026-11-23T10:15Z'],
    ['2026/11/23 10:15:00 +0900', '2026-11-23T01:15Z'],
    ['23.11.2026 10:15:00', '2026-11-23T10:15Z'],
    ['11/23/2026 10:15 AM', '2026-11-23T10:15Z'],
    ['23/11/2026 10:15', '2026-11-23T10:15Z'],
    ['Mo, 23 Nov 2026 10.15.00 +0100', '2026-11-23T09:15Z'],
    // The names of other languages.
    ['Fr, 5 Mär 2027 10:15:00 +0100', '2027-03-05T09:15Z'],
    ['mer., 23 déc. 2026 10:15:00 +0100', '2026-12-23T09:15Z'],
    ['lun, 23 ago 2027 10:15:00 +0000', '2027-08-23T10:15Z'],
    ['Пн, 23 ноя 2026 10:15:00 +0300', '2026-11-23T07:15Z'],
    ['ma, 7 juin 2027 10:15:00 +0000', '2027-06-07T10:15Z'],
  ])('reads %s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    '',
    'yesterday in the evening',
    'Mon, 31 Feb 2026 10:15:00 +0000',
    'Mon, 23 Nov 2026 25:61:61 +0000',
    'Mon, 23 Nov 2026 10:15:00 +9900',
    'Mon, 23 Xyz 2026 10:15:00 +0000',
    '0 0 0 0:0',
  ])('takes no time from %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('reads what is written, in any zone', () => {
    const times = fc.integer({ min: 0, max: 253_000_000_000 }).map((s) => toInstant(s * 1000));
    const zones = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin');
    fc.assert(
      fc.property(times, zones, (time, zone) => {
        expect(parseMailDate(formatMailDate(time, zone))).toBe(time);
      }),
    );
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        const time = parseMailDate(text);
        return time === undefined || Number.isSafeInteger(time);
      }),
    );
  });
});
