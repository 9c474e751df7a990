import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNamePattern, readDropName } from '../../../src/core/drop/drop-name.ts';

const at = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0) => ({
  year,
  month,
  day,
  hour,
  minute,
  second,
});

describe('readDropName', () => {
  it.each([
    ['20261123004266_+49301234567', { ticket: '20261123004266', from: '+49301234567' }],
    ['20261123004266-0301234567', { ticket: '20261123004266', from: '0301234567' }],
    ['20261123004266_+49301234567_page 1', { ticket: '20261123004266', from: '+49301234567' }],
    ['20261123004266', { ticket: '20261123004266' }],
    // FreePBX
    [
      'out-0049301234567-200-20261123-143015-1795000000.12',
      { to: '0049301234567', from: '200', at: at(2026, 11, 23, 14, 30, 15), direction: 'out' },
    ],
    [
      'external-200-+49301234567-20261123-143015-1795000000.12',
      { to: '200', from: '+49301234567', at: at(2026, 11, 23, 14, 30, 15), direction: 'in' },
    ],
    [
      'q-500-0301234567-20261123-143015-1795000000.12',
      { from: '0301234567', at: at(2026, 11, 23, 14, 30, 15), direction: 'in' },
    ],
    // FRITZ!Box
    ['23.11.26_14.30_Telefax.0301234567', { from: '0301234567', at: at(2026, 11, 23, 14, 30) }],
    ['23.11.26_14.30_Telefax.unknown', { from: 'unknown', at: at(2026, 11, 23, 14, 30) }],
    // 3CX
    [
      '[Anna]_101-+49301234567_20261123143015(77)',
      { to: '101', from: '+49301234567', at: at(2026, 11, 23, 14, 30, 15) },
    ],
    // HylaFAX and Asterisk's voicemail
    ['fax000000123', {}],
    ['msg0001', {}],
    // Date and number
    ['2026-11-23_14-30_+49301234567', { from: '+49301234567', at: at(2026, 11, 23, 14, 30) }],
    ['20261123-143015_0301234567', { from: '0301234567', at: at(2026, 11, 23, 14, 30, 15) }],
    [
      '20261123 143015 out +49301234567',
      { from: '+49301234567', at: at(2026, 11, 23, 14, 30, 15), direction: 'out' },
    ],
    ['+49301234567_20261123_143015', { from: '+49301234567', at: at(2026, 11, 23, 14, 30, 15) }],
    ['eingehend_0301234567', { from: '0301234567', direction: 'in' }],
    ['0301234567', { from: '0301234567' }],
    ['Fax_0301234567', { from: '0301234567' }],
    ['scan_20261123_143015', { at: at(2026, 11, 23, 14, 30, 15) }],
    ['call with +49301234567 about lamps', { from: '+49301234567' }],
    ['holiday picture', {}],
    ['', {}],
  ])('reads "%s"', (stem, expected) => {
    const { pattern: _, ...said } = readDropName(stem);
    expect(said).toEqual(expected);
  });

  it('asks the patterns of the desk first', () => {
    const own = parseNamePattern('out:line{digits} {to} {date}');
    if (!own.ok) throw new Error(own.refusal);
    expect(readDropName('LINE2 0301234567 23.11.2026', [own.value])).toEqual({
      to: '0301234567',
      at: at(2026, 11, 23),
      direction: 'out',
      pattern: 'out:line{digits} {to} {date}',
    });
  });

  it('takes any text, in little time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        readDropName(text);
      }),
    );
    readDropName(`${'1-'.repeat(200)}x`);
    readDropName('9'.repeat(5000));
  });
});

describe('parseNamePattern', () => {
  it.each([
    ['{number}', 'not {number}'],
    ['plain', 'a text with parts'],
    ['{from}_{from}', 'each once'],
    ['{rest}{rest}{word}', 'at most two'],
    ['x'.repeat(300), 'at most 200'],
  ])('refuses "%s"', (source, reason) => {
    const parsed = parseNamePattern(source);
    expect(parsed.ok ? '' : parsed.refusal).toContain(reason);
  });
});
