/** The documents against the program: settings, links, verbs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allSettings, type Setting, settings } from '../src/config/settings.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const documents = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Lines between the heading and the next one of the same depth. */
function sectionOf(text: string, heading: string): string {
  const begin = text.indexOf(`\n${heading}\n`);
  expect(begin, `"${heading}" is there`).toBeGreaterThan(0);
  const rest = text.slice(begin + heading.length + 2);
  const end = rest.search(/^## /m);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Text as people read it: without the marks of code. */
function toPlain(cell: string): string {
  return cell.trim().replaceAll('`', '');
}

function defaultOf({ initialText, initial, kind }: Setting<unknown>): string {
  return initialText ?? kind.format(initial);
}

describe('the settings in README', () => {
  const rows = sectionOf(read('README.md'), '## Settings')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, 4).map(toPlain));

  const declared: readonly Setting<unknown>[] = Object.values(settings);

  it('have the names of the program, all of them and no others', () => {
    expect(rows.map(([key, environment]) => [key, environment])).toEqual(
      allSettings.map(({ key, environment }) => [key, environment]),
    );
  });

  it('have its defaults', () => {
    expect(Object.fromEntries(rows.map(([key, , initial]) => [key, initial]))).toEqual(
      Object.fromEntries(declared.map((setting) => [setting.key, defaultOf(setting)])),
    );
  });
});

describe('relative links', () => {
  it.each(documents)('of %s lead somewhere', (document) => {
    const targets = Array.from(
      withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g),
      ([, target]) => target ?? '',
    );
    const broken = targets
      .filter((target) => !/^[a-z]+:/i.test(target))
      .filter((target) => !leadsSomewhere(document, target));
    expect(broken).toEqual([]);
  });

  function leadsSomewhere(document: string, target: string): boolean {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? document : relative(root, join(root, dirname(document), path));
    if (!existsSync(join(root, file))) return false;
    return anchor === undefined || headingsOf(read(file)).includes(anchor);
  }

  /** The anchors that the usual readers of Markdown give to headings. */
  function headingsOf(text: string): readonly string[] {
    return Array.from(withoutCode(text).matchAll(/^#{1,6} (.+)$/gm), ([, title]) =>
      (title ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }

  function withoutCode(text: string): string {
    return text.replace(/^```[\s\S]*?^```/gm, '');
  }
});

describe('the verbs in docs/ADMIN.md', () => {
  const commands = join(root, 'src/edges/cli/commands');
  const sources = readdirSync(commands).map((name) => readFileSync(join(commands, name), 'utf8'));
  const declared = sources.flatMap((source) =>
    Array.from(
      source.matchAll(/\b(program|agent|config|rules)\s*\.command\('([a-z]+(?:-[a-z]+)*)'\)/g),
    ),
  );
  const groups = new Set(
    declared.flatMap(([, parent = '']) => (parent === 'program' ? [] : [parent])),
  );
  const known = declared
    .map(([, parent = '', verb = '']) => (parent === 'program' ? verb : `${parent} ${verb}`))
    .filter((verb) => !groups.has(verb))
    .sort();

  const admin = read('docs/ADMIN.md');
  /** What stands as code: in blocks, and between single marks. */
  const code = [
    ...admin.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm),
    ...admin.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g),
  ].map(([, text = '']) => text);
  const called = code.flatMap((text) =>
    Array.from(
      text.matchAll(
        /(?:^|[\s/])maildesk (?:--as \S+ )?((?:(?:agent|config|rules) )?[a-z]+(?:-[a-z]+)*)/gm,
      ),
      ([, verb = '']) => verb,
    ),
  );

  it('are verbs of the program, and all of them', () => {
    expect(known.length).toBeGreaterThan(15);
    expect([...new Set(called)].sort()).toEqual(known);
  });
});
