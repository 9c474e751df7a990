/**
 * YAML files whose top is a table of keys, with the line of each key.
 *
 * Owns: reading them, the same way for every file of the configuration. Promises: total on any text;
 * what cannot be read is a problem with its line.
 */
import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { errorText } from '../base/fault.ts';
import type { ConfigProblem } from './config.ts';
import { findNearest } from './nearest.ts';

export interface YamlEntry {
  readonly key: string;
  readonly line: number | undefined;
  readonly value: unknown;
  /** The entries of the value when that is a table itself. */
  readonly entries: readonly YamlEntry[] | undefined;
}

export interface YamlTable {
  readonly entries: readonly YamlEntry[];
  readonly problems: readonly ConfigProblem[];
}

const mostCharacters = 1_000_000;

export function readYamlTable(text: string, file: string): YamlTable {
  const problem = (reason: string, line?: number): YamlTable => ({
    entries: [],
    problems: [{ file, line, reason }],
  });
  if (text.length > mostCharacters) return problem('The file is longer than 1,000,000 characters');

  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    if (document.errors.length > 0) {
      const problems = document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        reason: error.message.trim(),
      }));
      return { entries: [], problems };
    }
    if (document.contents === null) return { entries: [], problems: [] };
    if (!isMap(document.contents))
      return problem('The file should be a table of "key: value" lines', 1);
    return { entries: readPairs(document.contents.items, document, lines, 0), problems: [] };
  } catch (error) {
    // Nesting beyond the stack and aliases that multiply are refused by the library with an exception.
    return problem(`The file cannot be read: ${errorText(error)}`);
  }
}

function readPairs(
  pairs: readonly Pair<unknown, unknown>[],
  document: Document,
  lines: LineCounter,
  depth: number,
): readonly YamlEntry[] {
  return pairs.map(({ key, value }) => {
    const start = isScalar(key) ? key.range?.[0] : undefined;
    return {
      key: isScalar(key) ? String(key.value) : '?',
      line: start === undefined ? undefined : lines.linePos(start).line,
      value: toPlain(value, document),
      entries:
        depth === 0 && isMap(value)
          ? readPairs(value.items, document, lines, depth + 1)
          : undefined,
    };
  });
}

function toPlain(node: unknown, document: Document): unknown {
  return hasToJs(node) ? node.toJS(document) : undefined;
}

function hasToJs(node: unknown): node is { toJS(document: Document): unknown } {
  return (
    typeof node === 'object' && node !== null && 'toJS' in node && typeof node.toJS === 'function'
  );
}

/** A single value as text; undefined for lists, tables and nothing at all. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** A list of single values, or one of them; undefined for anything else. */
export function scalarTexts(value: unknown): readonly string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map(scalarText);
  const known = texts.filter((text) => text !== undefined);
  return known.length === texts.length ? known : undefined;
}

/** `Unknown setting "adress" (did you mean "address"?)` */
export function unknownKey(what: string, key: string, known: readonly string[]): string {
  const nearest = findNearest(key, known);
  const hint =
    nearest !== undefined && nearest.distance <= 3
      ? ` (did you mean "${nearest.word}"?)`
      : `; known are ${known.join(', ')}`;
  return `Unknown ${what} "${key.slice(0, 100)}"${hint}`;
}
