/**
 * A text module with everything filled in: modules nested in it, placeholders, and the place of the cursor.
 *
 * Promises: pure, total, linear in the text that is read, which is bounded. What was filled in is never read again, so no value
 * can bring a placeholder, a module or a cursor along. A module that nests itself is named and stays as written.
 * Leaves to others: the values (services/answers/values.ts).
 */
import {
  type FindValue,
  fillOne,
  type Placeholder,
  placeholderPattern,
  toPlaceholder,
} from './placeholders.ts';
import { defaultCursor, type TextModule } from './text-module.ts';

export interface NestingProblem {
  readonly kind: 'unknown' | 'cycle' | 'too-deep' | 'too-long';
  /** The module that is not filled in. */
  readonly id: string;
  /** The modules around it, the outermost first. */
  readonly within: readonly string[];
}

export interface FilledModuleText {
  readonly text: string;
  /** Where the first mark stood. */
  readonly cursor: number | undefined;
  /** Names without value and fallback; of modules that could not be filled in with `> ` in front. */
  readonly missing: readonly string[];
  readonly nesting: readonly NestingProblem[];
  /** What went into it, itself first, each once. */
  readonly used: readonly TextModule[];
}

export interface FillTextRequest {
  readonly module: TextModule;
  /** The variant for this language. */
  find(id: string, language: string): TextModule | undefined;
  readonly findValue: FindValue;
}

export const nestingLimits = { depth: 8, modules: 100, characters: 400_000 } as const;

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cursor' }
  | { readonly kind: 'module'; readonly whole: string; readonly id: string }
  | { readonly kind: 'placeholder'; readonly placeholder: Placeholder };

export function fillText({
  module: outermost,
  find,
  findValue,
}: FillTextRequest): FilledModuleText {
  const parts: string[] = [];
  const missing = new Set<string>();
  const nesting: NestingProblem[] = [];
  const used = new Set<TextModule>();
  let [length, read, modules] = [0, 0, 0];
  let cursor: number | undefined;

  function add(text: string): void {
    parts.push(text);
    length += text.length;
  }

  function addModule(module: TextModule, within: readonly string[]): void {
    used.add(module);
    modules += 1;
    read += module.text.length;
    const path = [...within, module.id];
    for (const piece of splitModule(module)) {
      if (piece.kind === 'text') add(piece.text);
      else if (piece.kind === 'cursor') cursor ??= length;
      else if (piece.kind === 'placeholder') add(fillOne(piece.placeholder, findValue, missing));
      else nest(piece, path);
    }
  }

  function nest({ id, whole }: { id: string; whole: string }, within: readonly string[]): void {
    const found = find(id, outermost.language);
    const kind = found === undefined ? 'unknown' : problemOf(found, within);
    if (found !== undefined && kind === undefined) addModule(found, within);
    if (kind === undefined) return;
    add(whole);
    missing.add(`> ${id}`);
    nesting.push({ kind, id, within });
  }

  function problemOf(
    module: TextModule,
    within: readonly string[],
  ): NestingProblem['kind'] | undefined {
    if (within.includes(module.id)) return 'cycle';
    if (within.length >= nestingLimits.depth) return 'too-deep';
    const isTooLong = read + module.text.length > nestingLimits.characters;
    return modules >= nestingLimits.modules || isTooLong ? 'too-long' : undefined;
  }

  addModule(outermost, []);
  return { text: parts.join(''), cursor, missing: [...missing], nesting, used: [...used] };
}

/** Ids of the modules that the text nests, each once. */
export function nestedIn(module: Pick<TextModule, 'text' | 'cursor'>): readonly string[] {
  const ids = splitModule(module).flatMap((piece) => (piece.kind === 'module' ? [piece.id] : []));
  return [...new Set(ids)];
}

const anyCursor = String.raw`\{\{[ \t]{0,20}cursor[ \t]{0,20}\}\}`;
const nested = String.raw`\{\{>[ \t]{0,20}([\p{L}\p{N}][\p{L}\p{M}\p{N}_/-]{0,199})[ \t]{0,20}\}\}`;
const marks = new RegExp(`(${anyCursor})|${nested}|${placeholderPattern}`, 'gu');

function splitModule({ text, cursor }: Pick<TextModule, 'text' | 'cursor'>): readonly Piece[] {
  if (cursor === defaultCursor) return splitText(text);
  return text
    .split(cursor)
    .flatMap((part, index) =>
      index === 0 ? splitText(part) : [{ kind: 'cursor' }, ...splitText(part)],
    );
}

function splitText(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(marks)) {
    if (found.index > end) pieces.push({ kind: 'text', text: text.slice(end, found.index) });
    pieces.push(toPiece(found));
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

function toPiece([whole, mark, id, names = '', fallback]: RegExpMatchArray): Piece {
  if (mark !== undefined) return { kind: 'cursor' };
  if (id !== undefined) return { kind: 'module', whole, id };
  return { kind: 'placeholder', placeholder: toPlaceholder(whole, names, fallback) };
}
