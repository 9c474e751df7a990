/**
 * Characters that turn the direction of writing (Unicode Standard Annex 9), in what people of two directions write to each other.
 *
 * Promises: total; a text that was settled ends every isolate that it begins, ends none that it did not begin, and turns
 * nothing that follows it; settling twice changes nothing.
 * Leaves to others: the direction of elements of a page (`dir`, `<bdi>`), where text stands in a paragraph of its own.
 */

const firstStrong = '\u2068';
const pop = '\u2069';

/**
 * A name, a subject or a file's name without the characters that turn what follows: overrides, embeddings, isolates.
 * In one line of one writer nothing is lost by it; with them `fdp.exe` reads as `exe.pdf`.
 */
export function withoutTurns(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}

/** A text of several parts: its own isolates stay as far as they are paired, everything else that turns goes. */
export function settleTurns(text: string): string {
  if (!/[\u202A-\u202E\u2066-\u2069]/.test(text)) return text;
  let open = 0;
  const kept = text.replace(/[\u202A-\u202E\u2066-\u2069]/g, (sign) => {
    if (sign === firstStrong) {
      open += 1;
      return sign;
    }
    if (sign !== pop || open === 0) return '';
    open -= 1;
    return sign;
  });
  return kept + pop.repeat(open);
}

/** The text in a direction of its own, wherever it is put. */
export function isolate(text: string): string {
  return `${firstStrong}${settleTurns(text)}${pop}`;
}

const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200F\u061C]/u;
const leftToRight =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Thai}\u200E]/u;

/** Whether a part of the text runs against the direction of what it is put into. */
export function runsAgainst(direction: 'ltr' | 'rtl', text: string): boolean {
  return (direction === 'rtl' ? leftToRight : rightToLeft).test(text);
}
