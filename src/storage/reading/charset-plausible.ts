/**
 * How plausible a text is as a text of people, in one of the languages that its character set is used for.
 *
 * Promises: pure; a sum of logarithms (nats) over the characters beyond ASCII, never above `0.8` each: comparable between
 * two readings of the same bytes.
 * Leaves to others: which sets and languages are asked (charset-guess.ts), the counts (charset-letters.ts).
 */
import { letterCounts } from './charset-letters.ts';

interface Language {
  readonly weights: ReadonlyMap<number, number>;
  /** Undefined where letters are too many to count pairs of them. */
  readonly pairs: ReadonlyMap<number, number> | undefined;
}

const learnt = new Map<string, Language>();

/** Built when first asked for: most desks see few languages without a label. */
function languageOf(name: string): Language {
  const known = learnt.get(name);
  if (known !== undefined) return known;
  const { letters, often, some } = letterCounts[name] ?? { letters: '', often: '', some: '' };
  const weights = new Map<number, number>();
  letters.split('|').forEach((group, rank) => {
    for (const letter of group) weights.set(letter.charCodeAt(0), -rank / 2);
  });
  const pairs = new Map<number, number>();
  for (const [text, weight] of [
    [often, pairWeights.often],
    [some, pairWeights.some],
  ] as const) {
    for (let at = 0; at + 1 < text.length; at += 2) {
      pairs.set(pairKey(text.charCodeAt(at), text.charCodeAt(at + 1)), weight);
    }
  }
  const language = { weights, pairs: pairs.size === 0 ? undefined : pairs };
  learnt.set(name, language);
  return language;
}

function pairKey(first: number, second: number): number {
  return first * 65_536 + second;
}

const pairWeights = { often: 0.7, some: -0.4, unknown: -2 };
const border = 0x5f;

/** A text made ready for being asked about many languages. */
export interface Glyphs {
  /** Lower case; `_` for everything that is no letter. */
  readonly folded: Uint16Array;
  /** Code units as they stand. */
  readonly plain: string;
  /** What counts against the text in any language. */
  readonly penalty: number;
}

export function toGlyphs(text: string): Glyphs {
  const folded = new Uint16Array(text.length);
  let penalty = 0;
  let wasLower = false;
  let wasUpper = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const lower = code < 0x80 ? asciiFold(code) : fold(code);
    folded[at] = lower;
    if (lower === border) {
      wasLower = false;
      wasUpper = false;
      continue;
    }
    const isUpper = lower !== code;
    if (code >= 0x80) {
      // Nobody writes "pRIVET"; a set with the cases the other way round does.
      if (isUpper && wasLower) penalty -= 3;
      else if (isUpper && wasUpper) penalty -= 0.5;
    }
    wasLower = !isUpper;
    wasUpper = isUpper;
  }
  return { folded, plain: text, penalty };
}

function asciiFold(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code;
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : border;
}

const folds = new Map<number, number>();

/** Lower case of a letter or mark; `_` for a sign. */
function fold(code: number): number {
  const known = folds.get(code);
  if (known !== undefined) return known;
  const letter = String.fromCharCode(code);
  // A dotted capital I of Turkish becomes two characters.
  const lower = /[\p{L}\p{M}]/u.test(letter) ? letter.toLowerCase().charCodeAt(0) : border;
  if (folds.size < 20_000) folds.set(code, lower);
  return lower;
}

export function plausibility(glyphs: Glyphs, name: string): number {
  const { weights, pairs } = languageOf(name);
  const { folded, plain } = glyphs;
  let sum = glyphs.penalty;
  for (let at = 0; at < folded.length; at += 1) {
    const code = plain.charCodeAt(at);
    if (code < 0x80) continue;
    const lower = folded[at] ?? border;
    const weight = weights.get(lower === border ? code : lower);
    const before = at === 0 ? border : (folded[at - 1] ?? border);
    const after = at + 1 === folded.length ? border : (folded[at + 1] ?? border);
    if (lower === border) {
      sum += weight ?? signWeight(code, before, after);
      continue;
    }
    sum += weight ?? letterWeight(code);
    if (pairs === undefined) continue;
    sum += pairs.get(pairKey(before, lower)) ?? unknownPair(lower, before);
    if (after < 0x80) sum += pairs.get(pairKey(lower, after)) ?? unknownPair(lower, after);
  }
  return sum;
}

/** Letters of two scripts within one word are rarer than any two of one script. */
function unknownPair(letter: number, neighbour: number): number {
  const isOfTwoScripts = letter >= 0x370 && neighbour < 0x80 && neighbour !== border;
  return isOfTwoScripts ? pairWeights.unknown - 4 : pairWeights.unknown;
}

/** A letter that the language has not or rarely. */
function letterWeight(code: number): number {
  if (code >= 0xff61 && code <= 0xff9f) return -6;
  if (code >= 0x4e00 && code < 0xa000) return -9.5;
  if (code >= 0xac00 && code < 0xd7a4) return -10.5;
  if (code >= 0xe000 && code < 0xf900) return -14;
  return -8.5;
}

function signWeight(code: number, before: number, after: number): number {
  const weight = signWeights.get(code) ?? rareSign(code);
  if (after === border) return weight;
  if (before !== border) return withinWords.has(code) ? weight : weight - 3;
  return code === closingQuote ? weight - 3 : weight;
}

const closingQuote = 0x2019;

function rareSign(code: number): number {
  if (code === 0xfffd || code < 0xa0) return -14;
  // Lines and blocks that terminals drew boxes with.
  if (code >= 0x2500 && code < 0x25a0) return -11;
  if (code >= 0xd800 && code < 0xe000) return -5;
  if (code >= 0xe000 && code < 0xf900) return -14;
  if (code >= 0x3000 && code < 0x3040) return -6;
  if (code >= 0xff00) return -8;
  return -9;
}

const signWeights: ReadonlyMap<number, number> = new Map([
  ...[...'’‘“”„–—…«»\u00a0€'].map((sign): [number, number] => [sign.charCodeAt(0), -2.5]),
  ...[...'•·§°´©®™£¿¡№²½‚‹›،؟؛ªº\u00ad'].map((sign): [number, number] => [sign.charCodeAt(0), -4]),
  ...[...'³±×µ¼¾†‰¹¨¸¦¬¢¥¤'].map((sign): [number, number] => [sign.charCodeAt(0), -6.5]),
  ...[...'、。！？「」，：（）・～'].map((sign): [number, number] => [sign.charCodeAt(0), -5]),
]);

const withinWords: ReadonlySet<number> = new Set(
  [...'’‘–—\u00ad\u00a0·'].map((sign) => sign.charCodeAt(0)),
);
