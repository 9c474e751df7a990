import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseKey, toFileWord } from '../../../src/core/views/file-words.ts';

describe('toFileWord', () => {
  it.each([
    ['kim@example.org', 'kim@example.org'],
    ['Kim/../../etc', 'Kim_.._.._etc'],
    ['..', '_'],
    ['.profile', '_profile'],
    ['a\u0000b\u202ec\n', 'abc'],
    ['con', '_con'],
    ['NUL.txt', '_NUL.txt'],
    ['console', 'console'],
    ['new', 'new_'],
    ['20261123004266', '_20261123004266'],
    ['Support.', 'Support_'],
    ['C:\\temp|"x"?*<>', 'C__temp__x_____'],
    ['  a   b ', 'a b'],
    ['', '_'],
    ['Mu\u0308ller', 'M\u00fcller'],
    ['\ud800x', 'x'],
  ])('makes of %j the name %j', (text, name) => {
    expect(toFileWord(text)).toBe(name);
  });

  it('keeps long names apart by a sum', () => {
    const [one, other] = [toFileWord(`${'ä'.repeat(300)}1`), toFileWord(`${'ä'.repeat(300)}2`)];
    expect(one).not.toBe(other);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(120);
  });

  it('gives a name that every common file system takes, for any text', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const name = toFileWord(text);
        expect(Buffer.byteLength(name)).toBeGreaterThan(0);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(121);
        expect(name).not.toMatch(/[/\\:*?"<>|\p{C}]|^\.|[. ]$/u);
        expect(name.normalize('NFC')).toBe(name);
      }),
    );
  });
});

describe('caseKey', () => {
  it('is one for names that a file system without case takes for one', () => {
    expect(caseKey('Straße')).toBe(caseKey('STRASSE'));
    expect(caseKey('E\u0301')).toBe(caseKey('é'));
    expect(caseKey('a')).not.toBe(caseKey('b'));
  });
});
