/**
 * Text as the terms by which answers are ranked: words without their endings, each with the word as it was written.
 *
 * Promises: pure, total, bounded; the same for mails, modules and queries. Where words stand without blanks
 * (Chinese, Japanese), each pair of neighbouring characters is a term. Numbers that name one order or invoice are none.
 * Leaves to others: which terms say much (services/answers/ranking.ts), endings (stem.ts).
 */
import { analyse } from '../search/analyse.ts';

export interface Term {
  readonly term: string;
  /** The word as it stands in the text. */
  readonly word: string;
}

export type Stem = (word: string) => string;

const mostCharacters = 12_000;
const mostTerms = 800;

/** What stands side by side without blanks, addresses and links included, so that they can be left out as a whole. */
const chunk = /[^\s<>"(){}[\]]+/gu;
const address = /@|:\/\/|^www\./i;
const wordWithin = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’](?=\p{L}))*/gu;
const ideographs = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc]/u;
const onlyDigits = /^\p{N}+$/u;

export function termsOf(text: string, stem: Stem): readonly Term[] {
  const terms: Term[] = [];
  for (const [piece] of text.slice(0, mostCharacters).matchAll(chunk)) {
    if (address.test(piece)) continue;
    for (const [word] of piece.matchAll(wordWithin)) {
      if (terms.length >= mostTerms) return terms;
      addTerms(terms, word, stem);
    }
  }
  return terms;
}

function addTerms(terms: Term[], word: string, stem: Stem): void {
  let before = '';
  for (const part of analyse(word)) {
    if (ideographs.test(part)) {
      if (before !== '') terms.push({ term: before + part, word: before + part });
      before = part;
      continue;
    }
    before = '';
    // Other numbers than those of errors and forms are those of one customer.
    if (onlyDigits.test(part) ? part.length !== 3 : part.length < 2) continue;
    const term = stem(part);
    if (term !== '') terms.push({ term, word });
  }
}
