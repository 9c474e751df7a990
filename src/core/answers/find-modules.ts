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
