/**
 * Text modules by words that somebody types to find one: in the palette, behind `::`, on a page, by a command.
 *
 * Promises: pure; every word must begin a word of the module's title, keywords, shortcut, name or text, in whatever language and without
 * regard to case and accents. What is for queues that the reader does not see is not there.
 */
import { analyse } from '../search/analyse.ts';
import { isOfferedIn, type TextModule, variantIn } from './text-module.ts';

export interface ModuleSearch {
  readonly words: string;
  readonly queue: string;
  /** Of the customer; undefined when nobody knows. */
  readonly language: string | undefined;
}

const mostFound = 50;
const mostAsked = 200;

/**
 * What is offered in the queue, best first; all by title, where nothing is asked. One variant of each module: that of the language
 * where there is one. What stands in the title counts most.
 */
export function findModules(
  modules: readonly TextModule[],
  { words, queue, language }: ModuleSearch,
): readonly TextModule[] {
  const wanted = analyse(words.slice(0, mostAsked));
  return groupBy(
    modules.filter((module) => isOfferedIn(module, queue)),
    ({ id }) => id,
  )
    .flatMap((variants) => {
      const chosen =
        (language === undefined ? undefined : variantIn(variants, language)) ?? variants[0];
      const fit = Math.max(...variants.map((variant) => fitOf(variant, wanted)));
      return chosen === undefined || fit === 0 ? [] : [{ chosen, fit }];
    })
    .sort((one, other) => other.fit - one.fit || compareTitles(one.chosen, other.chosen))
    .slice(0, mostFound)
    .map(({ chosen }) => chosen);
}

export interface ModuleFilter {
  readonly words?: string;
  /** Where it is offered; empty for anywhere. */
  readonly queue?: string;
  /** In which it is there; empty for any. */
  readonly language?: string;
  sees(queue: string): boolean;
}

/** All variants of each module that has one which fits, in the order of the modules; each word may stand in another variant. */
export function browseModules(
  modules: readonly TextModule[],
  { words = '', queue = '', language = '', sees }: ModuleFilter,
): readonly (readonly TextModule[])[] {
  const wanted = analyse(words.slice(0, mostAsked));
  const seen = modules.filter((module) => isShownTo(module, sees));
  return groupBy(seen, ({ id }) => id).filter(
    (variants) =>
      variants.some((one) => queue === '' || isOfferedIn(one, queue)) &&
      variants.some((one) => language === '' || one.language === language) &&
      wanted.every((word) => variants.some((one) => fitOf(one, [word]) > 0)),
  );
}

/** Groups in the order of their first member. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return [...groups.values()];
}

export function isShownTo({ queues }: TextModule, sees: (queue: string) => boolean): boolean {
  return queues.length === 0 || queues.some(sees);
}

/** 0 when a word is missing. */
function fitOf(
  { id, title, keywords, shortcut, text }: TextModule,
  wanted: readonly string[],
): number {
  const places: readonly (readonly [weight: number, text: string])[] = [
    [8, shortcut],
    [6, title],
    [4, keywords.join(' \n ')],
    [3, id],
    [1, text],
  ];
  let sum = 1;
  for (const word of wanted) {
    const found = places.find(([, place]) => analyse(place).some((each) => each.startsWith(word)));
    if (found === undefined) return 0;
    sum += found[0];
  }
  return sum;
}

function compareTitles(one: TextModule, other: TextModule): number {
  if (one.title !== other.title) return one.title < other.title ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
