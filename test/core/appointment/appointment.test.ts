import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, offsetMinutes, toInstant } from '../../../src/base/clock.ts';
import {
  formatAnswer,
  formatVersion,
  readAnswer,
  readVersion,
  versionIn,
} from '../../../src/core/appointment/appointment.ts';
import { readTimeRequest } from '../../../src/core/appointment/request.ts';
import { zoneChanges } from '../../../src/core/appointment/zone-changes.ts';
import { instantByRules } from '../../../src/core/appointment/zone-rules.ts';
import { versions, zones } from './arbitrary.ts';

const instant = (text: string) => toInstant(Date.parse(text));

describe('the block of an appointment', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(versions, (version) => {
        expect(versionIn(formatVersion(version))).toEqual(version);
      }),
    );
  });

  it('of an answer likewise', () => {
    const answer = {
      word: 'counter',
      uid: 'a.b.c@desk.example',
      attendee: 'kim@customer.example',
      sequence: 2,
      stamp: instant('2026-11-24T08:30:12Z'),
      time: {
        kind: 'timed',
        start: instant('2026-11-27T14:00Z'),
        end: instant('2026-11-27T15:00Z'),
        zone: 'Europe/Berlin',
      },
      comment: 'Rather later;\nin the afternoon \\o/',
    } as const;
    const fields = new Map(
      formatAnswer(answer).map(([name, value]) => [name.toLowerCase(), [value]] as const),
    );
    expect(readAnswer({ fields })).toEqual(answer);
  });

  it('is none where anything is wrong with it, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const fields = new Map([
          ['appointment', [one]],
          ['attendee', [other]],
          ['appointment-answer', [other]],
        ]);
        readVersion({ fields });
        readAnswer({ fields });
      }),
    );
    const broken = ['confirmed; uid=x; start=never; end=2026', 'perhaps; uid=x', 'confirmed'];
    for (const text of broken)
      expect(readVersion({ fields: new Map([['appointment', [text]]]) })).toBeUndefined();
  });
});

describe('the changes of a zone', () => {
  it('explain every minute around an appointment, in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('2026-01-01Z'), max: Date.parse('2034-01-01Z') }),
        fc.integer({ min: 0, max: 400 * 24 * 3600 * 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, from, length, share) => {
          const changes = zoneChanges(zone, toInstant(from), toInstant(from + length));
          const at = toInstant(from + length * share);
          const last = changes.findLast((change) => change.at <= at);
          const next = changes.find((change) => change.at > at);
          const said = last?.after ?? next?.before ?? offsetMinutes(at, zone);
          expect(said).toBe(offsetMinutes(at, zone));
          for (const change of changes) {
            expect(offsetMinutes(toInstant(change.at - 1), zone)).toBe(change.before);
            expect(offsetMinutes(change.at, zone)).toBe(change.after);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are those that a calendar on the wall has', () => {
    const changes = zoneChanges('Europe/Berlin', instant('2026-06-01Z'), instant('2026-06-02Z'));
    expect(changes.map(({ at }) => formatInstant(at))).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ]);
  });
});

describe('zones by rules', () => {
  const berlin = [
    { start: '1601-10-28T03:00:00', rule: 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10', offset: 60 },
    { start: '1601-03-25T02:00:00', rule: 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', offset: 120 },
  ];

  it.each([
    ['2026-01-10T10:00:00', '2026-01-10T09:00:00.000Z'],
    ['2026-03-28T10:00:00', '2026-03-28T09:00:00.000Z'],
    ['2026-03-30T10:00:00', '2026-03-30T08:00:00.000Z'],
    ['2026-10-24T10:00:00', '2026-10-24T08:00:00.000Z'],
    ['2026-10-26T10:00:00', '2026-10-26T09:00:00.000Z'],
  ])('%s is %s', (local, expected) => {
    const found = instantByRules(local, berlin);
    expect(found === undefined ? undefined : formatInstant(found)).toBe(expected);
  });

  it('are total', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (local, start, rule) => {
        instantByRules(local, [{ start, rule, offset: 60 }]);
      }),
    );
  });
});

describe('what people type for a time', () => {
  const zone = 'Europe/Berlin';
  const times = (start: string, end: string) => {
    const read = readTimeRequest({ start, end, zone });
    if (!read.ok) return read.refusal.field;
    const { value } = read;
    return value.kind === 'days'
      ? [value.first, value.last]
      : [formatInstant(value.start), formatInstant(value.end)];
  };

  it.each([
    ['2026-11-27 10:00', '11:30', ['2026-11-27T09:00:00.000Z', '2026-11-27T10:30:00.000Z']],
    ['2026-07-01T9:05', '', ['2026-07-01T07:05:00.000Z', '2026-07-01T08:05:00.000Z']],
    [
      '2026-10-25 01:30',
      '2026-10-25 03:30',
      ['2026-10-24T23:30:00.000Z', '2026-10-25T02:30:00.000Z'],
    ],
    [
      '2026-11-27T09:00:31Z',
      '2026-11-27T12:00+01:00',
      ['2026-11-27T09:00:00.000Z', '2026-11-27T11:00:00.000Z'],
    ],
    ['2026-11-27', '', ['2026-11-27', '2026-11-27']],
    ['2026-11-27', '2026-11-29', ['2026-11-27', '2026-11-29']],
    ['tomorrow', '', 'start'],
    ['2026-02-30', '', 'start'],
    ['2026-11-27 10:00', 'later', 'end'],
  ])('%s to %s', (start, end, expected) => {
    expect(times(start, end)).toEqual(expected);
  });
});
