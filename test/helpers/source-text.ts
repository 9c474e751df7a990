/**
 * TypeScript sources as the architecture rules see them.
 *
 * Owns: taking comments and texts out of a source, and finding what it imports. Promises: total, and in
 * time proportional to the length; what stands in a comment or in a text is never taken for code.
 * Leaves to others: which import is allowed (architecture-rules.ts).
 */

export interface Import {
  readonly specifier: string;
  /** `import type` or `export type`: nothing is left of it when the program runs. */
  readonly isTypeOnly: boolean;
  /** What stands between `import` and `from`. */
  readonly clause: string;
}

/** Every import, re-export, `import()` and `require()` of the source. */
export function findImports(source: string): readonly Import[] {
  const { texts, code } = splitSource(source);
  const textAt = (mark: string | undefined) => texts[Number(mark)] ?? '';
  const declared = [...code.matchAll(declaration)].map(([, type, clause = '', mark]) => ({
    specifier: textAt(mark),
    isTypeOnly: type !== undefined,
    clause: clause.trim(),
  }));
  const called = [...code.matchAll(call)].map(([, mark]) => ({
    specifier: textAt(mark),
    isTypeOnly: false,
    clause: '*',
  }));
  return [...declared, ...called];
}

/** The source without comments, with empty texts. */
export function toBareCode(source: string): string {
  return splitSource(source).code.replace(/"\d+"/g, '""');
}

const declaration =
  /(?<![.\w$])(?:import|export)(?:\s+(type)(?=[\s{*])(?!\s+from\b))?\s*((?:[\w$]+\s*,?\s*)?(?:\{[^{}]*\}|\*(?:\s*as\s+[\w$]+)?)?)\s*(?:from\s*)?"(\d+)"/g;
const call = /(?<![.\w$])(?:import|require)\s*\(\s*"(\d+)"/g;

interface SplitSource {
  /** Code in which each text is replaced by its position in `texts`, in quotation marks. */
  readonly code: string;
  readonly texts: readonly string[];
}

/**
 * One pass with a stack for template literals, whose `${…}` hold code again. A slash begins a regular
 * expression where a value may begin: after an operator, an opening bracket or a keyword.
 */
function splitSource(source: string): SplitSource {
  const texts: string[] = [];
  const templates: number[] = [];
  let code = '';
  let depth = 0;
  let at = 0;

  const addText = (text: string) => {
    code += `"${texts.length}"`;
    texts.push(text);
  };
  const readTemplate = () => {
    const end = endOfTemplate(source, at);
    addText(source.slice(at, end));
    if (source.startsWith('${', end)) {
      code += '(';
      templates.push(depth);
      at = end + 2;
    } else {
      at = end + 1;
    }
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    if (source.startsWith('//', at)) {
      at = endOf(source, '\n', at);
    } else if (source.startsWith('/*', at)) {
      code += ' ';
      at = endOf(source, '*/', at + 2) + 2;
    } else if (character === '"' || character === "'") {
      const end = endOfQuoted(source, at + 1, character);
      addText(source.slice(at + 1, end));
      at = end + 1;
    } else if (character === '`') {
      at += 1;
      readTemplate();
    } else if (character === '/' && mayBeginValue(code)) {
      at = endOfPattern(source, at + 1) + 1;
      addText('');
    } else if (character === '}' && templates.at(-1) === depth) {
      templates.pop();
      code += ')';
      at += 1;
      readTemplate();
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      code += character;
      at += 1;
    }
  }
  return { code, texts };
}

function endOf(source: string, what: string, from: number): number {
  const found = source.indexOf(what, from);
  return found < 0 ? source.length : found;
}

function endOfQuoted(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') {
    at += source[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, source.length);
}

function endOfTemplate(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '`' && !source.startsWith('${', at)) {
    at += source[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, source.length);
}

function endOfPattern(source: string, from: number): number {
  let at = from;
  let isInClass = false;
  while (at < source.length && source[at] !== '\n') {
    const character = source[at];
    if (character === '/' && !isInClass) break;
    if (character === '[') isInClass = true;
    if (character === ']') isInClass = false;
    at += character === '\\' ? 2 : 1;
  }
  return Math.min(at, source.length);
}

function mayBeginValue(code: string): boolean {
  const before = code.slice(-40).trimEnd();
  return (
    before === '' ||
    /[(,=:[!&|?{};+\-*%<>~^]$|\b(?:return|typeof|case|in|of|await|yield)$/.test(before)
  );
}
