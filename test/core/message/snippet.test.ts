import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toSnippet } from '../../../src/core/message/snippet.ts';

it('toSnippet leaves out what was quoted and the line that introduces it', () => {
  expect(
    toSnippet('Thank you!\n\nOn 23 Nov 2026 Anna <a@desk.example> wrote:\n> Hello\n> Kim\n'),
  ).toBe('Thank you!');
});

it('toSnippet shows the quoted words when there are no others', () => {
  expect(toSnippet('> Only this\n')).toBe('> Only this');
});

it('toSnippet is one line of at most 200 characters for any text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3000, unit: 'grapheme' }), (text) => {
      const snippet = toSnippet(text);
      expect([...snippet].length).toBeLessThanOrEqual(200);
      expect(snippet).not.toMatch(/[\r\n]/);
    }),
  );
});
