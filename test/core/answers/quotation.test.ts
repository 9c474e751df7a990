/** What an answer quotes, and where its signature stands. */
import { describe, expect, it } from 'vitest';
import { englishForwarded, forwardedText } from '../../../src/core/answers/forwarded.ts';
import { quote, startText } from '../../../src/core/answers/quotation.ts';

describe('quote', () => {
  const mail = {
    attribution: 'Kim wrote:',
    text: 'New\r\n\r\n-- \r\nKim\r\n\r\nAnna wrote:\r\n> old\r\n',
    own: 'New',
  };

  it.each([
    ['full', 'Kim wrote:\n> New\n>\n> --\n> Kim\n>\n> Anna wrote:\n>> old'],
    ['trimmed', 'Kim wrote:\n> New'],
    ['none', ''],
  ] as const)('%s', (quoting, expected) => {
    expect(quote({ ...mail, quoting })).toBe(expected);
  });

  it('quotes nothing where nothing is said', () => {
    expect(quote({ attribution: 'x', text: ' \n', own: '', quoting: 'full' })).toBe('');
  });
});

describe('startText', () => {
  const parts = { signature: '-- \nAnna', quotation: 'Kim wrote:\n> x' };

  it('leaves room for the answer, with the signature where it is wanted', () => {
    expect(startText({ ...parts, place: 'above' })).toBe('\n\n-- \nAnna\n\nKim wrote:\n> x');
    expect(startText({ ...parts, place: 'below' })).toBe('\n\nKim wrote:\n> x\n\n-- \nAnna');
    expect(startText({ signature: '', quotation: '', place: 'above' })).toBe('');
  });
});

describe('forwardedText', () => {
  it('says who wrote what to whom', () => {
    const mail = {
      from: { name: 'Kim', address: 'kim@a.example' },
      to: [{ name: '', address: 'support@desk.example' }],
      cc: [],
      subject: 'Lamp',
      date: '23 November 2026',
      text: 'It is dark.\r\n> yes\r\n',
    };
    expect(forwardedText(mail, englishForwarded)).toBe(
      [
        '---------- Forwarded message ----------',
        'From: Kim <kim@a.example>',
        'Date: 23 November 2026',
        'Subject: Lamp',
        'To: support@desk.example',
        '',
        'It is dark.',
        '> yes',
      ].join('\n'),
    );
  });
});
