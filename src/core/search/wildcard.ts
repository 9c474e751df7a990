/**
 * Values with `*` for any run of characters, at the end or in the middle.
 *
 * Promises: pure; a test takes time in proportion to the word times the number of pieces, whatever the pattern.
 */

/** Whether a word is what the value names, without regard to case. */
export function toWordTest(value: string): (word: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.includes('*')) return (word) => word.toLowerCase() === wanted;
  const pieces = wanted.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const between = pieces.slice(1, -1);
  return (word) => {
    const text = word.toLowerCase();
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = placeAfter(text, between, first.length);
    return end !== undefined && end <= text.length - last.length;
  };
}

/** Whether the pieces of the value stand in the text one behind the other, anywhere. Both are folded already. */
export function toPartTest(value: string): (text: string) => boolean {
  const pieces = value.split('*');
  return (text) => placeAfter(text, pieces, 0) !== undefined;
}

/** Where the last piece ends when each is taken as early as can be. */
function placeAfter(text: string, pieces: readonly string[], start: number): number | undefined {
  let at = start;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return undefined;
    at = found + piece.length;
  }
  return at;
}
