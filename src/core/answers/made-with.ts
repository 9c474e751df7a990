/**
 * What an answer still has of the text modules that were put into it, and what of them was never filled in.
 *
 * Promises: pure; linear in the text for each module. A module counts as long as one of its own lines stands in the answer as
 * the module has it: who wrote all of them anew wrote by hand.
 * Leaves to others: filling (services/answers), the block field (docs/FORMAT.md: Ticket-Module).
 */
import type { TextModule } from './text-module.ts';

/** Of one answer. */
export const mostModules = 20;

const leastTelling = 12;

/** The ids, each once, of which something is left; one that is no module any more is left out. */
export function modulesStillIn(
  text: string,
  ids: readonly string[],
  modules: readonly Pick<TextModule, 'id' | 'text'>[],
): readonly string[] {
  const own = toWords(withoutQuotation(text));
  return [...new Set(ids)].slice(0, mostModules).filter((id) => {
    const variants = modules.filter((module) => module.id === id);
    return variants.some((variant) => isStillIn(own, piecesOf(variant.text)));
  });
}

/** Ids as a form or a file names them, in so far as they can be some. */
export function readModuleIds(texts: readonly string[]): readonly string[] {
  const ids = texts.flatMap((text) => text.split(/\s+/)).filter(isIdLike);
  return [...new Set(ids)].slice(0, mostModules);
}

function isIdLike(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_/-]{0,199}$/u.test(text);
}

/** Placeholders that stand in the text, as they stand there, each once; what is quoted does not count. */
export function unfilledIn(text: string): readonly string[] {
  const found = withoutQuotation(text).match(/\{\{[^{}\n]{1,200}\}\}/g) ?? [];
  return [...new Set(found)];
}

function withoutQuotation(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');
}

function isStillIn(own: string, pieces: readonly string[]): boolean {
  // A module of nothing but others says nothing itself; they tell.
  return pieces.length === 0 || pieces.some((piece) => own.includes(piece));
}

/** What stands between placeholders, a line at a time; the longest when all are too short to tell. */
function piecesOf(template: string): readonly string[] {
  const all = template
    .split(/\{\{[^{}\n]*\}\}|\n/)
    .map(toWords)
    .filter((piece) => piece !== '');
  const telling = all.filter((piece) => piece.length >= leastTelling);
  if (telling.length > 0) return telling;
  const longest = all.toSorted((one, other) => other.length - one.length)[0];
  return longest === undefined ? [] : [longest];
}

function toWords(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
