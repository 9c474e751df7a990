/**
 * Text to the words under which it is searched: the same for documents and for queries.
 *
 * Promises: pure, total, neutral towards languages; every word that comes out gives itself again.
 * Words stand in the order of the text. What is written together (`anna@example.org`, `ISO-9001`,
 * `3.14`) gives its parts, one after another: who looks for the whole looks for the parts side by
 * side, and so also finds `example.org` within an address. For the same reason each Chinese or
 * Japanese character is a word: any run of them is found, wherever a dictionary would part them.
 * Leaves to others: word stems (stems.ts), and where words stand in the text as it was written
 * (locate-words.ts).
 */

/** Longer words are cut here, in documents and in queries. */
export const longestWord = 64;

/** The words of a text, in order, with repetitions. */
export function analyse(text: string): readonly string[] {
  const words: string[] = [];
  eachWord(foldText(text), (word) => words.push(word));
  return words;
}

type TakeWord = (word: string, start: number, end: number) => void;

/** The words of a folded text, each with its place there. */
export function eachWord(folded: string, take: TakeWord): void {
  for (const { 0: found, index } of folded.matchAll(isAscii(folded) ? asciiWord : anyWord)) {
    if (unspaced.test(found)) eachSegment(found, index, take);
    else take(shorten(found), index, index + found.length);
  }
}

const asciiWord = /[a-z0-9]+/g;
const ideograph = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\u30fc]';
const hangul = '\\p{Script=Hangul}';
/**
 * One such character, a run of Korean syllables, or one of other letters and digits: Korean writes its particles
 * right behind numbers and foreign words.
 */
const anyWord = new RegExp(
  `${ideograph}\\p{M}*|${hangul}[${hangul}\\p{M}]*|(?!${ideograph}|${hangul})[\\p{L}\\p{N}](?:(?!${ideograph}|${hangul})[\\p{L}\\p{N}\\p{M}])*`,
  'gu',
);
/** Scripts that write without blanks and need a dictionary. */
const unspaced = /[\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/**
 * The form in which texts are compared: compatible forms (NFKC), lower case, without diacritics.
 * In Cyrillic only ё and stress marks are folded: й, ї and ў are letters of their own.
 */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const lower = text.replace(invisible, '').normalize('NFKC').toLowerCase().normalize('NFD');
  return lower
    .replace(pointing, '')
    .replace(markedLetter, '$1')
    .replace(cyrillicYo, '\u0435')
    .replace(stressedVowel, '$1')
    .replace(singleLetters, (letter) => plainLetters.get(letter) ?? letter)
    .replace(otherDigits, plainDigit)
    .normalize('NFKC');
}

/** Format characters (joiners, direction marks, soft hyphens) and variation selectors. */
const invisible = /\p{Cf}|\u034f|[\ufe00-\ufe0f]/gu;
const markedLetter = /([\p{Script=Latin}\p{Script=Greek}])\p{Mn}+/gu;
const cyrillicYo = /\u0435[\u0300\u0301\u0308]+/g;
const stressedVowel = /([\u0430\u0438\u043e\u0443\u044b\u044d\u044e\u044f])[\u0300\u0301]+/g;
/** Hebrew points, Arabic vowel signs and the Arabic stretching line: most people do not type them. */
const pointing = /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670]/g;

/** Digits of Arabic, Persian, Devanagari, Thai and other scripts: a number is the same in each. */
const otherDigits = /(?![0-9])\p{Nd}/gu;

function plainDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  // Each script has its ten digits in one row. Unicode keeps them together, so zero is found by going back.
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** Letters that Unicode does not decompose. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['ς', 'σ'],
  ['ı', 'i'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ħ', 'h'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['þ', 'th'],
  ['ð', 'd'],
]);
const singleLetters = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'g');

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * What the segmenter takes for one word within a sentence it may cut further when it stands alone,
 * as it does in a query: so each piece is cut until it stays whole.
 */
function eachSegment(run: string, from: number, take: TakeWord): void {
  const waiting = [{ piece: run, at: from }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { piece, at } = next;
    const parts = [...segmenter.segment(piece)].flatMap(({ segment, index }) => {
      const bare = segment.replace(/^\p{M}+/u, '');
      const start = at + index + segment.length - bare.length;
      return bare === '' ? [] : [{ piece: shorten(bare), at: start }];
    });
    const [only, ...others] = parts;
    if (only?.piece === piece && others.length === 0) take(piece, at, at + piece.length);
    else waiting.push(...parts.reverse());
  }
}

/** At most `longestWord` UTF-16 units, never half of a character. */
function shorten(word: string): string {
  if (word.length <= longestWord) return word;
  return word.slice(0, longestWord).replace(/[\ud800-\udbff]$/, '');
}
