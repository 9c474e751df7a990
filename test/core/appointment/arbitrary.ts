/** Appointments of all kinds, for properties. */
import fc from 'fast-check';
import { minute, toInstant } from '../../../src/base/clock.ts';
import {
  type AppointmentTime,
  type AppointmentVersion,
  dayAfter,
  tidyLine,
  tidyText,
} from '../../../src/core/appointment/appointment.ts';

export const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'UTC',
];

const start = fc
  .integer({ min: Date.parse('2026-01-01T00:00Z'), max: Date.parse('2035-01-01T00:00Z') })
  .map((instant) => toInstant(Math.floor(instant / minute) * minute));

const timed: fc.Arbitrary<AppointmentTime> = fc
  .tuple(start, fc.integer({ min: 1, max: 3 * 24 * 60 }), fc.constantFrom(...zones))
  .map(([from, length, zone]) => ({
    kind: 'timed',
    start: from,
    end: toInstant(from + length * minute),
    zone,
  }));

const days: fc.Arbitrary<AppointmentTime> = fc
  .tuple(start, fc.integer({ min: 0, max: 20 }), fc.constantFrom(...zones))
  .map(([from, length, zone]) => {
    const first = new Date(from).toISOString().slice(0, 10);
    return { kind: 'days', first, last: dayAfter(first, length), zone };
  });

const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('\\n', '\n', '"', ';', ',', ':', '^', 'Größe', '漢字', '😀', 'BEGIN:VEVENT'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => tidyText(tidyText(parts.join(' ')).slice(0, 250)));

const line = words.map(tidyLine);

export const versions: fc.Arbitrary<AppointmentVersion> = fc.record({
  uid: fc.constant('20261123004266.abc.def@desk.example'),
  sequence: fc.integer({ min: 0, max: 500 }),
  status: fc.constantFrom('confirmed', 'cancelled'),
  time: fc.oneof(timed, days),
  summary: line.filter((text) => text !== ''),
  place: line,
  text: words,
  guests: fc.uniqueArray(
    fc.record({
      name: line.map((text) => tidyLine(text.replaceAll(';', ','))),
      address: fc.constantFrom('kim@customer.example', 'Ola=1@shop.example', "o'neil@x.example"),
    }),
    { maxLength: 3, selector: ({ address }) => address },
  ),
  agents: fc.uniqueArray(fc.constantFrom('anna', 'ben'), { maxLength: 2 }),
});
