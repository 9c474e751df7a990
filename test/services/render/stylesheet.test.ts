import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const sheet = readFileSync(join(root, 'templates/static/maildesk.css'), 'utf8');
const rules = sheet.replace(/\/\*[\s\S]*?\*\//g, '');
const tokensEnd = rules.indexOf('*,\n::before');
const [tokens, parts] = [rules.slice(0, tokensEnd), rules.slice(tokensEnd)];

describe('the stylesheet', () => {
  test('names only classes that a template, a script or the code knows', () => {
    const words = new Set(
      ['templates', 'src']
        .flatMap((folder) => textsIn(folder, /\.(njk|js|ts)$/))
        .flatMap((text) => text.match(/[a-z][\w-]*/gi) ?? []),
    );
    // `sheet-{{ message.side }}` is put together from two words.
    const known = (name: string): boolean => words.has(name) || /^sheet-(ours|note)$/.test(name);
    const selectors = [...rules.matchAll(/([^{};]+)\{/g)].map(([, selector = '']) => selector);
    const classes = selectors.flatMap((text) =>
      [...text.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name),
    );
    expect(classes.length).toBeGreaterThan(500);
    expect([...new Set(classes)].filter((name) => !known(name))).toEqual([]);
  });

  test('knows no left and no right', () => {
    const physical =
      /^(?:(?:margin|padding|border|inset)-)?(?:left|right|top|bottom)\b|^(?:min-|max-)?(?:width|height)$|border-(?:top|bottom)-(?:left|right)-radius/;
    const found = declarationsOf(rules).filter(
      ([name, value]) =>
        physical.test(name) ||
        (/^(?:text-align|float|clear|caption-side)$/.test(name) && /left|right/.test(value)) ||
        hasDifferentSides(name, value),
    );
    expect(found).toEqual([]);
  });

  test('takes every colour from the tokens', () => {
    const raw =
      /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|\b(?:white|black|gr[ae]y|red)\b/i;
    const found = declarationsOf(parts).filter(([, value]) =>
      raw.test(value.replace(/var\([^)]*\)/g, '')),
    );
    expect(found).toEqual([]);
  });

  test('declares every token it uses, and uses every token it declares', () => {
    const declared = new Set([...rules.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    const used = new Set([...rules.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
    expect([...used].filter((name) => !declared.has(name))).toEqual([]);
    expect([...declared].filter((name) => !used.has(name))).toEqual([]);
  });

  test('gives the same high contrast to those who choose it and those whose system asks for it', () => {
    expect(listOf(':root:not([data-theme])')).toEqual(listOf('[data-theme="contrast"]'));
  });

  test('weighs less than 30 kB compressed', () => {
    expect(gzipSync(sheet, { level: 9 }).length).toBeLessThan(30_000);
  });
});

test('each sign stands once', () => {
  const signs = readFileSync(join(root, 'templates/static/signs.svg'), 'utf8');
  const ids = [...signs.matchAll(/<symbol id="([\w-]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(50);
  expect(ids.filter((id, position) => ids.indexOf(id) !== position)).toEqual([]);
});

/** What is read on what: words need 4.5:1, edges of controls and signs 3:1. */
const words: readonly (readonly [string, readonly string[]])[] = [
  [
    '--ink',
    ['--desk', '--sheet', '--sunk', '--ours', '--note', '--accent-2', '--late-2', '--found'],
  ],
  ['--ink-2', ['--desk', '--sheet', '--sunk', '--ours', '--note', '--accent-2', '--late-2']],
  ['--ink-3', ['--desk', '--sheet', '--sunk', '--ours', '--note', '--accent-2']],
  ['--accent', ['--desk', '--sheet', '--sunk', '--ours', '--accent-2']],
  ['--on-accent', ['--accent']],
  ['--on-toast', ['--toast']],
  ['--note-ink', ['--note', '--sheet']],
  ['--late', ['--desk', '--sheet', '--sunk', '--late-2', '--accent-2', '--ours']],
  ['--soon', ['--desk', '--sheet', '--sunk', '--accent-2', '--ours']],
  ['--done', ['--sheet', '--sunk', '--ours', '--accent-2']],
];
const edges: readonly (readonly [string, readonly string[]])[] = [
  ['--edge', ['--desk', '--sheet', '--sunk', '--note', '--ours']],
  ['--accent', ['--desk', '--sheet', '--note', '--accent-2']],
];

describe.each([
  ['light', 0, false],
  ['dark', 1, false],
  ['high contrast, light', 0, true],
  ['high contrast, dark', 1, true],
] as const)('the tokens of the theme "%s"', (_name, side, isContrast) => {
  const colours = new Map([
    ...listOf(':root'),
    ...(isContrast ? listOf('[data-theme="contrast"]') : []),
  ]);
  const colour = (name: string): Rgb => parseColour(colours.get(name) ?? '', side);
  const tooWeak = (
    pairs: typeof words,
    least: number,
    over: (ground: Rgb) => Rgb = same,
  ): string[] =>
    pairs.flatMap(([name, grounds]) =>
      grounds
        .map((ground) => ({ ground, ratio: contrast(colour(name), over(colour(ground))) }))
        .filter(({ ratio }) => ratio < least)
        .map(({ ground, ratio }) => `${name} on ${ground}: ${ratio.toFixed(2)}`),
    );

  test('let words be read on every ground', () => {
    expect(tooWeak(words, 4.5)).toEqual([]);
  });

  test('let words be read under a pointer and on chips', () => {
    const tinted = (ground: Rgb): Rgb => mix(colour('--ink'), ground, 0.07);
    expect(tooWeak(words.slice(0, 2), 4.5, tinted)).toEqual([]);
  });

  test('show the edges of controls', () => {
    expect(tooWeak(edges, 3)).toEqual([]);
  });

  test('have more contrast than usual where it is asked for', () => {
    const least = isContrast ? 7 : 4.5;
    expect(tooWeak(words.slice(0, 3), least)).toEqual([]);
  });
});

type Rgb = readonly [number, number, number];

function same(ground: Rgb): Rgb {
  return ground;
}

/** `light-dark(#fff, #000)` or one colour for both. */
function parseColour(value: string, side: 0 | 1): Rgb {
  const both = /^light-dark\((#\w+), (#\w+)\)$/.exec(value);
  const hex = (both === null ? value : both[side + 1]) ?? '';
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const parts = /^#(..)(..)(..)$/.exec(digits);
  if (parts === null) throw new Error(`No colour: "${value}"`);
  const [, red = '', green = '', blue = ''] = parts;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

function mix(upper: Rgb, lower: Rgb, share: number): Rgb {
  const one = (index: 0 | 1 | 2): number => upper[index] * share + lower[index] * (1 - share);
  return [one(0), one(1), one(2)];
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function declarationsOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/(?<=[{;]\s*)([a-z-]+):\s*([^;{}]+);/g)].map(
    ([, name = '', value = '']) => [name, value.trim()] as const,
  );
}

/** The tokens that the rule of a selector sets. */
function listOf(selector: string): readonly (readonly [string, string])[] {
  const start = tokens.indexOf(`${selector} {`);
  const body = tokens.slice(start, tokens.indexOf('}', start));
  return [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(
    ([, name = '', value = '']) => [name, value.replace(/\s+/g, ' ')] as const,
  );
}

/** `padding: 0 1rem 0 2rem` means left and right, whatever the direction. */
function hasDifferentSides(name: string, value: string): boolean {
  if (
    !/^(?:margin|padding|inset|border-(?:width|color|style|radius)|scroll-margin|scroll-padding)$/.test(
      name,
    )
  )
    return false;
  const sides = value.match(/(?:[^\s(]|\([^()]*(?:\([^()]*\))*[^()]*\))+/g) ?? [];
  return sides.length === 4 && sides[1] !== sides[3];
}

function textsIn(folder: string, names: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => names.test(path))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'));
}
