/**
 * The Snowball stemmers, for words as they are folded.
 *
 * Owns: lunr-languages, and lunr's English stemmer; loaded with the first word of a language.
 * Promises: total; a word that a stemmer cannot take is its own stem.
 */
import lunr from 'lunr';
import danish from 'lunr-languages/lunr.da.js';
import german from 'lunr-languages/lunr.de.js';
import greek from 'lunr-languages/lunr.el.js';
import spanish from 'lunr-languages/lunr.es.js';
import finnish from 'lunr-languages/lunr.fi.js';
import french from 'lunr-languages/lunr.fr.js';
import hungarian from 'lunr-languages/lunr.hu.js';
import italian from 'lunr-languages/lunr.it.js';
import dutch from 'lunr-languages/lunr.nl.js';
import norwegian from 'lunr-languages/lunr.no.js';
import portuguese from 'lunr-languages/lunr.pt.js';
import romanian from 'lunr-languages/lunr.ro.js';
import russian from 'lunr-languages/lunr.ru.js';
import support from 'lunr-languages/lunr.stemmer.support.js';
import swedish from 'lunr-languages/lunr.sv.js';

type Plugin = typeof german;

const plugins = {
  da: danish,
  de: german,
  el: greek,
  es: spanish,
  fi: finnish,
  fr: french,
  hu: hungarian,
  it: italian,
  nl: dutch,
  no: norwegian,
  pt: portuguese,
  ro: romanian,
  ru: russian,
  sv: swedish,
} satisfies Readonly<Record<string, Plugin>>;

export type SnowballLanguage = keyof typeof plugins | 'en';

type Stemmer = (token: lunr.Token) => unknown;

const stemmers = new Map<SnowballLanguage, Stemmer>();

export function snowballStem(word: string, language: SnowballLanguage): string {
  const stemmer = stemmers.get(language) ?? load(language);
  const token = new lunr.Token(word, {});
  stemmer(token);
  return token.toString() || word;
}

function load(language: SnowballLanguage): Stemmer {
  const stemmer = language === 'en' ? lunr.stemmer : loadPlugin(language);
  stemmers.set(language, stemmer);
  return stemmer;
}

function loadPlugin(language: keyof typeof plugins): Stemmer {
  if (!('stemmerSupport' in lunr)) support(lunr);
  plugins[language](lunr);
  const loaded: unknown = Reflect.get(lunr, language);
  const stemmer: unknown =
    typeof loaded === 'function' ? Reflect.get(loaded, 'stemmer') : undefined;
  return (token) => (typeof stemmer === 'function' ? Reflect.apply(stemmer, lunr, [token]) : token);
}
