import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../../src/base/clock.ts';
import { createNames } from '../../../src/core/carry/export-name.ts';
import { lookAtHeader } from '../../../src/core/carry/header-look.ts';

const now = toInstant(Date.UTC(2026, 10, 26));

function dateOf(...lines: readonly string[]): string | undefined {
  const { date } = lookAtHeader(Buffer.from(`${lines.join('\n')}\n\nDate: of the body\n`), now);
  return date === undefined ? undefined : formatInstant(date);
}

describe('the date of a mail', () => {
  it.each([
    ['Date: Mon, 4 Mar 2019 08:00:00 +0100', '2019-03-04T07:00:00.000Z'],
    ['Date: Mon, 4 Mar 2019 08:00:00 +0100 (CET)', '2019-03-04T07:00:00.000Z'],
    ['DATE: 4 Mar 2019 08:00', '2019-03-04T08:00:00.000Z'],
    ['Date: Mon, 4 Mar 2019\n 08:00:00 GMT', '2019-03-04T08:00:00.000Z'],
    ['Date: Thu, 1 Jan 1970 00:00:00 +0000', undefined],
    ['Date: Mon, 4 Mar 2097 08:00:00 +0000', undefined],
    ['Subject: none', undefined],
  ])('%j is %s', (line, expected) => {
    expect(dateOf(line)).toBe(expected);
  });

  it('is that of its newest server where its own cannot be true', () => {
    expect(
      dateOf(
        'Received: from a by b; Tue, 5 Mar 2019 09:00:00 +0000',
        'Received: from c by a; Mon, 4 Mar 2019 09:00:00 +0000',
        'Date: Mon, 4 Mar 2097 08:00:00 +0000',
      ),
    ).toBe('2019-03-05T09:00:00.000Z');
  });

  it('is looked for in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { date } = lookAtHeader(Buffer.from(bytes), now);
        expect(date === undefined || date <= now).toBe(true);
      }),
    );
  });
});

describe('flags of other mail programs', () => {
  it.each([
    ['Status: RO', 'S'],
    ['Status: RO\nX-Status: A', 'RS'],
    ['X-Status: F', 'F'],
    ['X-Status: D', 'T'],
    ['Subject: none', ''],
  ])('%j is %s', (header, flags) => {
    const found = lookAtHeader(Buffer.from(`${header}\n\n`), now).flags;
    expect([...found].sort().join('')).toBe(flags);
  });
});

describe('names of exported files', () => {
  const of = (subject: string) => ({ time: '2026-11-23T11:15', kind: 'mail-in', subject });

  it('are good everywhere, and no two the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 90 }), { maxLength: 8 }),
        (subjects) => {
          const name = createNames();
          const names = subjects.map((subject) => name(of(subject), '.eml'));
          expect(new Set(names.map((each) => each.toLowerCase())).size).toBe(names.length);
          for (const each of names) {
            expect(each).toMatch(/^2026-11-23_1115_in(?:_[^/\\:*?"<>|\s]+)?\.eml$/u);
            expect(each).not.toMatch(/\p{Cc}/u);
            expect(Buffer.byteLength(each)).toBeLessThan(300);
          }
        },
      ),
    );
  });

  it('say when, which way and what about', () => {
    expect(createNames()(of('Re: Größe & Preis?'), '.eml')).toBe(
      '2026-11-23_1115_in_Re-Größe-Preis.eml',
    );
  });
});
