/**
 * YAML files of any shape, with the line of everything in them.
 *
 * Promises: total on any text; nesting is bounded; what cannot be read is a problem with its line.
 * Leaves to others: files that are one flat table (yaml.ts).
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { errorText } from '../base/fault.ts';
import type { ConfigProblem } from './config.ts';
import { scalarText } from './yaml.ts';

export type YamlNode =
  | { readonly kind: 'nothing'; readonly line: number }
  | { readonly kind: 'scalar'; readonly line: number; readonly text: string }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlNode[] }
  | { readonly kind: 'table'; readonly line: number; readonly pairs: readonly YamlPair[] }
  /** An alias, a tag, or something nested too deep. */
  | { readonly kind: 'odd'; readonly line: number; readonly what: string };

export interface YamlPair {
  readonly key: string;
  readonly line: number;
  readonly node: YamlNode;
}

export interface YamlTree {
  /** `nothing` for an empty file, and when there are problems. */
  readonly root: YamlNode;
  readonly problems: readonly ConfigProblem[];
}

/** Told of what is wrong on a line of the file. */
export type ReportLine = (line: number, reason: string) => void;

const mostCharacters = 1_000_000;
const mostDepth = 12;

export function readYamlTree(text: string, file: string): YamlTree {
  const fail = (problems: readonly ConfigProblem[]): YamlTree => ({
    root: { kind: 'nothing', line: 1 },
    problems,
  });
  if (text.length > mostCharacters)
    return fail([
      { file, line: undefined, reason: 'The file is longer than 1,000,000 characters' },
    ]);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    if (document.errors.length === 0)
      return { root: toNode(document.contents, lines, 1, 0), problems: [] };
    return fail(
      document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        reason: withHint(error.message.trim()),
      })),
    );
  } catch (error) {
    // Nesting beyond the stack is refused by the library with an exception.
    const reason = `The file cannot be read: ${errorText(error)}`;
    return fail([{ file, line: undefined, reason }]);
  }
}

/** The two slips that people make with patterns and limits. */
function withHint(message: string): string {
  const line = message.split('\n')[0] ?? '';
  if (/alias/i.test(line))
    return `${line}. A text that begins with * needs quotes: "*@example.org"`;
  if (/block scalar/i.test(line)) return `${line}. A text that begins with > needs quotes: ">5MB"`;
  return line;
}

function toNode(node: unknown, lines: LineCounter, above: number, depth: number): YamlNode {
  const line = lineOf(node, lines) ?? above;
  if (node === null || node === undefined) return { kind: 'nothing', line };
  if (depth > mostDepth) return { kind: 'odd', line, what: 'something nested too deep' };
  if (isAlias(node))
    return {
      kind: 'odd',
      line,
      what: 'an alias. A text that begins with * needs quotes: "*@example.org"',
    };
  if (isSeq(node)) {
    const items = node.items.map((item) => toNode(item, lines, line, depth + 1));
    return { kind: 'list', line, items };
  }
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => {
      const at = lineOf(key, lines) ?? line;
      const name = isScalar(key) ? (scalarText(key.value) ?? '') : '?';
      return { key: name, line: at, node: toNode(value, lines, at, depth + 1) };
    });
    return { kind: 'table', line, pairs };
  }
  if (!isScalar(node)) return { kind: 'odd', line, what: 'something unknown' };
  if (node.value === null) return { kind: 'nothing', line };
  const text = scalarText(node.value);
  return text === undefined
    ? { kind: 'odd', line, what: 'a value of a type of its own' }
    : { kind: 'scalar', line, text };
}

function lineOf(node: unknown, lines: LineCounter): number | undefined {
  const isPlaced = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  const start = isPlaced ? node.range?.[0] : undefined;
  return start === undefined ? undefined : lines.linePos(start).line;
}

/** What stands there, for the end of a sentence. */
export function describeNode(node: YamlNode): string {
  switch (node.kind) {
    case 'nothing':
      return 'nothing';
    case 'scalar':
      return `"${node.text.slice(0, 100)}"`;
    case 'list':
      return 'a list';
    case 'table':
      return 'a table';
    case 'odd':
      return node.what;
  }
}

/** The texts of a list, or the one text; undefined for anything else, and for an empty list. */
export function nodeTexts(node: YamlNode): readonly string[] | undefined {
  if (node.kind === 'scalar') return [node.text];
  if (node.kind !== 'list' || node.items.length === 0) return undefined;
  const texts = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  return texts.length === node.items.length ? texts : undefined;
}
