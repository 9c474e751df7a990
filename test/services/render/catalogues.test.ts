/** Whether the texts of the viewer are all there, asked for, translated, and filled with what they name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/services/render/locale.ts';
import { sameInEnglish } from './same-in-english.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const plural = /_(zero|one|two|few|many|other)$/;
const stems = (catalogue: Catalogue) =>
  new Set(Object.keys(catalogue).map((key) => key.replace(plural, '')));

function readCatalogue(code: string): Catalogue {
  const parsed: Catalogue = JSON.parse(
    readFileSync(join(root, 'locales', code, 'viewer.json'), 'utf8'),
  );
  return parsed;
}

interface Source {
  readonly file: string;
  readonly text: string;
}

function sourcesOf(directory: string, ending: RegExp): readonly Source[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(root, path), text: readFileSync(path, 'utf8') }));
}

const codes = readdirSync(join(root, 'locales')).filter((name) => !name.endsWith('.json'));
const catalogues = new Map(codes.map((code) => [code, readCatalogue(code)]));
const english = readCatalogue('en');
const templates = sourcesOf('templates', /\.njk$/);
const scripts = sourcesOf('templates/static', /\.js$/);
const code = [
  ...sourcesOf('src/edges/http', /\.ts$/),
  ...sourcesOf('src/services/render', /\.ts$/),
  ...sourcesOf('src/services/notifications', /\.ts$/),
  ...sourcesOf('src/services/present', /\.ts$/),
  ...sourcesOf('src/services/phone', /\.ts$/),
  ...sourcesOf('src/services', /^(?:appointments|appointment-words|feeds)\.ts$/),
];

describe('the keys', () => {
  const roots = new Set([...stems(english)].map((key) => key.split('.')[0]));
  // Names that a signature may fill in.
  const placeholders = ['ticket.number'];
  const literals = new Set(
    [...code, ...templates].flatMap(({ text }) =>
      Array.from(text.matchAll(/['"`]([a-z]+(?:\.[a-z][a-z-]*)+)['"`]/g), ([, key]) => key ?? ''),
    ),
  );

  it('that code and templates name have a text', () => {
    // Names of files and log events have the same form; their first word is no part of a page.
    const asked = [...literals].filter(
      (key) =>
        roots.has(key.split('.')[0]) &&
        !/\.(css|js|svg|njk)$/.test(key) &&
        !placeholders.includes(key),
    );
    expect(asked.filter((key) => !stems(english).has(key))).toEqual([]);
    expect(asked.length).toBeGreaterThan(200);
  });

  it('that have a text are asked for', () => {
    expect([...stems(english)].filter((key) => !literals.has(key))).toEqual([]);
  });

  it('get the values that their texts name, and no others', () => {
    const calls = [...code, ...templates].flatMap(callsIn);
    const wrong = calls.filter(({ key, given }) => {
      const named = placeholdersOf(english[key] ?? english[`${key}_other`] ?? '');
      const isCounted = `${key}_other` in english;
      const wanted = new Set([...named, ...(isCounted ? ['count'] : [])]);
      return [...wanted].sort().join() !== [...given].sort().join();
    });
    expect(wrong.map(({ file, key, given }) => [file, key, [...given].join(' ')])).toEqual([]);
    expect(calls.length).toBeGreaterThan(800);
  });
});

interface Call {
  readonly file: string;
  readonly key: string;
  /** Names of the values. */
  readonly given: ReadonlySet<string>;
}

/** Every call with a key and, where there are values, a table that can be read without running it. */
function callsIn({ file, text }: Source): readonly Call[] {
  const pattern =
    /\b(?:t|m|text|markup)\(\s*'([a-z]+(?:\.[a-z][a-z-]*)+)'\s*(?:\)|,\s*\{([^{}]*)\}\s*[,)])/g;
  return Array.from(text.matchAll(pattern), ([, key = '', table = '']) => ({
    file,
    key,
    given: namesIn(table),
  })).filter(({ given }) => !given.has('...'));
}

function namesIn(table: string): ReadonlySet<string> {
  const flat = table.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "''").replace(/\([^()]*\)/g, '');
  return new Set(
    flat
      .replace(/\([^()]*\)/g, '')
      .split(',')
      .map((entry) => (/^\s*(\w+|\.\.\.)/.exec(entry) ?? [])[1] ?? '')
      .filter((name) => name !== ''),
  );
}

function placeholdersOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/\{\{\s*(\w+)/g), ([, name]) => name ?? ''));
}

describe('the catalogues', () => {
  it.each(codes)('are complete in %s, with the same placeholders and tags', (code) => {
    const catalogue = catalogues.get(code) ?? {};
    expect([...stems(catalogue)].sort()).toEqual([...stems(english)].sort());
    const marks = (text: string) => (text.match(/\{\{\s*\w+|<\/?\w+>/g) ?? []).sort();
    for (const [key, text] of Object.entries(catalogue)) {
      const form = key.replace(plural, '');
      const original = english[key] ?? english[`${form}_other`] ?? '';
      // A plural form may say its number in words.
      const withoutCount = (list: readonly string[]) =>
        list.filter((mark) => !mark.endsWith('count'));
      expect([key, withoutCount(marks(text))]).toEqual([key, withoutCount(marks(original))]);
      expect([key, text.trim()]).toEqual([key, text === '' ? undefined : text]);
    }
  });

  it.each(codes)('have the plural forms of %s, and no others', (code) => {
    const catalogue = catalogues.get(code) ?? {};
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    const counted = [...stems(english)].filter((key) => `${key}_other` in english);
    expect(
      Object.keys(catalogue)
        .filter((key) => plural.test(key))
        .sort(),
    ).toEqual(counted.flatMap((key) => forms.map((form) => `${key}_${form}`)).sort());
  });

  it.each(codes.filter((code) => code !== 'en'))('are translated in %s', (code) => {
    const isEqual = ([key, text]: [string, string]) =>
      !key.startsWith('language.') &&
      text === (english[key] ?? english[`${key.replace(plural, '')}_other`]) &&
      /\p{L}{2}/u.test(text.replace(/\{\{.*?\}\}|<.*?>/g, ''));
    const equal = Object.entries(catalogues.get(code) ?? {})
      .filter(isEqual)
      .map(([key]) => key);
    expect(equal.sort()).toEqual([...(sameInEnglish[code] ?? [])].sort());
  });
});

describe('no text stands', () => {
  // The name of the program, of a format, of examples that are typed as they are, and of values that forms send.
  const allowed = /^(?:Maildesk|CSV|LMTP|billing\/refund|de, pt-BR|de, zh-Hans|Europe\/Berlin)$/;

  it('in a template', () => {
    const found = templates.flatMap(({ file, text }) =>
      wordsOf(text).map((words) => [file, words]),
    );
    expect(found.filter(([, words = '']) => !allowed.test(words))).toEqual([]);
  });

  it('in a script', () => {
    const found = scripts.flatMap(({ file, text }) =>
      Array.from(
        withoutComments(text).matchAll(/(['"`])([A-Z][a-z]+ [a-z][^'"`]*)\1/g),
        ([, , words]) => [file, words ?? ''],
      ),
    );
    // Those are for developers: thrown within, never shown.
    expect(
      found.filter(
        ([, words = '']) => !/^(?:No people|No modules|Not kept|No page to keep)$/.test(words),
      ),
    ).toEqual([]);
  });

  /** Words between tags, and in the attributes that people see or hear. */
  function wordsOf(template: string): readonly string[] {
    const page = template
      .replace(/\{#[\s\S]*?#\}/g, ' ')
      .replace(/\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, '\n')
      .replace(/<kbd[^>]*>[^<]*<\/kbd>|<pre[^>]*>[\s\S]*?<\/pre>|<!doctype[^>]*>/gi, ' ');
    const shown = /\b(?:aria-label|title|placeholder|alt)="([^"]*)"/g;
    return [
      ...Array.from(page.matchAll(shown), ([, words]) => words ?? ''),
      ...page
        .replace(/<[^>]*>/g, '\n')
        .replace(/&[a-z]+;/g, ' ')
        .split('\n'),
    ]
      .map((words) => words.trim())
      .filter((words) => /\p{L}{2}/u.test(words));
  }

  function withoutComments(text: string): string {
    return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  }
});
