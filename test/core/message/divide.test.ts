/** Laws of the division of a mail's text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideText, ownText } from '../../../src/core/message/quotes/divide.ts';
import { effortOf } from '../../helpers/effort.ts';

const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '> quoted',
    '>> more',
    '| stroke',
    'KB> initials',
    'On Mon, 23 Nov 2026 at 10:00, Kim <kim@a.example> wrote:',
    'On Mon, 23 Nov 2026 at 10:00,',
    'Kim <kim@a.example> wrote:',
    '-----Original Message-----',
    '---------- Forwarded message ----------',
    '----- End forwarded message -----',
    '________________________________',
    'From: Kim <kim@a.example>',
    'Sent: Monday',
    'To: Ana',
    'Subject: Lamp',
    '-- ',
    '--',
    'Kind regards',
    'Kim Berg',
    'Tel. +49 30 1234567',
    'Sent from my iPhone',
    '>>> Kim 23.11.2026 10:00 >>>',
    '--=[ 20261123004266 ]=--',
    'words of my own',
  ),
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n')), { maxLength: 30 })
  .map((lines) => lines.flat().join(''));

describe('divideText', () => {
  it('takes no rule in the report of a mail system for the mark of a signature', () => {
    const report =
      'This is a report.\n\n-----------\n\n<gone@partner.example>:\n no such mailbox\n';
    expect(divideText(report, { isReport: true }).map(({ kind }) => kind)).toEqual(['own']);
    expect(divideText(report).map(({ kind }) => kind)).toContain('signature');
  });

  it('loses no sign of any text', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (whole, isForward) => {
        const parts = divideText(whole, { isForward });
        expect(parts.map((part) => part.text).join('')).toBe(whole);
        expect(parts.every((part) => part.text !== '')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('takes nothing of what a person writes without any such line', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z ,]{0,60}\.$/)), (lines) => {
        const whole = lines.join('\n');
        expect(ownText(whole)).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['marks', '>'.repeat(1_000_000)],
    ['lines of marks', '>\n'.repeat(500_000)],
    ['begun attributions', 'On On On '.repeat(120_000)],
    ['lines that begin one', 'On Mon, 23 Nov 2026 at 10:00\n'.repeat(40_000)],
    ['colons', ':'.repeat(1_000_000)],
    ['lines of colons', `${'a: '.repeat(200)}\n`.repeat(1500)],
    ['addresses', `${'a@b: '.repeat(150)}\n`.repeat(1300)],
    ['fields without end', 'To: a\n'.repeat(150_000)],
    ['dashes', `${'-'.repeat(900)}\n`.repeat(1100)],
    ['titles without end', '--- Original \n'.repeat(70_000)],
    ['farewells', 'Kind regards\n'.repeat(70_000)],
    ['notes', `${'this e-mail is not '.repeat(5)}\n\n`.repeat(10_000)],
    ['blanks', ' \n'.repeat(500_000)],
    ['introductions without quotation', 'On 23.11.2026 10:00 Kim wrote:\nx\n\n'.repeat(25_000)],
  ])('takes no long time for a megabyte of %s', (_, hostile) => {
    expect(effortOf(() => divideText(hostile))).toBeLessThan(6000);
  });
});
