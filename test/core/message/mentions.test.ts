import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMentions, mentionedIn } from '../../../src/core/message/mentions.ts';

const people = [
  { login: 'anna', name: 'Anna Adler' },
  { login: 'ben', name: 'Ben Kaya' },
  { login: 'ben.two', name: 'Ben Ode' },
  { login: 'li', name: 'Wei Li' },
  { login: 'zoe', name: 'Zoë Stern' },
  { login: 'chris', name: 'Anna-Lena Sommer' },
];

describe('mentionedIn', () => {
  it.each([
    ['@anna please look', ['anna']],
    ['(@anna), and @BEN!', ['anna', 'ben']],
    ['ask @anna.', ['anna']],
    ['ask @ben.two. He knows', ['ben.two']],
    ['@anna, again @anna', ['anna']],
    ['@Wei knows', ['li']],
    ['@Zoë kommt', ['zoe']],
    ['@Anna-Lena', ['chris']],
    ['line\n@anna', ['anna']],
    ['请@li看', []],
    ['请 @li 看', ['li']],
  ])('%s', (text, logins) => {
    expect(mentionedIn(text, people)).toEqual(logins);
  });

  it.each([
    'kim@anna.example',
    'anna@example.org',
    '<ben@example.org>',
    'https://social.example/@anna',
    '@kim@anna.example',
    '@annabel',
    '@nobody',
    '@ anna',
    '@@anna',
    'anna',
    '',
  ])('means nobody: %s', (text) => {
    expect(mentionedIn(text, people)).toEqual([]);
  });

  it('a first name that two have means nobody, unless it is a login', () => {
    const two = [
      { login: 'kim1', name: 'Kim Berg' },
      { login: 'kim2', name: 'Kim Stone' },
    ];
    expect(mentionedIn('@kim @kim2', two)).toEqual(['kim2']);
    expect(mentionedIn('@kim', [...two, { login: 'kim', name: 'Somebody' }])).toEqual(['kim']);
  });

  it('every place is where the name stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('@anna', '@ben.', ' ', '.', 'x', '@', '\n', '@ben.two', '-')),
        (parts) => {
          const text = parts.join('');
          for (const { login, start, end } of findMentions(text, people))
            expect(text.slice(start, end).toLowerCase()).toBe(`@${login}`);
        },
      ),
    );
  });

  it('takes a long text in its stride', () => {
    const text = '@'.repeat(200_000) + 'a'.repeat(200_000);
    expect(findMentions(text, people)).toEqual([]);
  });
});
