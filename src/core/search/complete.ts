/**
 * What may be meant by the word that somebody is typing into a search.
 *
 * Promises: pure and total; what is given are whole queries, with the word replaced. Values come from the facts alone, so that
 * nothing is named that the reader may not know of.
 */
import { dateExamples } from './dates.ts';
import { dueExamples } from './due-bound.ts';
import { hasValues, isDateField, isValues, type SearchField, searchFields } from './fields.ts';
import { quoteValue } from './format.ts';

export interface CompletionFacts {
  readonly queues: readonly string[];
  readonly states: readonly string[];
  readonly priorities: readonly string[];
  readonly owners: readonly string[];
  readonly tags: readonly string[];
  readonly languages: readonly string[];
  /** Custom fields by `x-NAME`, with their choices. */
  readonly custom: ReadonlyMap<string, readonly string[]>;
}

export interface Completion {
  /** The word as it becomes. */
  readonly word: string;
  /** The whole query with it. */
  readonly query: string;
  /** A value can be chosen now. */
  readonly isField: boolean;
}

/** The word at the caret: without the minus and parenthesis before it, up to the next blank. */
export interface TypedWord {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const most = 8;

export function typedWord(query: string, caret: number): TypedWord {
  const before = query.slice(0, caret);
  // A quotation that is open may hold blanks.
  const [, word = ''] =
    /(?:^|[\s(])[-(]*([a-z][a-z0-9-]*:["\u201c\u201d\u201e][^"\u201c\u201d\u201e]*|[^\s("\u201c\u201d\u201e]*)$/iu.exec(
      before,
    ) ?? [];
  const start = caret - word.length;
  const rest = /^[^\s)]*/.exec(query.slice(caret))?.[0] ?? '';
  return { start, end: caret + rest.length, text: word };
}

export function complete(
  query: string,
  caret: number,
  facts: CompletionFacts,
): readonly Completion[] {
  const { start, end, text } = typedWord(query, caret);
  const before = query.slice(0, start);
  const toCompletion = (word: string, isField: boolean): Completion => {
    const rest = query.slice(end).trimStart();
    return { word, query: `${before}${word}${isField ? '' : ' '}${rest}`, isField };
  };
  const colon = text.indexOf(':');
  if (colon < 0) {
    if (text === '') return [];
    return namesLike(text, [...searchFields, ...facts.custom.keys()])
      .map((field) => toCompletion(`${field}:`, true))
      .slice(0, most);
  }
  const name = text.slice(0, colon).toLowerCase();
  const typed = text.slice(colon + 1).replace(/^["\u201c\u201d\u201e]/, '');
  const values = valuesFor(name, facts);
  return valuesLike(typed, values)
    .map((value) => toCompletion(`${name}:${quoteValue(value)}`, false))
    .slice(0, most);
}

function valuesFor(name: string, facts: CompletionFacts): readonly string[] {
  const field = searchFields.find((known) => known === name);
  if (field === undefined) return facts.custom.get(name) ?? [];
  if (isDateField(field)) return dateExamples;
  return valuesByField[field]?.(facts) ?? [];
}

const people = ({ owners }: CompletionFacts) => ['me', ...owners];

const valuesByField: Readonly<
  Partial<Record<SearchField, (facts: CompletionFacts) => readonly string[]>>
> = {
  queue: ({ queues }) => queues,
  state: ({ states }) => states,
  priority: ({ priorities }) => priorities,
  owner: (facts) => [...people(facts), 'none'],
  mentioned: people,
  watched: people,
  watcher: people,
  waiting: people,
  snoozed: () => ['me'],
  tag: ({ tags }) => tags,
  lang: ({ languages }) => languages,
  is: () => isValues,
  has: () => hasValues,
  due: () => dueExamples,
};

function namesLike(typed: string, names: readonly string[]): readonly string[] {
  const begun = typed.toLowerCase();
  return names.filter((name) => name.startsWith(begun));
}

/** Those that begin so first, then those of which a part does. */
function valuesLike(typed: string, values: readonly string[]): readonly string[] {
  const begun = typed.toLowerCase();
  const lower = (value: string) => value.toLowerCase();
  const first = values.filter((value) => lower(value).startsWith(begun));
  const within = values.filter((value) => !first.includes(value) && lower(value).includes(begun));
  // What is there whole needs no completing.
  return [...first, ...within].filter((value) => lower(value) !== begun);
}

/** The query for the first hits while somebody types: its last word is only begun. */
export function asTyped(query: string, caret: number): string {
  const { start, end, text } = typedWord(query, caret);
  if (end < query.trimEnd().length || text === '') return query;
  if (text.endsWith(':'))
    return `${query.slice(0, start).replace(/[-(]+$/, '')}${query.slice(end)}`;
  const isWord =
    !text.includes(':') && /[\p{L}\p{N}]$/u.test(text) && !/^(?:OR|AND|NOT)$/.test(text);
  return isWord ? `${query.slice(0, end)}*` : query;
}
