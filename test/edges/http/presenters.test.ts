import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAddresses } from '../../../src/core/message/address-list.ts';
import {
  type MailText,
  presentMailText,
  type TextPart,
} from '../../../src/edges/http/presenters/mail-text.ts';
import { initialsOf } from '../../../src/edges/http/presenters/people.ts';
import { contentDisposition } from '../../../src/edges/http/routes/disposition.ts';
import { effortOf } from '../../helpers/effort.ts';

const words = (parts: readonly TextPart[]) =>
  parts.map(({ segments }) => segments.map(({ text }) => text).join(''));
/** What is seen, and what is folded. */
const seen = ({ parts }: MailText) =>
  words(parts.filter(({ kind }) => kind === 'own' || kind === 'quoted')).join('\n');
const folded = ({ parts }: MailText) =>
  words(parts.filter(({ kind }) => kind !== 'own' && kind !== 'quoted')).join('\n') || undefined;
const segmentsOf = (text: string) =>
  presentMailText(text).parts.flatMap(({ segments }) => segments);

describe('presentMailText', () => {
  it.each([
    ['only text', 'Hello\nyou', 'Hello\nyou', undefined],
    ['a quotation at the end', 'New.\n\n> old\n> older', 'New.', '> old\n> older'],
    [
      'an attribution in one line',
      'New.\n\nAm 3.5.26 schrieb Anna:\n> old',
      'New.',
      'Am 3.5.26 schrieb Anna:\n> old',
    ],
    [
      'an attribution in two lines',
      'New.\n\nOn 3 May 2026 Anna Adler\n<anna@desk.example> wrote:\n\n> old',
      'New.',
      'On 3 May 2026 Anna Adler\n<anna@desk.example> wrote:\n\n> old',
    ],
    [
      'an original below a line',
      'New.\n\n-----Original Message-----\nFrom: Anna <anna@desk.example>\nHi',
      'New.',
      '-----Original Message-----\nFrom: Anna <anna@desk.example>\nHi',
    ],
    ['an answer between quotations', '> question\nanswer', '> question\nanswer', undefined],
    ['nothing but a quotation', '> all\n> quoted', '> all\n> quoted', undefined],
    ['a line of dashes', 'One\n-----\nTwo', 'One\n-----\nTwo', undefined],
    ['a signature', 'Hello\n\n-- \nKim', 'Hello', '-- \nKim'],
    ['the quotation, then the signature', 'Hello\n\n> old\n\n-- \nKim', 'Hello', '> old\n-- \nKim'],
  ])('folds %s', (_, text, expectedSeen, expectedFolded) => {
    const shown = presentMailText(text);
    expect([seen(shown), folded(shown)]).toEqual([expectedSeen, expectedFolded]);
  });

  it('keeps the end of a long quotation in view, where an answer follows', () => {
    const quoted = Array.from({ length: 12 }, (_, at) => `> ${at}`);
    const { parts } = presentMailText(['Hello', ...quoted, 'Yes.', '> last'].join('\n'));
    expect(parts.map(({ kind, lines }) => `${kind} ${lines}`)).toEqual([
      'own 1',
      'quotation 10',
      'quoted 2',
      'own 1',
      'quotation 1',
    ]);
    expect(words(parts)[2]).toBe('> 10\n> 11');
  });

  it('shows a mail sent on with few words, and folds it below many', () => {
    const sent =
      '---------- Forwarded message ---------\nFrom: Kim <kim@a.example>\nSubject: Lamp\n\nDark.';
    const open = (own: string) =>
      presentMailText(own + sent).parts.map(
        ({ kind, isOpen }) => `${kind}${isOpen ? ' open' : ''}`,
      );
    expect(open('FYI\n\n')).toEqual(['own', 'forwarded open']);
    expect(open(`${'many words '.repeat(40)}\n\n`)).toEqual(['own', 'forwarded']);
    expect(open('')).toEqual(['own']);
  });

  it('opens a quotation in which the writer says that he answers', () => {
    const open = (own: string) =>
      presentMailText(`${own}\n\n> Is it on? YES`).parts.map(({ isOpen }) => isOpen === true);
    expect(open('See my answers in capitals below.')).toEqual([false, true]);
    expect(open('It works.')).toEqual([false, false]);
  });

  it('loses no character but blanks between the parts', () => {
    const line = fc.constantFrom(
      '',
      'Hello',
      '> old',
      '>> older',
      'On 3 May wrote:',
      '--- Original ---',
      'From: a@b.example',
      'https://x.example/a).',
      '-- ',
      'Sent from my iPhone',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { parts } = presentMailText(lines.join('\n'));
        const squeeze = (text: string) => text.replace(/\s+/g, '');
        expect(squeeze(words(parts).join(''))).toBe(squeeze(lines.join('')));
      }),
    );
  });

  it('makes links of addresses, without the signs of the sentence around them', () => {
    const segments = segmentsOf(
      'See (https://x.example/a_(b)), https://y.example/c. Or ask kim@customer.example!',
    );
    expect(segments.filter(({ href }) => href !== undefined)).toEqual([
      { text: 'https://x.example/a_(b)', href: 'https://x.example/a_(b)' },
      { text: 'https://y.example/c', href: 'https://y.example/c' },
      { text: 'kim@customer.example', href: 'mailto:kim@customer.example' },
    ]);
  });

  it('makes no link that runs', () => {
    const segments = segmentsOf('javascript:alert(1) data:text/html,x file:///etc/passwd');
    expect(segments.every(({ href }) => href === undefined)).toBe(true);
  });

  it('reads a long text in a moment', () => {
    const effort = effortOf(() => {
      for (const text of [
        '> x\n'.repeat(100_000),
        'a@'.repeat(100_000),
        'a.'.repeat(100_000),
        ':\n'.repeat(100_000),
        '-'.repeat(200_000),
      ])
        presentMailText(text);
    });
    expect(effort).toBeLessThan(4000);
  });
});

it('splitAddresses parts at commas, semicolons and lines, but not within quotes or brackets', () => {
  expect(
    splitAddresses('"Berg, Kim" <kim@a.example>, b@b.example;c@c.example\nnonsense,,'),
  ).toEqual(['"Berg, Kim" <kim@a.example>', 'b@b.example', 'c@c.example', 'nonsense']);
});

it('initialsOf takes the first and the last word', () => {
  expect(
    [
      'Anna Adler',
      'Dr. Kim van der Berg',
      'kim.berg@a.example',
      '田中 由紀',
      'Plato',
      '',
      '(!)',
    ].map(initialsOf),
  ).toEqual(['AA', 'DB', 'KB', '田由', 'P', '', '']);
});

describe('a name from a mail', () => {
  it('never breaks the header, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(contentDisposition('attachment', name)).toMatch(
          /^attachment; filename="[^"\\%\r\n\x00-\x1f\x7f-\uffff]+"; filename\*=UTF-8''[A-Za-z0-9!._~%-]+$/,
        );
      }),
    );
  });
});
