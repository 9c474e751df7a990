/**
 * A field with parameters, split into its value, names and texts (RFC 2045 section 5.1), as forgiving as can be.
 *
 * Promises: pure and total, in time proportional to the value: every character is looked at a bounded number of times.
 * Leaves to others: what a name's stars and a text's signs mean (parameters.ts).
 */

export interface ScannedParameter {
  readonly name: string;
  /** Without its quotes. */
  readonly text: string;
}

export interface ScannedField {
  readonly value: string;
  readonly parameters: readonly ScannedParameter[];
}

export function scanField(field: string, most: number): ScannedField {
  const { value, at: start } = scanValue(field);
  const parameters: ScannedParameter[] = [];
  // Where no quote ends a text, none ends a later one either: the rest is not searched again.
  let isOpen = false;
  let at = start;
  while (at < field.length && parameters.length < most) {
    const before = at;
    at = skip(field, at);
    nameAt.lastIndex = at;
    const named = nameAt.exec(field);
    if (named === null) {
      const end = semicolonAfter(field, at);
      appendLoose(parameters, field.slice(before, end));
      at = end;
      continue;
    }
    const name = named[1] ?? '';
    const scanned = scanText(field, {
      from: at + named[0].length,
      isOpen,
      isName: isFileName(name),
    });
    isOpen ||= scanned.isOpen;
    parameters.push({ name, text: scanned.text });
    at = scanned.at;
  }
  return { value, parameters };
}

/** The name of a parameter with its equals sign. */
const nameAt = /([^\s=;:"(),<>]{1,200}(?:\s{0,10}\*)?)\s{0,100}=\s{0,100}/y;

/** `text/html charset=x`, `text/html, charset=x`, `text/html (comment); charset=x`. */
function scanValue(field: string): { value: string; at: number } {
  const semicolon = field.indexOf(';');
  const head = semicolon < 0 ? field : field.slice(0, semicolon);
  // A parameter without anything before it, or without its semicolon.
  const early = /(?:^|[\s,])[^\s=;:"(),<>]{1,200}\s{0,10}=/.exec(head.slice(0, 1000));
  const isEarly = early !== null && !/^\s*"/.test(head);
  const end = isEarly ? early.index : head.length;
  const value = withoutComments(head.slice(0, end))
    .replace(/^[\s"',<]+|[\s"',>]+$/g, '')
    .replace(/\s*\/\s*/, '/');
  return { value, at: end };
}

function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let depth = 0;
  let kept = '';
  for (const sign of text) {
    if (sign === '(') depth += 1;
    else if (sign === ')' && depth > 0) depth -= 1;
    else if (depth === 0) kept += sign;
  }
  return kept;
}

function skip(field: string, from: number): number {
  let at = from;
  while (at < field.length && /[\s;,]/.test(field[at] ?? '')) at += 1;
  return at;
}

function semicolonAfter(field: string, from: number): number {
  const found = field.indexOf(';', from);
  return found < 0 ? field.length : found;
}

function isFileName(name: string): boolean {
  return /^(?:file)?name(?:\*\d*)?\*?$/i.test(name);
}

/** A piece without a name: the rest of a file name with a semicolon in it, or nothing that matters. */
function appendLoose(parameters: ScannedParameter[], piece: string): void {
  const last = parameters.at(-1);
  const text = piece.trimEnd();
  if (last === undefined || !isFileName(last.name) || !/^;[^;(]*[^;(\s]/.test(text)) return;
  parameters[parameters.length - 1] = { name: last.name, text: last.text + text };
}

interface ScannedText {
  readonly text: string;
  readonly at: number;
  /** A quote began it and none ended it. */
  readonly isOpen: boolean;
}

interface Place {
  readonly from: number;
  readonly isOpen: boolean;
  /** Brackets belong to it. */
  readonly isName: boolean;
}

function scanText(field: string, { from, isOpen, isName }: Place): ScannedText {
  if (field[from] === '"') {
    return isOpen ? readUnclosed(field, from + 1) : scanQuoted(field, from + 1);
  }
  const end = semicolonAfter(field, from);
  const whole = field.slice(from, end);
  const glued = nextWithout.exec(whole);
  const text = (glued === null ? whole : whole.slice(0, glued.index)).trim();
  const bare = (/^'([^']*)'$/.exec(text)?.[1] ?? text).replace(/"$/, '');
  return {
    text: isName ? bare : withoutComments(bare).trim(),
    at: glued === null ? end : from + glued.index,
    isOpen: false,
  };
}

/** The next parameter where the semicolon between the two is missing. */
const nextWithout =
  /\s+[\w.-]{1,60}\*?\d{0,4}\*?\s{0,10}="|[\s,]+(?:charset|format|delsp|boundary|name|filename|type|size|reply-type)\*?=/i;

/**
 * To the quote that ends it: one before a semicolon, the end, or the next parameter. Another one is a sign of the text;
 * without any, the text goes to where the next parameter begins.
 */
function scanQuoted(field: string, from: number): ScannedText {
  let text = '';
  let at = from;
  while (at < field.length) {
    const sign = field[at] ?? '';
    const next = field[at + 1] ?? '';
    if (sign === '\\' && (next === '"' || next === '\\')) {
      // A path of Windows that ends in a backslash: the quote ends the text all the same.
      if (next === '"' && isEnd(field, at + 2) && !field.includes('"', at + 2)) {
        return { text: `${text}\\`, at: at + 2, isOpen: false };
      }
      text += next;
      at += 2;
      continue;
    }
    if (sign === '"') {
      if (isEnd(field, at + 1)) return { text, at: at + 1, isOpen: false };
      continued.lastIndex = at;
      const more = continued.exec(field);
      if (more !== null) {
        at += more[0].length;
        continue;
      }
    }
    text += sign;
    at += 1;
  }
  return readUnclosed(field, from);
}

/** A quoted text that goes on in the next quotes. */
const continued = /"\s{1,20}"(?!\s*(?:;|$))/y;

/** What may stand behind the quote that ends a text. */
const ending =
  /\s{0,100}(?:;|$|\((?=[^)"]{0,200}\)\s{0,20}(?:;|$))|,?\s{0,20}[\w.-]{1,60}\*?\d{0,4}\*?\s{0,10}=\s{0,10}["\w])/y;

function isEnd(field: string, at: number): boolean {
  ending.lastIndex = at;
  return ending.test(field);
}

function readUnclosed(field: string, from: number): ScannedText {
  const rest = field.slice(from);
  const next = rest.search(/;\s{0,100}[\w.-]{1,60}\*?\d{0,4}\*?\s{0,10}=/);
  const end = next < 0 ? rest.length : next;
  const text = rest
    .slice(0, end)
    .replace(/\\(["\\])/g, '$1')
    .replace(/[\s";]+$/, '');
  return { text, at: from + end, isOpen: true };
}
