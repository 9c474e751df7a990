import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { parseDateBound, rangeOf } from '../../../src/core/search/dates.ts';
import { anyText, total } from '../../helpers/laws.ts';

const now = parseInstant('2026-11-24T10:00:00Z') ?? toInstant(0);

function range(text: string, timeZone = 'UTC'): string {
  const bound = parseDateBound(text);
  if (bound === undefined) return 'not understood';
  const { from, before } = rangeOf(bound, { now, timeZone });
  const show = (at: typeof from) => (at === undefined ? '' : formatInstant(at).slice(0, 16));
  return `${show(from)}..${show(before)}`;
}

describe('dates in queries', () => {
  it.each([
    ['2026-11-23', '2026-11-23T00:00..2026-11-24T00:00'],
    ['2026-11', '2026-11-01T00:00..2026-12-01T00:00'],
    ['2026-12', '2026-12-01T00:00..2027-01-01T00:00'],
    ['2026', '2026-01-01T00:00..2027-01-01T00:00'],
    ['2024-02', '2024-02-01T00:00..2024-03-01T00:00'],
    ['2026-11-23..2026-11-25', '2026-11-23T00:00..2026-11-26T00:00'],
    ['2026-10..2026-11', '2026-10-01T00:00..2026-12-01T00:00'],
    ['2026-11-23..', '2026-11-23T00:00..'],
    ['..2026-11-23', '..2026-11-24T00:00'],
    ['>2026-11-01', '2026-11-02T00:00..'],
    ['>=2026-11-01', '2026-11-01T00:00..'],
    ['<2026-11', '..2026-11-01T00:00'],
    ['<=2026-11', '..2026-12-01T00:00'],
    ['<7d', '2026-11-17T10:00..'],
    ['>2W', '..2026-11-10T10:00'],
    ['<90m', '2026-11-24T08:30..'],
    ['today', '2026-11-24T00:00..2026-11-25T00:00'],
    ['yesterday..today', '2026-11-23T00:00..2026-11-25T00:00'],
    ['>yesterday', '2026-11-24T00:00..'],
    ['2026-02-30', 'not understood'],
    ['2026-13', 'not understood'],
    ['7d', 'not understood'],
    ['tomorrow', 'not understood'],
    ['1..2..3', 'not understood'],
  ])('%s is %s', (text, expected) => {
    expect(range(text)).toBe(expected);
  });

  it('are days of whoever asks, also where the clock changes', () => {
    expect(range('2026-11-23', 'Pacific/Auckland')).toBe('2026-11-22T11:00..2026-11-23T11:00');
    expect(range('today', 'America/Los_Angeles')).toBe('2026-11-24T08:00..2026-11-25T08:00');
    expect(range('2026-10-25', 'Europe/Berlin')).toBe('2026-10-24T22:00..2026-10-25T23:00');
  });

  it('are read from any text', () => {
    total(parseDateBound, anyText);
  });
});
