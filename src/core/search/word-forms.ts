/**
 * Whether a word of a text is found by another one, as the index finds it: a form of it, joined with it, or written otherwise.
 *
 * Promises: pure; each pair is judged once. Leaves to others: stems and joined words (stems.ts), the index itself (services/index).
 */
import { characterForms } from './character-forms.ts';
import { languagesOfWords } from './languages-in.ts';
import {
  completeLanguages,
  isJoinedWith,
  joiningLanguages,
  type LanguageSet,
  languagesIn,
  languagesOfWord,
  stemsOfQuery,
  stemsOfWord,
} from './stems.ts';

export type FormTest = (word: string, wanted: string) => boolean;

/** For the words of one text, by whose little words its languages are told. */
export function createFormTest(words: readonly string[]): FormTest {
  const languages = completeLanguages(languagesOfWords(words));
  const known = new Map<string, boolean>();
  return (word, wanted) => {
    const key = `${word} ${wanted}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const is = isFormOf(word, wanted, languages);
    known.set(key, is);
    return is;
  };
}

function isFormOf(word: string, wanted: string, within: LanguageSet): boolean {
  if (characterForms(wanted).includes(word)) return true;
  const languages = languagesOfWord(wanted) & languagesOfWord(word) & within;
  return languagesIn(languages).some((language) => {
    const stems = stemsOfQuery(wanted, language);
    if (stemsOfWord(word, language).some((stem) => stems.includes(stem))) return true;
    const joins = languagesIn(joiningLanguages).includes(language);
    return joins && isJoinedWith(word, wanted, language);
  });
}
