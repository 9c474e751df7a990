/**
 * Patterns that rules look for in hostile text: words with `*`, or `/regular expressions/`.
 *
 * Owns: re2js, which matches in time proportional to text times pattern, whatever the text is; it has no
 * look-around and no back references, which are what cannot be bounded. Promises: pure; a pattern that is
 * read matches any text in bounded time.
 * Leaves to others: which part of a mail is looked at, and how much of it (evaluate.ts).
 */
import { RE2JS } from 're2js';
import { errorText } from '../../base/fault.ts';
import { ok, type Result, refuse } from '../../base/result.ts';

export interface Pattern {
  /** As written in the rule. */
  readonly source: string;
  readonly kind: 'words' | 'regex';
  /** Steps that one character of text may cost at worst. */
  readonly cost: number;
  /** Found anywhere; words begin and end at the edge of a word. `folded` is the text after `foldForRules`. */
  isIn(text: string, folded: string): boolean;
  /** Words: the whole text, nothing before and after. A regular expression is found anywhere. */
  isWhole(text: string, folded: string): boolean;
}

const mostLength = 500;
/** Instructions of a compiled expression; what a sensible rule needs is a tenth of that. */
const mostCost = 300;

/** What is refused is told as a sentence that goes on after "should be". */
export function parsePattern(source: string): Result<Pattern, string> {
  if (source.trim() === '') return refuse('some text to look for');
  if (source.length > mostLength) return refuse(`a pattern of at most ${mostLength} characters`);
  const regex = /^\/(.+)\/$/s.exec(source)?.[1];
  return regex === undefined ? ok(wordsPattern(source)) : regexPattern(source, regex);
}

/** Case, compatibility forms and runs of blanks do not count. */
export function foldForRules(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function wordsPattern(source: string): Pattern {
  const folded = foldForRules(source);
  const words: Words = {
    pieces: folded.split('*').filter((piece) => piece !== ''),
    isOpenAtStart: folded.startsWith('*'),
    isOpenAtEnd: folded.endsWith('*'),
  };
  return {
    source,
    kind: 'words',
    cost: 1,
    isIn: (_, text) =>
      find(
        words,
        text,
        (at) => isEdge(text, at),
        (at) => isEdge(text, at),
      ),
    isWhole: (_, text) =>
      find(
        words,
        text,
        (at) => at === 0,
        (at) => at === text.length,
      ),
  };
}

interface Words {
  /** What stands between the stars, in order. */
  readonly pieces: readonly string[];
  readonly isOpenAtStart: boolean;
  readonly isOpenAtEnd: boolean;
}

type Place = (at: number) => boolean;

/** The first piece that may stand where it is found leaves the most room for the others. */
function find(words: Words, text: string, mayStart: Place, mayEnd: Place): boolean {
  const { pieces, isOpenAtStart, isOpenAtEnd } = words;
  let from = 0;
  for (const [position, piece] of pieces.entries()) {
    const isFirst = position === 0 && !isOpenAtStart;
    const isLast = position === pieces.length - 1 && !isOpenAtEnd;
    let at = text.indexOf(piece, from);
    while (at >= 0 && ((isFirst && !mayStart(at)) || (isLast && !mayEnd(at + piece.length)))) {
      at = text.indexOf(piece, at + 1);
    }
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

/** Whether a word begins, ends, or does neither here; not in the middle of one. */
function isEdge(text: string, at: number): boolean {
  return !(isWordCharacter(text[at - 1]) && isWordCharacter(text[at]));
}

/** Scripts without spaces between words have an edge at every character. */
function isWordCharacter(character: string | undefined): boolean {
  return (
    character !== undefined &&
    /[\p{L}\p{N}_]/u.test(character) &&
    !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
      character,
    )
  );
}

function regexPattern(source: string, expression: string): Result<Pattern, string> {
  const compiled = compile(expression);
  if (typeof compiled === 'string') {
    return refuse(`a regular expression without look-around and back references (${compiled})`);
  }
  const cost = compiled.programSize();
  if (cost > mostCost) {
    return refuse(`a simpler regular expression (this one has ${cost} steps, at most ${mostCost})`);
  }
  const isIn = (text: string) => compiled.test(text);
  return ok({ source, kind: 'regex', cost, isIn, isWhole: isIn });
}

/** The reason when it is none. */
function compile(expression: string): RE2JS | string {
  try {
    return RE2JS.compile(expression, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
  } catch (error) {
    // The library puts the flags in front of what it quotes.
    return errorText(error)
      .replace(/^error parsing regexp: /, '')
      .replace('(?m)(?i)', '');
  }
}
