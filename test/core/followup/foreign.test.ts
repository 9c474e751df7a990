import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findForeignNumbers,
  formatForeignKind,
  parseForeignKind,
} from '../../../src/core/followup/foreign.ts';

const kinds = ['otrs', 'rt example.com', 'helpdesk Case-'].flatMap(
  (text) => parseForeignKind(text) ?? [],
);

describe('findForeignNumbers', () => {
  it.each([
    ['Re: [Ticket#2026112310000012] Lamp', ['otrs:2026112310000012']],
    ['AW: [TICKET#: 2026112310000012] Lamp', ['otrs:2026112310000012']],
    ['[example.com #17] Lamp', ['rt:17']],
    ['[Example.COM #17] [Ticket#5]', ['rt:17', 'otrs:5']],
    ['Case-12 and case-13, Case-12', ['helpdesk:12', 'helpdesk:13']],
    ['Suitcase-12', []],
    ['Case-12a', []],
    ['Case-', []],
    ['Ticket 2026112310000012', []],
    [`Case-${'1'.repeat(33)}`, []],
    ['[other.example #17]', []],
  ])('%s', (subject, expected) => {
    expect(findForeignNumbers(subject, kinds)).toEqual(expected);
  });

  it('is total and bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (subject) => {
        expect(findForeignNumbers(`${subject} Case-1 `.repeat(20), kinds).length).toBeLessThan(6);
      }),
    );
  });
});

describe('parseForeignKind', () => {
  it.each(['otrs', 'zammad', 'rt example.com', 'helpdesk Case-', 'jira [PROJ-'])(
    'reads what it writes: %s',
    (text) => {
      const kind = parseForeignKind(text);
      expect(kind === undefined ? undefined : formatForeignKind(kind)).toBe(text);
    },
  );

  it.each(['', 'rt', 'unknown', 'x 1', '9 Case', 'x a\u0000'])('refuses "%s"', (text) => {
    expect(parseForeignKind(text)).toBeUndefined();
  });
});
