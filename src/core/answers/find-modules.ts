/**
 * Which text modules somebody sees, and which of them have the words.
 *
 * Promises: pure; a module for queues that the reader does not see is not there. Words are found in whatever language, without regard to
 * case and accents.
 */
import { isOfferedIn, type TextModule } from './text-module.ts';

export interface ModuleSearch {
  readonly words?: string;
  /** Where it is offered; empty for anywhere. */
  readonly queue?: string;
  /** In which it is there; empty for any. */
  readonly language?: string;
  sees(queue: string): boolean;
}

const mostWords = 20;

/** All variants of each module that has one which fits, in the order of the modules. */
export function findModules(
  modules: readonly TextModule[],
  { words = '', queue = '', language = '', sees }: ModuleSearch,
): readonly (readonly TextModule[])[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean).slice(0, mostWords);
  const seen = modules.filter((module) => isShownTo(module, sees));
  return groupBy(seen, ({ id }) => id).filter(
    (variants) =>
      variants.some((one) => queue === '' || isOfferedIn(one, queue)) &&
      variants.some((one) => language === '' || one.language === language) &&
      hasWords(variants, wanted),
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

/** Every word stands somewhere in the module. */
function hasWords(variants: readonly TextModule[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const all = plain(
    variants
      .flatMap(({ id, title, keywords, shortcut, text }) => [
        id,
        title,
        ...keywords,
        `::${shortcut}`,
        text,
      ])
      .join('\n'),
  );
  return wanted.every((word) => all.includes(word));
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
/**
 * Text modules by words that somebody types to find one: in the palette, behind `::`, on a page.
 *
 * Promises: pure; every word must begin a word of the module's title, keywords, shortcut, name or text; what stands in the title
 * counts most. One variant of each module: that of the language where there is one.
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

/** Best first; all that are offered, by title, where nothing is asked. */
export function findModules(
  modules: readonly TextModule[],
  { words, queue, language }: ModuleSearch,
): readonly TextModule[] {
  const wanted = analyse(words.slice(0, 200));
  const groups = new Map<string, TextModule[]>();
  for (const module of modules) {
    if (!isOfferedIn(module, queue)) continue;
    const group = groups.get(module.id);
    if (group === undefined) groups.set(module.id, [module]);
    else group.push(module);
  }
  return [...groups.values()]
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
