import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillText, nestedIn, nestingLimits } from '../../../src/core/answers/fill-text.ts';
import type { FindValue } from '../../../src/core/answers/placeholders.ts';
import {
  defaultCursor,
  type TextModule,
  variantIn,
} from '../../../src/core/answers/text-module.ts';
import { effortOf } from '../../helpers/effort.ts';

function module(id: string, text: string, more: Partial<TextModule> = {}): TextModule {
  return {
    id,
    language: 'en',
    file: `answers/${id}.en.md`,
    title: id,
    keywords: [],
    shortcut: id,
    queues: [],
    kind: 'answer',
    state: undefined,
    attachments: [],
    cursor: defaultCursor,
    text,
    ...more,
  };
}

function valuesOf(values: Readonly<Record<string, string>>): FindValue {
  return (name) => (Object.hasOwn(values, name) ? { value: values[name] } : undefined);
}

function fill(
  text: string | TextModule,
  others: readonly TextModule[] = [],
  values: Readonly<Record<string, string>> = {},
) {
  const outermost = typeof text === 'string' ? module('outer', text) : text;
  return fillText({
    module: outermost,
    find: (id, language) =>
      variantIn(
        [outermost, ...others].filter((each) => each.id === id),
        language,
      ),
    findValue: valuesOf(values),
  });
}

describe('fillText', () => {
  it('fills names, nested modules and the cursor in', () => {
    const filled = fill(
      'Dear {{name}},\n\n{{> legal/terms}}\n\n{{cursor}}',
      [module('legal/terms', 'Our terms, {{name}}.')],
      { name: 'Kim' },
    );
    expect(filled.text).toBe('Dear Kim,\n\nOur terms, Kim.\n\n');
    expect(filled.cursor).toBe(filled.text.length);
    expect(filled.missing).toEqual([]);
    expect(filled.used.map(({ id }) => id)).toEqual(['outer', 'legal/terms']);
  });

  it('takes the first name with a value, then the words in quotes', () => {
    const text = '{{first | name | "there"}}';
    expect(fill(text, [], { first: 'Kim', name: 'Kim Lee' }).text).toBe('Kim');
    expect(fill(text, [], { first: '', name: 'Kim Lee' }).text).toBe('Kim Lee');
    expect(fill(text).text).toBe('there');
  });

  it('the first mark gives the place, and none leaves a trace', () => {
    expect(fill('a{{cursor}}b{{ cursor }}c')).toMatchObject({ text: 'abc', cursor: 1 });
    const own = module('outer', 'a%%b{{cursor}}c%%', { cursor: '%%' });
    expect(fill(own)).toMatchObject({ text: 'abc', cursor: 1 });
    expect(fill('abc').cursor).toBeUndefined();
  });

  it('the place counts what was filled in before it', () => {
    expect(fill('{{name}}{{> x}}{{cursor}}!', [module('x', '--')], { name: 'Kim' })).toMatchObject({
      text: 'Kim--!',
      cursor: 5,
    });
  });

  it('a module that nests itself is named and stays as it is written', () => {
    const filled = fill('A {{> b}}', [module('b', 'B {{> outer}}')]);
    expect(filled.text).toBe('A B {{> outer}}');
    expect(filled.missing).toEqual(['> outer']);
    expect(filled.nesting).toEqual([{ kind: 'cycle', id: 'outer', within: ['outer', 'b'] }]);
  });

  it('a module that is not there, or not in the language, is named', () => {
    const german = module('greeting', 'Hallo', { language: 'de' });
    const filled = fill('{{> greeting}} {{> nowhere}}', [german]);
    expect(filled.text).toBe('{{> greeting}} {{> nowhere}}');
    expect(filled.nesting.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'unknown greeting',
      'unknown nowhere',
    ]);
  });

  it('a language of the same main language is near enough', () => {
    const outer = module('outer', '{{> x}}', { language: 'pt-BR' });
    expect(fill(outer, [module('x', 'olá', { language: 'pt' })]).text).toBe('olá');
  });

  it('is bounded in depth and in size', () => {
    const chain = Array.from({ length: 20 }, (_, at) => module(`m${at}`, `{{> m${at + 1}}}`));
    expect(fill('{{> m0}}', chain).nesting[0]?.kind).toBe('too-deep');
    const doubling = Array.from({ length: 6 }, (_, at) =>
      module(`d${at}`, `{{> d${at + 1}}}`.repeat(50)),
    );
    const filled = fill('{{> d0}}', [...doubling, module('d6', 'x')]);
    expect(filled.nesting.some(({ kind }) => kind === 'too-long')).toBe(true);
    const long = module('long', 'x'.repeat(nestingLimits.characters / 4));
    expect(fill('{{> long}}'.repeat(9), [long]).text.length).toBeLessThan(
      nestingLimits.characters + 1000,
    );
  });

  it('what was filled in is never read again', () => {
    const marks = fc.constantFrom(
      '{{a}}',
      '{{cursor}}',
      '{{> x}}',
      '{{b | "c"}}',
      'é',
      '$&',
      '\n',
      '{{',
      '}}',
    );
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 6 }), (parts) => {
        const value = parts.join('');
        fc.pre(value !== '');
        const filled = fill('<{{a}}>', [module('x', 'no')], { a: value, b: 'no' });
        expect(filled).toMatchObject({ text: `<${value}>`, cursor: undefined, missing: [] });
      }),
    );
  });

  it('takes any text, and ends whatever modules nest each other', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{{> m0}}',
      '{{> m1}}',
      '{{> m2}}',
      '{{cursor}}',
      '{{a|b|"',
      ' ',
      '>',
      '|',
      'x',
      '\n',
    );
    const text = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const modules = [one, two, three].map((each, at) => module(`m${at}`, each));
        const filled = fill(modules[0] ?? '', modules.slice(1), { a: 'value' });
        expect(filled.text.length).toBeLessThan(nestingLimits.characters * 2);
        if (filled.cursor !== undefined)
          expect(filled.cursor).toBeLessThanOrEqual(filled.text.length);
      }),
    );
  });

  it.each(['{{', '{{a ', '{{a | ', '{{a | b | "', '{{> a', '{{> ', '{{cursor', '%', '{{a|"x"|'])(
    'takes time in proportion to the text: %s',
    (part) => {
      const spent = (length: number) =>
        effortOf(() =>
          fill(module('outer', part.repeat(length / part.length), { cursor: '%%%%%' })),
        );
      spent(10_000);
      expect(spent(200_000)).toBeLessThan(1500);
    },
  );
});

describe('nestedIn', () => {
  it('names each module once', () => {
    expect(nestedIn(module('x', '{{> a/b}} {{>c}} {{> a/b}} {{name}}'))).toEqual(['a/b', 'c']);
  });
});
