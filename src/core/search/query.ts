/**
 * The search language: words, `"phrases"`, `-not`, `field:value`, `OR`, groups in parentheses.
 *
 * Owns: reading a query. Promises: reading is total, without recursion, and takes time in proportion to the length; an
 * unknown field is a problem that names the nearest known one, an unknown value names the known ones.
 * Leaves to others: the fields (fields.ts), writing a query (format.ts), judging a ticket by it (match.ts), which tickets
 * hold the words (services/index).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { ticketStates } from '../ticket/states.ts';
import { isFieldKey } from '../ticket/ticket-rules.ts';
import type { Query, QueryProblem, Term } from './clauses.ts';
import { type KnownStates, missedValues, type SearchField, searchFields } from './fields.ts';
import { clausesOf, createFrame, type Frame, put } from './frames.ts';

export type { Clause, Group, Query, QueryProblem, SeenMarks, Term } from './clauses.ts';
export { hasValues, isValues, type SearchField, searchFields } from './fields.ts';
export { toWordTest } from './wildcard.ts';

/** Longest query, in UTF-16 units. */
export const mostQueryLength = 1000;
export const mostTerms = 200;
/** Parentheses within parentheses. */
export const mostNesting = 10;

/**
 * Terms are parted by blanks, and all must hold. `OR` joins the two terms beside it and binds closer than the blank;
 * parentheses make one term of several, `field:( … )` gives all of them the field. `NOT` is another word for the minus, `AND`
 * for the blank. `"…"` keeps blanks together, also behind a field; a quotation mark or parenthesis that is never closed
 * reaches to the end. What only looks like a field (`12:30`, `https://…`, `to:`) is a word. A term without letter or digit says
 * nothing and is left out.
 */
export function parseQuery(
  text: string,
  /** The states that a search knows, where the desk has names of its own; `any` where they are not known. */
  states: KnownStates = ticketStates,
): Result<Query, QueryProblem> {
  if (text.length > mostQueryLength) {
    return refuse({ code: 'query-too-long', length: text.length, most: mostQueryLength });
  }
  const open: Frame[] = [createFrame({ negated: false, field: undefined })];
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const top = open.at(-1);
    if (top === undefined) break;
    const token = readToken(text, at, open.length > 1);
    at = token.end;
    if (token.kind === 'open') {
      if (open.length > mostNesting)
        return refuse({ code: 'query-too-complex', what: 'nesting', most: mostNesting });
      const negated = token.negated !== top.isNot;
      open.push(createFrame({ negated, field: token.field ?? top.field }));
      continue;
    }
    if (token.kind === 'close') {
      open.pop();
      close(open, top);
      continue;
    }
    if (token.kind === 'operator') {
      if (token.word === 'OR') top.isOr = top.chains.length > 0;
      if (token.word === 'NOT') top.isNot = !top.isNot;
      continue;
    }
    if (token.kind !== 'word') continue;
    const term = toTerm(token, top, states);
    if (!term.ok) return term;
    count += 1;
    if (count > mostTerms)
      return refuse({ code: 'query-too-complex', what: 'terms', most: mostTerms });
    put(top, term.value);
  }
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (open.length === 0) return ok({ terms: clausesOf(top) });
    close(open, top);
  }
  return ok({ terms: [] });
}

/** What a group says becomes a clause of what it stands in. */
function close(open: readonly Frame[], group: Frame): void {
  const outer = open.at(-1);
  if (outer === undefined) return;
  outer.isNot = false;
  const clauses = clausesOf(group);
  put(
    outer,
    clauses.length === 0
      ? undefined
      : { kind: 'group', alternatives: [clauses], negated: group.negated },
  );
}

type Token = { readonly end: number } & (
  | { readonly kind: 'blank' | 'close' }
  | { readonly kind: 'open'; readonly negated: boolean; readonly field: string | undefined }
  | { readonly kind: 'operator'; readonly word: 'AND' | 'OR' | 'NOT' }
  | WordToken
);

interface WordToken {
  readonly kind: 'word';
  readonly negated: boolean;
  readonly field: string | undefined;
  readonly value: string;
  readonly isQuoted: boolean;
}

