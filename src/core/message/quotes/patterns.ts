/** Patterns out of tables of words. Promises: pure; blanks in a word stand for one to three. */

export function anyOf(words: readonly string[]): string {
  // The longest first, so that a word is not taken for one that begins like it.
  return [...new Set(words)]
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ /g, '\\s{1,3}'))
    .join('|');
}

/** Stands by itself, between signs that are no letters. */
export function asWord(alternatives: string): string {
  return `(?<![\\p{L}\\p{M}])(?:${alternatives})(?![\\p{L}\\p{M}])`;
}
