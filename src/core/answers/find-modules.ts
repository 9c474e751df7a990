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
