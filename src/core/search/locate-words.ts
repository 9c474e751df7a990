/**
 * Where the words of a text stand in it, so that what was found can be shown.
 *
 * Promises: pure, total, time in proportion to the length; the same words as `analyse`, in the same
 * order; places are UTF-16 offsets into the text as it was given and never part a character from
 * its marks.
 */
import { analyse, eachWord, foldText, isAscii } from './analyse.ts';

export interface LocatedWord {
  readonly word: string;
  readonly start: number;
  /** Behind the last unit. */
  readonly end: number;
}

/** No word reaches over a blank, so each stretch between blanks is folded and read by itself. */
export function locateWords(text: string): readonly LocatedWord[] {
  const located: LocatedWord[] = [];
  for (const { 0: stretch, index } of text.matchAll(/[^ \t\r\n]+/g)) {
    if (isAscii(stretch)) {
      eachWord(stretch.toLowerCase(), (word, start, end) =>
        located.push({ word, start: index + start, end: index + end }),
      );
    } else locateFolded(stretch, index, located);
  }
  return located;
}

/**
 * What folds by itself: a character with its marks and what is invisible behind it; Hangul letters
 * that become one syllable; half-width kana with their voicing marks.
 */
const piecePattern =
  /[\u1100-\u11ff\u3130-\u318f\uffa0-\uffdc\ua960-\ua97f\ud7b0-\ud7ff][\p{M}\p{Cf}\u1100-\u11ff\u3130-\u318f\uffa0-\uffdc\ua960-\ua97f\ud7b0-\ud7ff]*|[\s\S][\p{M}\p{Cf}\uff9e\uff9f\u1160-\u11ff]*/gu;

function locateFolded(stretch: string, offset: number, located: LocatedWord[]): void {
  const folded = foldText(stretch);
  /** By unit of the folded text, where its piece begins and ends in the stretch. */
  const starts: number[] = [];
  const ends: number[] = [];
  let joined = '';
  for (const { 0: piece, index } of stretch.matchAll(piecePattern)) {
    const part = foldText(piece);
    joined += part;
    for (let unit = 0; unit < part.length; unit += 1) {
      starts.push(index);
      ends.push(index + piece.length);
    }
  }
  if (joined !== folded) {
    // Characters that change each other in some way of their own: their stretch as a whole is shown.
    for (const word of analyse(stretch))
      located.push({ word, start: offset, end: offset + stretch.length });
    return;
  }
  eachWord(folded, (word, start, end) =>
    located.push({
      word,
      start: offset + (starts[start] ?? 0),
      end: offset + (ends[end - 1] ?? stretch.length),
    }),
  );
}
