/**
 * The stems of words by language: under what a form of a word finds its other forms.
 *
 * Owns: which languages have stems, in which script each writes. Promises: pure, total; words are as
 * `analyse` gives them, in documents and queries alike. Words with digits have no other forms.
 * Leaves to others: in which languages a document is (languages-in.ts), postings (services/index).
 */
import {
  arabic,
  hebrew,
  hindi,
  korean,
  persian,
  polish,
  type Stemming,
  turkish,
  ukrainian,
} from './light-stems.ts';
import { type SnowballLanguage, snowballStem } from './snowball.ts';

/** The order is that of bits in segments on disk: append only. */
export const stemLanguages = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'sv',
  'da',
  'no',
  'fi',
  'pl',
  'tr',
  'hu',
  'ro',
  'ru',
  'uk',
  'ar',
  'fa',
  'he',
  'hi',
  'ko',
  'el',
] as const;

export type StemLanguage = (typeof stemLanguages)[number];

/** A set of languages. */
export type LanguageSet = number;

export function setOf(...languages: readonly StemLanguage[]): LanguageSet {
  return languages.reduce((set, language) => set | (1 << stemLanguages.indexOf(language)), 0);
}

export function languagesIn(set: LanguageSet): readonly StemLanguage[] {
  return stemLanguages.filter((_, bit) => (set & (1 << bit)) !== 0);
}

interface Script {
  readonly letters: RegExp;
  readonly languages: LanguageSet;
  /** For a document that is in none of these. */
  readonly otherwise: LanguageSet;
}

