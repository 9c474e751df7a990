/**
 * Which text modules an agent may choose from, and what begins with the letters that were typed.
 *
 * Promises: pure; each module once, in the customer's language where it has that, else in another, which is said.
 * Leaves to others: which one fits a mail (services/answers/suggestions.ts).
 */
import { foldText } from '../search/analyse.ts';
import { groupBy } from './find-modules.ts';
import { isOfferedIn, type TextModule, variantIn } from './text-module.ts';

export interface OfferedModule {
  readonly module: TextModule;
  /** There is none in the customer's language. */
  readonly isOtherLanguage: boolean;
}

export type ModuleRefusal =
  /** It is not there, or not offered in the queue. */
  | { readonly code: 'module-not-offered'; readonly value: string }
  /** Placeholders that cannot be filled for this ticket. */
  | { readonly code: 'unfilled-module'; readonly value: string; readonly names: string };

export interface ModuleWish {
  readonly queue: string;
  /** Of the customer; undefined when nobody knows. */
  readonly language: string | undefined;
  /** Of the agent: what is shown when there is nothing in the customer's. */
  readonly own?: string;
}

/** In the order in which the modules come. */
export function offeredModules(
  modules: readonly TextModule[],
  { queue, language, own }: ModuleWish,
): readonly OfferedModule[] {
  const there = modules.filter((module) => isOfferedIn(module, queue));
  return groupBy(there, ({ id }) => id).flatMap((variants) => {
    const exact = language === undefined ? undefined : variantIn(variants, language);
    const module =
      exact ?? (own === undefined ? undefined : variantIn(variants, own)) ?? variants[0];
    if (module === undefined) return [];
    return [{ module, isOtherLanguage: language !== undefined && exact === undefined }];
  });
}

/** Those whose shortcut begins so, then those with a word in the title that does. */
export function beginningWith(
  offered: readonly OfferedModule[],
  letters: string,
): readonly OfferedModule[] {
  const wanted = foldText(letters);
  const byShortcut = offered.filter(({ module }) => foldText(module.shortcut).startsWith(wanted));
  const byTitle = offered.filter(
    (each) =>
      !byShortcut.includes(each) &&
      foldText(each.module.title)
        .split(/[^\p{L}\p{N}]+/u)
        .some((word) => word.startsWith(wanted)),
  );
  return [...byShortcut, ...byTitle];
}

export interface TypedShortcut {
  /** As it stands in the text: `::refund`. */
  readonly typed: string;
  readonly module: TextModule;
}

/** Shortcuts that stand alone in a line and were not turned into their text. */
export function shortcutsIn(
  text: string,
  offered: readonly OfferedModule[],
): readonly TypedShortcut[] {
  const typed = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^::[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,199}$/u.test(line));
  return [...new Set(typed)].flatMap((line) => {
    const wanted = foldText(line.slice(2));
    const found = offered.find(({ module }) => foldText(module.shortcut) === wanted);
    return found === undefined ? [] : [{ typed: line, module: found.module }];
  });
}

/** The text with each line that is the shortcut replaced by what it stands for. */
export function expandShortcut(text: string, typed: string, piece: string): string {
  return text
    .split('\n')
    .map((line) => (line.trim() === typed ? piece : line))
    .join('\n');
}
