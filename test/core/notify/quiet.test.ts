/** Quiet times and digests: over midnight, weekends, and the nights in which clocks are changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, formatInstant, minute, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { parseDigest, parseQuiet } from '../../../src/config/agent-notify.ts';
import type { Calendar } from '../../../src/core/escalation/calendar.ts';
import {
  type Digest,
  isQuietAt,
  nextDigest,
  nextLoud,
  type Quiet,
  releaseTime,
} from '../../../src/core/notify/quiet.ts';

const office = [{ from: 540, to: 1020 }];
const calendar: Calendar = {
  timeZone: 'Asia/Kolkata',
  week: [[], office, office, office, office, office, []],
  holidays: new Set(['2026-12-25']),
};
const place = (timeZone: string) => ({ timeZone, calendarOf: () => calendar });
const berlin = place('Europe/Berlin');

function at(text: string) {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(text);
  return instant;
}

function quiet(...texts: string[]): Quiet {
  const parsed = parseQuiet(texts);
  if (parsed === undefined || parsed === 'off') throw new RangeError(texts.join());
  return parsed;
}

const loud = (found: Quiet | undefined, text: string, where = berlin) =>
  formatInstant(nextLoud(found, at(text), where));

describe('quiet times', () => {
  it('hold until the morning, before and after midnight', () => {
    const night = quiet('22:00-07:00');
    expect(loud(night, '2026-11-23T20:59:59.999Z')).toBe('2026-11-23T20:59:59.999Z');
    expect(loud(night, '2026-11-23T21:00:00Z')).toBe('2026-11-24T06:00:00.000Z');
    expect(loud(night, '2026-11-24T05:59:59.999Z')).toBe('2026-11-24T06:00:00.000Z');
    expect(loud(undefined, '2026-11-23T23:00:00Z')).toBe('2026-11-23T23:00:00.000Z');
  });

  it('join nights and whole days', () => {
    const found = quiet('22:00-07:00', 'sat,sun');
    expect(loud(found, '2026-11-27T21:30:00Z')).toBe('2026-11-30T06:00:00.000Z');
  });

  it('end by the clock on the wall in the nights in which it is changed', () => {
    const night = quiet('22:00-07:00');
    expect(loud(night, '2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
    expect(loud(night, '2027-03-27T22:00:00Z')).toBe('2027-03-28T05:00:00.000Z');
    // Half past two comes twice, and is skipped.
    expect(loud(quiet('02:30-02:45'), '2026-10-25T00:30:00Z')).toBe('2026-10-25T00:45:00.000Z');
    expect(loud(quiet('02:30-02:45'), '2026-10-25T01:30:00Z')).toBe('2026-10-25T01:45:00.000Z');
    expect(loud(quiet('01:00-02:30'), '2027-03-28T00:30:00Z')).toBe('2027-03-28T01:00:00.000Z');
  });

  it('by calendar last while it is shut, holidays included', () => {
    const shut: Quiet = { kind: 'calendar', name: '' };
    expect(loud(shut, '2026-12-24T12:00:00Z')).toBe('2026-12-28T03:30:00.000Z');
    expect(loud(shut, '2026-12-24T05:00:00Z')).toBe('2026-12-24T05:00:00.000Z');
  });

  it('the next loud moment is never quiet, never earlier, and monotonic', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hours, minutes]) => `${hours}:${String(minutes).padStart(2, '0')}`);
    const span = fc
      .tuple(clock, clock)
      .filter(([from, until]) => from !== until)
      .map(([from, until]) => `${from}-${until}`);
    const days = fc.constantFrom('sat,sun', 'mon', 'fri-sun');
    const zones = fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'Lord_Howe');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(span).map((texts) => parseQuiet(texts)),
          fc.tuple(span, days).map((texts) => parseQuiet(texts)),
          fc.constant<Quiet>({ kind: 'calendar', name: 'office' }),
        ),
        zones,
        fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 11) }),
        fc.integer({ min: 0, max: 3 * day }),
        (found, zone, from, ahead) => {
          if (found === undefined || found === 'off') return;
          const where = place(zone === 'Lord_Howe' ? 'Australia/Lord_Howe' : zone);
          const one = nextLoud(found, toInstant(from), where);
          const other = nextLoud(found, toInstant(from + ahead), where);
          expect(one).toBeGreaterThanOrEqual(from);
          expect(other).toBeGreaterThanOrEqual(one);
          expect(isQuietAt(found, one, where)).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('digests', () => {
  it('go out at whole hours on the wall', () => {
    const hourly: Digest = { kind: 'hourly' };
    const next = (text: string, where = berlin) =>
      formatInstant(nextDigest(hourly, at(text), where));
    expect(next('2026-11-23T10:00:00Z')).toBe('2026-11-23T11:00:00.000Z');
    expect(next('2026-11-23T10:00:00Z', place('Asia/Kolkata'))).toBe('2026-11-23T10:30:00.000Z');
  });

  it('go out once a day, also on days of 23 and 25 hours', () => {
    const daily: Digest = { kind: 'daily', minute: 8 * 60 };
    const next = (text: string) => formatInstant(nextDigest(daily, at(text), berlin));
    expect(next('2026-10-24T06:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
    expect(next('2027-03-27T07:00:00Z')).toBe('2027-03-28T06:00:00.000Z');
    expect(next('2026-11-23T06:59:59.999Z')).toBe('2026-11-23T07:00:00.000Z');
  });

  it('wait for the end of quiet times, and what is urgent waits for neither', () => {
    const told = { first: at('2026-11-23T20:50:00Z'), base: at('2026-11-23T20:51:00Z') };
    const wishes = { quiet: quiet('21:00-07:00'), digest: { kind: 'hourly' } as const };
    expect(formatInstant(releaseTime(wishes, { ...told, isUrgent: false }, berlin))).toBe(
      '2026-11-24T06:00:00.000Z',
    );
    expect(releaseTime(wishes, { ...told, isUrgent: true }, berlin)).toBe(told.base);
    expect(told.base - told.first).toBe(minute);
  });
});

describe('what an agent may write', () => {
  it('is times of the week or a calendar, and leaves some time', () => {
    expect(parseQuiet(['calendar night-shift'])).toEqual({ kind: 'calendar', name: 'night-shift' });
    expect(parseQuiet([])).toBe('off');
    for (const texts of [
      ['00:00-24:00'],
      ['sat-fri'],
      ['08:00-20:00', '20:00-08:00'],
      ['at night'],
    ])
      expect(parseQuiet(texts)).toBeUndefined();
    expect(parseDigest('daily 7:30')).toEqual({ kind: 'daily', minute: 450 });
    for (const text of ['daily', 'weekly', 'daily 24:00'])
      expect(parseDigest(text)).toBeUndefined();
  });
});
