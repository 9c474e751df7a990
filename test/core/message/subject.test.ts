/** Subjects lose their answer marks and our tag, once and for all. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerSubject, tagSubject, tidySubject } from '../../../src/core/message/subject.ts';
import { findTicketNumbers, formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { anyText, holds, idempotent, total } from '../../helpers/laws.ts';

const number = formatTicketNumber('20261123', 42);
const other = formatTicketNumber('20261123', 43);

/** Subjects as mail programs pile them up. */
const piled = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'Re: ',
        'RE:',
        'AW: ',
        'Antw: ',
        'SV: ',
        '回复：',
        'رد: ',
        'Re[2]: ',
        'Re (3) : ',
        'Fwd: ',
        're : ',
      ),
      fc.constantFrom(
        `[#${number}] `,
        `[#${other}]`,
        '[#20261123004267]',
        '[#',
        '] ',
        ' ',
        '\r\n ',
        '\0',
      ),
      fc.constantFrom('Lamp ', 'is ', 'dark', 'r', 'e', ':', '：', '[2]', '(', '😀'),
      anyText,
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

const long = fc
  .tuple(
    fc.constantFrom('Re: ', 'r:', 'AW:AW: ', `[#${number}]`, '😀', 'x'),
    fc.integer({ min: 1, max: 1500 }),
    piled,
  )
  .map(([piece, count, rest]) => piece.repeat(count) + rest);

const subjects = fc.oneof(piled, long, anyText);

describe('tidySubject', () => {
  it('takes any text', () => total(tidySubject, subjects));

  it('changes nothing when it is done twice', () => idempotent(tidySubject, subjects));

  it('is the same for a tagged subject and the plain one', () => {
    holds(subjects, (subject) => {
      const plain = tidySubject(subject);
      expect(tidySubject(tagSubject(number, subject))).toBe(plain);
      expect(tidySubject(answerSubject(number, subject))).toBe(plain);
      expect(tidySubject(`AW: ${answerSubject(number, subject)}`)).toBe(plain);
    });
  });

  it('gives one line of at most 500 characters', () => {
    holds(subjects, (subject) => {
      const tidy = tidySubject(subject);
      expect([...tidy].length).toBeLessThanOrEqual(500);
      expect(tidy).not.toMatch(/[\p{Cc}\u2028\u2029]|^\s|\s$/u);
    });
  });

  it.each([
    ['Re: Lamp', 'Lamp'],
    ['AW: Re: RE : Fwd: Lamp', 'Lamp'],
    ['Re[2]: Lamp', 'Lamp'],
    ['Re (3): Lamp', 'Lamp'],
    ['回复：Lamp', 'Lamp'],
    ['رد: Lamp', 'Lamp'],
    ['Πρθ: Lamp', 'Lamp'],
    [`AW: [#${number}] Lamp`, 'Lamp'],
    [`Lamp [#${number}] is dark`, 'Lamp is dark'],
    ['Lamp [#20261123004267]', 'Lamp [#20261123004267]'],
    ['Regarding: Lamp', 'Regarding: Lamp'],
    ['Area: Lamp', 'Area: Lamp'],
    ['Re', 'Re'],
    ['Re:', ''],
    ['', ''],
    ['Lamp\r\n\tis\0dark', 'Lamp is dark'],
  ])('makes of %j the matter %j', (subject, matter) => {
    expect(tidySubject(subject)).toBe(matter);
  });

  it('removes answer marks however many there are', () => {
    expect(tidySubject(`${'Re: '.repeat(400)}Lamp`)).toBe('Lamp');
  });
});

describe('the subject of an answer', () => {
  it('carries the number, once', () => {
    expect(answerSubject(number, `Re: [#${number}] Lamp`)).toBe(`Re: [#${number}] Lamp`);
    expect(tagSubject(number, '')).toBe(`[#${number}]`);
    holds(subjects, (subject) => {
      expect(findTicketNumbers(tagSubject(number, subject))[0]).toBe(number);
    });
  });
});
