/** The known word nearest to a mistyped one. */

export interface Nearest {
  readonly word: string;
  /** Letters to insert, remove, replace, or swap with their neighbour. */
  readonly distance: number;
}

/** Undefined when there are no known words. Case does not count; words beyond 64 letters are cut. */
export function findNearest(word: string, known: readonly string[]): Nearest | undefined {
  let best: Nearest | undefined;
  for (const candidate of known) {
    const distance = editDistance(fold(word), fold(candidate));
    if (best === undefined || distance < best.distance) best = { word: candidate, distance };
  }
  return best;
}

function fold(word: string): string {
  return word.slice(0, 64).toLowerCase();
}

/** Optimal string alignment: Levenshtein with swapped neighbours counted once. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