const latin = setOf(
  ...(['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'no', 'fi', 'pl', 'tr'] as const),
  ...(['hu', 'ro'] as const),
);

const scripts: readonly Script[] = [
  { letters: /^[a-z]+$/, languages: latin, otherwise: setOf('en', 'de', 'fr', 'es') },
  {
    letters: /^\p{Script=Cyrillic}+$/u,
    languages: setOf('ru', 'uk'),
    otherwise: setOf('ru', 'uk'),
  },
  { letters: /^\p{Script=Arabic}+$/u, languages: setOf('ar', 'fa'), otherwise: setOf('ar', 'fa') },
  { letters: /^\p{Script=Hebrew}+$/u, languages: setOf('he'), otherwise: setOf('he') },
  { letters: /^\p{Script=Hangul}+$/u, languages: setOf('ko'), otherwise: setOf('ko') },
  {
    letters: /^[\p{Script=Devanagari}\u0951-\u0954]+$/u,
    languages: setOf('hi'),
    otherwise: setOf('hi'),
  },
  { letters: /^\p{Script=Greek}+$/u, languages: setOf('el'), otherwise: setOf('el') },
];

function scriptOf(word: string): Script | undefined {
  return word.length < 2 ? undefined : scripts.find(({ letters }) => letters.test(word));
}

/** The languages of which the word may be a form at all. */
export function languagesOfWord(word: string): LanguageSet {
  return scriptOf(word)?.languages ?? 0;
}

/** The same for a word of a document that is in these languages. */
export function languagesWithin(word: string, document: LanguageSet): LanguageSet {
  const script = scriptOf(word);
  return script === undefined ? 0 : script.languages & document || script.otherwise;
}

const all = stemLanguages.reduce((set, language) => set | setOf(language), 0);

/** A document's languages, each script that it has none of filled in: what words of it are stemmed by. */
export function completeLanguages(document: LanguageSet): LanguageSet {
  return scripts.reduce(
    (set, { languages, otherwise }) => set | (languages & document || otherwise),
    document & all,
  );
}

export function stemsOfWord(word: string, language: StemLanguage): readonly string[] {
  return stemmings[language].ofWord(word);
}

export function stemsOfQuery(word: string, language: StemLanguage): readonly string[] {
  const { ofWord, ofQuery = ofWord } = stemmings[language];
  return ofQuery(word);
}

function snowball(
  language: SnowballLanguage,
  tidy: (word: string) => string = (word) => word,
): Stemming {
  return { ofWord: (word) => [snowballStem(tidy(word), language)] };
}

/** The Nordic stemmers leave one ending where two stand. */
function snowballTwice(language: SnowballLanguage, tidy: (word: string) => string): Stemming {
  return { ofWord: (word) => [snowballStem(snowballStem(tidy(word), language), language)] };
}

/** Umlauts are folded to their vowels; written as `ue` they are the same. */
export function withoutUmlautE(word: string): string {
  return word.replace(/(?<![aeiouq])([aou])e/g, '$1');
}

/** What the stemmers expect with accents, or leave apart, is brought to one form first. */
const stemmings: Readonly<Record<StemLanguage, Stemming>> = {
  en: snowball('en'),
  de: snowball('de', (word) => withoutUmlautE(word).replace(/(?<=.{3})o$/, '')),
  fr: snowball('fr', (word) => word.replace(/(?<=..)ee?s?$/, 'e').replace(/aux$/, 'al')),
  es: snowball('es', (word) => word.replace(/ciones$/, 'cion')),
  it: snowball('it'),
  pt: snowball('pt', (word) => word.replace(/coes$/, 'cao').replace(/oes$/, 'ao')),
  nl: snowball('nl'),
  sv: snowballTwice('sv', (word) => word.replace(/(?<=.{4}a)n$/, '')),
  da: snowballTwice('da', (word) => word),
  no: snowballTwice('no', (word) => word),
  fi: snowballTwice('fi', (word) => word.replace(/(?<=[ui])(?:ks[eai][a-z]{0,4}|sta)$/, 's')),
  pl: polish,
  tr: turkish,
  hu: snowball('hu'),
  ro: snowball('ro'),
  ru: snowball('ru', (word) => word.replace(/(?<=.{4})ок$/u, 'к')),
  uk: ukrainian,
  ar: arabic,
  fa: persian,
  he: hebrew,
  hi: hindi,
  ko: korean,
  el: snowball('el'),
};

/** Where words are joined to longer ones without a blank, and how short the shortest piece is. */
const joining: Readonly<Partial<Record<StemLanguage, number>>> = {
  de: 5,
  nl: 5,
  sv: 5,
  da: 5,
  no: 5,
  fi: 5,
  hu: 5,
  ko: 2,
};

export const joiningLanguages: LanguageSet = stemLanguages.reduce(
  (set, language) => (language in joining ? set | setOf(language) : set),
  0,
);

/** What stands in front of a word without making it another's piece: `Berechnung` holds no bill. */
const bound = /^(?:be|ge|er|ver|zer|ent|emp|ont|her|miss)$/;

/** Without the endings that joined words take, while what forms a word of a kind (`-ung`) stays. */
function inflected(word: string): string {
  const bare = word.replace(/(?:ern|en|er|es|em|e|n|s)$/, '');
  return bare.length >= 4 ? bare : word;
}

/**
 * Whether the word is made of the wanted one and others: it begins with the wanted word, or ends with
 * it in some form, and what remains is more than an ending or a syllable in front.
 */
export function isJoinedWith(word: string, wanted: string, language: StemLanguage): boolean {
  const piece = pieceOf(wanted, language);
  const shortest = joining[language];
  if (shortest === undefined || piece === undefined) return false;
  const rest = word.length - piece.length;
  if (rest < (language === 'ko' ? 1 : piece.length < shortest ? 4 : 3)) return false;
  if (word.startsWith(piece)) return true;
  return [...stemsOfWord(word, language), inflected(word)].some((whole) => {
    const front = whole.slice(0, -piece.length);
    return (
      whole.endsWith(piece) && front.length >= (language === 'ko' ? 1 : 3) && !bound.test(front)
    );
  });
}

/** What joined words have in common with the wanted one; undefined where it is too short to tell. */
export function pieceOf(wanted: string, language: StemLanguage): string | undefined {
  const piece = language === 'ko' ? stemsOfQuery(wanted, language)[0] : inflected(wanted);
  return piece === undefined || piece.length < (language === 'ko' ? 2 : 4) ? undefined : piece;
}