const blank = /\s+/y;
/** Minus, field, and what opens: a parenthesis or a quotation mark. Telephones write other marks than keyboards. */
const head = /(-?)(?:(x-[a-z0-9-]+|[a-z][a-z-]*):(?!\/\/)(?=[^\s)]))?([("\u201c\u201d\u201e])?/iy;
const quotation = /([^"\u201c\u201d\u201e]*)["\u201c\u201d\u201e]?/y;
const bare = /\S+/y;

function readToken(text: string, start: number, isInGroup: boolean): Token {
  const white = matchAt(blank, text, start)?.[0];
  if (white !== undefined) return { kind: 'blank', end: start + white.length };
  if (isInGroup && text[start] === ')') return { kind: 'close', end: start + 1 };
  const [all = '', minus = '', field, mark] = matchAt(head, text, start) ?? [];
  const negated = minus !== '';
  const at = start + all.length;
  if (mark === '(') return { kind: 'open', negated, field, end: at };
  if (mark !== undefined) {
    const [whole = '', value = ''] = matchAt(quotation, text, at) ?? [];
    return { kind: 'word', negated, field, value, isQuoted: true, end: at + whole.length };
  }
  const run = matchAt(bare, text, at)?.[0] ?? '';
  const value = isInGroup ? run.slice(0, endInGroup(run)) : run;
  // A minus before a blank.
  if (value === '') return { kind: 'blank', end: Math.max(at, start + 1) };
  const end = at + value.length;
  if (!negated && field === undefined && isOperator(value))
    return { kind: 'operator', word: value, end };
  return { kind: 'word', negated, field, value, isQuoted: false, end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A parenthesis that the word itself has opened does not end the group. */
function endInGroup(run: string): number {
  let depth = 0;
  for (let at = 0; at < run.length; at += 1) {
    if (run[at] === '(') depth += 1;
    if (run[at] === ')') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return run.length;
}

function isOperator(word: string): word is 'AND' | 'OR' | 'NOT' {
  return word === 'AND' || word === 'OR' || word === 'NOT';
}

/** Undefined for a word that says nothing. */
function toTerm(
  { field: ownField, value: given, negated: minus, isQuoted }: WordToken,
  frame: Frame,
  states: KnownStates,
): Result<Term | undefined, QueryProblem> {
  const negated = minus !== frame.isNot;
  frame.isNot = false;
  const plain = isQuoted ? given : given.replace(/["\u201c\u201d\u201e]/g, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(plain)) return ok(undefined);
  const field = ownField ?? frame.field;
  if (field === undefined) return ok(toTextTerm(plain, { given, isQuoted, negated }));
  if (isFieldKey(field.toLowerCase()))
    return ok({ kind: 'custom', field: field.toLowerCase(), value: plain, negated });
  return toFieldTerm(field, plain, { negated, states });
}

/** What could not be written down again as a bare word counts as a phrase. */
function toTextTerm(
  plain: string,
  {
    given,
    isQuoted,
    negated,
  }: { readonly given: string; readonly isQuoted: boolean; readonly negated: boolean },
): Term {
  const text = isQuoted ? plain : plain.replace(/^-+/, '');
  const phrase = isQuoted || text !== given || /[()\s]/.test(text) || isOperator(text);
  return { kind: 'text', text, phrase, negated };
}

function toFieldTerm(
  name: string,
  value: string,
  { negated, states }: { readonly negated: boolean; readonly states: KnownStates },
): Result<Term, QueryProblem> {
  const wanted = name.toLowerCase();
  const field = searchFields.find((known) => known === wanted);
  if (field === undefined) {
    return refuse({ code: 'unknown-field', field: name, nearest: nearestField(wanted), value });
  }
  const known = missedValues(field, value, states);
  if (known !== undefined) return refuse({ code: 'unknown-value', field, value, known });
  return ok({ kind: 'field', field, value, negated });
}

function nearestField(name: string): SearchField {
  const start: { readonly field: SearchField; readonly distance: number } = {
    field: 'subject',
    distance: Number.POSITIVE_INFINITY,
  };
  return searchFields.reduce((best, field) => {
    const distance = editDistance(name.slice(0, longestName), field);
    return distance < best.distance ? { field, distance } : best;
  }, start).field;
}

const longestName = 32;

/** Letters to insert, remove or replace (Levenshtein). */
function editDistance(one: string, other: string): number {
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, wanted] of [...other].entries()) {
      const [diagonal = 0, above = 0] = last.slice(column, column + 2);
      const before = current[column] ?? 0;
      current.push(Math.min(above + 1, before + 1, diagonal + (letter === wanted ? 0 : 1)));
    }
    last = current;
  }
  return last[other.length] ?? one.length;
}
