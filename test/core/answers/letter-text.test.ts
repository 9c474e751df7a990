import { describe, expect, it } from 'vitest';
import { chooseLetterText, type LetterFile } from '../../../src/core/answers/letter-text.ts';

const file = (name: string, language: string): LetterFile => ({
  kind: 'signature',
  name,
  language,
  text: `${name} ${language}`,
});
const files = [
  file('support', 'de'),
  file('support', 'en'),
  file('anna', 'de'),
  file('default', 'en'),
];

const choose = (wishes: Parameters<typeof chooseLetterText>[1]['wishes'], languages: string[]) =>
  chooseLetterText(files, { kind: 'signature', wishes, languages })?.text;

describe('chooseLetterText', () => {
  const support = { kind: 'file', name: 'support' } as const;
  const anna = { kind: 'file', name: 'anna' } as const;

  it('takes whose word counts most, in the language that counts most', () => {
    expect(choose([anna, support], ['de', 'en'])).toBe('anna de');
    expect(choose([undefined, support], ['en', 'de'])).toBe('support en');
    expect(choose([support], ['de-AT', 'en'])).toBe('support de');
  });

  it('goes on where a file is in none of the languages', () => {
    expect(choose([anna, support], ['fr', 'en'])).toBe('support en');
    expect(choose([{ kind: 'file', name: 'nobody' }], ['en'])).toBe('default en');
    expect(choose([], ['fr'])).toBeUndefined();
  });

  it('an empty text says that there is to be none', () => {
    expect(choose([{ kind: 'text', text: '' }, support], ['en'])).toBe('');
  });
});
