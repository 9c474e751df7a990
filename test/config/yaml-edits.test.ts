import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editYamlText, formatYamlEntry } from '../../src/config/yaml-edits.ts';

const templates = join(import.meta.dirname, '..', '..', 'templates', 'desk', 'config');
const queueFile = readFileSync(join(templates, 'queues', 'support.yaml'), 'utf8');

/** Lines of the one that the other does not have, and the other way round. */
function difference(before: string, after: string) {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  return {
    gone: old.filter((line) => !fresh.includes(line)),
    added: fresh.filter((line) => !old.includes(line)),
  };
}

describe('editYamlText', () => {
  test('takes the sign away from a setting that stands there as a comment', () => {
    const after = editYamlText(queueFile, {
      addresses: ['help@kontor.example'],
      signature: 'Your Kontor\nkontor.example',
    });
    expect(difference(queueFile, after)).toEqual({
      gone: [
        '#addresses: [help@example.org, info@example.org]',
        '#signature: |',
        '#  Your support team',
        '#  https://example.org',
      ],
      added: [
        'addresses: [help@kontor.example]',
        'signature: |',
        '  Your Kontor',
        '  kontor.example',
      ],
    });
    expect(parse(after)).toMatchObject({ signature: 'Your Kontor\nkontor.example\n' });
  });

  test('replaces a value in its place and keeps what stands beside and around it', () => {
    const before =
      'a: 1\n\n# who we are\nname:   Old  # since 2019\n# the end\nlist:\n  - x\n  - y\nz: 3\n';
    expect(editYamlText(before, { name: 'New: desk', list: ['p', 'q r'] })).toBe(
      'a: 1\n\n# who we are\nname: "New: desk"  # since 2019\n# the end\nlist: [p, q r]\nz: 3\n',
    );
  });

  test('puts what is not there at the end, also of a file without a last line end, or an empty one', () => {
    expect(editYamlText('a: 1', { b: true })).toBe('a: 1\nb: true\n');
    expect(editYamlText('', { b: 'off' })).toBe('b: off\n');
    expect(editYamlText('# only words\n', { b: 2 })).toBe('# only words\nb: 2\n');
  });

  test('keeps the line ends of Windows', () => {
    expect(editYamlText('a: 1\r\n#b: 2\r\n', { b: 'x' })).toBe('a: 1\r\nb: x\r\n');
  });

  test('changes text of several lines into one line and back', () => {
    const long = editYamlText('a: 1\ns: short # beside\nz: 2\n', { s: 'one\n\ntwo' });
    expect(long).toBe('a: 1\n# beside\ns: |\n  one\n\n  two\nz: 2\n');
    expect(editYamlText(long, { s: 'short' })).toBe('a: 1\n# beside\ns: short\nz: 2\n');
  });

  test('does not take a sentence for a setting', () => {
    const before = '# name: is what customers see\n#   of us\nname: A\n';
    expect(editYamlText(before, { name: 'B' })).toBe(before.replace(': A', ': B'));
  });

  test('refuses a file that is no table', () => {
    expect(() => editYamlText('- a\n- b\n', { a: 1 })).toThrow(/should be a table/);
    expect(() => editYamlText('a: [1\n', { a: 1 })).toThrow(/must be repaired/);
  });

  test('refuses what other settings refer to, rather than change them too', () => {
    expect(() => editYamlText('x: &one [a, b]\ny: *one\n', { x: ['c'] })).toThrow(
      /must be repaired/,
    );
    const merged = 'base: &base {k: 1}\n<<: *base\nname: A # beside\n';
    expect(editYamlText(merged, { name: 'B' })).toBe(merged.replace('A #', 'B #'));
  });

  test('what is written is read back, whatever the text, and nothing else changes', () => {
    const texts = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text) && text.trim() === text);
    fc.assert(
      fc.property(
        texts,
        fc.array(
          texts.filter((text) => text !== ''),
          { maxLength: 4 },
        ),
        (name, list) => {
          const after = editYamlText(queueFile, { name, addresses: list });
          const { name: _name, ...others } = parse(queueFile);
          expect(parse(after)).toEqual({ ...others, name, addresses: list });
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('formatYamlEntry writes what an editor would', () => {
  expect(formatYamlEntry('smarthost', 'smtp://a%40b:c@mail.example.org:587')).toBe(
    'smarthost: smtp://a%40b:c@mail.example.org:587',
  );
  expect(formatYamlEntry('timeZone', 'Europe/Berlin')).toBe('timeZone: Europe/Berlin');
});
